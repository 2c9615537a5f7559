import type { Matrix32 } from '../numeric/matrix.js';
import { type Chunk, LANES, layOutLanes } from './lane-layout.js';
import { type CatalogueVectors, quantiseRows } from './quantised-product.js';
import type { TrackSections } from './track-sections.js';

/** A chunk of the catalogue with all that the kernel needs of it beside the products. */
export type PackedChunk<Vectors> = Chunk & {
	readonly vectors: Vectors;
	/** Squared length of each row's embedding. */
	readonly squaredNorms: Float32Array;
	readonly largestSquaredNorm: number;
	/** Squared length of each track's mean embedding, in the order of `tracks`. */
	readonly centroidSquaredNorms: Float32Array;
	/**
	 * Boundaries of the tracks in seconds: for each group length + 1 times {@link LANES} of them, starts of the sections and
	 * the last one's end.
	 */
	readonly times: Float64Array;
	/** The longest track, in seconds from its first start to its last end. */
	readonly longest: number;
};

/** Row-major float32 rows in lane order. */
export type FloatChunk = PackedChunk<Matrix32>;

/** Rows in lane order, a byte a component. */
export type QuantisedChunk = PackedChunk<CatalogueVectors>;

/** Rows in a chunk: its products with a query of 36 segments stay in a core's own cache. */
export const CHUNK_ROWS = 7680;

/** The catalogue in lane order, as it is. */
export const packTracks = (sections: TrackSections, mostRows: number): FloatChunk[] =>
	layOutLanes(sections, mostRows).map(chunk => ({
		...chunk,
		...sidesOf(sections, chunk),
		vectors: rowsInLaneOrder(sections.vectors, chunk.rows),
	}));

/**
 * The catalogue in lane order, one byte a component: each is rounded to a multiple of the chunk's largest magnitude / 127,
 * so it is off by half of that at most.
 */
export const quantiseTracks = (sections: TrackSections, mostRows = CHUNK_ROWS): QuantisedChunk[] =>
	layOutLanes(sections, mostRows).map(chunk => ({
		...chunk,
		...sidesOf(sections, chunk),
		vectors: quantiseColumns(rowsInLaneOrder(sections.vectors, chunk.rows)),
	}));

/** Rows that are transposed at a time: they and what they are written to stay in the processor's cache. */
const BLOCK = 64;

/** Rounds to multiples of the largest magnitude / 127; the matrix comes out transposed. */
const quantiseColumns = (matrix: Matrix32): CatalogueVectors => {
	const { rows, cols } = matrix;
	const { data, scale } = quantiseRows(matrix, 127);
	const columns = new Int8Array(data.length);
	for (let block = 0; block < rows; block += BLOCK) {
		const end = Math.min(block + BLOCK, rows);
		for (let c = 0; c < cols; c++) {
			for (let r = block; r < end; r++) columns[c * rows + r] = data[r * cols + c]!;
		}
	}
	return { rows, cols, data: columns, scale, layout: 'columns' };
};

/** Missing rows are 0. */
export const rowsInLaneOrder = ({ cols, data }: Matrix32, rows: Int32Array): Matrix32 => {
	const ordered = new Float32Array(rows.length * cols);
	rows.forEach((row, position) => {
		if (row >= 0) ordered.set(data.subarray(row * cols, (row + 1) * cols), position * cols);
	});
	return { rows: rows.length, cols, data: ordered };
};

type Sides = Omit<PackedChunk<never>, keyof Chunk | 'vectors'>;

const sidesOf = (sections: TrackSections, chunk: Chunk): Sides => {
	const { offsets, vectors } = sections;
	const sums = new Float64Array(vectors.cols);
	return packSides(chunk, {
		squaredNorm: row => squaredNorm(vectors.data, row * vectors.cols, (row + 1) * vectors.cols),
		centroidSquaredNorm: track => {
			const [start, end] = [offsets[track]!, offsets[track + 1]!];
			sums.fill(0);
			addRows(vectors, start, end, sums);
			return squaredNorm(sums, 0, sums.length) / (end - start) ** 2;
		},
		boundary: (track, j) => boundaryOf(sections, track, j),
	});
};

/** Start of a track's section j, or the last one's end. */
export const boundaryOf = ({ offsets, spans }: TrackSections, track: number, j: number): number => {
	const at = offsets[track]! + j;
	return at < offsets[track + 1]! ? spans[at]!.start : spans[at - 1]!.end;
};

/** What the kernel needs beside the products, in lane order. */
export const packSides = (
	{ buckets, tracks, rows }: Chunk,
	of: {
		readonly squaredNorm: (row: number) => number;
		readonly centroidSquaredNorm: (track: number) => number;
		/** Start of the track's section j, or the last one's end. */
		readonly boundary: (track: number, j: number) => number;
	},
): Sides => {
	const squaredNorms = new Float32Array(rows.length);
	rows.forEach((row, position) => {
		if (row >= 0) squaredNorms[position] = of.squaredNorm(row);
	});
	const centroidSquaredNorms = new Float32Array(tracks.length);
	const times = new Float64Array(buckets.reduce((sum, { length, groups }) => sum + (length + 1) * groups * LANES, 0));
	let longest = 0;
	let filled = 0;
	for (const { length, groups, firstTrack } of buckets) {
		for (let slot = firstTrack; slot < firstTrack + groups * LANES; slot++) {
			const at = filled + Math.floor((slot - firstTrack) / LANES) * (length + 1) * LANES + (slot % LANES);
			const track = tracks[slot]!;
			if (track < 0) {
				// A missing track's lane is computed like any other, and then ignored: one second for each section.
				for (let j = 0; j <= length; j++) times[at + j * LANES] = j;
				continue;
			}
			for (let j = 0; j <= length; j++) times[at + j * LANES] = of.boundary(track, j);
			longest = Math.max(longest, times[at + length * LANES]! - times[at]!);
			centroidSquaredNorms[slot] = of.centroidSquaredNorm(track);
		}
		longest = Math.max(longest, length);
		filled += (length + 1) * groups * LANES;
	}
	return { squaredNorms, largestSquaredNorm: largest(squaredNorms), centroidSquaredNorms, times, longest };
};

/** Adds some rows to `sums`: row by row, as they lie in memory; column by column it would take several times as long. */
export const addRows = ({ cols, data }: Matrix32, start: number, end: number, sums: Float64Array): void => {
	for (let r = start, k = start * cols; r < end; r++) {
		for (let c = 0; c < cols; c++, k++) sums[c]! += data[k]!;
	}
};

export const squaredNorm = (values: Float32Array | Float64Array, start: number, end: number): number => {
	let squared = 0;
	for (let k = start; k < end; k++) squared += values[k]! * values[k]!;
	return squared;
};

/** Largest of values ≥ 0; 0 of none. */
export const largest = (values: Float32Array | Float64Array): number => {
	let most = 0;
	for (const value of values) most = Math.max(most, value);
	return most;
};
