import { Item, Picker } from '@adobe/react-spectrum/Picker';
import { ToggleButton } from '@adobe/react-spectrum/ToggleButton';
import { Tooltip, TooltipTrigger } from '@adobe/react-spectrum/Tooltip';
import Pause from '@spectrum-icons/workflow/Pause';
import Play from '@spectrum-icons/workflow/Play';
import Loop from '@spectrum-icons/workflow/Retweet';
import { useRef } from 'react';
import type { CutView } from '../../engine/protocol/messages.js';
import type { OwnSound } from '../state/player-state.js';
import { timecode } from '../state/words.js';
import { useListening, usePage, usePlayer, usePosition } from './page-context.js';

const OWN_SOUND: readonly { readonly key: OwnSound; readonly name: string }[] = [
	{ key: 'off', name: 'Sound off' },
	{ key: 'on', name: 'Sound on' },
	{ key: 'ducked', name: 'Music ducks' },
];

/** Playing the cut: play, where it is, loop, and what is heard of its own sound. */
export const Transport = ({ cut }: { cut: CutView }) => {
	const { player, listening } = usePage();
	const state = usePlayer();
	const { loop, ownSound } = useListening();
	const isOn = state.state !== 'stopped';
	return (
		<section className="transport" aria-label="Transport">
			<TooltipTrigger>
				<ToggleButton
					isSelected={isOn}
					onChange={selected => (selected ? player.play() : player.pause())}
					aria-label="Play"
					aria-keyshortcuts="Space"
				>
					{isOn ? <Pause /> : <Play />}
				</ToggleButton>
				<Tooltip>Play or pause (Space)</Tooltip>
			</TooltipTrigger>
			<Position cut={cut} />
			<TooltipTrigger>
				<ToggleButton
					isQuiet
					isSelected={loop}
					onChange={selected => listening.dispatch({ loop: selected })}
					aria-label="Loop"
				>
					<Loop />
				</ToggleButton>
				<Tooltip>Play the range again and again</Tooltip>
			</TooltipTrigger>
			{cut.hasSound && (
				<Picker
					isQuiet
					aria-label="The cut’s own sound"
					selectedKey={ownSound}
					onSelectionChange={key => listening.dispatch({ ownSound: key as OwnSound })}
				>
					{OWN_SOUND.map(({ key, name }) => (
						<Item key={key}>{name}</Item>
					))}
				</Picker>
			)}
		</section>
	);
};

/** Where the cut is, to the frame. `data-drift` is how far the picture is ahead of the sound, in milliseconds. */
const Position = ({ cut }: { cut: CutView }) => {
	const { player } = usePage();
	const reference = useRef<HTMLElement>(null);
	usePosition(position => {
		const element = reference.current;
		if (element === null) return;
		element.textContent = timecode(position, cut.rate);
		element.dataset.seconds = position.toFixed(3);
		if (player.drift === null) delete element.dataset.drift;
		else element.dataset.drift = (1000 * player.drift).toFixed(1);
	});
	return <span ref={reference} className="number position" role="timer" aria-label="Position" aria-live="off" />;
};
