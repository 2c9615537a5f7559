import { type Matrix32, row } from '../numeric/matrix.js';
import { type Chunk, layOutTracks } from './lane-layout.js';
import { CHUNK_ROWS, packSides, type QuantisedChunk } from './packed-tracks.js';
import type { QuantisedVectors } from './quantised-product.js';
import type { SimilarityProduct } from './rank.js';
import { sketch, sketchDirections } from './sketch.js';
import type { TrackSections } from './track-sections.js';
import type { TrackSource } from './two-stages.js';

/** A catalogue of which neither every section nor every coordinate is read to answer a query. */
export type SketchedTracks = TrackSource & {
	/** In which the sketches' coordinates are, one a row. */
	readonly directions: Matrix32;
	/** What one unit of a sketch is worth. */
	readonly scale: number;
	/** Sections' sketches in the catalogue's own order, one after the other. */
	readonly sketches: Int8Array;
	/** Squared length of each section's whole vector. */
	readonly squaredNorms: Float32Array;
	/** Starts of each track's sections and its end: those of track t begin at offsets[t] + t. */
	readonly boundaries: Float32Array;
	/** The tracks with sections in the order that lanes want: by number of sections, then by duration. */
	readonly order: Int32Array;
	readonly means: TrackMeans;
};

/** Each track's mean, in the catalogue's order. */
export type TrackMeans = {
	/** Mean sketches as columns, up to {@link BATCH_TRACKS} tracks each. */
	readonly sketches: readonly QuantisedVectors[];
	/** Squared length of the mean of the whole vectors. */
	readonly squaredNorms: Float32Array;
	/** Mean of the sections' squared lengths. */
	readonly meanSquaredNorms: Float32Array;
};

/** Tracks that are looked at to choose the directions, and how many are read at once. */
const SAMPLE_TRACKS = 256;
export const BATCH_TRACKS = 2048;

/** Sketches of other tracks may reach this much farther than those of the sample before they are clipped. */
const HEADROOM = 1.5;

/** Reads the source once, batch by batch, and keeps 64 bytes a section, 64 a track, and their times and lengths. */
export const sketchTracks = async (
	source: TrackSource,
	product: SimilarityProduct,
	signal?: AbortSignal,
): Promise<SketchedTracks> => {
	const { ids, offsets } = source;
	const sampled = Math.min(ids.length, SAMPLE_TRACKS);
	const sample = await source.load(Array.from({ length: sampled }, (_, k) => Math.floor((k * ids.length) / sampled)));
	const directions = sketchDirections(sample.vectors);
	const size = directions.rows;
	const largest = (await sketch(sample.vectors, directions, product)).data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
	const scale = (HEADROOM * largest) / 127 || 1;

	const rows = offsets[ids.length]!;
	const sketches = new Int8Array(rows * size);
	const squaredNorms = new Float32Array(rows);
	const boundaries = new Float32Array(rows + ids.length);
	const means = {
		sketches: [] as QuantisedVectors[],
		squaredNorms: new Float32Array(ids.length),
		meanSquaredNorms: new Float32Array(ids.length),
	};
	for (let start = 0; start < ids.length; start += BATCH_TRACKS) {
		signal?.throwIfAborted();
		const tracks = Array.from({ length: Math.min(BATCH_TRACKS, ids.length - start) }, (_, k) => start + k);
		const sections = await source.load(tracks);
		const own = await sketch(sections.vectors, directions, product);
		const firstRow = offsets[start]!;
		for (let k = 0; k < own.data.length; k++) sketches[firstRow * size + k] = clipped(own.data[k]! / scale);
		tracks.forEach((track, k) => {
			const [from, to] = [sections.offsets[k]!, sections.offsets[k + 1]!];
			for (let r = from; r < to; r++) {
				squaredNorms[firstRow + r] = row(sections.vectors, r).reduce((sum, value) => sum + value * value, 0);
				means.meanSquaredNorms[track]! += squaredNorms[firstRow + r]! / (to - from);
				boundaries[firstRow + r + track] = sections.spans[r]!.start;
			}
			if (to > from) boundaries[firstRow + to + track] = sections.spans[to - 1]!.end;
			means.squaredNorms[track] = meanOf(sections.vectors, from, to).reduce((sum, value) => sum + value * value, 0);
		});
		means.sketches.push(meanSketches(own, sections, scale));
	}
	return { ...source, directions, scale, sketches, squaredNorms, boundaries, order: orderOf(offsets, boundaries), means };
};

/**
 * Some tracks as chunks for the kernel, whose `squaredNorms` are those of the whole vectors.
 *
 * @param tracks - in the order of `order`
 */
export function* sketchedChunks(sketched: SketchedTracks, tracks: readonly number[]): Generator<QuantisedChunk> {
	const { offsets, squaredNorms, boundaries, means } = sketched;
	for (const chunk of layOutTracks(tracks, offsets, CHUNK_ROWS)) {
		const sides = packSides(chunk, {
			squaredNorm: r => squaredNorms[r]!,
			centroidSquaredNorm: track => means.squaredNorms[track]!,
			boundary: (track, j) => boundaries[offsets[track]! + track + j]!,
		});
		yield { ...chunk, ...sides, vectors: columnsOf(sketched, chunk) };
	}
}

const columnsOf = ({ sketches, scale, directions }: SketchedTracks, { rows }: Chunk): QuantisedVectors => {
	const size = directions.rows;
	const count = rows.length;
	const data = new Int8Array(count * size);
	for (let position = 0; position < count; position++) {
		const from = rows[position]! * size;
		if (from < 0) continue;
		for (let c = 0; c < size; c++) data[c * count + position] = sketches[from + c]!;
	}
	return { rows: count, cols: size, data, scale };
};

const clipped = (value: number): number => Math.max(-127, Math.min(127, Math.round(value)));

const meanSketches = (sketches: Matrix32, { ids, offsets }: TrackSections, scale: number): QuantisedVectors => {
	const data = new Int8Array(ids.length * sketches.cols);
	ids.forEach((_, k) => {
		meanOf(sketches, offsets[k]!, offsets[k + 1]!).forEach((value, c) => {
			data[c * ids.length + k] = clipped(value / scale);
		});
	});
	return { rows: ids.length, cols: sketches.cols, data, scale };
};

/** All 0 for no rows. */
const meanOf = (matrix: Matrix32, start: number, end: number): Float32Array => {
	const mean = new Float32Array(matrix.cols);
	for (let r = start; r < end; r++) {
		for (let c = 0; c < mean.length; c++) mean[c]! += matrix.data[r * matrix.cols + c]! / (end - start);
	}
	return mean;
};

const orderOf = (offsets: Uint32Array, boundaries: Float32Array): Int32Array => {
	const lengthOf = (track: number): number => offsets[track + 1]! - offsets[track]!;
	const durationOf = (track: number): number =>
		boundaries[offsets[track + 1]! + track]! - boundaries[offsets[track]! + track]!;
	const tracks = Int32Array.from({ length: offsets.length - 1 }, (_, track) => track).filter(track => lengthOf(track) > 0);
	return tracks.sort((a, b) => lengthOf(a) - lengthOf(b) || durationOf(a) - durationOf(b));
};
