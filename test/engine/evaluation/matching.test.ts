import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectionScore, matchingSize } from '../../../engine/evaluation/matching.js';

const seeded = { seed: 20_240_607, numRuns: 300 };

/** Tries every way to match: the obvious oracle. */
const largestMatching = (reference: readonly number[], estimated: readonly number[], window: number): number => {
	const [first, ...rest] = reference;
	if (first === undefined) return 0;
	const without = largestMatching(rest, estimated, window);
	const withOne = estimated
		.filter(time => time - window <= first && first <= time + window)
		.map(time => 1 + largestMatching(rest, allBut(estimated, time), window));
	return Math.max(without, ...withOne);
};

const allBut = (times: readonly number[], one: number): number[] => {
	const at = times.indexOf(one);
	return [...times.slice(0, at), ...times.slice(at + 1)];
};

const times = fc
	.array(fc.integer({ min: 0, max: 30 }), { maxLength: 6 })
	.map(ticks => ticks.map(tick => tick / 10).sort((a, b) => a - b));

test('no way of pairing events matches more of them', () => {
	fc.assert(
		fc.property(times, times, fc.constantFrom(0.07, 0.1, 0.3, 0.5), (reference, estimated, window) => {
			expect(matchingSize(reference, estimated, window)).toBe(largestMatching(reference, estimated, window));
		}),
		seeded,
	);
});

test('swapping reference and estimate swaps precision and recall', () => {
	fc.assert(
		fc.property(times, times, (reference, estimated) => {
			// A window off the tenths, where the two ways of rounding the edge agree.
			const forth = detectionScore(reference, estimated, 0.25);
			const back = detectionScore(estimated, reference, 0.25);
			expect([back.precision, back.recall]).toEqual([forth.recall, forth.precision]);
		}),
		seeded,
	);
});

test('a list out of order is refused by name', () => {
	expect(() => matchingSize([2, 1], [], 0.5)).toThrow(/reference must ascend/);
	expect(() => matchingSize([], [Number.NaN], 0.5)).toThrow(/estimated must ascend/);
});
