import { runningSums } from '../numeric/running-sums.js';
import type { Seconds } from '../time/time.js';
import { correlations } from './correlations.js';
import { SEARCH_RATE } from './dynamics.js';

/** A rise is measured between the means of this long before and after a moment. */
export const RISE_WINDOW: Seconds = 3;

/**
 * How a curve at SEARCH_RATE rises at each step: the mean of what follows less the mean of what went before.
 *
 * @returns one value for each step that has a whole window on both sides, the first belonging to RISE_WINDOW; empty for a
 * shorter curve
 */
export const riseCurve = (curve: ArrayLike<number>): Float64Array => {
	const window = RISE_WINDOW * SEARCH_RATE;
	const sums = runningSums(curve);
	const rises = new Float64Array(Math.max(0, curve.length - 2 * window + 1));
	for (let k = 0; k < rises.length; k++) rises[k] = (sums[k + 2 * window]! - 2 * sums[k + window]! + sums[k]!) / window;
	return rises;
};

/**
 * Whether the music's energy rises and falls when the picture's does: the correlation of both rises after Fisher's
 * transform, in deviations from chance, where rises a window apart count as independent.
 *
 * @param picture - {@link riseCurve} of the picture's energy
 * @param level - the music's level under it, at SEARCH_RATE
 */
export const risesTogether = (picture: Float64Array, level: Float64Array): number => {
	const music = riseCurve(level);
	const shared = Math.min(picture.length, music.length);
	const independent = shared / (RISE_WINDOW * SEARCH_RATE);
	if (independent < 4) return 0;
	const r = correlations(picture.subarray(0, shared), music.subarray(0, shared))[0] ?? 0;
	return Math.atanh(Math.max(-0.99, Math.min(0.99, r))) * Math.sqrt(independent - 3);
};
