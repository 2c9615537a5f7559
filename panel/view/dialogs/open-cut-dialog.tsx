import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Button } from '@adobe/react-spectrum/Button';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { Divider } from '@adobe/react-spectrum/Divider';
import { FileTrigger } from '@adobe/react-spectrum/FileTrigger';
import { Heading } from '@adobe/react-spectrum/Heading';
import { TextField } from '@adobe/react-spectrum/TextField';
import { useState } from 'react';
import { usePage, useView } from '../page-context.js';

/** Ways to name a cut: a file to copy over, a path on this computer, or a demo. */
export const OpenCutDialog = () => {
	const { commands } = usePage();
	const { status } = useView();
	const [path, setPath] = useState('');
	const openPath = (): void => {
		if (path.trim() !== '') void commands.cuts.open({ kind: 'path', path: path.trim() });
	};
	return (
		<Dialog size="M" isDismissable>
			<Heading>Open a cut</Heading>
			<Divider />
			<Content>
				<div className="form">
					<p>A video, or a timeline as .otio, .fcpxml, .xml (Final Cut 7) or .edl.</p>
					<FileTrigger
						onSelect={files => {
							const file = files?.[0];
							if (file) void commands.cuts.open({ kind: 'file', file });
						}}
					>
						<Button variant="accent">Choose a file</Button>
					</FileTrigger>
					<form
						className="path-form"
						onSubmit={event => {
							event.preventDefault();
							openPath();
						}}
					>
						<TextField
							label="Or its path on this computer"
							description="Read where it is: nothing is copied, and the media of a timeline are found beside it."
							value={path}
							onChange={setPath}
							width="100%"
						/>
						<Button variant="secondary" type="submit" isDisabled={path.trim() === ''}>
							Open
						</Button>
					</form>
					{status !== null && (
						<div className="choices">
							<p>Or one that comes with Segue</p>
							{status.demoCuts.map(demo => (
								<ActionButton key={demo.name} onPress={() => void commands.cuts.open({ kind: 'demo', ...demo })}>
									{demo.title}
								</ActionButton>
							))}
						</div>
					)}
				</div>
			</Content>
		</Dialog>
	);
};
