import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { useProvider } from '@adobe/react-spectrum/Provider';
import { KEYS } from '../../state/keys.js';
import { usePage } from '../page-context.js';

/** The keys, and how to read the drawings. */
export const HelpDialog = () => {
	const { store } = usePage();
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
					<li>
						<i className="mark mark-match" /> how alike a segment of the cut and its music are
					</li>
				</ul>
				<p>
					Songs are brought to one loudness while you listen, so that the louder one doesn’t win. Files are not changed.
				</p>
				<ActionButton onPress={() => store.dispatch({ type: 'dialog', dialog: 'diagnostics' })}>
					Diagnostics…
				</ActionButton>
			</Content>
		</Dialog>
	);
};
