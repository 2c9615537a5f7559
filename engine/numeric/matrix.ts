/** Rows of equal length in one row-major block: element (r, c) is `data[r * cols + c]`. */
export type Matrix<Data extends Float32Array | Float64Array = Float64Array> = {
	readonly rows: number;
	readonly cols: number;
	readonly data: Data;
};

/** What features and embeddings are stored in; computations that add up many values use the default, float64. */
export type Matrix32 = Matrix<Float32Array>;

export const zeros = (rows: number, cols: number): Matrix => ({ rows, cols, data: new Float64Array(rows * cols) });

export const zeros32 = (rows: number, cols: number): Matrix32 => ({ rows, cols, data: new Float32Array(rows * cols) });

/** Row `r` as a view: writing to it writes to the matrix. */
export const row = <Data extends Float32Array | Float64Array>(matrix: Matrix<Data>, r: number): Data =>
	matrix.data.subarray(r * matrix.cols, (r + 1) * matrix.cols) as Data;

/** Rows `start` to `end` as a view: writing to it writes to the matrix. */
export const rowRange = (matrix: Matrix32, start: number, end: number): Matrix32 => ({
	rows: end - start,
	cols: matrix.cols,
	data: matrix.data.subarray(start * matrix.cols, end * matrix.cols),
});

/** Matrices below each other. Those with rows have equally many columns; those without may have any. */
export const stacked = (parts: readonly Matrix32[]): Matrix32 => {
	const all = zeros32(
		parts.reduce((sum, { rows }) => sum + rows, 0),
		(parts.find(({ rows }) => rows > 0) ?? parts[0])?.cols ?? 0,
	);
	let filled = 0;
	for (const { rows, data } of parts) {
		all.data.set(data.subarray(0, rows * all.cols), filled);
		filled += rows * all.cols;
	}
	return all;
};
