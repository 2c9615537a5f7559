import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { Item, Picker } from '@adobe/react-spectrum/Picker';
import { Switch } from '@adobe/react-spectrum/Switch';
import { type DistanceName, distanceNames, type Settings } from '../../../engine/protocol/messages.js';
import { counted } from '../../state/words.js';
import { usePage, useView } from '../page-context.js';
import { ModelPicker } from './model-picker.js';

const DEFAULT = 'default';

const DISTANCES: Readonly<Record<DistanceName, string>> = {
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

const VOCALS: Readonly<Record<Settings['vocals'], string>> = {
	auto: 'Auto: instrumental under speech',
	instrumental: 'Instrumental only',
	any: 'Any',
};

const ENDINGS: Readonly<Record<Settings['ending'], string>> = {
	natural: 'As naturally as can be had',
	'ring-out': 'On a last sound that rings out',
	button: 'On a last sound',
	hard: 'Cut',
	fade: 'Faded out',
};

const THEMES: Readonly<Record<Settings['theme'], string>> = { system: 'As the system', dark: 'Dark', light: 'Light' };

const DEVICES: Readonly<Record<Settings['device'], string>> = {
	auto: 'Chosen by Segue',
	cpu: 'Processor',
	webgpu: 'Graphics card (WebGPU)',
	cuda: 'Graphics card (CUDA)',
	dml: 'Graphics card (DirectML)',
	coreml: 'Apple Neural Engine (Core ML)',
};

/** What the editor may choose once and for all. Each choice holds at once and is kept by the engine. */
export const SettingsDialog = () => {
	const { commands, store } = usePage();
	const { settings, status, catalog, verdicts, cut } = useView();
	const openCut = cut.state === 'open' ? cut.cut.id : null;
	if (settings === null) {
		return (
			<Dialog isDismissable>
				<Heading>Settings</Heading>
				<Content>The engine keeps the settings, and is not there just now.</Content>
			</Dialog>
		);
	}
	const choose = <Key extends keyof Settings>(
		key: Key,
		label: string,
		names: Readonly<Record<string, string>>,
		description?: string,
	) => (
		<Picker
			label={label}
			{...(description !== undefined && { description })}
			width="100%"
			selectedKey={settings[key] === null ? DEFAULT : String(settings[key])}
			onSelectionChange={chosen =>
				void commands.settings.change({ [key]: chosen === DEFAULT ? null : chosen } as Partial<Settings>)
			}
		>
			{Object.entries(names).map(([name, text]) => (
				<Item key={name}>{text}</Item>
			))}
		</Picker>
	);
	return (
		<Dialog size="M" isDismissable>
			<Heading>Settings</Heading>
			<Divider />
			<Content>
				<div className="form">
					{choose('vocals', 'Vocals', VOCALS)}
					{choose('ending', 'Crops end', ENDINGS, 'Each ends with the range, to the frame; this says how.')}
					{choose(
						'distance',
						'Distance between cut and song',
						{ [DEFAULT]: 'Chosen by Segue', ...DISTANCES },
						`Which comparison ranks the songs: ${distanceNames.length} of them, the paper’s and our own.`,
					)}
					<ModelPicker />
					{choose('theme', 'Theme', THEMES)}
					{choose(
						'device',
						'Networks run on',
						DEVICES,
						`From the next start of the engine on. Now: ${status?.device.used ?? 'not known'}.`,
					)}
					<Switch isSelected={settings.gentle} onChange={gentle => void commands.settings.change({ gentle })}>
						Index slowly while I edit: one file at a time, with a rest after each
					</Switch>
					<Switch isSelected={settings.learning} onChange={learning => void commands.settings.change({ learning })}>
						Learn from the suggestions I keep and reject how much each reason counts
					</Switch>
					<div className="choices">
						<p className="dim">
							{counted(verdicts.judged, 'suggestion')} kept or rejected so far. They stay on this computer.
						</p>
						<ActionButton
							isDisabled={verdicts.judged === 0}
							onPress={() => void commands.settings.forgetLearned().then(() => commands.verdicts.learn(openCut))}
						>
							Forget what was learned
						</ActionButton>
					</div>
					<div className="choices">
						<p>
							{counted(catalog?.tracks ?? 0, 'track')} in {counted(catalog?.folders.length ?? 0, 'folder')}
						</p>
						<ActionButton
							onPress={() => {
								store.dispatch({ type: 'dialog', dialog: null });
								store.dispatch({ type: 'catalogue', shown: true });
							}}
						>
							Folders…
						</ActionButton>
						<ActionButton onPress={() => store.dispatch({ type: 'dialog', dialog: 'diagnostics' })}>
							Diagnostics…
						</ActionButton>
					</div>
					{status !== null && <p className="dim breakable">Data folder: {status.home} (moved with SEGUE_HOME)</p>}
				</div>
			</Content>
		</Dialog>
	);
};
