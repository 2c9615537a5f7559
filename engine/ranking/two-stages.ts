import { type SegmentSequence, summarise } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import type { DistanceName } from '../protocol/messages.js';
import { type ExactTools, rankExactly } from './exact-ranking.js';
import { packTracks, type QuantisedChunk } from './packed-tracks.js';
import { type QuantisedProduct, quantiseQuery } from './quantised-product.js';
import type { RankedTrack, RankOptions } from './rank.js';
import { shortlist } from './shortlist.js';
import type { TrackSections } from './track-sections.js';

/** A catalogue for ranking in two stages: all of it a byte a component, any part of it as it is. */
export type TwoStageCatalogue = {
	readonly ids: readonly string[];
	readonly chunks: readonly QuantisedChunk[];
	/** The sections of some tracks, by index, in that order. */
	readonly load: (tracks: readonly number[]) => Promise<TrackSections>;
};

export type TwoStageTools = ExactTools & { readonly quantised: QuantisedProduct };

/** So many tracks are compared exactly in the second stage, or eight for each one asked for where that is more. */
export const SECOND_STAGE = 300;

/**
 * The `top` tracks as `rank` gives them, found in two stages: every track from 8-bit vectors, which take a quarter of the
 * memory and of the time; then the best few hundred exactly. A track can be missed only where its 8-bit distance is so
 * far off that hundreds of others pass it; `bench ranking` measures how often that happens.
 */
export const rankInTwoStages = async (
	query: SegmentSequence,
	catalogue: TwoStageCatalogue,
	name: DistanceName,
	parameters: DistanceParameters,
	tools: TwoStageTools,
	top: number,
	options: RankOptions = {},
): Promise<RankedTrack[]> => {
	const values = await scanQuantised(query, catalogue, name, parameters, tools, options);
	const best = shortlist(values, catalogue.ids, Math.max(SECOND_STAGE, 8 * top));
	const block = await catalogue.load(best);
	const chunks = packTracks(block, Number.POSITIVE_INFINITY);
	const { signal } = options;
	const ranked = await rankExactly(query, block, chunks, name, parameters, tools, top, signal ? { signal } : {});
	return ranked.map(result => ({ ...result, track: best[result.track]! }));
};

/** The distance of every track from 8-bit vectors; +Infinity for those that take no part. */
export const scanQuantised = async (
	query: SegmentSequence,
	catalogue: TwoStageCatalogue,
	name: DistanceName,
	parameters: DistanceParameters,
	{ kernel, quantised }: Pick<TwoStageTools, 'kernel' | 'quantised'>,
	{ include = () => true, signal }: RankOptions = {},
): Promise<Float64Array> => {
	const values = new Float64Array(catalogue.ids.length).fill(Number.POSITIVE_INFINITY);
	if (query.vectors.rows === 0) return values;
	const summary = summarise(query);
	const queryVectors = quantiseQuery(query.vectors);
	for (const chunk of catalogue.chunks) {
		signal?.throwIfAborted();
		if (!chunk.tracks.some(track => track >= 0 && include(track))) continue;
		const { int32 } = kernel.productRoom(chunk, summary, parameters.step);
		await quantised.multiply(queryVectors, chunk.vectors, int32);
		const scale = queryVectors.scale * chunk.vectors.scale;
		const distances = kernel.distances(chunk, summary, { kind: 'int32', scale }, name, parameters, 'int16');
		chunk.tracks.forEach((track, slot) => {
			if (track >= 0 && include(track)) values[track] = distances[slot]!;
		});
	}
	return values;
};
