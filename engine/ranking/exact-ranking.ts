import { type SegmentSequence, type SequenceSummary, summarise } from '../alignment/comparison.js';
import { type DistanceParameters, distanceNamed } from '../alignment/distances.js';
import { stacked } from '../numeric/matrix.js';
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
 * What `rank` answers to each query, by the kernel: every track from float32 products, the best again in float64. All
 * queries share one product with each chunk.
 *
 * @param chunks - the same sections in lane order
 */
export const rankExactly = async (
	queries: readonly SegmentSequence[],
	sections: TrackSections,
	chunks: readonly FloatChunk[],
	name: DistanceName,
	parameters: DistanceParameters,
	tools: ExactTools,
	top: number,
	options: RankOptions = {},
): Promise<RankedTrack[][]> => {
	const values = await scanExactly(queries, sections.ids.length, chunks, name, parameters, tools, options);
	const slack = name === 'timed-best-trace' ? GRID_SLACK : SLACK;
	return queries.map((query, k) => {
		const best = shortlist(values[k]!, sections.ids, top + slack);
		return rankAgain(query, sections, distanceNamed(name, parameters), best, top);
	});
};

/** For each query the distance of every track from float32 products; +Infinity for those that take no part. */
export const scanExactly = async (
	queries: readonly SegmentSequence[],
	tracks: number,
	chunks: readonly FloatChunk[],
	name: DistanceName,
	parameters: DistanceParameters,
	{ kernel, similarity }: ExactTools,
	{ include = () => true, signal }: RankOptions,
): Promise<Float64Array[]> => {
	const values = queries.map(() => new Float64Array(tracks).fill(Number.POSITIVE_INFINITY));
	const asked: { summary: SequenceSummary; values: Float64Array }[] = [];
	queries.forEach((query, k) => {
		if (query.vectors.rows > 0) asked.push({ summary: summarise(query), values: values[k]! });
	});
	if (asked.length === 0) return values;
	const all = stacked(queries.map(({ vectors }) => vectors));
	for (const chunk of chunks) {
		signal?.throwIfAborted();
		if (!chunk.tracks.some(track => track >= 0 && include(track))) continue;
		const products = await similarity.similarity(all, chunk.vectors, signal);
		let filled = 0;
		for (const query of asked) {
			const own = products.data.subarray(filled, filled + query.summary.spans.length * products.cols);
			filled += own.length;
			kernel.productRoom(chunk, query.summary, parameters.step).float32.set(own);
			const given = { kind: 'float32' } as const;
			const distances = kernel.distances(chunk, query.summary, given, name, parameters, 'float32');
			chunk.tracks.forEach((track, slot) => {
				if (track >= 0 && include(track)) query.values[track] = distances[slot]!;
			});
		}
	}
	return values;
};

/** Rows one below the other. */
