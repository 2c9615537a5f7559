import { type Matrix, type Matrix32, zeros } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';

/** The embedded segments of a cut or of a track, in order of time, without overlap: row r belongs to `spans[r]`. */
export type SegmentSequence = { readonly spans: readonly Span[]; readonly vectors: Matrix32 };

/** A query and a candidate side by side: all that any distance looks at. */
export type Comparison = {
	/** Dot products S: n query × m candidate segments. */
	readonly similarity: Matrix;
	/** Euclidean distances D, of the same shape. */
	readonly distance: Matrix;
	readonly query: SequenceSummary;
	readonly candidate: SequenceSummary;
};

/** What distances need to know of one sequence beside its products with the other; made once for many comparisons. */
export type SequenceSummary = {
	readonly spans: readonly Span[];
	/** Squared length of each segment's embedding: all 1 for unit vectors. */
	readonly squaredNorms: Float64Array;
	/** Squared length of the mean embedding; 0 for an empty sequence. */
	readonly centroidSquaredNorm: number;
};

/** Compares two sequences of one embedding space; the embeddings need not be of unit length. */
export const compare = (query: SegmentSequence, candidate: SegmentSequence): Comparison =>
	comparisonFrom(dotProducts(query.vectors, candidate.vectors), summarise(query), summarise(candidate));

/** The comparison whose dot products are already known, as from one product with the whole catalogue. */
export const comparisonFrom = (similarity: Matrix, query: SequenceSummary, candidate: SequenceSummary): Comparison => ({
	similarity,
	distance: euclideanDistances(similarity, query.squaredNorms, candidate.squaredNorms),
	query,
	candidate,
});

/** @throws RangeError where spans and vectors differ in number */
export const summarise = ({ spans, vectors }: SegmentSequence): SequenceSummary => {
	if (spans.length !== vectors.rows) {
		throw new RangeError(`${spans.length} spans do not fit ${vectors.rows} vectors`);
	}
	const { rows, cols, data } = vectors;
	const squaredNorms = new Float64Array(rows);
	const sum = new Float64Array(cols);
	for (let r = 0; r < rows; r++) {
		for (let c = 0; c < cols; c++) {
			const value = data[r * cols + c]!;
			squaredNorms[r]! += value * value;
			sum[c]! += value;
		}
	}
	const sumSquared = sum.reduce((total, value) => total + value * value, 0);
	return { spans, squaredNorms, centroidSquaredNorm: rows === 0 ? 0 : sumSquared / (rows * rows) };
};

/** Dot product of every row of one matrix with every row of another: n × m, summed in float64. */
export const dotProducts = (query: Matrix32, candidate: Matrix32): Matrix => {
	if (query.cols !== candidate.cols) {
		throw new RangeError(`embeddings of ${query.cols} and ${candidate.cols} dimensions do not compare`);
	}
	const products = zeros(query.rows, candidate.rows);
	const { cols } = query;
	const [a, b] = [query.data, candidate.data];
	for (let i = 0; i < query.rows; i++) {
		const end = (i + 1) * cols;
		let j = 0;
		// Four at a time, which takes less than half as long: no addition waits for the one before.
		for (; j + 3 < candidate.rows; j += 4) {
			let [first, second, third, fourth] = [0, 0, 0, 0];
			for (let k = i * cols, at = j * cols; k < end; k++, at++) {
				const value = a[k]!;
				first += value * b[at]!;
				second += value * b[at + cols]!;
				third += value * b[at + 2 * cols]!;
				fourth += value * b[at + 3 * cols]!;
			}
			products.data.set([first, second, third, fourth], i * candidate.rows + j);
		}
		for (; j < candidate.rows; j++) {
			let sum = 0;
			for (let k = i * cols, at = j * cols; k < end; k++, at++) sum += a[k]! * b[at]!;
			products.data[i * candidate.rows + j] = sum;
		}
	}
	return products;
};

/** Euclidean distances from dot products: |a - b|² = |a|² + |b|² - 2ab. */
export const euclideanDistances = (
	similarity: Matrix,
	querySquaredNorms: Float64Array,
	candidateSquaredNorms: Float64Array,
): Matrix => {
	const { rows, cols } = similarity;
	const distances = zeros(rows, cols);
	for (let i = 0; i < rows; i++) {
		for (let j = 0; j < cols; j++) {
			const here = i * cols + j;
			const squared = querySquaredNorms[i]! + candidateSquaredNorms[j]! - 2 * similarity.data[here]!;
			// Rounding can leave the squared distance of equal vectors just below zero.
			distances.data[here] = Math.sqrt(Math.max(0, squared));
		}
	}
	return distances;
};
