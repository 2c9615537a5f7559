import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, type SegmentSequence } from '../../../engine/alignment/comparison.js';
import { globalScore } from '../../../engine/alignment/global-alignment.js';
import { localScore } from '../../../engine/alignment/local-alignment.js';
import {
	offsetRange,
	SILENCE_COST,
	timedBestTrace,
	timedTrace,
	timedTraces,
} from '../../../engine/alignment/timed-best-trace.js';
import { segmentAtSteps, timedGlobalAlignment, timedLocalAlignment } from '../../../engine/alignment/timed-dtw.js';
import { bestTrace } from '../../../engine/alignment/trace.js';
import { comparisonOf, indelCosts, matrix, sequence, sequences, similarities, spansOf } from './arbitraries.js';

const random = { seed: 1001, numRuns: 150 };
const east = [1, 0, 0];
const north = [0, 1, 0];
const west = [-1, 0, 0];

/** Distance to what plays at each of many instants, looked up one by one: the integral as a sum. */
const sampledCost = (query: SegmentSequence, candidate: SegmentSequence, offset: number, rate: number): number => {
	const { distance } = compare(query, candidate);
	const from = query.spans[0]!.start;
	const count = Math.round((query.spans.at(-1)!.end - from) * rate);
	let sum = 0;
	for (let k = 0; k < count; k++) {
		const time = from + (k + 0.5) / rate;
		const at = ({ start, end }: { start: number; end: number }, instant: number) => start <= instant && instant < end;
		const i = query.spans.findIndex(span => at(span, time));
		const j = candidate.spans.findIndex(span => at(span, time + offset));
		sum += j < 0 ? SILENCE_COST : distance.data[i * distance.cols + j]!;
	}
	return sum / count;
};

describe('Timed Best Trace', () => {
	test('finds the stretch of a track that a cut was made for, wherever section boundaries fall', () => {
		const track = sequence([west, east, north, west], [10, 8, 6, 20]);
		const cut = sequence([east, north], [3, 6]);
		expect(timedBestTrace(compare(cut, track), SILENCE_COST)).toEqual({
			value: 0,
			pairs: [
				{ query: 0, candidate: 1 },
				{ query: 1, candidate: 2 },
			],
			leftOut: { query: [], candidate: [0, 3] },
			offset: 15,
		});
	});

	test('is the integral of the distances along the diagonal, at any offset', () => {
		fc.assert(
			fc.property(sequences(1, 5), sequences(1, 5), fc.integer({ min: -40, max: 40 }), (query, candidate, quarters) => {
				const cost = timedTrace(compare(query, candidate), quarters / 4, SILENCE_COST);
				expect(cost).toBeCloseTo(sampledCost(query, candidate, quarters / 4, 8), 9);
			}),
			random,
		);
	});

	test('costs at many offsets, read off at once, are those at each of them', () => {
		fc.assert(
			fc.property(
				sequences(1, 6),
				sequences(1, 6),
				fc.double({ min: 0.05, max: 2, noNaN: true }),
				(query, candidate, step) => {
					const comparison = compare(query, candidate);
					const costs = timedTraces(comparison, step, 60, SILENCE_COST);
					expect(costs).toHaveLength(60);
					costs.forEach((cost, k) => {
						expect(cost).toBeCloseTo(timedTrace(comparison, k * step, SILENCE_COST), 9);
					});
				},
			),
			random,
		);
	});

	test('no offset of a dense grid over the range costs less', () => {
		fc.assert(
			fc.property(sequences(1, 5), sequences(1, 5), (query, candidate) => {
				const comparison = compare(query, candidate);
				const { value } = timedBestTrace(comparison, SILENCE_COST);
				const { start, end } = offsetRange(query.spans, candidate.spans);
				const dense = Array.from({ length: 501 }, (_, k) =>
					timedTrace(comparison, start + ((end - start) * k) / 500, SILENCE_COST),
				);
				expect(value).toBeLessThanOrEqual(Math.min(...dense) + 1e-12);
			}),
			random,
		);
	});

	test('equal boundaries and offset 0 give the trace weighted by duration', () => {
		fc.assert(
			fc.property(sequences(1, 6), sequences(6, 6), (query, { vectors }) => {
				const n = query.spans.length;
				const candidate = { spans: query.spans, vectors: { rows: n, cols: 3, data: vectors.data.slice(0, n * 3) } };
				const comparison = compare(query, candidate);
				const total = query.spans.at(-1)!.end;
				const weighted = query.spans.reduce(
					(sum, { start, end }, s) => sum + ((end - start) / total) * comparison.distance.data[s * n + s]!,
					0,
				);
				expect(timedTrace(comparison, 0, SILENCE_COST)).toBeCloseTo(weighted, 9);
				// Both last equally long, so 0 is the only offset.
				expect(timedBestTrace(comparison, SILENCE_COST).value).toBeCloseTo(weighted, 9);
			}),
			random,
		);
	});

	test('segments of one second give Best Trace where the query is no longer than the candidate', () => {
		fc.assert(
			fc.property(similarities({ rows: 6, cols: 9 }, 1), similarity => {
				fc.pre(similarity.rows <= similarity.cols);
				const ones = (count: number) => new Array<number>(count).fill(1);
				const comparison = comparisonOf(similarity, ones(similarity.rows), ones(similarity.cols));
				const timed = timedBestTrace(comparison, SILENCE_COST);
				const { value, shift } = bestTrace(comparison.distance);
				expect(timed.value).toBeCloseTo(value, 12);
				expect(timed.offset).toBe(shift);
			}),
			random,
		);
	});

	test('splitting a segment in two changes nothing', () => {
		fc.assert(
			fc.property(sequences(1, 5), sequences(1, 5), (query, candidate) => {
				const halves: SegmentSequence = {
					spans: candidate.spans.flatMap(({ start, end }) => [
						{ start, end: (start + end) / 2 },
						{ start: (start + end) / 2, end },
					]),
					vectors: {
						rows: candidate.vectors.rows * 2,
						cols: 3,
						data: Float32Array.from(
							{ length: candidate.vectors.rows * 6 },
							(_, k) => candidate.vectors.data[Math.floor(k / 6) * 3 + (k % 3)]!,
						),
					},
				};
				expect(timedBestTrace(compare(query, halves), SILENCE_COST).value).toBeCloseTo(
					timedBestTrace(compare(query, candidate), SILENCE_COST).value,
					9,
				);
			}),
			random,
		);
	});

	test('a song that is too short slides inside the cut, and silence costs its price', () => {
		const alignment = timedBestTrace(compare(sequence([east, north], [6, 2]), sequence([north], [2])), 1);
		expect(alignment.offset).toBe(-6);
		expect(alignment.value).toBe(0.75);
	});

	test('only given offsets inside the range are considered, and all of the range where none is', () => {
		const comparison = compare(sequence([north], [2]), sequence([east, north, east], [5, 2, 5]));
		expect(timedBestTrace(comparison, SILENCE_COST, [0, 4, 7, 99]).offset).toBe(4);
		expect(timedBestTrace(comparison, SILENCE_COST, [99]).offset).toBe(5);
	});
});

