import type { SegmentSequence } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import type { DistanceName } from '../protocol/messages.js';
import { coarse } from './coarse.js';
import { scanChunks, scannedQuery } from './quantised-scan.js';
import type { RankedTrack, RankOptions } from './rank.js';
import { shortlist } from './shortlist.js';
import { sketch } from './sketch.js';
import { type SketchedTracks, sketchedChunks } from './sketched-tracks.js';
import { rankLoaded, type TwoStageTools } from './two-stages.js';

export type SketchedPlan = {
	/** Share of the tracks that take part whose sections' sketches are compared, in [0, 1]. */
	readonly share: number;
	/** The same for the traces, which pair by index or by time, so that a small shift far away matters more. */
	readonly shareForTraces: number;
	/** So many at least. */
	readonly least: number;
	/** So many tracks are compared exactly in the end, or eight for each one asked for where that is more. */
	readonly secondStage: number;
};

export const SKETCHED_PLAN: SketchedPlan = { share: 0.06, shareForTraces: 0.12, least: 20_000, secondStage: 500 };

/**
 * For each query the `top` tracks as `rank` gives them, but for those that the first stage misses. That goes from coarse to
 * fine: the distance from afar, between four means of the query and four of every track (256 bytes a track), says which
 * tracks are near enough; of those every section is compared, by sketches of 64 bytes; and the best few hundred then
 * exactly. Linkages hang on single pairs of sections, of which means tell little, so for them the sketches of all tracks
 * are compared.
 *
 * `bench ranking` measures how many of the best 25 are found, among generated tracks and among real ones.
 */
export const rankBySketches = async (
	queries: readonly SegmentSequence[],
	catalogue: SketchedTracks,
	name: DistanceName,
	parameters: DistanceParameters,
	tools: TwoStageTools,
	top: number,
	options: RankOptions = {},
	plan = SKETCHED_PLAN,
): Promise<RankedTrack[][]> => {
	const { ids } = catalogue;
	const sketches: SegmentSequence[] = [];
	for (const { spans, vectors } of queries) {
		sketches.push({ spans, vectors: await sketch(vectors, catalogue.directions, tools.similarity) });
	}
	const share = name.endsWith('trace') ? plan.shareForTraces : plan.share;
	const linkage = name === 'single-linkage' || name === 'complete-linkage';
	const fromAfar = sketches.map(query => scannedQuery(coarse(query), ids.length));
	if (!linkage) await scanChunks(fromAfar, catalogue.coarse, name, parameters, tools, options);

	const ranked: RankedTrack[][] = [];
	for (const [k, query] of queries.entries()) {
		const near = linkage
			? takingPart(catalogue, options)
			: nearest(fromAfar[k]!.values, catalogue, options, share, plan.least);
		const scanned = scannedQuery(query, ids.length, sketches[k]!.vectors);
		await scanChunks([scanned], sketchedChunks(catalogue, near), name, parameters, tools, options);
		const best = shortlist(scanned.values, ids, Math.max(plan.secondStage, 8 * top));
		ranked.push(await rankLoaded(query, catalogue, best, name, parameters, tools, top, options.signal));
	}
	return ranked;
};

/** In the order that lanes want. */
const takingPart = ({ order }: SketchedTracks, { include }: RankOptions): Int32Array =>
	include ? order.filter(track => include(track)) : order;

/** The tracks with the least distance from afar, of those that take part. */
const nearest = (
	distances: Float64Array,
	catalogue: SketchedTracks,
	options: RankOptions,
	share: number,
	least: number,
): Int32Array => {
	const tracks = takingPart(catalogue, options);
	const wanted = Math.ceil(Math.max(share * tracks.length, least));
	if (wanted >= tracks.length) return tracks;
	const bound = boundOf(tracks, distances, wanted);
	const near = new Int32Array(tracks.length);
	let count = 0;
	for (const track of tracks) {
		if (distances[track]! <= bound) near[count++] = track;
	}
	return near.subarray(0, count);
};

const BINS = 4096;

/** A bound that at least `count` of these tracks' values keep, and hardly more: values are counted in bins, not sorted. */
const boundOf = (tracks: Int32Array, values: Float64Array, count: number): number => {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const track of tracks) {
		const value = values[track]!;
		if (value < low) low = value;
		if (value > high) high = value;
	}
	const width = (high - low) / BINS || 1;
	const bins = new Uint32Array(BINS + 1);
	for (const track of tracks) bins[Math.floor((values[track]! - low) / width)]!++;
	let held = 0;
	for (let bin = 0; bin < bins.length; bin++) {
		held += bins[bin]!;
		if (held >= count) return low + (bin + 1) * width;
	}
	return high;
};
