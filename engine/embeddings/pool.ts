import { type Matrix32, zeros32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';

/**
 * Mean over each span of features that come once a second (paper, section IV-A: segment features are means). Row k of the
 * features stands for the second from k to k + 1 and counts by how much of it lies in the span.
 *
 * @param features - seconds × d
 * @param spans - inside the features' time; a span past the last row takes the last row
 * @returns spans × d
 */
export const poolOverSpans = (features: Matrix32, spans: readonly Span[]): Matrix32 => {
	const { cols } = features;
	const pooled = zeros32(spans.length, cols);
	if (features.rows === 0 || spans.length === 0) return pooled;
	const rows = spans.map(span => rowsOf(span, features.rows));
	const from = rows.reduce((least, { first }) => Math.min(least, first), features.rows);
	const to = rows.reduce((most, { last }) => Math.max(most, last), 0) + 1;
	const sums = sumsOfRows(features, from, to);
	spans.forEach(({ start, end }, s) => {
		const { first, last } = rows[s]!;
		// Whole rows by one difference, then less what of the first and the last lies outside.
		const before = Math.min(1, Math.max(0, start - first));
		const after = Math.min(1, Math.max(0, last + 1 - end));
		const total = last + 1 - first - before - after;
		const [top, bottom] = [(first - from) * cols, (last + 1 - from) * cols];
		for (let c = 0; c < cols; c++) {
			const outside = before * features.data[first * cols + c]! + after * features.data[last * cols + c]!;
			pooled.data[s * cols + c] =
				total > LEAST_SHARE ? (sums[bottom + c]! - sums[top + c]! - outside) / total : features.data[first * cols + c]!;
		}
	});
	return pooled;
};

/** Less of a row than this is rounding: then the row itself is taken. */
const LEAST_SHARE = 1e-6;

/** The rows that a span lies in, at least one. */
const rowsOf = ({ start, end }: Span, rows: number) => {
	const first = Math.min(rows - 1, Math.floor(start));
	return { first, last: Math.min(rows - 1, Math.max(first, Math.ceil(end) - 1)) };
};

/** Row k: the sum of the rows from `from` up to, and without, from + k. A search asks for thousands of spans at once. */
const sumsOfRows = ({ cols, data }: Matrix32, from: number, to: number): Float64Array => {
	const sums = new Float64Array((to - from + 1) * cols);
	for (let row = from; row < to; row++) {
		const target = (row - from + 1) * cols;
		for (let c = 0; c < cols; c++) sums[target + c] = sums[target - cols + c]! + data[row * cols + c]!;
	}
	return sums;
};
