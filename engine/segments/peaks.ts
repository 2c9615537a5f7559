import { medianFilter } from '../numeric/filters.js';

/**
 * Peaks of a novelty curve: strict local maxima above the running median plus an offset.
 *
 * @param window - rows in the running median
 * @param offset - added to the median
 * @returns indices, ascending, never the first or last
 */
export const adaptivePeaks = (novelty: Float64Array, window: number, offset: number): number[] => {
	const threshold = medianFilter(novelty, window);
	const peaks: number[] = [];
	for (let i = 1; i < novelty.length - 1; i++) {
		const value = novelty[i]!;
		if (novelty[i - 1]! < value && value > novelty[i + 1]! && value > threshold[i]! + offset) peaks.push(i);
	}
	return peaks;
};
