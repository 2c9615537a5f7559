import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	expectedRank,
	expectedReciprocalRank,
	hitChance,
	meanRank,
	meanReciprocalRank,
	medianRank,
	recallAtK,
	standing,
} from '../../../engine/evaluation/retrieval.js';

describe('a worked example: distances 0.1, 0.2, 0.2, 0.2, 0.9', () => {
	const distances = [0.2, 0.9, 0.1, 0.2, 0.2];
	const tied = standing(distances, 0);

	test('the item tied with two others behind one better stands at 2, 3 or 4', () => {
		expect(tied).toEqual({ better: 1, tied: 2 });
		expect(expectedRank(tied)).toBe(3);
		expect(expectedReciprocalRank(tied)).toBeCloseTo((1 / 2 + 1 / 3 + 1 / 4) / 3, 15);
		expect([1, 2, 3, 4, 5].map(k => hitChance(tied, k))).toEqual([0, 1 / 3, 2 / 3, 1, 1]);
	});

	test('the nearest and the farthest stand at either end', () => {
		expect(expectedRank(standing(distances, 2))).toBe(1);
		expect(expectedRank(standing(distances, 1))).toBe(5);
	});

	test('over queries, scores are means, and the median of an even number lies halfway', () => {
		const standings = [0, 1, 2, 3].map(target => standing(distances, target));
		expect(meanRank(standings)).toBe((3 + 5 + 1 + 3) / 4);
		expect(medianRank(standings)).toBe(3);
		expect(recallAtK(standings, 1)).toBe(1 / 4);
		expect(recallAtK(standings, 4)).toBe(3 / 4);
		expect(meanReciprocalRank(standings)).toBeCloseTo((2 * (13 / 36) + 1 / 5 + 1) / 4, 15);
	});
});

test('scores are the averages over all orders in which ties could be broken', () => {
	const orders = (items: number[]): number[][] =>
		items.length === 0 ? [[]] : items.flatMap(one => orders(items.filter(x => x !== one)).map(rest => [one, ...rest]));
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 5 }), distances => {
			const stands = standing(distances, 0);
			const ranks = orders(distances.map((_, k) => k)).map(
				order => 1 + [...order].sort((a, b) => distances[a]! - distances[b]!).indexOf(0),
			);
			const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
			expect(expectedRank(stands)).toBeCloseTo(average(ranks), 12);
			expect(expectedReciprocalRank(stands)).toBeCloseTo(average(ranks.map(rank => 1 / rank)), 12);
			expect(hitChance(stands, 2)).toBeCloseTo(average(ranks.map(rank => (rank <= 2 ? 1 : 0))), 12);
		}),
		{ seed: 7, numRuns: 60 },
	);
});

test('a ranking that tells nothing apart scores chance, wherever the right item lies', () => {
	const distances = new Float32Array(1000);
	const standings = [0, 500, 999].map(target => standing(distances, target));
	expect(meanRank(standings)).toBe(500.5);
	expect(recallAtK(standings, 25)).toBeCloseTo(0.025, 15);
});

test('no queries, no such item and NaN are refused', () => {
	expect(() => meanRank([])).toThrow(RangeError);
	expect(() => medianRank([])).toThrow(RangeError);
	expect(() => standing([1, 2], 2)).toThrow(RangeError);
	expect(() => standing([1, Number.NaN], 0)).toThrow(RangeError);
});
