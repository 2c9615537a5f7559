import type { Comparison } from './comparison.js';

/*
 * Distances between the two sets of segments, whatever their order (Prétet et al., arXiv 2306.07187, experiment 1).
 * All need at least one segment on both sides.
 */

/** Euclidean distance between the mean embeddings, which are not normalised again. */
export const centroidDistance = ({ similarity, query, candidate }: Comparison): number => {
	// The mean of all dot products is the dot product of the means.
	const product = similarity.data.reduce((sum, value) => sum + value, 0) / similarity.data.length;
	return Math.sqrt(Math.max(0, query.centroidSquaredNorm + candidate.centroidSquaredNorm - 2 * product));
};

/** Smallest Euclidean distance between any two segments. */
export const singleLinkage = ({ distance }: Comparison): number =>
	distance.data.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);

/** Largest Euclidean distance between any two segments. */
export const completeLinkage = ({ distance }: Comparison): number =>
	distance.data.reduce((most, value) => Math.max(most, value), 0);
