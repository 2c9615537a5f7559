import { type SegmentSequence, summarise } from '../alignment/comparison.js';
import { type DistanceParameters, distanceNamed } from '../alignment/distances.js';
import type { DistanceName } from '../protocol/messages.js';
import type { RankingKernel } from './kernel.js';
import type { FloatChunk } from './packed-tracks.js';
import { type RankedTrack, type RankOptions, rank, rankAgain, type SimilarityProduct, SLACK } from './rank.js';
import { shortlist } from './shortlist.js';
import { pickTracks, type TrackSections } from './track-sections.js';

export type ExactTools = { readonly kernel: RankingKernel; readonly similarity: SimilarityProduct };

/**
 * Timed Best Trace is scored on a grid of offsets first, so that more tracks have to be compared again before the order is
 * right: so many, or eight for each one asked for where that is more.
 */
export const GRID_SHORTLIST = 300;

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
	const distance = distanceNamed(name, parameters);
	if (name !== 'timed-best-trace') {
		return rankAgain(query, sections, distance, shortlist(values, sections.ids, top + SLACK), top);
	}
	const best = shortlist(values, sections.ids, Math.max(GRID_SHORTLIST, 8 * top));
	const { signal } = options;
	const block = pickTracks(sections, best);
	const ranked = await rank(query, block, distance, tools.similarity, top, signal ? { signal } : {});
	return ranked.map(result => ({ ...result, track: best[result.track]! }));
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
