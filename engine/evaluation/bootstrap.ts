import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantile } from '../numeric/statistics.js';

export type Interval = { readonly low: number; readonly high: number };

/**
 * Percentile bootstrap (Efron 1979): the range that holds a statistic in `level` of resamples, each as large as the
 * original and drawn from it with replacement. One seed gives one interval.
 *
 * @param sample - one entry per independent unit, such as a query; at least one
 * @param statistic - of a resample
 */
export const bootstrapInterval = <Unit>(
	sample: readonly Unit[],
	statistic: (resample: readonly Unit[]) => number,
	{ seed, resamples = 1000, level = 0.95 }: { seed: number; resamples?: number; level?: number },
): Interval => {
	if (sample.length === 0) throw new RangeError('nothing to resample');
	if (!(level > 0 && level < 1)) throw new RangeError(`level must be in (0, 1), not ${level}`);
	if (!(Number.isInteger(resamples) && resamples > 0)) throw new RangeError(`resamples must be ≥ 1, not ${resamples}`);
	const random = xoroshiro128plus(seed);
	const values = Float64Array.from({ length: resamples }, () =>
		statistic(sample.map(() => sample[uniformInt(random, 0, sample.length - 1)]!)),
	);
	return { low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) };
};
