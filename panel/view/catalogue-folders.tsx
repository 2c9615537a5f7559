import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { AlertDialog } from '@adobe/react-spectrum/AlertDialog';
import { Checkbox } from '@adobe/react-spectrum/Checkbox';
import { DialogTrigger } from '@adobe/react-spectrum/DialogTrigger';
import Delete from '@spectrum-icons/workflow/Delete';
import type { CatalogState } from '../../engine/protocol/messages.js';
import { counted, lastPart } from '../state/words.js';
import { usePage, useView } from './page-context.js';

/** The folders of the catalogue, and what can be done with them. */
export const CatalogueFolders = () => {
	const { commands, store } = usePage();
	const { catalog, connection, settings } = useView();
	const isAway = connection.state !== 'ready';
	return (
		<div className="catalogue-folders">
			<ul aria-label="Folders">
				{catalog?.folders.map(folder => (
					<li key={folder.path}>
						<span className="names">
							<span className="title" title={folder.path}>
								{lastPart(folder.path)}
							</span>
							<span className="dim">
								{counted(folder.tracks, 'track')} · {STATES[folder.state]}
							</span>
						</span>
						<DialogTrigger>
							<ActionButton isQuiet isDisabled={isAway} aria-label={`Remove ${lastPart(folder.path)}`}>
								<Delete />
							</ActionButton>
							<AlertDialog
								title={`Remove ‘${lastPart(folder.path)}’?`}
								variant="destructive"
								primaryActionLabel="Remove from catalogue"
								cancelLabel="Keep"
								onPrimaryAction={() => void commands.catalogue.removeFolder(folder.path)}
							>
								Its {counted(folder.tracks, 'track')} will no longer be suggested. The files themselves stay untouched.
							</AlertDialog>
						</DialogTrigger>
					</li>
				))}
			</ul>
			<div className="buttons">
				<ActionButton isDisabled={isAway} onPress={() => store.dispatch({ type: 'dialog', dialog: 'add-folder' })}>
					Add folder…
				</ActionButton>
				<ActionButton isDisabled={isAway || !catalog?.folders.length} onPress={() => void commands.catalogue.rescan()}>
					Look for changes
				</ActionButton>
				<Checkbox
					isSelected={settings?.gentle ?? false}
					isDisabled={isAway || settings === null}
					onChange={gentle => void commands.settings.change({ gentle })}
				>
					Go slowly while I edit
				</Checkbox>
			</div>
		</div>
	);
};

const STATES: Readonly<Record<CatalogState['folders'][number]['state'], string>> = {
	ready: 'up to date',
	indexing: 'being indexed',
	paused: 'paused',
	offline: 'not connected',
};
