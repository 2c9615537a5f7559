import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Button } from '@adobe/react-spectrum/Button';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { DialogTrigger } from '@adobe/react-spectrum/DialogTrigger';
import { Heading } from '@adobe/react-spectrum/Heading';
import { Item, Picker } from '@adobe/react-spectrum/Picker';
import Settings from '@spectrum-icons/workflow/Settings';
import { distanceNames } from '../../engine/protocol/messages.js';
import type { Options } from '../state/view-state.js';
import { usePage, useView } from './page-context.js';

const VOCAL_NAMES: Readonly<Record<Options['vocals'], string>> = {
	auto: 'Auto',
	instrumental: 'Instrumental',
	any: 'Any',
};

const DEFAULT = 'default';

const DISTANCE_NAMES: Readonly<Record<(typeof distanceNames)[number], string>> = {
	centroid: 'Centroid',
	'single-linkage': 'Single linkage',
	'complete-linkage': 'Complete linkage',
	trace: 'Trace',
	'best-trace': 'Best Trace',
	'nw-dtw': 'Needleman–Wunsch DTW',
	'sw-dtw': 'Smith–Waterman DTW',
	'timed-best-trace': 'Timed Best Trace',
	'timed-dtw': 'Timed DTW',
};

/** What music is wanted, and the one button. */
export const SearchOptions = () => {
	const { commands } = usePage();
	const { options, connection, catalog } = useView();
	return (
		<div className="search-options">
			<Picker
				label="Vocals"
				labelPosition="side"
				width="size-1700"
				selectedKey={options.vocals}
				onSelectionChange={key => commands.setOptions({ vocals: key as Options['vocals'] })}
			>
				{Object.entries(VOCAL_NAMES).map(([key, name]) => (
					<Item key={key}>{name}</Item>
				))}
			</Picker>
			<DialogTrigger type="popover" placement="bottom">
				<ActionButton isQuiet aria-label="Advanced">
					<Settings />
				</ActionButton>
				<Dialog size="S">
					<Heading>Advanced</Heading>
					<Content>
						<Picker
							label="Distance between cut and song"
							description="Which comparison ranks the songs. Timed Best Trace is what Segue uses by itself."
							width="100%"
							selectedKey={options.distance ?? DEFAULT}
							onSelectionChange={key =>
								commands.setOptions({ distance: key === DEFAULT ? null : (key as Options['distance']) })
							}
						>
							{[
								<Item key={DEFAULT}>Chosen by Segue</Item>,
								...distanceNames.map(name => <Item key={name}>{DISTANCE_NAMES[name]}</Item>),
							]}
						</Picker>
					</Content>
				</Dialog>
			</DialogTrigger>
			<Button
				variant="accent"
				onPress={() => void commands.suggest()}
				isDisabled={connection.state !== 'ready' || (catalog?.tracks ?? 0) === 0}
				aria-keyshortcuts="S"
			>
				Suggest
			</Button>
		</div>
	);
};
