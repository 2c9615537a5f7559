/** What the sums of an alignment are counted in where they are int16. */
export type RoundedUnits = {
	/** Products are divided by 2^shift. */
	readonly shift: number;
	/** What one unit is worth as similarity: 2^shift × scale. */
	readonly unit: number;
	/** In units. */
	readonly indelCost: number;
};

/** Largest magnitude of a sum: int16, less room for what rounding adds to vectors and summands. */
const MOST = 30_000;

/** Products have 32 bits, so dividing by more leaves nothing of them. */
export const MOST_SHIFT = 30;

/**
 * The finest units in which no sum of an alignment of n with m segments overflows int16: a pair is worth at most
 * `largestSimilarity`, and leaving out everything costs n + m indels, which bounds every entry of the table from below.
 *
 * Each product is rounded to a unit, and so is the indel cost, so each is off by half a unit at most. An alignment is a
 * sum of p pairs and at most n + m - 2p indels, so its score, and with it the best score of all, is off by at most
 * (n + m) / 2 units, beside what quantising the vectors did. Two tracks whose true scores differ by more than twice that
 * are ranked alike; others are told apart by comparing the best again in float64.
 *
 * @param largestSimilarity - bound on any dot product
 * @param scale - what one unit of a product is worth as similarity
 */
export const roundedUnits = (
	n: number,
	m: number,
	largestSimilarity: number,
	indelCost: number,
	scale: number,
): RoundedUnits => {
	const largestSum = Math.max(Math.min(n, m) * largestSimilarity, (n + m) * indelCost);
	const shift = Math.max(0, Math.ceil(Math.log2(largestSum / (MOST * scale))));
	const unit = scale * 2 ** shift;
	return { shift, unit, indelCost: Math.round(indelCost / unit) };
};
