import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Text } from '@adobe/react-spectrum/Text';
import Back from '@spectrum-icons/workflow/ChevronLeft';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { AlignmentView, Suggestion } from '../../../engine/protocol/messages.js';
import type { Span } from '../../../engine/time/time.js';
import {
	type Cell,
	inCutTime,
	likenessRange,
	matchOf,
	mostAlike,
	placementOf,
	playedUnder,
	strengthOf,
} from '../../state/pairing.js';
import { heardOf, type OpenCut, type Results } from '../../state/view-state.js';
import { clock, fineClock } from '../../state/words.js';
import { Canvas } from '../canvas.js';
import { usePage } from '../page-context.js';
import { ResultRow } from '../result-row.js';
import { CompareButtons } from './compare-buttons.js';
import { CropTools } from './crop-tools.js';
import { paintMatch } from './paint-alignment.js';
import { PairPanel } from './pair-panel.js';
import { SimilarityMatrix } from './similarity-matrix.js';
import { SpanLane } from './span-lane.js';
import { useAlignment } from './use-alignment.js';

/** One pick, looked at closely: which section lies under which segment, how alike they are, and each pair to be heard. */
export default function RefineView({ open, results }: { open: OpenCut; results: Results }) {
	const { store } = usePage();
	const suggestion = heardOf(open)!;
	const state = useAlignment(suggestion, open.cut.id);
	const back = useRef<HTMLDivElement>(null);
	useEffect(() => back.current?.querySelector('button')?.focus(), []);
	return (
		<section className="refine" aria-label={`Refine ${suggestion.track.title}`}>
			<div className="title-line" ref={back}>
				<ActionButton isQuiet onPress={() => store.dispatch({ type: 'refine', refining: false })}>
					<Back />
					<Text>All picks</Text>
				</ActionButton>
				<span className="spring" />
				<CompareButtons results={results} />
			</div>
			{/* biome-ignore lint/a11y/useSemanticElements: the same grid row as in the list */}
			<div role="grid" aria-label="Pick">
				<ResultRow open={open} suggestion={suggestion} index={results.selected} isSelected />
			</div>
			<CropTools suggestion={suggestion} results={results} />
			{state.state === 'failed' && (
				<p className="notice notice-failure" role="alert">
					{state.failure.detail} {state.failure.remedy}
				</p>
			)}
			{state.state === 'loading' && <p className="dim">Comparing the two</p>}
			{state.state === 'ready' && <Alignment alignment={state.alignment} suggestion={suggestion} axis={open.range} />}
		</section>
	);
}

type AlignmentProps = { readonly alignment: AlignmentView; readonly suggestion: Suggestion; readonly axis: Span };

const Alignment = ({ alignment, suggestion, axis }: AlignmentProps) => {
	const page = usePage();
	const [cell, setCell] = useState<Cell>({ segment: 0, section: 0 });
	const { segments, sections } = alignment;
	// Another crop may have fewer of either.
	const segment = Math.min(cell.segment, segments.length - 1);
	const chosen = { segment, section: Math.min(cell.section, sections.length - 1) };
	const scale = useMemo(() => likenessRange(alignment), [alignment]);
	const match = useMemo(() => paintMatch(alignment, suggestion, axis), [alignment, suggestion, axis]);

	const look = (index: number): void =>
		setCell({ segment: index, section: playedUnder(alignment, index) ?? mostAlike(alignment, index) });
	const hear = (pair: Cell): void => {
		setCell(pair);
		page.hearPair(placementOf(alignment, suggestion, pair));
	};
	const { plan, range } = suggestion;
	const under = sections.flatMap((span, index) =>
		inCutTime(span, plan, range).map(heard => ({ ...span, ...heard, section: index, song: span })),
	);
	const inLane = under.sort((a, b) => a.start - b.start);
	return (
		<>
			<div className="track">
				<div className="head lane-names dim">
					<span>Cut</span>
					<span>Match</span>
					<span>Song</span>
				</div>
				<div className="lane">
					<SpanLane
						kind="segments"
						label="Segments of the cut. Enter hears one with its music"
						axis={axis}
						selected={segment}
						onSelect={look}
						onHear={index => hear(index === segment ? chosen : { segment: index, section: chosen.section })}
						spans={segments.map((span, index) => {
							const likeness = matchOf(alignment, index);
							return {
								...span,
								mark: String(index + 1),
								name: `Segment ${index + 1}, ${fineClock(span.start)}–${fineClock(span.end)}, ${
									likeness === null ? 'no music' : `match ${likeness.toFixed(2)}`
								}`,
								strength: likeness === null ? null : strengthOf(likeness, scale),
							};
						})}
					/>
					<div className="axis match">
						<Canvas paint={match} />
					</div>
					<SpanLane
						kind="sections"
						label="Sections of the song under the cut. Enter hears one with the segment"
						axis={axis}
						selected={indexOrNull(inLane.findIndex(({ section }) => section === chosen.section))}
						onSelect={index => setCell({ segment, section: inLane[index]!.section })}
						onHear={index => hear({ segment, section: inLane[index]!.section })}
						spans={inLane.map(({ start, end, label, energy, section, song }) => ({
							start,
							end,
							mark: label,
							name: `Section ${label}, ${clock(song.start)}–${clock(song.end)}, ${energy} energy, match ${alignment.likeness[
								segment
							]![section]!.toFixed(2)}`,
							strength: strengthOf(alignment.likeness[segment]![section]!, scale),
						}))}
					/>
				</div>
			</div>
			<div className="track closer">
				<div className="head">
					<PairPanel alignment={alignment} cell={chosen} onHear={hear} />
				</div>
				<div className="lane">
					<SimilarityMatrix alignment={alignment} suggestion={suggestion} chosen={chosen} onHear={hear} />
				</div>
			</div>
		</>
	);
};

const indexOrNull = (index: number): number | null => (index === -1 ? null : index);
