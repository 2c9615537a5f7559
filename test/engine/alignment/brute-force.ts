import type { Pair } from '../../../engine/alignment/alignment.js';
import type { Matrix } from '../../../engine/numeric/matrix.js';

/** Every order-preserving pairing of two sequences, the empty one included. */
export const allPairings = (rows: number, cols: number, from: Pair = { query: 0, candidate: 0 }): Pair[][] => {
	const found: Pair[][] = [[]];
	for (let query = from.query; query < rows; query++) {
		for (let candidate = from.candidate; candidate < cols; candidate++) {
			const rest = allPairings(rows, cols, { query: query + 1, candidate: candidate + 1 });
			found.push(...rest.map(pairs => [{ query, candidate }, ...pairs]));
		}
	}
	return found;
};

export const pairedSimilarity = (similarity: Matrix, pairs: readonly Pair[]): number =>
	pairs.reduce((sum, { query, candidate }) => sum + similarity.data[query * similarity.cols + candidate]!, 0);

/** Score by the definition of a global alignment: pairs, less one indel for each segment in none. */
export const globalScoreOf = (similarity: Matrix, pairs: readonly Pair[], indelCost: number): number =>
	pairedSimilarity(similarity, pairs) - indelCost * (similarity.rows + similarity.cols - 2 * pairs.length);

/** Score by the definition of a local alignment: as the global one, within the first and the last pair. */
export const localScoreOf = (similarity: Matrix, pairs: readonly Pair[], indelCost: number): number => {
	const first = pairs[0];
	const last = pairs.at(-1);
	if (!first || !last) return 0;
	const inside = last.query - first.query + 1 + (last.candidate - first.candidate + 1);
	return pairedSimilarity(similarity, pairs) - indelCost * (inside - 2 * pairs.length);
};
