import type { SegmentSequence } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import type { DistanceName } from '../protocol/messages.js';
import { type ExactTools, rankExactly } from './exact-ranking.js';
import { packTracks, type QuantisedChunk } from './packed-tracks.js';
import type { QuantisedProduct } from './quantised-product.js';
import { scanChunks, scannedQuery } from './quantised-scan.js';
import type { RankedTrack, RankOptions } from './rank.js';
import { shortlist } from './shortlist.js';
import { pickTracks, type TrackSections } from './track-sections.js';

/** A catalogue of which any part can be had as it is. */
export type TrackSource = {
	readonly ids: readonly string[];
	/** Track t has rows offsets[t] to offsets[t + 1] of the catalogue. */
	readonly offsets: Uint32Array;
	/** The sections of some tracks, by index, in that order. */
	readonly load: (tracks: readonly number[]) => Promise<TrackSections>;
};

/** The source that a block of sections in memory is. */
export const sourceOf = (sections: TrackSections): TrackSource => ({
	ids: sections.ids,
	offsets: sections.offsets,
	load: async tracks => pickTracks(sections, tracks),
});

/** A catalogue for ranking in two stages: all of it a byte a component, any part of it as it is. */
export type TwoStageCatalogue = TrackSource & { readonly chunks: readonly QuantisedChunk[] };

export type TwoStageTools = ExactTools & { readonly quantised: QuantisedProduct };

/** So many tracks are compared exactly in the second stage, or two for each one asked for where that is more. */
export const SECOND_STAGE = 300;

/**
 * For each query the `top` tracks as `rank` gives them, found in two stages: every track from 8-bit vectors, which take a
 * quarter of the memory and of the time; then the best few hundred exactly. A track can be missed only where its 8-bit
 * distance is so far off that hundreds of others pass it.
 *
 * How far off that can be: with components rounded to steps of a (query) and b (catalogue), errors of a/2 and b/2 at most,
 * a dot product of d components is off by at most |q|₁ b/2 + |s|₁ a/2 + d ab/4, and by about √d times less than that where
 * the rounding errors are unrelated, as they are in practice. Sums of an alignment add to this what
 * {@link roundedUnits} says. `bench ranking` measures how many of the best 25 are missed.
 */
export const rankInTwoStages = async (
	queries: readonly SegmentSequence[],
	catalogue: TwoStageCatalogue,
	name: DistanceName,
	parameters: DistanceParameters,
	tools: TwoStageTools,
	top: number,
	options: RankOptions = {},
): Promise<RankedTrack[][]> => {
	const scanned = queries.map(query => scannedQuery(query, catalogue.ids.length));
	await scanChunks(scanned, catalogue.chunks, name, parameters, tools, options);
	const ranked: RankedTrack[][] = [];
	for (const [k, query] of queries.entries()) {
		const best = shortlist(scanned[k]!.values, catalogue.ids, Math.max(SECOND_STAGE, 2 * top));
		ranked.push(await rankLoaded(query, catalogue, best, name, parameters, tools, top, options.signal));
	}
	return ranked;
};

/** The second stage: some tracks, by index, ranked exactly among themselves. */
export const rankLoaded = async (
	query: SegmentSequence,
	source: TrackSource,
	tracks: readonly number[],
	name: DistanceName,
	parameters: DistanceParameters,
	tools: ExactTools,
	top: number,
	signal: AbortSignal | undefined,
): Promise<RankedTrack[]> => {
	const block = await source.load(tracks);
	const chunks = packTracks(block, Number.POSITIVE_INFINITY);
	const [ranked] = await rankExactly([query], block, chunks, name, parameters, tools, top, signal ? { signal } : {});
	return ranked!.map(result => ({ ...result, track: tracks[result.track]! }));
};
