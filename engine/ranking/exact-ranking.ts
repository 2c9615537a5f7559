import { type SegmentSequence, summarise } from '../alignment/comparison.js';
import { type DistanceParameters, distanceNamed } from '../alignment/distances.js';
import type { DistanceName } from '../protocol/messages.js';
import type { RankingKernel } from './kernel.js';
import type { FloatChunk } from './packed-tracks.js';
import { type RankedTrack, type RankOptions, rankAgain, type SimilarityProduct, SLACK } from './rank.js';
import { shortlist } from './shortlist.js';
import type { TrackSections } from './track-sections.js';

export type ExactTools = { readonly kernel: RankingKernel; readonly similarity: SimilarityProduct };

/**
 * So many more tracks than asked for are compared again for Timed Best Trace, which the kernel tries on a grid of offsets
 * only: a quarter of a second off, the cost differs by less than that of tracks some places apart.
 */
const GRID_SLACK = 64;

/**
 * What `rank` answers, by the kernel: every track from float32 products, the best again in float64.
 *
 * @param chunks - the same sections in lane order
 */
export const rankExactly = async (
	query: SegmentSequence,
	sections: TrackSections,
	chunks: readonly FloatChunk[],
	name: DistanceName,
	parameters: DistanceParameters,
	tools: ExactTools,
	top: number,
	options: RankOptions = {},
): Promise<RankedTrack[]> => {
	const values = await scanExactly(query, sections, chunks, name, parameters, tools, options);
	const slack = name === 'timed-best-trace' ? GRID_SLACK : SLACK;
	const best = shortlist(values, sections.ids, top + slack);
	return rankAgain(query, sections, distanceNamed(name, parameters), best, top);
};

/** The distance of every track from float32 products; +Infinity for those that take no part. */
const scanExactly = async (
	query: SegmentSequence,
	sections: TrackSections,
	chunks: readonly FloatChunk[],
	name: DistanceName,
	parameters: DistanceParameters,
	{ kernel, similarity }: ExactTools,
	{ include = () => true, signal }: RankOptions,
): Promise<Float64Array> => {
	const values = new Float64Array(sections.ids.length).fill(Number.POSITIVE_INFINITY);
	if (query.vectors.rows === 0) return values;
	const summary = summarise(query);
	for (const chunk of chunks) {
		signal?.throwIfAborted();
		const products = await similarity.similarity(query.vectors, chunk.vectors, signal);
		kernel.productRoom(chunk, summary, parameters.step).float32.set(products.data);
		const distances = kernel.distances(chunk, summary, { kind: 'float32' }, name, parameters, 'float32');
		chunk.tracks.forEach((track, slot) => {
			if (track >= 0 && include(track)) values[track] = distances[slot]!;
		});
	}
	return values;
};
