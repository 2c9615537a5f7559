import { expect, test } from 'vitest';
import { bootstrapInterval } from '../../../engine/evaluation/bootstrap.js';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const normalSample = (n: number, seed: number) => {
	// Sums of twelve draws of a small linear generator: near enough to normal, and the same everywhere.
	let state = seed;
	const draw = () => {
		state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
		return state / 2 ** 32;
	};
	return Array.from({ length: n }, () => Array.from({ length: 12 }, draw).reduce((sum, x) => sum + x, -6));
};

test('one seed gives one interval, another seed another', () => {
	const sample = normalSample(50, 1);
	expect(bootstrapInterval(sample, mean, { seed: 3 })).toEqual(bootstrapInterval(sample, mean, { seed: 3 }));
	expect(bootstrapInterval(sample, mean, { seed: 3 })).not.toEqual(bootstrapInterval(sample, mean, { seed: 4 }));
});

test('the interval of a mean is as wide as theory says: ±1.96 standard errors', () => {
	const sample = normalSample(400, 5);
	const { low, high } = bootstrapInterval(sample, mean, { seed: 1, resamples: 4000 });
	const error = Math.sqrt(mean(sample.map(x => (x - mean(sample)) ** 2)) / sample.length);
	expect((high - low) / (2 * 1.96 * error)).toBeCloseTo(1, 1);
	expect((high + low) / 2).toBeCloseTo(mean(sample), 2);
});

test('about 19 in 20 intervals hold the true mean', () => {
	const covered = Array.from({ length: 200 }, (_, trial) => {
		const { low, high } = bootstrapInterval(normalSample(40, trial + 11), mean, { seed: trial, resamples: 300 });
		return low <= 0 && 0 <= high;
	}).filter(Boolean).length;
	expect(covered).toBeGreaterThanOrEqual(176);
	expect(covered).toBeLessThanOrEqual(200);
});

test('a sample of equal values has an interval of no width', () => {
	expect(bootstrapInterval([2, 2, 2], mean, { seed: 1 })).toEqual({ low: 2, high: 2 });
});

test('nothing to resample and senseless settings are refused', () => {
	expect(() => bootstrapInterval([], mean, { seed: 1 })).toThrow(RangeError);
	expect(() => bootstrapInterval([1], mean, { seed: 1, level: 1 })).toThrow(RangeError);
	expect(() => bootstrapInterval([1], mean, { seed: 1, resamples: 0 })).toThrow(RangeError);
});
