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
	const pooled = zeros32(spans.length, features.cols);
	if (features.rows === 0) return pooled;
	spans.forEach(({ start, end }, s) => {
		const first = Math.min(features.rows - 1, Math.floor(start));
		const last = Math.min(features.rows - 1, Math.max(first, Math.ceil(end) - 1));
		let total = 0;
		const sums = new Float64Array(features.cols);
		for (let k = first; k <= last; k++) {
			const share = Math.min(k + 1, end) - Math.max(k, start);
			const weight = share > 0 ? share : first === last ? 1 : 0;
			total += weight;
			for (let c = 0; c < features.cols; c++) sums[c]! += weight * features.data[k * features.cols + c]!;
		}
		for (let c = 0; c < features.cols; c++) pooled.data[s * features.cols + c] = sums[c]! / total;
	});
	return pooled;
};
