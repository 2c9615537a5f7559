import type { SegmentSequence } from '../alignment/comparison.js';
import { zeros32 } from '../numeric/matrix.js';

/** Parts that a sequence has when it is looked at from afar. */
export const COARSE_PARTS = 4;

/**
 * A sequence from afar: up to {@link COARSE_PARTS} runs of segments, as equal in number as can be, each as its mean. What
 * two sequences have in common over long stretches, and in which order, can still be seen.
 */
export const coarse = ({ spans, vectors }: SegmentSequence): SegmentSequence => {
	const parts = Math.min(COARSE_PARTS, vectors.rows);
	const edges = Array.from({ length: parts + 1 }, (_, part) => Math.round((part * vectors.rows) / parts));
	const pooled = zeros32(parts, vectors.cols);
	for (let part = 0; part < parts; part++) {
		const [from, to] = [edges[part]!, edges[part + 1]!];
		for (let k = from * vectors.cols; k < to * vectors.cols; k++) {
			pooled.data[part * vectors.cols + (k % vectors.cols)]! += vectors.data[k]! / (to - from);
		}
	}
	return {
		spans: Array.from({ length: parts }, (_, part) => ({
			start: spans[edges[part]!]!.start,
			end: spans[edges[part + 1]! - 1]!.end,
		})),
		vectors: pooled,
	};
};
