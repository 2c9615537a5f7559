import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Item, Picker } from '@adobe/react-spectrum/Picker';
import { Switch } from '@adobe/react-spectrum/Switch';
import { type CropChange, endingChoices, type Suggestion } from '../../../engine/protocol/messages.js';
import type { Results } from '../../state/view-state.js';
import { capitalised, clock, fineClock } from '../../state/words.js';
import { usePage } from '../page-context.js';

const STEPS: readonly {
	readonly change: CropChange;
	readonly label: string;
	readonly name: string;
	readonly key: string;
}[] = [
	{ change: { kind: 'section', by: -1 }, label: '⇤ section', name: 'A section earlier', key: '[' },
	{ change: { kind: 'bar', by: -1 }, label: '− bar', name: 'A bar earlier', key: 'Shift+ArrowLeft' },
	{ change: { kind: 'beat', by: -1 }, label: '− beat', name: 'A beat earlier', key: 'ArrowLeft' },
	{ change: { kind: 'beat', by: 1 }, label: '+ beat', name: 'A beat later', key: 'ArrowRight' },
	{ change: { kind: 'bar', by: 1 }, label: '+ bar', name: 'A bar later', key: 'Shift+ArrowRight' },
	{ change: { kind: 'section', by: 1 }, label: 'section ⇥', name: 'A section later', key: ']' },
];

const ENDINGS: Readonly<Record<(typeof endingChoices)[number], string>> = {
	natural: 'Ends naturally',
	'ring-out': 'Rings out',
	button: 'Ends on a button',
	hard: 'Hard end',
	fade: 'Fades out',
};

/** What can be done to the selected crop, and what the latest change made of it. */
export const CropTools = ({ suggestion, results }: { suggestion: Suggestion; results: Results }) => {
	const { commands } = usePage();
	const { choice, plan, alternatives } = suggestion;
	const change = (wanted: CropChange): void => void commands.crops.change(wanted);
	return (
		<section className="crop-tools track" aria-label="Change the crop">
			<div className="head">
				<p className="dim crop-facts">
					<span>
						{plan.pieces.length === 1 ? 'One piece' : `${plan.pieces.length} pieces, joined at bar lines`} ·{' '}
						{ENDING_FACTS[plan.ending.kind]}
					</span>
					{choice.lock !== null && (
						<span>
							Locked: {fineClock(choice.lock.song)} of the song on {fineClock(choice.lock.cut)} of the cut
							<ActionButton isQuiet onPress={() => change({ kind: 'unlock' })}>
								Unlock
							</ActionButton>
						</span>
					)}
					{alternatives.length > 0 && (
						<span>
							Other good places
							{alternatives.slice(0, 4).map(({ start }) => (
								<ActionButton key={start} isQuiet onPress={() => change({ kind: 'move', to: start })}>
									{clock(start)}
								</ActionButton>
							))}
						</span>
					)}
				</p>
			</div>
			<div className="lane">
				<div className="buttons">
					{STEPS.map(step => (
						<ActionButton
							key={step.label}
							aria-label={step.name}
							aria-keyshortcuts={step.key}
							onPress={() => change(step.change)}
						>
							{step.label}
						</ActionButton>
					))}
					<Picker
						aria-label="Ending"
						selectedKey={choice.ending}
						onSelectionChange={key => change({ kind: 'ending', ending: key as typeof choice.ending })}
					>
						{endingChoices.map(key => (
							<Item key={key}>{ENDINGS[key]}</Item>
						))}
					</Picker>
					<Switch
						isSelected={choice.form === 'recut'}
						onChange={isRecut => change({ kind: 'form', form: isRecut ? 'recut' : 'straight' })}
					>
						Re-cut to follow
					</Switch>
				</div>
				<Outcome changed={results.changed} />
			</div>
		</section>
	);
};

const ENDING_FACTS: Readonly<Record<Suggestion['plan']['ending']['kind'], string>> = {
	'ring-out': 'its last sound rings out',
	button: 'ends on its last sound',
	'song-end': 'ends as the song does',
	hard: 'cut at the end of the range',
	fade: 'fades out',
};

const Outcome = ({ changed }: { changed: Results['changed'] }) => (
	<p role="status" className="outcome">
		{changed?.state === 'done' && (
			<>
				{changed.better.length === 0 && changed.worse.length === 0 && (
					<span className="dim">About as good as before.</span>
				)}
				{changed.better.length > 0 && <span className="for">{capitalised(changed.better.join(', '))}.</span>}{' '}
				{changed.worse.length > 0 && <span className="against">{capitalised(changed.worse.join(', '))}.</span>}
			</>
		)}
		{changed?.state === 'refused' && <span className="against">{changed.failure.detail}</span>}
	</p>
);
