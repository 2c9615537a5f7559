import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globalAlignment, globalScore } from '../../../engine/alignment/global-alignment.js';
import { localAlignment, localScore } from '../../../engine/alignment/local-alignment.js';
import type { Matrix } from '../../../engine/numeric/matrix.js';
import { indelCosts, matrix, similarities, transposed } from './arbitraries.js';
import { allPairings, globalScoreOf, localScoreOf } from './brute-force.js';

const letters = (left: string, right: string, match: number, mismatch: number): Matrix =>
	matrix([...left].map(a => [...right].map(b => (a === b ? match : mismatch))));

// Durbin, Eddy, Krogh, Mitchison: Biological Sequence Analysis (1998), chapter 2: PAWHEAE with HEAGAWGHEE, BLOSUM50.
const durbin = matrix([
	[-2, -1, -1, -2, -1, -4, -2, -2, -1, -1],
	[-2, -1, 5, 0, 5, -3, 0, -2, -1, -1],
	[-3, -3, -3, -3, -3, 15, -3, -3, -3, -3],
	[10, 0, -2, -2, -2, -3, -2, 10, 0, 0],
	[0, 6, -1, -3, -1, -3, -3, 0, 6, 6],
	[-2, -1, 5, 0, 5, -3, 0, -2, -1, -1],
	[0, 6, -1, -3, -1, -3, -3, 0, 6, 6],
]);

const random = { seed: 2306, numRuns: 300 };

describe('global alignment', () => {
	test('GCATGCG and GATTACA score 0 with match 1, mismatch -1, gap 1, the usual teaching example', () => {
		expect(globalScore(letters('GCATGCG', 'GATTACA', 1, -1), 1)).toBe(0);
	});

	test("Durbin's example scores 1 with a gap cost of 8", () => {
		const { score, pairs } = globalAlignment(durbin, 8);
		expect(score).toBe(1);
		expect(globalScoreOf(durbin, pairs, 8)).toBe(1);
	});

	test('the score is the best over all order-preserving pairings, and the pairs reach it', () => {
		fc.assert(
			fc.property(similarities({ rows: 5, cols: 5 }), indelCosts, (similarity, indelCost) => {
				const scores = allPairings(similarity.rows, similarity.cols).map(pairs =>
					globalScoreOf(similarity, pairs, indelCost),
				);
				const { score, pairs } = globalAlignment(similarity, indelCost);
				expect(score).toBe(Math.max(...scores));
				expect(globalScoreOf(similarity, pairs, indelCost)).toBe(score);
				expect(globalScore(similarity, indelCost)).toBe(score);
			}),
			random,
		);
	});

	test('where pairing and leaving out are as good, the pair wins', () => {
		expect(globalAlignment(matrix([[-1]]), 0.5).pairs).toEqual([{ query: 0, candidate: 0 }]);
	});

	test('an empty side costs one indel for every segment of the other', () => {
		expect(globalAlignment({ rows: 0, cols: 3, data: new Float64Array(0) }, 0.25)).toEqual({ score: -0.75, pairs: [] });
		expect(globalAlignment({ rows: 2, cols: 0, data: new Float64Array(0) }, 0.25)).toEqual({ score: -0.5, pairs: [] });
	});
});

describe('local alignment', () => {
	test('TGTTACGG and GGTTGACTA score 13 with match 3, mismatch -3, gap 2, and pair GTTAC with GTTGAC', () => {
		expect(localAlignment(letters('TGTTACGG', 'GGTTGACTA', 3, -3), 2)).toEqual({
			score: 13,
			pairs: [
				{ query: 1, candidate: 1 },
				{ query: 2, candidate: 2 },
				{ query: 3, candidate: 3 },
				{ query: 4, candidate: 5 },
				{ query: 5, candidate: 6 },
			],
		});
	});

	test("Durbin's example scores 28 with a gap cost of 8, and pairs AWHE with AWGHE", () => {
		const { score, pairs } = localAlignment(durbin, 8);
		expect(score).toBe(28);
		expect(pairs.map(({ query, candidate }) => [query, candidate])).toEqual([
			[1, 4],
			[2, 5],
			[3, 7],
			[4, 8],
		]);
	});

	test('the score is the best over all order-preserving pairings of any two stretches, and the pairs reach it', () => {
		fc.assert(
			fc.property(similarities({ rows: 5, cols: 5 }), indelCosts, (similarity, indelCost) => {
				const scores = allPairings(similarity.rows, similarity.cols).map(pairs =>
					localScoreOf(similarity, pairs, indelCost),
				);
				const { score, pairs } = localAlignment(similarity, indelCost);
				expect(score).toBe(Math.max(...scores));
				expect(localScoreOf(similarity, pairs, indelCost)).toBe(score);
				expect(localScore(similarity, indelCost)).toBe(score);
			}),
			random,
		);
	});

	test('nothing similar pairs nothing and scores 0', () => {
		expect(localAlignment(matrix([[-0.5, 0]]), 0)).toEqual({ score: 0, pairs: [] });
		expect(localAlignment({ rows: 0, cols: 3, data: new Float64Array(0) }, 1)).toEqual({ score: 0, pairs: [] });
	});

	test('of equally good alignments the one that ends first wins', () => {
		expect(localAlignment(matrix([[0.5, 0.5]]), 1).pairs).toEqual([{ query: 0, candidate: 0 }]);
	});
});

