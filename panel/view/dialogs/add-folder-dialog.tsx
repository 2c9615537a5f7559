import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Button } from '@adobe/react-spectrum/Button';
import { ButtonGroup } from '@adobe/react-spectrum/ButtonGroup';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { useDialogContainer } from '@adobe/react-spectrum/DialogContainer';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { Text } from '@adobe/react-spectrum/Text';
import { TextField } from '@adobe/react-spectrum/TextField';
import Folder from '@spectrum-icons/workflow/Folder';
import { useEffect, useState } from 'react';
import type { Answer } from '../../../engine/protocol/messages.js';
import { failureOf } from '../../state/failure.js';
import { lastPart } from '../../state/words.js';
import { usePage } from '../page-context.js';

/** Chooses a folder of this computer: a page can't open the system's own dialog for one. */
export const AddFolderDialog = () => {
	const { commands } = usePage();
	const { dismiss } = useDialogContainer();
	const [wanted, setWanted] = useState<string | undefined>(undefined);
	const [typed, setTyped] = useState('');
	const [listing, setListing] = useState<Answer<'folders.list'> | null>(null);
	const [problem, setProblem] = useState<string | null>(null);

	useEffect(() => {
		const stop = new AbortController();
		commands.catalogue.listFolders(wanted, stop.signal).then(
			found => {
				setListing(found);
				setTyped(found.path);
				setProblem(null);
			},
			(error: unknown) => {
				const { code, detail } = failureOf(error);
				if (code !== 'cancelled') setProblem(detail);
			},
		);
		return () => stop.abort();
	}, [commands, wanted]);

	const add = async (): Promise<void> => {
		await commands.catalogue.addFolder(typed.trim());
		dismiss();
	};
	return (
		<Dialog size="M">
			<Heading>Add a folder of music</Heading>
			<Divider />
			<Content>
				<div className="form">
					<p>Files stay where they are and nothing is uploaded. Folders inside it are read too.</p>
					<form
						onSubmit={event => {
							event.preventDefault();
							setWanted(typed.trim());
						}}
					>
						<TextField
							label="Folder"
							value={typed}
							onChange={setTyped}
							width="100%"
							autoFocus
							{...(problem !== null && { validationState: 'invalid', errorMessage: problem })}
						/>
					</form>
					<ul className="folders" aria-label={`Folders in ${listing?.path ?? 'this computer'}`}>
						{listing?.parent != null && (
							<li>
								<ActionButton isQuiet onPress={() => setWanted(listing.parent ?? undefined)}>
									Up to {lastPart(listing.parent)}
								</ActionButton>
							</li>
						)}
						{listing?.folders.map(folder => (
							<li key={folder}>
								<ActionButton isQuiet onPress={() => setWanted(folder)}>
									<Folder />
									<Text>{lastPart(folder)}</Text>
								</ActionButton>
							</li>
						))}
						{listing?.folders.length === 0 && <li className="dim">No folders inside.</li>}
					</ul>
				</div>
			</Content>
			<ButtonGroup>
				<Button variant="secondary" onPress={dismiss}>
					Cancel
				</Button>
				<Button variant="accent" onPress={() => void add()} isDisabled={typed.trim() === ''}>
					Add this folder
				</Button>
			</ButtonGroup>
		</Dialog>
	);
};
