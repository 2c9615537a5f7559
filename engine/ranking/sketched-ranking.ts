import type { SegmentSequence } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import { type Matrix32, zeros32 } from '../numeric/matrix.js';
import type { DistanceName } from '../protocol/messages.js';
import { type QuantisedProduct, quantiseQuery } from './quantised-product.js';
import { scanChunks, scannedQuery } from './quantised-scan.js';
import type { RankedTrack, RankOptions } from './rank.js';
import { shortlist } from './shortlist.js';
import { sketch } from './sketch.js';
import { BATCH_TRACKS, type SketchedTracks, sketchedChunks } from './sketched-tracks.js';
import { rankLoaded, type TwoStageTools } from './two-stages.js';

export type SketchedPlan = {
	/** Share of the tracks that take part whose sections' sketches are compared, in [0, 1]. */
	readonly share: number;
	/** So many at least. */
	readonly least: number;
	/** So many tracks are compared exactly in the end, or eight for each one asked for where that is more. */
	readonly secondStage: number;
};

export const SKETCHED_PLAN: SketchedPlan = { share: 0.06, least: 20_000, secondStage: 500 };

/**
 * For each query the `top` tracks as `rank` gives them, but for those that the first stage misses. That has two steps: the
 * query's mean with the mean of every track (64 bytes a track) says which tracks are near enough; of those the sections are
 * compared by sketches of 64 bytes; and the best few hundred then exactly. Linkages hang on single pairs of sections, of
 * which a mean tells little, so for them the sketches of all tracks are compared.
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
	const ranked: RankedTrack[][] = [];
	for (const query of queries) {
		const vectors = await sketch(query.vectors, catalogue.directions, tools.similarity);
		const near = await nearTracks(vectors, catalogue, name, tools.quantised, options, plan);
		const scanned = scannedQuery(query, catalogue.ids.length, vectors);
		await scanChunks([scanned], sketchedChunks(catalogue, near), name, parameters, tools, options);
		const best = shortlist(scanned.values, catalogue.ids, Math.max(plan.secondStage, 8 * top));
		ranked.push(await rankLoaded(query, catalogue, best, name, parameters, tools, top, options.signal));
	}
	return ranked;
};

/** The tracks nearest to a query by their means, of those that take part; in the order that lanes want. */
const nearTracks = async (
	query: Matrix32,
	{ means, order }: SketchedTracks,
	name: DistanceName,
	quantised: QuantisedProduct,
	{ include = () => true, signal }: RankOptions,
	{ share, least }: SketchedPlan,
): Promise<number[]> => {
	if (query.rows === 0) return [];
	const taking = Array.from(order).filter(include);
	const wanted = Math.ceil(Math.max(share * taking.length, least));
	if (wanted >= taking.length || name === 'single-linkage' || name === 'complete-linkage') return taking;
	const mean = quantiseQuery(meanRow(query));
	const values = new Float32Array(means.squaredNorms.length);
	const products = new Int32Array(BATCH_TRACKS);
	let track = 0;
	for (const sketches of means.sketches) {
		signal?.throwIfAborted();
		await quantised.multiply(mean, sketches, products.subarray(0, sketches.rows));
		const scale = mean.scale * sketches.scale;
		for (let k = 0; k < sketches.rows; k++, track++) values[track] = ofMeans(name, products[k]! * scale, means, track);
	}
	const bound = smallest(taking, values, wanted);
	return taking.filter(candidate => values[candidate]! <= bound);
};

/**
 * What the mean pair of a query's segment and a track's section is worth, up to a constant of the query: minus their dot
 * product where alignments add those up, else their squared distance (for centroids, that of the means).
 */
const ofMeans = (name: DistanceName, product: number, means: SketchedTracks['means'], track: number): number => {
	switch (name) {
		case 'nw-dtw':
		case 'sw-dtw':
		case 'timed-dtw':
			return -product;
		case 'centroid':
			return means.squaredNorms[track]! - 2 * product;
		case 'single-linkage':
		case 'complete-linkage':
		case 'trace':
		case 'best-trace':
		case 'timed-best-trace':
			return means.meanSquaredNorms[track]! - 2 * product;
	}
};

const meanRow = ({ rows, cols, data }: Matrix32): Matrix32 => {
	const mean = zeros32(1, cols);
	for (let k = 0; k < data.length; k++) mean.data[k % cols]! += data[k]! / rows;
	return mean;
};

const BINS = 4096;

/** A bound that at least `count` of these tracks' values keep, and hardly more: values are counted in bins, not sorted. */
const smallest = (tracks: readonly number[], values: Float32Array, count: number): number => {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const track of tracks) {
		low = Math.min(low, values[track]!);
		high = Math.max(high, values[track]!);
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
