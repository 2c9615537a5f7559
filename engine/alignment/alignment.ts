import type { Seconds, Span } from '../time/time.js';

/** One query segment matched with one candidate segment, by index. */
export type Pair = { readonly query: number; readonly candidate: number };

/** How a distance lays a query along a candidate, and what it thinks of that. */
export type Alignment = {
	/** The distance itself: lower is better. */
	readonly value: number;
	/**
	 * In order of time. The paper's distances pair each segment at most once; the timed ones pair a long segment with
	 * every one that it meets.
	 */
	readonly pairs: readonly Pair[];
	/** Segments in no pair, by index, ascending. */
	readonly leftOut: { readonly query: readonly number[]; readonly candidate: readonly number[] };
	/** The candidate's time less the query's, where they are laid together; null without pairs. */
	readonly offset: Seconds | null;
};

/** The alignment that consists of these pairs, with the offset that suits them best (see {@link pairedOffset}). */
export const alignmentOf = (
	value: number,
	pairs: readonly Pair[],
	query: readonly Span[],
	candidate: readonly Span[],
): Alignment => ({
	value,
	pairs,
	leftOut: {
		query: missing(
			query.length,
			pairs.map(pair => pair.query),
		),
		candidate: missing(
			candidate.length,
			pairs.map(pair => pair.candidate),
		),
	},
	offset: pairedOffset(pairs, query, candidate),
});

/**
 * The offset that moves paired segments least: the median of the differences between their starts, each weighted by the
 * time that the pair can play together. It minimises the weighted sum of absolute displacements, so a few segments that
 * are stretched away do not pull it along. Ours.
 */
export const pairedOffset = (
	pairs: readonly Pair[],
	query: readonly Span[],
	candidate: readonly Span[],
): Seconds | null => {
	const differences = pairs.map(pair => {
		const left = query[pair.query]!;
		const right = candidate[pair.candidate]!;
		return { offset: right.start - left.start, weight: Math.min(left.end - left.start, right.end - right.start) };
	});
	return weightedMedian(differences);
};

/** Lower weighted median; null of nothing. */
export const weightedMedian = (values: readonly { offset: Seconds; weight: number }[]): Seconds | null => {
	const sorted = [...values].sort((a, b) => a.offset - b.offset);
	const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
	let sum = 0;
	for (const { offset, weight } of sorted) {
		sum += weight;
		if (sum >= half) return offset;
	}
	return null;
};

const missing = (length: number, present: readonly number[]): number[] => {
	const seen = new Set(present);
	return Array.from({ length }, (_, index) => index).filter(index => !seen.has(index));
};
