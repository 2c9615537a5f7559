import { type Matrix32, zeros32 } from '../numeric/matrix.js';
import { coarse } from './coarse.js';
import { layOutTracks } from './lane-layout.js';
import { addRows, CHUNK_ROWS, packSides, type QuantisedChunk, quantiseTracks, squaredNorm } from './packed-tracks.js';
import type { SimilarityProduct } from './rank.js';
import { sketch, sketchDirections } from './sketch.js';
import { sectionsOf, type TrackSections } from './track-sections.js';
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
	/** Squared length of the mean of each track's whole vectors. */
	readonly centroidSquaredNorms: Float32Array;
	/** All tracks from afar, in sketches. */
	readonly coarse: readonly QuantisedChunk[];
};

/** Tracks that are looked at to choose the directions, and how many are read at once. */
const SAMPLE_TRACKS = 128;
const BATCH_TRACKS = 2048;

/** Sketches of other tracks may reach this much farther than those of the sample before they are clipped. */
const HEADROOM = 1.5;

/** Reads the source once, batch by batch, and keeps 64 bytes a section, 256 a track, and their times and lengths. */
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
	const largest = (await sketch(sample.vectors, directions, product)).data.reduce(
		(a, b) => Math.max(a, Math.abs(b)),
		0,
	);
	const scale = (HEADROOM * largest) / 127 || 1;

	const rows = offsets[ids.length]!;
	const sketches = new Int8Array(rows * size);
	const squaredNorms = new Float32Array(rows);
	const boundaries = new Float32Array(rows + ids.length);
	const centroidSquaredNorms = new Float32Array(ids.length);
	const fromAfar: QuantisedChunk[] = [];
	for (let start = 0; start < ids.length; start += BATCH_TRACKS) {
		signal?.throwIfAborted();
		const tracks = Array.from({ length: Math.min(BATCH_TRACKS, ids.length - start) }, (_, k) => start + k);
		const sections = await source.load(tracks);
		const own = await sketch(sections.vectors, directions, product);
		const firstRow = offsets[start]!;
		const { cols } = sections.vectors;
		const sums = new Float64Array(cols);
		for (let k = 0; k < own.data.length; k++) {
			sketches[firstRow * size + k] = Math.max(-127, Math.min(127, Math.round(own.data[k]! / scale)));
		}
		tracks.forEach((track, k) => {
			const [from, to] = [sections.offsets[k]!, sections.offsets[k + 1]!];
			sums.fill(0);
			addRows(sections.vectors, from, to, sums);
			centroidSquaredNorms[track] = to > from ? squaredNorm(sums, 0, cols) / (to - from) ** 2 : 0;
			for (let r = from; r < to; r++) {
				squaredNorms[firstRow + r] = squaredNorm(sections.vectors.data, r * cols, (r + 1) * cols);
				boundaries[firstRow + r + track] = sections.spans[r]!.start;
			}
			if (to > from) boundaries[firstRow + to + track] = sections.spans[to - 1]!.end;
		});
		for (const chunk of quantiseTracks(coarseSections({ ...sections, vectors: own }), Number.POSITIVE_INFINITY)) {
			fromAfar.push({ ...chunk, tracks: chunk.tracks.map(k => (k < 0 ? k : start + k)) });
		}
	}
	const order = orderOf(offsets, boundaries);
	const sizes = { sketches, squaredNorms, boundaries, centroidSquaredNorms };
	return { ...source, directions, scale, order, coarse: fromAfar, ...sizes };
};

/** Every track from afar. */
const coarseSections = (sections: TrackSections): TrackSections => {
	const sequences = sections.ids.map((_, track) => coarse(sectionsOf(sections, track)));
	const offsets = new Uint32Array(sequences.length + 1);
	sequences.forEach(({ spans }, k) => {
		offsets[k + 1] = offsets[k]! + spans.length;
	});
	const vectors = zeros32(offsets[sequences.length]!, sections.vectors.cols);
	sequences.forEach((sequence, k) => {
		vectors.data.set(sequence.vectors.data, offsets[k]! * vectors.cols);
	});
	return { ids: sections.ids, offsets, spans: sequences.flatMap(({ spans }) => spans), vectors };
};

/**
 * Some tracks as chunks for the kernel, whose `squaredNorms` are those of the whole vectors. A chunk's vectors hold until the
 * next one is asked for.
 *
 * @param tracks - in the order of `order`
 */
export function* sketchedChunks(sketched: SketchedTracks, tracks: Int32Array): Generator<QuantisedChunk> {
	const { offsets, scale, directions, squaredNorms, boundaries, centroidSquaredNorms } = sketched;
	const size = directions.rows;
	let room = new Int8Array(0);
	for (const chunk of layOutTracks(tracks, offsets, CHUNK_ROWS)) {
		const { length } = chunk.rows;
		if (room.length < length * size) room = new Int8Array(length * size);
		const data = room.subarray(0, length * size);
		gatherRows(sketched.sketches, size, chunk.rows, data);
		const sides = packSides(chunk, {
			squaredNorm: r => squaredNorms[r]!,
			centroidSquaredNorm: track => centroidSquaredNorms[track]!,
			boundary: (track, j) => boundaries[offsets[track]! + track + j]!,
		});
		yield { ...chunk, ...sides, vectors: { rows: length, cols: size, data, scale, layout: 'rows' } };
	}
}

/** Copies rows of `size` bytes one after the other, zeros for those of missing tracks; four bytes at a time where they fit. */
const gatherRows = (source: Int8Array, size: number, rows: Int32Array, target: Int8Array): void => {
	const words = size % 4 === 0;
	const from = words ? new Int32Array(source.buffer, source.byteOffset, source.length / 4) : source;
	const to = words ? new Int32Array(target.buffer, target.byteOffset, target.length / 4) : target;
	const step = words ? size / 4 : size;
	for (let position = 0, k = 0; position < rows.length; position++) {
		const row = rows[position]!;
		if (row < 0) {
			to.fill(0, k, k + step);
			k += step;
			continue;
		}
		for (let at = row * step, end = at + step; at < end; at++, k++) to[k] = from[at]!;
	}
};

const orderOf = (offsets: Uint32Array, boundaries: Float32Array): Int32Array => {
	const lengthOf = (track: number): number => offsets[track + 1]! - offsets[track]!;
	const durationOf = (track: number): number =>
		boundaries[offsets[track + 1]! + track]! - boundaries[offsets[track]! + track]!;
	const tracks = Int32Array.from({ length: offsets.length - 1 }, (_, track) => track).filter(
		track => lengthOf(track) > 0,
	);
	return tracks.sort((a, b) => lengthOf(a) - lengthOf(b) || durationOf(a) - durationOf(b));
};