describe('Timed DTW', () => {
	test('segments of one second give the paper’s forms', () => {
		fc.assert(
			fc.property(similarities({ rows: 8, cols: 8 }, 1), indelCosts, (similarity, indelCost) => {
				const ones = (count: number) => new Array<number>(count).fill(1);
				const comparison = comparisonOf(similarity, ones(similarity.rows), ones(similarity.cols));
				expect(timedLocalAlignment(comparison, indelCost, 1).value).toBe(0 - localScore(similarity, indelCost));
				expect(timedGlobalAlignment(comparison, indelCost, 1).value).toBe(0 - globalScore(similarity, indelCost));
			}),
			random,
		);
	});

	test('a finer step changes nothing where durations are multiples of the coarser one', () => {
		const durations = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 5 });
		fc.assert(
			fc.property(
				similarities({ rows: 5, cols: 5 }, 1),
				durations,
				durations,
				indelCosts,
				(similarity, a, b, indelCost) => {
					const comparison = comparisonOf(similarity, a.slice(0, similarity.rows), b.slice(0, similarity.cols));
					for (const align of [timedLocalAlignment, timedGlobalAlignment]) {
						const coarse = align(comparison, indelCost, 1).value;
						expect(align(comparison, indelCost, 0.5).value).toBeCloseTo(coarse, 9);
						expect(align(comparison, indelCost, 0.25).value).toBeCloseTo(coarse, 9);
					}
				},
			),
			random,
		);
	});

	test('equal boundaries and a forbidding indel cost give the similarity weighted by duration', () => {
		fc.assert(
			fc.property(similarities({ rows: 5, cols: 5 }, 5), similarity => {
				const durations = [3, 1, 4, 1, 5];
				const weighted = durations.reduce((sum, duration, s) => sum + duration * similarity.data[s * 6]!, 0);
				const { value } = timedGlobalAlignment(comparisonOf(similarity, durations, durations), 100, 1);
				expect(value).toBeCloseTo(-weighted, 9);
			}),
			random,
		);
	});

	test('one long section carries the three shots that play over it', () => {
		const alignment = timedLocalAlignment(
			compare(sequence([east, east, east, north], [5, 7, 6, 4]), sequence([west, east, north], [9, 18, 30])),
			0.1,
			1,
		);
		expect(alignment).toEqual({
			value: -22,
			pairs: [
				{ query: 0, candidate: 1 },
				{ query: 1, candidate: 1 },
				{ query: 2, candidate: 1 },
				{ query: 3, candidate: 2 },
			],
			leftOut: { query: [], candidate: [0] },
			offset: 9,
		});
	});

	test('a section longer than its shot is skipped in part, at the price of the seconds left out', () => {
		const { value } = timedLocalAlignment(
			compare(sequence([east, north], [4, 4]), sequence([east, north], [10, 4])),
			0.125,
			1,
		);
		// The shot may begin late in the section, so nothing needs to be left out between.
		expect(value).toBe(-8);
		const global = timedGlobalAlignment(
			compare(sequence([east, north], [4, 4]), sequence([east, north], [10, 4])),
			0.125,
			1,
		);
		expect(global.value).toBe(-8 + 6 * 0.125);
	});

	test('boundaries are rounded to the grid without adding up', () => {
		expect([...segmentAtSteps(spansOf([1.4, 1.4, 1.4, 1.4]), 1)]).toEqual([0, 1, 1, 2, 3, 3]);
		expect([...segmentAtSteps(spansOf([0.1], 7), 1)]).toEqual([0]);
		expect([...segmentAtSteps([], 1)]).toEqual([]);
		expect(() => segmentAtSteps(spansOf([1]), 0)).toThrow(RangeError);
	});

	test('unlike sequences share no time', () => {
		expect(timedLocalAlignment(comparisonOf(matrix([[-1]]), [3], [5]), 0.1, 1)).toEqual({
			value: 0,
			pairs: [],
			leftOut: { query: [0], candidate: [0] },
			offset: null,
		});
	});
});
