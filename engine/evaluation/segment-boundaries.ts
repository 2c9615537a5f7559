import { quantile } from '../numeric/statistics.js';
import type { Seconds } from '../time/time.js';
import { type DetectionScore, detectionScore } from './matching.js';

/**
 * Hit rate of section boundaries: precision, recall and F-measure, where boundaries within `window` of each other match,
 * by maximum bipartite matching. Usual windows are 0.5 s and 3 s. Equals mir_eval's `segment.detection`.
 *
 * @param reference - ascending, start and end of the track included; leave those out with {@link trimEnds}
 * @param estimated - likewise
 */
export const boundaryDetection = (
	reference: readonly Seconds[],
	estimated: readonly Seconds[],
	window: Seconds,
): DetectionScore => detectionScore(distinct(reference), distinct(estimated), window);

export type Deviation = { readonly referenceToEstimated: Seconds; readonly estimatedToReference: Seconds };

/**
 * Median distance from each boundary to the nearest one of the other list, both ways; null where a list is empty. Equals
 * mir_eval's `segment.deviation`.
 */
export const boundaryDeviation = (reference: readonly Seconds[], estimated: readonly Seconds[]): Deviation | null => {
	const left = distinct(reference);
	const right = distinct(estimated);
	if (left.length === 0 || right.length === 0) return null;
	return {
		referenceToEstimated: quantile(
			left.map(time => distanceToNearest(time, right)),
			0.5,
		),
		estimatedToReference: quantile(
			right.map(time => distanceToNearest(time, left)),
			0.5,
		),
	};
};

/**
 * The boundaries without the first and last, which are the track's own start and end: any estimate gets those right, so
 * they flatter. mir_eval calls this trimming.
 */
export const trimEnds = (boundaries: readonly Seconds[]): Seconds[] => distinct(boundaries).slice(1, -1);

/** mir_eval compares times rounded to five decimals, each once. */
const distinct = (times: readonly Seconds[]): Seconds[] =>
	times.map(time => roundHalfEven(time * 1e5) / 1e5).filter((time, i, all) => i === 0 || time !== all[i - 1]);

/** As NumPy rounds: halves to the even neighbour. */
const roundHalfEven = (value: number): number => {
	const below = Math.floor(value);
	const rest = value - below;
	if (rest !== 0.5) return Math.round(value);
	return below % 2 === 0 ? below : below + 1;
};

const distanceToNearest = (time: Seconds, others: readonly Seconds[]): Seconds =>
	others.reduce((least, other) => Math.min(least, Math.abs(time - other)), Number.POSITIVE_INFINITY);
