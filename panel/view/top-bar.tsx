import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { ToggleButton } from '@adobe/react-spectrum/ToggleButton';
import { Tooltip, TooltipTrigger } from '@adobe/react-spectrum/Tooltip';
import Help from '@spectrum-icons/workflow/Help';
import Settings from '@spectrum-icons/workflow/Settings';
import type { ViewState } from '../state/view-state.js';
import { counted } from '../state/words.js';
import { usePage, useView } from './page-context.js';

/** The engine's state, the ways into the catalogue, the settings and the help. */
export const TopBar = () => {
	const { store } = usePage();
	const { connection, status, catalog, catalogueShown } = useView();
	return (
		<header className="top-bar">
			<h1>Segue</h1>
			<span className="engine" data-state={connection.state} title={status?.device.note}>
				<span className="lamp" aria-hidden="true" />
				<span className="engine-text">{ENGINE[connection.state]}</span>
			</span>
			<span className="spring" />
			<ToggleButton
				isQuiet
				isSelected={catalogueShown}
				onChange={shown => store.dispatch({ type: 'catalogue', shown })}
				aria-label={`Catalogue, ${counted(catalog?.tracks ?? 0, 'track')}`}
			>
				{counted(catalog?.tracks ?? 0, 'track')}
			</ToggleButton>
			<TooltipTrigger>
				<ActionButton
					isQuiet
					aria-label="Settings"
					onPress={() => store.dispatch({ type: 'dialog', dialog: 'settings' })}
				>
					<Settings />
				</ActionButton>
				<Tooltip>Settings</Tooltip>
			</TooltipTrigger>
			<TooltipTrigger>
				<ActionButton
					isQuiet
					aria-label="Help and keys"
					aria-keyshortcuts="?"
					onPress={() => store.dispatch({ type: 'dialog', dialog: 'help' })}
				>
					<Help />
				</ActionButton>
				<Tooltip>Help and keys (?)</Tooltip>
			</TooltipTrigger>
		</header>
	);
};

const ENGINE: Readonly<Record<ViewState['connection']['state'], string>> = {
	connecting: 'Connecting',
	ready: 'Engine ready',
	lost: 'Engine lost',
	refused: 'Not connected',
};
