import type { SegmentSequence } from '../engine/alignment/comparison.js';
import { type Matrix32, zeros32 } from '../engine/numeric/matrix.js';
import type { SimilarityProduct } from '../engine/ranking/rank.js';
import type { TrackSections } from '../engine/ranking/track-sections.js';
import type { Span } from '../engine/time/time.js';

/** Dimensions of an embedding. */
export const DIMENSIONS = 512;

/**
 * A catalogue of any size that is never all in memory: every track follows from its number. Its sections lie around a
 * centre of its own, mapped into {@link DIMENSIONS} and normalised.
 *
 * How they scatter follows 405 sections of 59 real tracks (mean tagger features, standardised, of unit length; free game
 * music, `bench real-sections` measures it again): 0.6 of the variance lies between tracks; half of that in the first 5
 * principal directions and 0.8 in 14; within tracks half in 8 and 0.8 in 28; neighbouring sections of a track are no more
 * alike (0.09) than others of it. The variances here fall as (k + 5)^-2 and (k + 8)^-2, which gives 5 and 19, 7 and 26.
 */
export type GeneratedCatalogue = {
	readonly tracks: number;
	readonly idOf: (track: number) => string;
	/** Track t has rows offsets[t] to offsets[t + 1]. */
	readonly offsets: Uint32Array;
	readonly load: (tracks: readonly number[]) => Promise<TrackSections>;
	/** Maps latent rows to embeddings of unit length. */
	readonly embed: (latent: Matrix32) => Promise<Matrix32>;
};

const LATENT = 128;
const BETWEEN = 0.6;

/** Standard deviations of the latent coordinates: variances fall as (k + half)^-2 and add up to `variance`. */
const deviations = (half: number, variance: number): Float32Array => {
	const variances = Array.from({ length: LATENT }, (_, k) => (k + half) ** -2);
	const total = variances.reduce((sum, value) => sum + value, 0);
	return Float32Array.from(variances, value => Math.sqrt((value * variance) / total));
};

const OF_CENTRES = deviations(5, BETWEEN);
const OF_SECTIONS = deviations(8, 1 - BETWEEN);

/** Sections of a track: 24 to 36, 30 on average, more the higher its number. */
export const lengthAmong =
	(tracks: number) =>
	(track: number): number =>
		24 + Math.floor((track * 13) / tracks);

/**
 * The catalogue in the {@link LATENT} dimensions in which it lies: as {@link generateCatalogue} gives it, turned. Dot products
 * are the same, and it is made several times as fast.
 *
 * @param lengthOf - number of sections of a track by its number
 */
export const generateLatent = (tracks: number, lengthOf: (track: number) => number): GeneratedCatalogue => {
	const idOf = (track: number): string => `track-${String(track).padStart(8, '0')}`;
	const all = new Uint32Array(tracks + 1);
	for (let track = 0; track < tracks; track++) all[track + 1] = all[track]! + lengthOf(track);
	return {
		tracks,
		idOf,
		offsets: all,
		embed: async latent => normalised(latent),
		load: async wanted => {
			const lengths = wanted.map(lengthOf);
			const offsets = new Uint32Array(wanted.length + 1);
			lengths.forEach((length, k) => {
				offsets[k + 1] = offsets[k]! + length;
			});
			const latent = zeros32(offsets[wanted.length]!, LATENT);
			wanted.forEach((track, k) => {
				latent.data.set(latentSections(track, lengths[k]!), offsets[k]! * LATENT);
			});
			return {
				ids: wanted.map(idOf),
				offsets,
				spans: lengths.flatMap((length, k) => spans(length, wanted[k]! + 1)),
				vectors: normalised(latent),
			};
		},
	};
};

/** @param lengthOf - number of sections of a track by its number */
export const generateCatalogue = (
	tracks: number,
	lengthOf: (track: number) => number,
	product: SimilarityProduct,
): GeneratedCatalogue => {
	const map = embeddingMap();
	const latent = generateLatent(tracks, lengthOf);
	return {
		...latent,
		embed: async rows => product.similarity(await latent.embed(rows), map),
		load: async wanted => {
			const sections = await latent.load(wanted);
			return { ...sections, vectors: await product.similarity(sections.vectors, map) };
		},
	};
};

