import type { CutBoundary } from '../features/cut-analysis.js';
import { type Rate, type Seconds, type TimeRange, toSeconds } from '../time/time.js';
import { compare, type Fraction, fraction, magnitude, minus, plus, times, toNumber, ZERO } from './fraction.js';
import { type Shown, shownLayers } from './layers.js';
import { nearestFrame, rangeDuration, rangeStart, ratio, secondsOf } from './rates.js';
import type { Source, Timeline } from './timeline.js';

/** What is seen for a while: one source at one speed, or nothing. */
export type VisiblePiece = {
	readonly name: string;
	/** In frames from the timeline's first. */
	readonly range: TimeRange;
	readonly source: Exclude<Source, { kind: 'nested' }> | { readonly kind: 'black' };
	/**
	 * What is shown first, in seconds from the media's first frame. Where the file does not say at which time the media
	 * begins (an EDL never does), in the media's own timecode.
	 */
	readonly sourceStart: Seconds;
	/** Seconds of source a second of timeline, ≥ 0. */
	readonly speed: Rate;
	/** True where it runs backwards from `sourceStart`. */
	readonly reversed: boolean;
	/** True where the picture goes on from the piece before: same source, next frame. There is no cut then. */
	readonly continues: boolean;
};

/**
 * The visible cut, nested sequences opened: at every moment the topmost enabled clip, or black. A dissolve counts at its
 * centre. Titles and other see-through generators hide nothing.
 *
 * @param range - the part wanted, inside the timeline; all of it by default
 * @returns pieces that cover the range without gap or overlap
 * @throws EngineError 'timeline-unreadable' where nested sequences multiply beyond all measure
 */
export const visiblePieces = (timeline: Timeline, range?: TimeRange): VisiblePiece[] => {
	const { rate } = timeline;
	const frameAt = (seconds: Fraction) => nearestFrame(seconds, rate);
	const first = range ? Math.max(0, frameAt(rangeStart(range))) : 0;
	const wanted = range ? frameAt(plus(rangeStart(range), rangeDuration(range))) : timeline.duration;
	const last = Math.min(timeline.duration, wanted);

	const pieces: VisiblePiece[] = [];
	let previous: Shown | null = null;
	let at = first;
	for (const shown of shownLayers(timeline)) {
		const [start, end] = [Math.max(at, frameAt(shown.start)), Math.min(last, frameAt(shown.end))];
		if (start >= end) continue;
		if (start > at) {
			pieces.push(black(at, start, rate));
			previous = null;
		}
		const continues = previous !== null && goesOn(previous, shown, rate);
		const before = pieces.at(-1);
		if (continues && before && compare(previous!.speed, shown.speed) === 0) {
			const duration = end - before.range.start;
			pieces[pieces.length - 1] = { ...before, range: { ...before.range, duration } };
		} else {
			pieces.push(pieceOf(shown, start, end, rate, continues));
		}
		previous = shown;
		at = end;
	}
	if (at < last) pieces.push(black(at, last, rate));
	return pieces;
};

/** Where the visible cut changes its picture, inner ones only, increasing; frames count from the timeline's first. */
export const cutBoundaries = (timeline: Timeline, range?: TimeRange): CutBoundary[] =>
	visiblePieces(timeline, range)
		.slice(1)
		.filter(({ continues }) => !continues)
		.map(({ range: { start: frame, rate } }) => ({
			frame,
			seconds: toSeconds(frame, rate),
			from: 'timeline',
			confidence: 1,
		}));

const black = (start: number, end: number, rate: Rate): VisiblePiece => ({
	name: '',
	range: { start, duration: end - start, rate },
	source: { kind: 'black' },
	sourceStart: 0,
	speed: { numerator: 1, denominator: 1 },
	reversed: false,
	continues: false,
});

const pieceOf = (shown: Shown, start: number, end: number, rate: Rate, continues: boolean): VisiblePiece => {
	const late = minus(secondsOf(fraction(start), rate), shown.start);
	const available = shown.source.kind === 'media' ? shown.source.available : null;
	const origin = available ? rangeStart(available) : ZERO;
	return {
		name: shown.name,
		range: { start, duration: end - start, rate },
		source: shown.source,
		sourceStart: toNumber(minus(plus(shown.at, times(late, shown.speed)), origin)),
		speed: ratio(magnitude(shown.speed), 'The speed of a clip'),
		reversed: shown.speed.numerator < 0n,
		continues,
	};
};

/** Whether a piece shows what comes next after another. Rates may differ, so half a frame either way is the same. */
const goesOn = (before: Shown, after: Shown, rate: Rate): boolean => {
	if (before.source.kind !== after.source.kind || identity(before.source) !== identity(after.source)) return false;
	if (before.speed.numerator < 0n !== after.speed.numerator < 0n) return false;
	const end = plus(before.at, times(minus(before.end, before.start), before.speed));
	const halfFrame = secondsOf({ numerator: 1n, denominator: 2n }, rate);
	return compare(magnitude(minus(after.at, end)), halfFrame) < 0;
};

const identity = (source: Shown['source']): string => (source.kind === 'media' ? source.url : source.name);
