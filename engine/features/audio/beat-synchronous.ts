import { type Matrix, zeros } from '../../numeric/matrix.js';

/**
 * Rows averaged between neighbouring edges: row i of the result is the mean of rows edges[i] … edges[i + 1] − 1.
 *
 * @param rows - frames × cols, row-major
 * @param edges - strictly increasing row indices
 * @returns (edges − 1) × cols
 */
export const averageBetween = (rows: ArrayLike<number>, cols: number, edges: readonly number[]): Matrix => {
	const means = zeros(Math.max(0, edges.length - 1), cols);
	for (let r = 0; r < means.rows; r++) {
		const count = edges[r + 1]! - edges[r]!;
		for (let from = edges[r]!; from < edges[r + 1]!; from++) {
			for (let c = 0; c < cols; c++) means.data[r * cols + c]! += rows[from * cols + c]! / count;
		}
	}
	return means;
};
