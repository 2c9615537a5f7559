import type { SegmentSequence } from '../alignment/comparison.js';
import { rowRange, zeros32 } from '../numeric/matrix.js';
import type { Random } from '../numeric/random.js';

/**
 * A contiguous window of a sequence, at random, with this share of its segments, at least one: the paper's Crop Query. The
 * half that is ours follows from the published ranks (docs/decisions.md). Times stay what they were.
 *
 * @param keep - in (0, 1]
 */
export const cropped = (sequence: SegmentSequence, keep: number, random: Random): SegmentSequence => {
	const count = sequence.spans.length;
	const kept = Math.min(count, Math.max(1, Math.ceil(keep * count)));
	const first = random.index(count - kept + 1);
	return {
		spans: sequence.spans.slice(first, first + kept),
		vectors: rowRange(sequence.vectors, first, first + kept),
	};
};

/**
 * A sequence in which each segment is played once more with this chance: the paper's Stretch Targets. That segments are
 * repeated, not dropped or merged, follows from the published ranks, in which Centroid does not move; the chance of a half
 * is ours. What comes after a repeated segment comes later by its length.
 *
 * @param chance - in [0, 1]
 */
export const stretched = ({ spans, vectors }: SegmentSequence, chance: number, random: Random): SegmentSequence => {
	const order = spans.flatMap((_, segment) => (random.uniform() < chance ? [segment, segment] : [segment]));
	const longer = zeros32(order.length, vectors.cols);
	let time = spans[0]?.start ?? 0;
	const moved = order.map((segment, r) => {
		longer.data.set(rowRange(vectors, segment, segment + 1).data, r * vectors.cols);
		const start = time;
		time += spans[segment]!.end - spans[segment]!.start;
		return { start, end: time };
	});
	return { spans: moved, vectors: longer };
};

/** The same spans with unit vectors in random directions: what is left is how many segments there are, and how long. */
export const withoutContent = ({ spans }: SegmentSequence, random: Random): SegmentSequence => {
	const vectors = zeros32(spans.length, CONTENTLESS_DIMENSIONS);
	for (let r = 0; r < vectors.rows; r++) {
		const direction = Float64Array.from({ length: vectors.cols }, random.normal);
		const length = Math.hypot(...direction);
		vectors.data.set(
			direction.map(value => value / length),
			r * vectors.cols,
		);
	}
	return { spans, vectors };
};

const CONTENTLESS_DIMENSIONS = 32;
