import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { usePage, useView } from '../page-context.js';

/** What was rejected for the edit that is open, the latest first, each to be brought back. */
export const RejectedDialog = () => {
	const { commands } = usePage();
	const { rejected } = useView().verdicts;
	return (
		<Dialog size="M" isDismissable>
			<Heading>Rejected for this edit</Heading>
			<Divider />
			<Content>
				<p>For other edits they are suggested as before.</p>
				<ul className="rejected-tracks">
					{rejected.toReversed().map(({ id, title, artist }) => (
						<li key={id}>
							<span className="breakable">
								{title} <span className="dim">{artist ?? 'Unknown artist'}</span>
							</span>
							<ActionButton aria-label={`Bring back ${title}`} onPress={() => void commands.verdicts.allow(id)}>
								Bring back
							</ActionButton>
						</li>
					))}
				</ul>
				{rejected.length === 0 && <p>Nothing is rejected any more.</p>}
			</Content>
		</Dialog>
	);
};
