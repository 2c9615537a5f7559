import { type Matrix, zeros } from '../numeric/matrix.js';
import type { Pair } from './alignment.js';
import { assertIndelCost, type ScoredPairs } from './global-alignment.js';

/**
 * Best order-preserving match of any stretch of one sequence with any stretch of another (Smith and Waterman 1981;
 * SW-DTW in Prétet et al.): as the global alignment, but segments before the first pair and after the last one cost
 * nothing, and pairing nothing at all scores 0. Of equally good alignments the one that ends first wins.
 *
 * @param similarity - n × m, finite; either may be 0
 * @param indelCost - finite and ≥ 0
 */
export const localAlignment = (similarity: Matrix, indelCost: number): ScoredPairs => {
	const best = bestScores(similarity, indelCost);
	const stride = best.cols;
	const end = argMax(best.data);
	const pairs: Pair[] = [];
	let i = Math.floor(end / stride);
	let j = end % stride;

	while (best.data[i * stride + j]! > 0) {
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
	return { score: best.data[end]!, pairs: pairs.reverse() };
};

/** The score alone. */
export const localScore = (similarity: Matrix, indelCost: number): number => {
	const { data } = bestScores(similarity, indelCost);
	return data[argMax(data)]!;
};

/** Best score of a match that ends at each two segments, or 0: (n + 1) × (m + 1), row 0 and column 0 being 0. */
const bestScores = (similarity: Matrix, indelCost: number): Matrix => {
	assertIndelCost(indelCost);
	const { rows: n, cols: m } = similarity;
	const scores = zeros(n + 1, m + 1);
	const best = scores.data;
	const stride = m + 1;

	for (let i = 1; i <= n; i++) {
		for (let j = 1; j <= m; j++) {
			const here = i * stride + j;
			const paired = best[here - stride - 1]! + similarity.data[(i - 1) * m + j - 1]!;
			best[here] = Math.max(0, paired, best[here - stride]! - indelCost, best[here - 1]! - indelCost);
		}
	}
	return scores;
};

const argMax = (values: Float64Array): number => {
	let best = 0;
	for (let k = 1; k < values.length; k++) {
		if (values[k]! > values[best]!) best = k;
	}
	return best;
};
