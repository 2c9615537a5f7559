import { quantile } from '../numeric/statistics.js';

/**
 * Where the right item stands in a ranking: how many items are strictly better and how many others equal it. A ranking
 * that gives everything the same score must not look good because of the order in which items happen to lie, so ties are
 * scored by expectation, as if broken at random.
 */
export type Standing = { readonly better: number; readonly tied: number };

/** Standing of item `target` by distance: lower is better. NaN is refused with a RangeError. */
export const standing = (distances: ArrayLike<number>, target: number): Standing => {
	const own = distances[target];
	if (own === undefined) throw new RangeError(`target ${target} of ${distances.length} items`);
	let better = 0;
	let tied = -1;
	for (let k = 0; k < distances.length; k++) {
		const distance = distances[k]!;
		if (Number.isNaN(distance)) throw new RangeError(`distance ${k} is not a number`);
		if (distance < own) better++;
		else if (distance === own) tied++;
	}
	return { better, tied };
};

/** Expected rank, from 1. */
export const expectedRank = ({ better, tied }: Standing): number => 1 + better + tied / 2;

/** Chance that the item is among the first k. */
export const hitChance = ({ better, tied }: Standing, k: number): number =>
	Math.min(1, Math.max(0, (k - better) / (tied + 1)));

/** Expected 1 / rank. */
export const expectedReciprocalRank = ({ better, tied }: Standing): number => {
	let sum = 0;
	for (let rank = better + 1; rank <= better + tied + 1; rank++) sum += 1 / rank;
	return sum / (tied + 1);
};

/** Recall at k with one right item per query (hit rate at k): share of queries whose item is among the first k. */
export const recallAtK = (standings: readonly Standing[], k: number): number =>
	mean(standings.map(one => hitChance(one, k)));

/** In [1, items]; chance level is (items + 1) / 2. */
export const meanRank = (standings: readonly Standing[]): number => mean(standings.map(expectedRank));

/** Median of the expected ranks; of an even number of queries the mean of the middle two. */
export const medianRank = (standings: readonly Standing[]): number => {
	requireSome(standings);
	return quantile(standings.map(expectedRank), 0.5);
};

/** MRR, in (0, 1]. */
export const meanReciprocalRank = (standings: readonly Standing[]): number =>
	mean(standings.map(expectedReciprocalRank));

const mean = (values: readonly number[]): number => {
	requireSome(values);
	return values.reduce((sum, value) => sum + value, 0) / values.length;
};

const requireSome = (values: readonly unknown[]): void => {
	if (values.length === 0) throw new RangeError('no queries to score');
};
