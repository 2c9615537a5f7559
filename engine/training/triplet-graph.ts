import type { GraphBuilder, Value } from './graph-builder.js';
import { DISTANCE_EPSILON, type Objective } from './objective.js';

/**
 * The loss of a batch of pairs and its gradient with respect to both embeddings.
 *
 * @param video - unit embeddings, one row a segment; row k of `music` is its pair
 * @param clip - the clip of each row, rows × 1
 */
export const tripletLoss = (
	g: GraphBuilder,
	{ video, music, clip }: { readonly video: Value; readonly music: Value; readonly clip: Value },
	{ margin, weights, mining }: Objective,
): { readonly loss: Value; readonly videoGradient: Value; readonly musicGradient: Value } => {
	const similarity = g.product(video, music, { right: true });
	// |a - b|² = 2 - 2 a · b on unit vectors.
	const squared = g.positivePart(g.subtract(g.scalar(2), g.scale(similarity, 2)));
	const distance = g.root(g.add(squared, g.scalar(DISTANCE_EPSILON)));
	const sameClip = g.asFloat(g.op('Equal', [clip, g.transpose(clip)]));
	const otherClip = g.subtract(g.scalar(1), sameClip);
	const ownPair = identityLike(g, distance);
	const positives = g.overColumns(g.multiply(distance, ownPair));

	/** One direction, anchors along rows: its share of the loss, and how often each triplet counts in the gradient. */
	const direction = (distances: Value, weight: number) => {
		const violations = g.multiply(g.positivePart(g.add(g.subtract(positives, distances), g.scalar(margin))), otherClip);
		const chosen = mining.kind === 'all' ? otherClip : hardest(g, violations, mining.count);
		// A batch of one clip has no triplet, and teaches nothing.
		const share = g.divide(g.scalar(weight), g.op('Max', [g.total(chosen), g.scalar(1)]));
		const counted = g.multiply(violations, chosen);
		return {
			loss: g.multiply(g.total(counted), share),
			triplets: g.multiply(g.isPositive(counted), share),
		};
	};
	const fromVideo = direction(distance, weights.videoToMusic);
	const fromMusic = direction(g.transpose(distance), weights.musicToVideo);

	// Each triplet pulls its positive pair together and pushes its negative pair apart by as much.
	const negatives = g.add(fromVideo.triplets, g.transpose(fromMusic.triplets));
	const pulls = g.add(g.overColumns(fromVideo.triplets), g.overColumns(fromMusic.triplets));
	const distanceGradient = g.subtract(g.multiply(ownPair, pulls), negatives);
	// d distance / d similarity = -1 / distance.
	const similarityGradient = g.op('Neg', [g.divide(distanceGradient, distance)]);
	return {
		loss: g.add(fromVideo.loss, fromMusic.loss),
		videoGradient: g.product(similarityGradient, music),
		musicGradient: g.product(similarityGradient, video, { left: true }),
	};
};

const identityLike = (g: GraphBuilder, square: Value): Value => g.op('EyeLike', [square]);

/** 1 at the `count` largest of each row, else 0. A batch of fewer has all of them. */
const hardest = (g: GraphBuilder, violations: Value, count: number): Value => {
	const columns = g.op('Gather', [g.op('Shape', [violations]), g.whole(1)]);
	const k = g.op('Min', [columns, g.whole(count)]);
	const values = `TopK:${g.nodes.length}`;
	const places = `${values}:places`;
	g.nodes.push({ op: 'TopK', inputs: [violations, k], output: [values, places], attributes: { axis: { int: 1 } } });
	const ones = g.add(g.scale(values, 0), g.scalar(1));
	return g.op('ScatterElements', [g.scale(violations, 0), places, ones], { axis: { int: 1 } });
};
