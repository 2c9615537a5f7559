import { type Matrix, zeros } from '../numeric/matrix.js';
import type { Pair } from './alignment.js';

/** Pairs in strictly increasing order of both indices, and the score they reach. */
export type ScoredPairs = { readonly score: number; readonly pairs: readonly Pair[] };

/**
 * Best order-preserving match of all segments of two sequences (Needleman and Wunsch 1970; NW-DTW in Prétet et al.):
 * each pair adds its similarity, each segment left out costs `indelCost`, on either side, ends included. Where pairing
 * and leaving out are as good, the pair wins; then leaving out the query's segment.
 *
 * @param similarity - n × m, finite; either may be 0
 * @param indelCost - finite and ≥ 0
 */
export const globalAlignment = (similarity: Matrix, indelCost: number): ScoredPairs => {
	const best = bestScores(similarity, indelCost);
	const stride = best.cols;
	const pairs: Pair[] = [];
	let i = similarity.rows;
	let j = similarity.cols;

	while (i > 0 && j > 0) {
		const here = i * stride + j;
		// Exact comparison is sound: float64 throughout, and the same sums as in bestScores.
		if (best.data[here] === best.data[here - stride - 1]! + similarity.data[(i - 1) * similarity.cols + j - 1]!) {
			pairs.push({ query: --i, candidate: --j });
		} else if (best.data[here] === best.data[here - stride]! - indelCost) {
			i--;
		} else {
			j--;
		}
	}
	return { score: best.data[best.data.length - 1]!, pairs: pairs.reverse() };
};

/** The score alone. */
export const globalScore = (similarity: Matrix, indelCost: number): number =>
	bestScores(similarity, indelCost).data.at(-1)!;

/** Best score of every two prefixes: (n + 1) × (m + 1), row 0 and column 0 being all indels. */
const bestScores = (similarity: Matrix, indelCost: number): Matrix => {
	assertIndelCost(indelCost);
	const { rows: n, cols: m } = similarity;
	const scores = zeros(n + 1, m + 1);
	const best = scores.data;
	const stride = m + 1;

	for (let j = 1; j <= m; j++) best[j] = 0 - indelCost * j;
	for (let i = 1; i <= n; i++) {
		best[i * stride] = 0 - indelCost * i;
		for (let j = 1; j <= m; j++) {
			const here = i * stride + j;
			const paired = best[here - stride - 1]! + similarity.data[(i - 1) * m + j - 1]!;
			best[here] = Math.max(paired, best[here - stride]! - indelCost, best[here - 1]! - indelCost);
		}
	}
	return scores;
};

export const assertIndelCost = (indelCost: number): void => {
	if (!(indelCost >= 0 && indelCost < Number.POSITIVE_INFINITY)) {
		throw new RangeError(`indelCost must be finite and ≥ 0, not ${indelCost}`);
	}
};