describe('both alignments', () => {
	const scores = { global: globalScore, local: localScore };

	test.each(Object.entries(scores))('exchanging the sequences leaves the %s score as it is', (_, score) => {
		fc.assert(
			fc.property(similarities({ rows: 9, cols: 9 }), indelCosts, (similarity, indelCost) => {
				expect(score(transposed(similarity), indelCost)).toBe(score(similarity, indelCost));
			}),
			random,
		);
	});

	test.each(Object.entries(scores))('a dearer indel never raises the %s score', (_, score) => {
		fc.assert(
			fc.property(similarities({ rows: 9, cols: 9 }), indelCosts, indelCosts, (similarity, a, b) => {
				expect(score(similarity, Math.max(a, b))).toBeLessThanOrEqual(score(similarity, Math.min(a, b)));
			}),
			random,
		);
	});

	test.each(Object.entries({ global: globalAlignment, local: localAlignment }))(
		'pairs of the %s alignment increase strictly in both indices',
		(_, align) => {
			fc.assert(
				fc.property(similarities({ rows: 20, cols: 20 }), indelCosts, (similarity, indelCost) => {
					align(similarity, indelCost).pairs.forEach(({ query, candidate }, k, pairs) => {
						if (k === 0) return;
						expect(query).toBeGreaterThan(pairs[k - 1]!.query);
						expect(candidate).toBeGreaterThan(pairs[k - 1]!.candidate);
					});
				}),
				random,
			);
		},
	);

	test('a local alignment scores no less than the global one', () => {
		fc.assert(
			fc.property(similarities({ rows: 9, cols: 9 }), indelCosts, (similarity, indelCost) => {
				expect(localScore(similarity, indelCost)).toBeGreaterThanOrEqual(globalScore(similarity, indelCost));
			}),
			random,
		);
	});

	test('aligning two halves apart and joining them scores no better than aligning the whole', () => {
		fc.assert(
			fc.property(similarities({ rows: 8, cols: 8 }, 2), indelCosts, fc.nat(), fc.nat(), (whole, indelCost, a, b) => {
				const row = a % whole.rows;
				const col = b % whole.cols;
				const part = (rows: [number, number], cols: [number, number]): Matrix => ({
					rows: rows[1] - rows[0],
					cols: cols[1] - cols[0],
					data: Float64Array.from(
						Array.from({ length: rows[1] - rows[0] }, (_, r) =>
							Array.from(
								whole.data.subarray((rows[0] + r) * whole.cols + cols[0], (rows[0] + r) * whole.cols + cols[1]),
							),
						).flat(),
					),
				});
				const first = globalScore(part([0, row], [0, col]), indelCost);
				const second = globalScore(part([row, whole.rows], [col, whole.cols]), indelCost);
				expect(globalScore(whole, indelCost)).toBeGreaterThanOrEqual(first + second);
			}),
			random,
		);
	});

	test('without an indel cost, one segment pairs with its most similar partner', () => {
		const one = matrix([[0.1, 0.7, -0.2]]);
		expect(globalAlignment(one, 0)).toEqual({ score: 0.7, pairs: [{ query: 0, candidate: 1 }] });
		expect(localAlignment(one, 0)).toEqual({ score: 0.7, pairs: [{ query: 0, candidate: 1 }] });
	});

	test('200 segments against themselves pair one by one', () => {
		const identity: Matrix = {
			rows: 200,
			cols: 200,
			data: Float64Array.from({ length: 40_000 }, (_, k) => (k % 201 === 0 ? 1 : 0)),
		};
		const diagonal = Array.from({ length: 200 }, (_, k) => ({ query: k, candidate: k }));
		expect(globalAlignment(identity, 0.5)).toEqual({ score: 200, pairs: diagonal });
		expect(localAlignment(identity, 0.5)).toEqual({ score: 200, pairs: diagonal });
	});

	test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('an indel cost of %d is refused', indelCost => {
		expect(() => globalScore(matrix([[1]]), indelCost)).toThrow(RangeError);
		expect(() => localScore(matrix([[1]]), indelCost)).toThrow(RangeError);
	});
});
