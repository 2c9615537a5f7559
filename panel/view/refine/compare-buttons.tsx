import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { ToggleButton } from '@adobe/react-spectrum/ToggleButton';
import { Tooltip, TooltipTrigger } from '@adobe/react-spectrum/Tooltip';
import Undo from '@spectrum-icons/workflow/Undo';
import type { Results } from '../../state/view-state.js';
import { clock } from '../../state/words.js';
import { usePage } from '../page-context.js';

/** Takes back a change of the crop, and hears two crops by turns at the same place of the picture. */
export const CompareButtons = ({ results }: { results: Results }) => {
	const { store } = usePage();
	const { pinned, past, suggestions, selected } = results;
	const current = suggestions[selected];
	if (current === undefined) return null;
	return (
		<>
			<TooltipTrigger>
				<ActionButton
					isQuiet
					isDisabled={past.length === 0}
					aria-label="Take back the last change of the crop"
					aria-keyshortcuts="Control+Z"
					onPress={() => store.dispatch({ type: 'undo' })}
				>
					<Undo />
				</ActionButton>
				<Tooltip>Take back the last change (Ctrl+Z)</Tooltip>
			</TooltipTrigger>
			{pinned === null ? (
				<ActionButton onPress={() => store.dispatch({ type: 'pin', suggestion: current })}>Keep as A</ActionButton>
			) : (
				// biome-ignore lint/a11y/useSemanticElements: two buttons that belong together, no set of form fields
				<span role="group" aria-label="Compare two crops" className="compare">
					<ToggleButton
						isSelected={pinned.isHeard}
						onChange={() => store.dispatch({ type: 'hear', which: 'pinned' })}
						aria-keyshortcuts="C"
					>
						A {pinned.suggestion.track.title} {clock(pinned.suggestion.crop.start)}
					</ToggleButton>
					<ToggleButton
						isSelected={!pinned.isHeard}
						onChange={() => store.dispatch({ type: 'hear', which: 'selected' })}
						aria-keyshortcuts="C"
					>
						B {current.track.title} {clock(current.crop.start)}
					</ToggleButton>
					<ActionButton isQuiet onPress={() => store.dispatch({ type: 'pin', suggestion: null })}>
						End comparing
					</ActionButton>
				</span>
			)}
		</>
	);
};
