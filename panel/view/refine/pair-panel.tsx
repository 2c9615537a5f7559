import { Button } from '@adobe/react-spectrum/Button';
import type { AlignmentView } from '../../../engine/protocol/messages.js';
import { type Cell, matchOf, mostAlike, playedUnder } from '../../state/pairing.js';
import { clock, fineClock } from '../../state/words.js';
import { usePage } from '../page-context.js';

type PairPanelProps = {
	readonly alignment: AlignmentView;
	readonly cell: Cell;
	readonly onHear: (cell: Cell) => void;
};

/** What is to say of the segment that is looked at: what plays under it, how alike they are, what would be more alike. */
export const PairPanel = ({ alignment, cell, onHear }: PairPanelProps) => {
	const { commands } = usePage();
	const { segments, sections, likeness } = alignment;
	const { segment, section } = cell;
	const span = segments[segment]!;
	const under = playedUnder(alignment, segment);
	const best = mostAlike(alignment, segment);
	const sectionName = (index: number): string =>
		`${sections[index]!.label} ${clock(sections[index]!.start)}–${clock(sections[index]!.end)}`;
	const strength = (index: number): string => likeness[segment]![index]!.toFixed(2);
	return (
		<section className="pair-panel" aria-label="The pair that is looked at">
			<h3>
				Segment {segment + 1} of {segments.length}
				<span className="dim number">
					{' '}
					{fineClock(span.start)}–{fineClock(span.end)}
				</span>
			</h3>
			<dl>
				<div>
					<dt>Under it in the crop</dt>
					<dd>
						{under === null
							? 'nothing: the song is over'
							: `${sectionName(under)} · match ${matchOf(alignment, segment)!.toFixed(2)}`}
					</dd>
				</div>
				<div>
					<dt>Most alike in this song</dt>
					<dd>{best === under ? 'just that' : `${sectionName(best)} · match ${strength(best)}`}</dd>
				</div>
				{section !== under && section !== best && (
					<div>
						<dt>Chosen</dt>
						<dd>
							{sectionName(section)} · match {strength(section)}
						</dd>
					</div>
				)}
			</dl>
			<div className="buttons">
				<Button variant="primary" onPress={() => onHear(cell)}>
					Hear this pair
				</Button>
				{best !== section && (
					<Button variant="secondary" onPress={() => onHear({ segment, section: best })}>
						Hear the most alike
					</Button>
				)}
				<Button
					variant="secondary"
					onPress={() => void commands.crops.change({ kind: 'lock', cut: span.start, song: sections[section]!.start })}
				>
					Start {sections[section]!.label} {clock(sections[section]!.start)} here
				</Button>
				<Button
					variant="secondary"
					onPress={() => void commands.crops.change({ kind: 'lock', cut: span.start, song: 'drop' })}
				>
					The drop goes here
				</Button>
				<Button variant="secondary" onPress={() => void commands.crops.dropOnAll(span.start)}>
					Every pick’s drop here
				</Button>
			</div>
		</section>
	);
};
