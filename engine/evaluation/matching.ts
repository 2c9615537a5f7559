import type { Seconds } from '../time/time.js';

/**
 * Size of a maximum matching of reference and estimated events, each event used at most once, where est - window ≤ ref ≤
 * est + window. That is mir_eval's condition: in floating point it differs from |ref - est| ≤ window right on the edge.
 * Both ends of an event's window rise with the event, also after rounding, so pairing the earliest with the earliest that
 * fits is optimal and no search for augmenting paths is needed.
 *
 * @param reference - ascending
 * @param estimated - ascending
 * @param window - ≥ 0
 */
export const matchingSize = (reference: readonly Seconds[], estimated: readonly Seconds[], window: Seconds): number => {
	requireAscending(reference, 'reference');
	requireAscending(estimated, 'estimated');
	let pairs = 0;
	let i = 0;
	let j = 0;
	while (i < reference.length && j < estimated.length) {
		if (reference[i]! < estimated[j]! - window) i++;
		else if (reference[i]! > estimated[j]! + window) j++;
		else {
			pairs++;
			i++;
			j++;
		}
	}
	return pairs;
};

export type DetectionScore = { readonly precision: number; readonly recall: number; readonly f: number };

/** Scores of detected events: matched ones over all estimated and over all reference events; 0 where either has none. */
export const detectionScore = (
	reference: readonly Seconds[],
	estimated: readonly Seconds[],
	window: Seconds,
): DetectionScore => {
	const pairs = matchingSize(reference, estimated, window);
	if (pairs === 0) return { precision: 0, recall: 0, f: 0 };
	const precision = pairs / estimated.length;
	const recall = pairs / reference.length;
	return { precision, recall, f: harmonicMean(precision, recall) };
};

/** F-measure with equal weights; 0 where both are 0. */
export const harmonicMean = (precision: number, recall: number): number =>
	precision === 0 && recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);

const requireAscending = (times: readonly Seconds[], name: string): void => {
	times.forEach((time, i) => {
		if (!(Number.isFinite(time) && (i === 0 || time >= times[i - 1]!))) {
			throw new RangeError(`${name} must ascend and be finite, but holds ${time} at ${i}`);
		}
	});
};