/** Turns latent vectors into embeddings: {@link DIMENSIONS} × {@link LATENT}, its columns orthonormal. */
export const embeddingMap = (): Matrix32 => orthonormalColumns(DIMENSIONS, LATENT);

/**
 * A query whose segments lie around the centre of a track as its own sections do; or around a centre of nobody's for a
 * track that the catalogue doesn't have.
 */
export const queryLike = async (
	catalogue: GeneratedCatalogue,
	track: number,
	segments: number,
	seed: number,
): Promise<SegmentSequence> => ({
	spans: shots(segments, seed),
	vectors: await catalogue.embed({ rows: segments, cols: LATENT, data: latentSections(track, segments, -seed) }),
});

/** @param seed - of what differs between the sections of a track */
const latentSections = (track: number, length: number, seed = 2 * track + 12): Float32Array => {
	const centre = nearlyNormal(2 * track + 11, LATENT);
	const sections = nearlyNormal(seed, length * LATENT);
	for (let start = 0; start < sections.length; start += LATENT) {
		for (let c = 0; c < LATENT; c++) {
			sections[start + c] = OF_CENTRES[c]! * centre[c]! + OF_SECTIONS[c]! * sections[start + c]!;
		}
	}
	return sections;
};

/** Sections of 14 to 26 seconds. */
const spans = (count: number, seed: number): Span[] => {
	const next = random(seed);
	let time = 0;
	return Array.from({ length: count }, () => {
		const start = time;
		time += 14 + 12 * next();
		return { start, end: time };
	});
};

/** Shots of 4.6 to 8.7 seconds. */
const shots = (count: number, seed: number): Span[] =>
	spans(count, seed).map(({ start, end }) => ({ start: start / 3, end: end / 3 }));

const normalised = ({ rows, cols, data }: Matrix32): Matrix32 => {
	for (let r = 0; r < rows; r++) {
		let squared = 0;
		for (let c = r * cols; c < (r + 1) * cols; c++) squared += data[c]! * data[c]!;
		const scale = 1 / Math.sqrt(squared);
		for (let c = r * cols; c < (r + 1) * cols; c++) data[c]! *= scale;
	}
	return { rows, cols, data };
};

/** A map that keeps lengths: columns of random numbers, each made orthogonal to those before (Gram and Schmidt). */
const orthonormalColumns = (rows: number, cols: number): Matrix32 => {
	const columns: Float64Array[] = [];
	for (let c = 0; c < cols; c++) {
		const column = Float64Array.from(nearlyNormal(c + 1, rows));
		for (const earlier of columns) {
			const shared = earlier.reduce((sum, value, r) => sum + value * column[r]!, 0);
			for (let r = 0; r < rows; r++) column[r]! -= shared * earlier[r]!;
		}
		const length = Math.hypot(...column);
		columns.push(column.map(value => value / length));
	}
	return {
		rows,
		cols,
		data: Float32Array.from({ length: rows * cols }, (_, k) => columns[k % cols]![Math.floor(k / cols)]!),
	};
};

/** Sums of four bytes, with mean 0 and deviation 1: near enough to normal numbers, and ten times as fast. */
const nearlyNormal = (seed: number, count: number): Float32Array => {
	const values = new Float32Array(count);
	let state = start(seed);
	for (let k = 0; k < count; k++) {
		state = (state + 0x9e3779b9) | 0;
		const mixed = mix(state);
		const sum = (mixed & 255) + ((mixed >>> 8) & 255) + ((mixed >>> 16) & 255) + (mixed >>> 24);
		values[k] = (sum - 510) / BYTES_DEVIATION;
	}
	return values;
};

const BYTES_DEVIATION = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/** Uniform in (0, 1): a counter through a mixing function (splitmix32). */
export const random = (seed: number): (() => number) => {
	let state = start(seed);
	return () => {
		state = (state + 0x9e3779b9) | 0;
		return ((mix(state) >>> 0) + 0.5) / 2 ** 32;
	};
};

/** Mixed, since neighbouring seeds would else give the same numbers one place on. */
const start = (seed: number): number => mix(Math.imul(seed, 0x9e3779b9) ^ 0x5bd1e995);

const mix = (state: number): number => {
	let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
	mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
	return mixed ^ (mixed >>> 15);
};
