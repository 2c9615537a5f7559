import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignmentOf } from '../../../engine/alignment/alignment.js';
import { compare } from '../../../engine/alignment/comparison.js';
import { distanceNamed } from '../../../engine/alignment/distances.js';
import { bestTrace, bestTraceSum, trace, traceSum } from '../../../engine/alignment/trace.js';
import { distanceNames } from '../../../engine/protocol/messages.js';
import { comparisons, matrix, sequence, sequences, spansOf } from './arbitraries.js';

const random = { seed: 7187, numRuns: 200 };
const east = [1, 0, 0];
const north = [0, 1, 0];
const west = [-1, 0, 0];

describe('comparison', () => {
	test('distances are those of the vectors themselves, of unit length or not', () => {
		fc.assert(
			fc.property(sequences(1, 6), sequences(1, 6), (query, candidate) => {
				const { distance } = compare(query, candidate);
				for (let i = 0; i < distance.rows; i++) {
					for (let j = 0; j < distance.cols; j++) {
						const differences = [0, 1, 2].map(k => query.vectors.data[i * 3 + k]! - candidate.vectors.data[j * 3 + k]!);
						expect(distance.data[i * distance.cols + j]).toBeCloseTo(Math.hypot(...differences), 7);
					}
				}
			}),
			random,
		);
	});

	test('vectors of different dimension do not compare, nor spans that are too few', () => {
		expect(() => compare(sequence([[1, 0]]), sequence([east]))).toThrow(RangeError);
		expect(() => compare({ ...sequence([east]), spans: [] }, sequence([east]))).toThrow(RangeError);
	});
});

describe('set distances', () => {
	const comparison = compare(sequence([east, north]), sequence([east, west, north]));

	test('centroid is the distance between the means, which are not normalised again', () => {
		// Means (1/2, 1/2) and (0, 1/3).
		expect(distanceNamed('centroid').value(comparison)).toBeCloseTo(Math.hypot(1 / 2, 1 / 6), 12);
	});

	test('single linkage is the least distance, complete linkage the largest', () => {
		expect(distanceNamed('single-linkage').value(comparison)).toBe(0);
		expect(distanceNamed('complete-linkage').value(comparison)).toBe(2);
	});

	test('they do not depend on the order of segments, and say nothing about alignment', () => {
		const reordered = compare(sequence([north, east]), sequence([west, north, east]));
		for (const name of ['centroid', 'single-linkage', 'complete-linkage'] as const) {
			const distance = distanceNamed(name);
			expect(distance.value(reordered)).toBeCloseTo(distance.value(comparison), 12);
			expect(distance.align).toBeNull();
		}
	});
});

describe('trace', () => {
	const distances = matrix([
		[0.5, 0.25, 1],
		[1, 0.75, 0.25],
	]);

	test('is the mean of the main diagonal over the shorter side', () => {
		expect(trace(distances)).toBe(0.625);
		expect(traceSum(distances)).toBe(1.25);
	});

	test('the best one slides the shorter side inside the longer one', () => {
		expect(bestTrace(distances)).toEqual({ value: 0.25, shift: 1 });
		expect(bestTraceSum(distances)).toBe(0.5);
	});

	test('of equal diagonals the first wins', () => {
		expect(bestTrace(matrix([[0.5, 0.5, 0.5]]))).toEqual({ value: 0.5, shift: 0 });
	});

	test('an empty matrix has no diagonal', () => {
		expect(() => trace(matrix([]))).toThrow(RangeError);
	});

	test('a track that begins one section before the cut is found at that shift', () => {
		const alignment = distanceNamed('best-trace').align!(
			compare(sequence([north, west], [2, 3]), sequence([east, north, west], [7, 2, 3])),
		)!;
		expect(alignment).toEqual({
			value: 0,
			pairs: [
				{ query: 0, candidate: 1 },
				{ query: 1, candidate: 2 },
			],
			leftOut: { query: [], candidate: [0] },
			offset: 7,
		});
	});

	test('a longer query leaves out its own ends', () => {
		const alignment = distanceNamed('best-trace').align!(
			compare(sequence([east, north, west], [7, 2, 3]), sequence([north, west], [2, 3])),
		)!;
		expect(alignment.leftOut).toEqual({ query: [0], candidate: [] });
		expect(alignment.offset).toBe(-7);
	});
});

