import { leadingEigen } from '../numeric/leading-eigen.js';
import { type Matrix32, row, zeros32 } from '../numeric/matrix.js';
import type { SimilarityProduct } from './rank.js';

/** Coordinates of a sketch. */
export const SKETCH_SIZE = 64;

/**
 * The orthonormal directions whose coordinates keep most of a sample's dot products: the leading eigenvectors of its
 * second moments. Not centred, since it is dot products with a query that must survive, not deviations from a mean.
 *
 * @param sample - vectors, one a row; a few thousand tell as much as all
 * @returns directions × columns: SKETCH_SIZE of them, or fewer where the sample has fewer dimensions
 */
export const sketchDirections = (sample: Matrix32): Matrix32 => {
	const { cols } = sample;
	if (cols <= SKETCH_SIZE) return identity(cols);
	const projected = new Float64Array(sample.rows);
	const timesSecondMoments = (vector: Float64Array, out: Float64Array): void => {
		for (let r = 0; r < sample.rows; r++) projected[r] = dot(row(sample, r), vector);
		out.fill(0);
		for (let r = 0; r < sample.rows; r++) {
			const values = row(sample, r);
			for (let c = 0; c < cols; c++) out[c]! += projected[r]! * values[c]!;
		}
	};
	const { vectors } = leadingEigen(timesSecondMoments, cols, SKETCH_SIZE);
	return { rows: vectors.rows, cols, data: Float32Array.from(vectors.data) };
};

/** Vectors in the coordinates of the directions: rows × directions. */
export const sketch = (vectors: Matrix32, directions: Matrix32, product: SimilarityProduct): Promise<Matrix32> =>
	product.similarity(vectors, directions);

const identity = (size: number): Matrix32 => {
	const matrix = zeros32(size, size);
	for (let k = 0; k < size; k++) matrix.data[k * size + k] = 1;
	return matrix;
};

const dot = (a: Float32Array, b: Float64Array): number => {
	let sum = 0;
	for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
	return sum;
};
