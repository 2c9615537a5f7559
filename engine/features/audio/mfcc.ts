import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';

/** The first `count` rows of the orthonormal DCT-II of `length` values: count × length. */
export const dctMatrix = (count: number, length: number): Matrix32 => {
	const matrix = zeros32(count, length);
	for (let k = 0; k < count; k++) {
		const scale = Math.sqrt((k === 0 ? 1 : 2) / length);
		for (let n = 0; n < length; n++) row(matrix, k)[n] = scale * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * length));
	}
	return matrix;
};

/**
 * Mel-frequency cepstral coefficients (Davis and Mermelstein 1980): the cosine transform of log-mel rows.
 *
 * @param logMel - frames × bands, in dB
 * @returns frames × count; the first coefficient is the level
 */
export const mfcc = (logMel: Matrix32, count: number): Matrix32 => {
	const coefficients = zeros32(logMel.rows, count);
	const dct = dctMatrix(count, logMel.cols);
	for (let frame = 0; frame < logMel.rows; frame++) {
		for (let k = 0; k < count; k++) {
			let sum = 0;
			for (let band = 0; band < logMel.cols; band++) {
				sum += dct.data[k * logMel.cols + band]! * logMel.data[frame * logMel.cols + band]!;
			}
			coefficients.data[frame * count + k] = sum;
		}
	}
	return coefficients;
};