describe('alignment', () => {
	test('its offset is the middle one of its pairs, so that one stretched away does not pull it along', () => {
		const pairs = [0, 1, 2].map(k => ({ query: k, candidate: k }));
		expect(alignmentOf(0, pairs, spansOf([5, 5, 5]), spansOf([5, 25, 5], 10)).offset).toBe(10);
	});

	test('without pairs it has no offset and leaves everything out', () => {
		expect(alignmentOf(0, [], spansOf([1, 1]), spansOf([1]))).toEqual({
			value: 0,
			pairs: [],
			leftOut: { query: [0, 1], candidate: [0] },
			offset: null,
		});
	});

	test('SW-DTW names what it leaves out, at the ends and within', () => {
		const alignment = distanceNamed('sw-dtw').align!(
			compare(sequence([east, north]), sequence([west, east, [0, 0, 1], north])),
		)!;
		expect(alignment.value).toBeCloseTo(-1.9, 12);
		expect(alignment.leftOut).toEqual({ query: [], candidate: [0, 2] });
	});
});

describe.each(distanceNames)('%s', name => {
	const distance = distanceNamed(name);

	test('is the same with query and candidate exchanged, where both last equally long', () => {
		fc.assert(
			fc.property(sequences(1, 6), sequences(1, 6), (query, candidate) => {
				const length = Math.max(query.spans.at(-1)!.end, candidate.spans.at(-1)!.end);
				const stretched = [query, candidate].map(({ spans, vectors }) => ({
					spans: [...spans.slice(0, -1), { start: spans.at(-1)!.start, end: length }],
					vectors,
				}));
				const forth = distance.value(compare(stretched[0]!, stretched[1]!));
				const back = distance.value(compare(stretched[1]!, stretched[0]!));
				expect(back).toBeCloseTo(forth, 9);
			}),
			random,
		);
	});

	test('has an alignment of the same value, pairs in order and nothing both paired and left out', () => {
		if (!distance.align) return expect(['centroid', 'single-linkage', 'complete-linkage']).toContain(name);
		fc.assert(
			fc.property(comparisons(1, 7), comparison => {
				const alignment = distance.align!(comparison)!;
				expect(alignment.value).toBe(distance.value(comparison));
				for (const side of ['query', 'candidate'] as const) {
					const paired = alignment.pairs.map(pair => pair[side]);
					expect(paired).toEqual([...paired].sort((a, b) => a - b));
					const all = [...new Set(paired), ...alignment.leftOut[side]].sort((a, b) => a - b);
					expect(all).toEqual(comparison[side].spans.map((_, k) => k));
				}
			}),
			random,
		);
	});

	test('is infinite where either side is empty, and then has no alignment', () => {
		for (const comparison of [
			compare(sequence([]), sequence([east])),
			compare(sequence([east]), sequence([])),
			compare(sequence([]), sequence([])),
		]) {
			expect(distance.value(comparison)).toBe(Number.POSITIVE_INFINITY);
			expect(distance.align?.(comparison) ?? null).toBeNull();
		}
	});

	test('ranks a copy of the query before something unlike it', () => {
		const query = sequence([east, north, east], [4, 6, 5]);
		const unlike = sequence([west, [0, 0, 1], west], [5, 4, 6]);
		expect(distance.value(compare(query, query))).toBeLessThan(distance.value(compare(query, unlike)));
	});

	test('compares one segment with 200', () => {
		const many = sequence(Array.from({ length: 200 }, (_, k) => (k === 120 ? north : west)));
		const value = distance.value(compare(sequence([north]), many));
		expect(Number.isFinite(value)).toBe(true);
	});
});
