import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Button } from '@adobe/react-spectrum/Button';
import { ButtonGroup } from '@adobe/react-spectrum/ButtonGroup';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { useDialogContainer } from '@adobe/react-spectrum/DialogContainer';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { TextField } from '@adobe/react-spectrum/TextField';
import { useEffect, useState } from 'react';
import type { Region } from '../../../engine/protocol/messages.js';
import { nearestUnit, type Seconds, toSeconds } from '../../../engine/time/time.js';
import { parseTime } from '../../../engine/time/timecode.js';
import type { OpenCut } from '../../state/view-state.js';
import { clock, timecode } from '../../state/words.js';
import { usePage, useView } from '../page-context.js';

/** Seconds on either side of the playhead that a click takes. */
const AROUND: Seconds = 30;

/** Types the range that music is wanted for. */
export const RangeDialog = () => {
	const { cut } = useView();
	return cut.state === 'open' ? (
		<RangeForm open={cut} />
	) : (
		<Dialog isDismissable>
			<Heading>Range</Heading>
			<Content>Open a cut first.</Content>
		</Dialog>
	);
};

const RangeForm = ({ open: { cut, range } }: { open: OpenCut }) => {
	const { commands, player } = usePage();
	const { dismiss } = useDialogContainer();
	const text = (time: Seconds): string => time.toFixed(2).replace(/\.?0+$/, '');
	const regions = useRegions(cut.id);
	const [start, setStart] = useState(text(range.start));
	const [end, setEnd] = useState(text(range.end));

	const onFrame = (typed: string): Seconds | null => {
		const time = parseTime(typed, cut.rate);
		return time === null ? null : Math.min(cut.duration, toSeconds(nearestUnit(time, cut.rate), cut.rate));
	};
	const [from, to] = [onFrame(start), onFrame(end)];
	const isUsable = from !== null && to !== null && to > from;
	const problem = (time: Seconds | null): string | null => {
		if (time === null) return 'Seconds, 1:02 or 00:01:02:12';
		return from !== null && to !== null && to <= from ? 'Out must come after in.' : null;
	};
	const field = (label: string, value: string, onChange: (value: string) => void, time: Seconds | null) => {
		const wrong = problem(time);
		return (
			<TextField
				label={label}
				value={value}
				onChange={onChange}
				{...(wrong !== null && { validationState: 'invalid', errorMessage: wrong })}
			/>
		);
	};
	const take = (first: Seconds, last: Seconds): void => {
		setStart(text(Math.max(0, first)));
		setEnd(text(Math.min(cut.duration, last)));
	};
	return (
		<Dialog size="M">
			<Heading>Range</Heading>
			<Divider />
			<Content>
				<div className="form">
					<p>The stretch that music is wanted for: seconds, a clock such as 1:02, or a timecode such as 00:01:02:12.</p>
					<div className="pair">
						{field('In', start, setStart, from)}
						{field('Out', end, setEnd, to)}
					</div>
					<div className="pair">
						<ActionButton onPress={() => take(player.position - AROUND, player.position + AROUND)}>
							{AROUND} s around {timecode(player.position, cut.rate)}
						</ActionButton>
						<ActionButton onPress={() => take(0, cut.duration)}>Whole cut</ActionButton>
					</div>
					{regions.length > 1 && (
						<section aria-label="Proposed regions">
							<p>Or one region at a time, each for a piece of music of its own:</p>
							<div className="buttons regions">
								{regions.map(({ region, why }) => (
									<ActionButton key={region.start} onPress={() => take(region.start, region.end)}>
										{clock(region.start)}–{clock(region.end)}: {why.map(reason => WHY[reason]).join(', ')}
									</ActionButton>
								))}
							</div>
						</section>
					)}
				</div>
			</Content>
			<ButtonGroup>
				<Button variant="secondary" onPress={dismiss}>
					Cancel
				</Button>
				<Button
					variant="accent"
					isDisabled={!isUsable}
					onPress={() => {
						if (isUsable) commands.cuts.setRange({ start: from, end: to });
						dismiss();
					}}
				>
					Use this range
				</Button>
			</ButtonGroup>
		</Dialog>
	);
};

const WHY: Readonly<Record<Region['why'][number], string>> = {
	start: 'the beginning',
	black: 'after black',
	speech: 'speech begins or ends',
	energy: 'the picture changes pace',
	cut: 'a cut',
};

/** What the engine proposes; nothing until it has, or where it can't. */
const useRegions = (cut: string): readonly Region[] => {
	const { commands } = usePage();
	const [regions, setRegions] = useState<readonly Region[]>([]);
	useEffect(() => {
		const stop = new AbortController();
		commands.cuts.regions(cut, stop.signal).then(setRegions, () => setRegions([]));
		return () => stop.abort();
	}, [commands, cut]);
	return regions;
};
