import { DialogContainer } from '@adobe/react-spectrum/DialogContainer';
import type { ReactElement } from 'react';
import type { DialogName } from '../../state/view-state.js';
import { usePage } from '../page-context.js';
import { AddFolderDialog } from './add-folder-dialog.js';
import { DiagnosticsDialog } from './diagnostics-dialog.js';
import { HelpDialog } from './help-dialog.js';
import { OpenCutDialog } from './open-cut-dialog.js';
import { RangeDialog } from './range-dialog.js';
import { RejectedDialog } from './rejected-dialog.js';
import { SettingsDialog } from './settings-dialog.js';
import { SkippedDialog } from './skipped-dialog.js';

const DIALOGS: Readonly<Record<DialogName, ReactElement>> = {
	'open-cut': <OpenCutDialog />,
	'add-folder': <AddFolderDialog />,
	skipped: <SkippedDialog />,
	range: <RangeDialog />,
	help: <HelpDialog />,
	settings: <SettingsDialog />,
	diagnostics: <DiagnosticsDialog />,
	rejected: <RejectedDialog />,
};

/** The dialog that is open; loaded when first needed. */
export default function Dialogs({ name }: { name: DialogName }) {
	const { store } = usePage();
	return (
		<DialogContainer onDismiss={() => store.dispatch({ type: 'dialog', dialog: null })}>
			{DIALOGS[name]}
		</DialogContainer>
	);
}
