import type { Matrix32 } from '../../numeric/matrix.js';

/**
 * Rows of a matrix as pgvector reads them: nine digits name every float32 exactly.
 */
export const vectorTexts = ({ rows, cols, data }: Matrix32): string[] =>
	Array.from({ length: rows }, (_, r) => {
		const row = data.subarray(r * cols, (r + 1) * cols);
		return `[${Array.from(row, value => value.toPrecision(9)).join(',')}]`;
	});

/**
 * Vectors of one width in the form that pgvector sends, one after the other, as one block: each a length and two unused
 * bytes, then its components, big-endian.
 */
export const vectorsFrom = (bytes: Buffer, cols: number): Float32Array => {
	const stride = 4 + 4 * cols;
	const rows = bytes.length / stride;
	if (!Number.isInteger(rows)) throw new RangeError(`${bytes.length} bytes are no vectors of ${cols} dimensions`);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const data = new Float32Array(rows * cols);
	for (let r = 0; r < rows; r++) {
		for (let c = 0; c < cols; c++) data[r * cols + c] = view.getFloat32(r * stride + 4 + 4 * c);
	}
	return data;
};
