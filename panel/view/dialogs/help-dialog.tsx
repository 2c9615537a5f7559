import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { useProvider } from '@adobe/react-spectrum/Provider';
import { useState } from 'react';
import type { EngineStatus } from '../../../engine/protocol/messages.js';
import { KEYS } from '../../state/keys.js';
import { useView } from '../page-context.js';

/** The keys, how to read the drawings, and what runs here. */
export const HelpDialog = () => {
	const { status } = useView();
	const { colorScheme } = useProvider();
	return (
		<Dialog size="L" isDismissable>
			<Heading>Help</Heading>
			<Divider />
			<Content>
				<h3>Keys</h3>
				<dl className="keys">
					{KEYS.map(({ keys, does }) => (
						<div key={does}>
							<dt>
								{keys.map(key => (
									<kbd key={key}>{key}</kbd>
								))}
							</dt>
							<dd>{does}</dd>
						</div>
					))}
				</dl>
				<h3>Reading the drawings</h3>
				<ul className="legend" data-scheme={colorScheme}>
					<li>
						<i className="mark mark-cut" /> a cut; drawn through every song
					</li>
					<li>
						<i className="mark mark-on-beat" /> a cut that falls on a beat of that song
					</li>
					<li>
						<i className="mark mark-energy" /> how much happens in the picture
					</li>
					<li>
						<i className="mark mark-speech" /> somebody speaks
					</li>
					<li>
						<i className="mark mark-section" /> a part of the song begins
					</li>
				</ul>
				<p>
					Songs are brought to one loudness while you listen, so that the louder one doesn’t win. Files are not changed.
				</p>
				{status !== null && (
					<>
						<h3>Running here</h3>
						<dl className="facts">
							<dt>Version</dt>
							<dd>{status.version}</dd>
							<dt>Matching</dt>
							<dd>
								{status.embedding.id}. {status.embedding.note}
							</dd>
							<dt>Networks run on</dt>
							<dd>
								{status.device.used}. {status.device.note}
							</dd>
							<dt>ffmpeg</dt>
							<dd>{status.ffmpeg ?? 'missing'}</dd>
							<dt>Data</dt>
							<dd className="breakable">{status.home}</dd>
						</dl>
						<CopyReport status={status} />
					</>
				)}
			</Content>
		</Dialog>
	);
};

/** Takes what a report of a fault needs to the clipboard: nothing of it names a file or a folder. */
const CopyReport = ({ status }: { status: EngineStatus }) => {
	const [outcome, setOutcome] = useState('Copy for a report');
	const report = [
		`Segue ${status.version}, page ${__VERSION__}`,
		`Matching: ${status.embedding.id}`,
		`Networks: ${status.device.used} (asked for ${status.device.requested}): ${status.device.note}`,
		`ffmpeg: ${status.ffmpeg ?? 'missing'}`,
		`Browser: ${navigator.userAgent}`,
	].join('\n');
	const copy = (): void => {
		navigator.clipboard.writeText(report).then(
			() => setOutcome('Copied'),
			() => setOutcome('The browser does not allow copying'),
		);
	};
	return <ActionButton onPress={copy}>{outcome}</ActionButton>;
};
