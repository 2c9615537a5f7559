import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaussianFilter, gaussianWeights, medianFilter, reflected } from '../../../engine/numeric/filters.js';

const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 });

test('beyond the ends lies the mirror image, the last value twice, over and over', () => {
	const read = Array.from({ length: 11 }, (_, k) => 'abcd'[reflected(k - 5, 4)]).join('');
	expect(read).toBe('ddcbaabcddc');
	expect([-3, 0, 7].map(index => reflected(index, 1))).toEqual([0, 0, 0]);
});

test('a worked example by SciPy 1.17.1: even and odd running medians', () => {
	const signal = [5, 1, 4, 2, 8, 6, 7, 3];
	expect([...medianFilter(signal, 3)]).toEqual([5, 4, 2, 4, 6, 7, 6, 3]);
	expect([...medianFilter(signal, 4)]).toEqual([5, 5, 4, 4, 6, 7, 7, 6]);
	expect([...medianFilter(signal, 12)]).toEqual([5, 5, 4, 4, 5, 5, 6, 6]);
});

test('the running median is the middle of the sorted window', () => {
	fc.assert(
		fc.property(values, fc.integer({ min: 1, max: 12 }), (signal, size) => {
			const slow = signal.map((_, i) => {
				const window = Array.from({ length: size }, (_, k) => signal[reflected(i + k - (size >> 1), signal.length)]!);
				return window.sort((a, b) => a - b)[size >> 1]!;
			});
			expect([...medianFilter(signal, size)]).toEqual(slow);
		}),
		{ seed: 12 },
	);
});

test('a worked example by SciPy 1.17.1: Gaussian smoothing', () => {
	const smooth = gaussianFilter([5, 1, 4, 2, 8, 6, 7, 3], 1);
	const wanted = [3.7444311337899503, 2.995849433036864, 3.0733939936806127, 4.133735162973629, 5.740019813206379];
	for (let i = 0; i < wanted.length; i++) expect(smooth[i]).toBeCloseTo(wanted[i]!, 12);
});

test('smoothing keeps the sum, and a constant as it is', () => {
	expect(gaussianWeights(13.5).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14);
	fc.assert(
		fc.property(values, fc.constantFrom(0.5, 1, 4, 13.5), (signal, sigma) => {
			const sum = (x: Iterable<number>) => [...x].reduce((total, value) => total + value, 0);
			expect(sum(gaussianFilter(signal, sigma))).toBeCloseTo(sum(signal), 9);
			expect(gaussianFilter([3, 3, 3], sigma)[1]).toBeCloseTo(3, 12);
		}),
		{ seed: 13 },
	);
});
