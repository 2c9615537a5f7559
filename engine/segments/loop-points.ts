import type { Loop, TrackCurves } from '../features/track-analysis.js';
import type { Matrix } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';
import { meanLevel } from './section-energy.js';

const FEWEST_BARS = 4;
const MOST_LOOPS = 5;
/** Distance in sound and in dB at which a seam is plainly heard, and the confidence below which we don't offer a loop. */
const PLAIN = 0.5;
const PLAIN_LEVEL = 6;
const LEAST_CONFIDENCE = 0.5;

/**
 * Where a track can go back without being noticed: from the bar line at the end of one bar to an earlier one, so that the
 * bar before the jump sounds like the bar before its goal, and what would have followed like what follows there, in sound
 * and level. Ours.
 *
 * @param distances - bars × bars
 * @returns best first, no two that begin and end within four bars of each other
 */
export const loopPoints = (bars: readonly Span[], distances: Matrix, curves: TrackCurves): Loop[] => {
	const levels = bars.map(bar => meanLevel(curves.level, bar));
	const found: { loop: Loop; from: number; to: number }[] = [];
	const seam = (i: number, j: number) =>
		distances.data[i * distances.cols + j]! / PLAIN + Math.abs(levels[i]! - levels[j]!) / PLAIN_LEVEL;

	for (let from = 1; from + FEWEST_BARS < bars.length; from++) {
		for (let to = from + FEWEST_BARS; to < bars.length; to++) {
			const confidence = Math.exp(-(seam(from - 1, to - 1) + seam(from, to)) / 2);
			if (confidence < LEAST_CONFIDENCE) continue;
			const loop = { start: bars[from]!.start, end: bars[to]!.start, bars: to - from, confidence };
			found.push({ loop, from, to });
		}
	}
	// Of equally smooth loops the longer repeats itself less.
	found.sort((a, b) => b.loop.confidence - a.loop.confidence || b.loop.bars - a.loop.bars);
	const kept: typeof found = [];
	for (const one of found) {
		const fresh = kept.every(
			other => Math.abs(other.from - one.from) >= FEWEST_BARS || Math.abs(other.to - one.to) >= FEWEST_BARS,
		);
		if (fresh) kept.push(one);
		if (kept.length === MOST_LOOPS) break;
	}
	return kept.map(({ loop }) => loop);
};
