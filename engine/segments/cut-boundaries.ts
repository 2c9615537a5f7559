import type { CutBoundary } from '../features/cut-analysis.js';
import { nearestUnit, type Rate, type Seconds, type Span } from '../time/time.js';

/** A clip longer than this may hold several shots: a whole film on one clip, or a recording that was never cut. Ours. */
const LONG_CLIP: Seconds = 12;

/** A shot found this close to a timeline's own boundary is that boundary, seen again. */
const SAME_CUT: Seconds = 0.5;

/** Tells for each frame whether it lies in a clip that is long enough to look for shots in. */
export const needsShots = (known: readonly CutBoundary[], rate: Rate, frames: number): ((frame: number) => boolean) => {
	const longest = nearestUnit(LONG_CLIP, rate);
	const edges = [0, ...known.map(({ frame }) => frame), frames];
	const long = edges
		.slice(1)
		.map((end, i) => ({ start: edges[i]!, end }))
		.filter(({ start, end }) => end - start > longest);
	return frame => long.some(({ start, end }) => frame >= start && frame < end);
};

/** A timeline's boundaries and those shots that were found inside its clips, increasing, all within the cut. */
export const mergedBoundaries = (
	known: readonly CutBoundary[],
	found: readonly CutBoundary[],
	frames: number,
	rate: Rate,
): CutBoundary[] => {
	const apart = nearestUnit(SAME_CUT, rate);
	const inner = known.filter(({ frame }) => frame > 0 && frame < frames);
	const added = found.filter(({ frame }) => inner.every(other => Math.abs(other.frame - frame) > apart));
	return [...inner, ...added].sort((a, b) => a.frame - b.frame);
};

/** The spans between boundaries: they cover the cut from 0 to its duration. */
export const segmentsBetween = (boundaries: readonly CutBoundary[], duration: Seconds): Span[] => {
	const edges = [0, ...boundaries.map(({ seconds }) => seconds), duration];
	return edges
		.slice(1)
		.map((end, i) => ({ start: edges[i]!, end }))
		.filter(({ start, end }) => end > start);
};
