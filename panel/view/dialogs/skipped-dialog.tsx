import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { ERRORS } from '../../../engine/protocol/errors.js';
import { lastPart } from '../../state/words.js';
import { useView } from '../page-context.js';

/** Which files could not be used, and why. */
export const SkippedDialog = () => {
	const { catalog } = useView();
	const folders = (catalog?.folders ?? []).filter(({ skipped }) => skipped.length > 0);
	return (
		<Dialog size="L" isDismissable>
			<Heading>Skipped files</Heading>
			<Divider />
			<Content>
				<p>They are tried again as soon as they change.</p>
				{folders.map(({ path, skipped }) => (
					<section key={path}>
						<h3 className="breakable">{path}</h3>
						<ul className="skipped">
							{skipped.map(file => (
								<li key={file.path}>
									<span className="breakable">{lastPart(file.path)}</span>
									<span className="dim">
										{file.detail} ({file.code}). {ERRORS[file.code].remedy}
									</span>
								</li>
							))}
						</ul>
					</section>
				))}
				{folders.length === 0 && <p>No file is skipped any more.</p>}
			</Content>
		</Dialog>
	);
};
