import type { SequenceSummary } from '../alignment/comparison.js';
import { segmentAtSteps } from '../alignment/timed-dtw.js';

/** Seconds between the offsets that Timed Best Trace tries first. */
export const OFFSET_GRID = 0.25;

/**
 * Seconds between the places to which Timed Best Trace moves boundaries where sums are whole: a twelfth of the query's mean
 * segment, but no less than {@link LEAST_CELL}.
 */
export const scanCell = (query: SequenceSummary): number => Math.max(LEAST_CELL, meanSegment(query) / 12);

export const LEAST_CELL = 0.5;

/** Steps that Timed DTW takes as one where sums are whole: as many as fill a quarter of the query's mean segment, but three at least. */
export const scanSteps = (query: SequenceSummary, step: number): number =>
	Math.max(3, Math.floor(meanSegment(query) / (4 * step)));

const meanSegment = (query: SequenceSummary): number => queryLength(query) / Math.max(1, query.spans.length);

/** From the first segment's start to the last one's end. */
export const queryLength = ({ spans }: SequenceSummary): number =>
	spans.length === 0 ? 0 : spans.at(-1)!.end - spans[0]!.start;

/** How many cells or steps of time a duration fills on a grid, one at least. */
export const stepsOf = (seconds: number, step: number): number => Math.max(1, Math.round(seconds / step));

/** Where the query's boundaries lie on a grid of time that begins with it, which fills one cell at least. */
export const cellBoundaries = ({ spans }: SequenceSummary, cell: number): Int32Array => {
	const times = [...spans.map(({ start }) => start), spans.at(-1)!.end];
	const cells = Int32Array.from(times, time => Math.round((time - times[0]!) / cell));
	cells[spans.length] = Math.max(1, cells[spans.length]!);
	return cells;
};

/** How many steps of time each query segment fills. */
export const stepCounts = ({ spans }: SequenceSummary, step: number): Int32Array => {
	const counts = new Int32Array(spans.length);
	for (const segment of segmentAtSteps(spans, step)) counts[segment]!++;
	return counts;
};
