import { compare, comparisonFrom, type SegmentSequence, summarise } from '../alignment/comparison.js';
import type { Distance } from '../alignment/distances.js';
import { type Matrix, type Matrix32, zeros } from '../numeric/matrix.js';
import { shortlist } from './shortlist.js';
import { pickTracks, sectionsOf, summaryOf, type TrackSections } from './track-sections.js';

export type SimilarityProduct = {
	/** Dot product of every query row with every catalogue row: n × rows. */
	similarity(query: Matrix32, catalogue: Matrix32, signal?: AbortSignal): Promise<Matrix32>;
};

export type RankedTrack = {
	readonly id: string;
	/** Index into the sections' ids. */
	readonly track: number;
	/** The distance, lower is better; finite. */
	readonly value: number;
};

export type RankOptions = {
	/** Whether a track, by index, takes part at all. */
	readonly include?: (track: number) => boolean;
	readonly signal?: AbortSignal;
};

/**
 * The `top` tracks with the least distance to a query, best first; equal ones in order of id. Every track that takes part
 * is compared, from float32 dot products; the best are then compared again in float64, and their order and values
 * come from that. Tracks without sections are never ranked, nor is anything against an empty query.
 *
 * @throws the signal's reason when it aborts between two batches of tracks
 */
export const rank = async (
	query: SegmentSequence,
	sections: TrackSections,
	distance: Distance,
	product: SimilarityProduct,
	top: number,
	options: RankOptions = {},
): Promise<RankedTrack[]> => {
	const values = await scan(query, sections, distance, product, options);
	return rankAgain(query, sections, distance, shortlist(values, sections.ids, top + SLACK), top);
};

/** So many more tracks than asked for are compared again, lest float32 rounding push one of the best out. */
export const SLACK = 8;

/** The same tracks compared in float64, best first, `top` of them at most. */
export const rankAgain = (
	query: SegmentSequence,
	sections: TrackSections,
	distance: Distance,
	tracks: readonly number[],
	top: number,
): RankedTrack[] => {
	const comparisons = tracks.map(track => compare(query, sectionsOf(sections, track)));
	const values = Float64Array.from(comparisons, comparison => distance.value(comparison));
	const order = shortlist(
		values,
		tracks.map(track => sections.ids[track]!),
		top,
	);
	return order.map(index => ({
		id: sections.ids[tracks[index]!]!,
		track: tracks[index]!,
		value: values[index]!,
	}));
};

/** Rows in one product: its result stays small, and a query can be given up between two. */
const BATCH_ROWS = 65_536;

/** The distance of every track; +Infinity for those that take no part. */
const scan = async (
	query: SegmentSequence,
	sections: TrackSections,
	distance: Distance,
	product: SimilarityProduct,
	{ include = () => true, signal }: RankOptions,
): Promise<Float64Array> => {
	const values = new Float64Array(sections.ids.length).fill(Number.POSITIVE_INFINITY);
	if (query.vectors.rows === 0) return values;
	const querySummary = summarise(query);
	for (const tracks of batches(sections, include)) {
		signal?.throwIfAborted();
		const similarity = await product.similarity(query.vectors, vectorsOf(sections, tracks), signal);
		let column = 0;
		for (const track of tracks) {
			const summary = summaryOf(sections, track);
			const own = columns(similarity, column, column + summary.spans.length);
			values[track] = distance.value(comparisonFrom(own, querySummary, summary));
			column += summary.spans.length;
		}
	}
	return values;
};

/** Tracks with sections that take part, in batches of at most {@link BATCH_ROWS} rows, or of one longer track. */
const batches = ({ ids, offsets }: TrackSections, include: (track: number) => boolean): number[][] => {
	const found: number[][] = [];
	let rows = Number.POSITIVE_INFINITY;
	for (let track = 0; track < ids.length; track++) {
		const own = offsets[track + 1]! - offsets[track]!;
		if (own === 0 || !include(track)) continue;
		if (rows + own > BATCH_ROWS) {
			found.push([]);
			rows = 0;
		}
		found.at(-1)!.push(track);
		rows += own;
	}
	return found;
};

/** The catalogue's own matrix where these are all its rows: a product may know it from the last query. */
const vectorsOf = (sections: TrackSections, tracks: readonly number[]): Matrix32 => {
	const rows = tracks.reduce((sum, track) => sum + sections.offsets[track + 1]! - sections.offsets[track]!, 0);
	return rows === sections.vectors.rows ? sections.vectors : pickTracks(sections, tracks).vectors;
};

const columns = ({ rows, cols, data }: Matrix32, start: number, end: number): Matrix => {
	const own = zeros(rows, end - start);
	for (let r = 0; r < rows; r++) own.data.set(data.subarray(r * cols + start, r * cols + end), r * own.cols);
	return own;
};
