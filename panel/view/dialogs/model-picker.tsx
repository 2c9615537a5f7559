import { Item, Picker } from '@adobe/react-spectrum/Picker';
import { ProgressBar } from '@adobe/react-spectrum/ProgressBar';
import { useEffect, useState } from 'react';
import type { ModelView } from '../../../engine/protocol/messages.js';
import { failureOf } from '../../state/failure.js';
import type { Progress } from '../../state/view-state.js';
import { grouped } from '../../state/words.js';
import { usePage } from '../page-context.js';

type Change =
	| { readonly state: 'none' }
	| { readonly state: 'running'; readonly progress: Progress | null }
	| { readonly state: 'failed'; readonly detail: string };

/**
 * What cut and song are compared by. Choosing another model embeds the catalogue with it first; until that is done the old
 * one answers, and closing the dialog leaves all as it was.
 */
export const ModelPicker = () => {
	const { commands } = usePage();
	const [models, setModels] = useState<readonly ModelView[]>([]);
	const [change, setChange] = useState<Change>({ state: 'none' });
	const [wanted, setWanted] = useState<string | null>(null);
	useEffect(() => {
		const stop = new AbortController();
		const asked =
			wanted === null
				? commands.settings.listModels(stop.signal)
				: commands.settings.chooseModel(wanted, stop.signal, progress => setChange({ state: 'running', progress }));
		asked.then(
			({ models: known }) => {
				setModels(known);
				setChange({ state: 'none' });
			},
			(error: unknown) => {
				const { code, detail } = failureOf(error);
				if (code !== 'cancelled') setChange({ state: 'failed', detail });
			},
		);
		return () => stop.abort();
	}, [commands, wanted]);
	const current = models.find(model => model.current);
	if (current === undefined) return null;
	return (
		<>
			<Picker
				label="Matching"
				width="100%"
				description={current.about}
				isDisabled={change.state === 'running'}
				selectedKey={current.id}
				onSelectionChange={key => {
					if (key === current.id) return;
					setChange({ state: 'running', progress: null });
					setWanted(String(key));
				}}
			>
				{models.map(({ id }) => (
					<Item key={id}>{id}</Item>
				))}
			</Picker>
			{change.state === 'running' && (
				<ProgressBar
					label={`Embedding the catalogue with ${wanted}`}
					width="100%"
					value={change.progress?.done ?? 0}
					maxValue={Math.max(1, change.progress?.total ?? 1)}
					valueLabel={
						change.progress === null
							? 'begins'
							: `${grouped(change.progress.done)} of ${grouped(change.progress.total ?? 0)}`
					}
				/>
			)}
			{change.state === 'failed' && <p role="alert">{change.detail}</p>}
		</>
	);
};
