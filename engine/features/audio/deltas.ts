import { type Matrix32, zeros32 } from '../../numeric/matrix.js';

/** Rows either side that a slope or curvature is fitted to. */
const REACH = 4;

/**
 * Slope over time of every column (Savitzky and Golay 1964): the derivative, per row, of the line fitted to nine rows.
 * The first and last four rows read the nearest whole fit. RangeError for fewer than nine rows.
 *
 * @param rows - frames × values
 */
export const deltas = (rows: Matrix32): Matrix32 => fitted(rows, k => k / 60);

/** Curvature over time of every column: the second derivative, per row squared, of the parabola fitted to nine rows. */
export const secondDeltas = (rows: Matrix32): Matrix32 => fitted(rows, k => (2 * (k * k - 20 / 3)) / 308);

const fitted = (rows: Matrix32, weight: (k: number) => number): Matrix32 => {
	if (rows.rows < 2 * REACH + 1) throw new RangeError(`deltas need nine rows, not ${rows.rows}`);
	const weights = Float64Array.from({ length: 2 * REACH + 1 }, (_, k) => weight(k - REACH));
	const result = zeros32(rows.rows, rows.cols);
	for (let r = 0; r < rows.rows; r++) {
		const first = Math.max(REACH, Math.min(rows.rows - 1 - REACH, r)) - REACH;
		for (let c = 0; c < rows.cols; c++) {
			let sum = 0;
			for (let k = 0; k < weights.length; k++) sum += weights[k]! * rows.data[(first + k) * rows.cols + c]!;
			result.data[r * rows.cols + c] = sum;
		}
	}
	return result;
};
