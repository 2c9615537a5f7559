import type { SegmentSequence } from '../engine/alignment/comparison.js';
import { type Matrix32, zeros32 } from '../engine/numeric/matrix.js';
import type { SimilarityProduct } from '../engine/ranking/rank.js';
import { pickTracks, type TrackSections } from '../engine/ranking/track-sections.js';
import type { Span } from '../engine/time/time.js';

/** Dimensions of an embedding. */
export const DIMENSIONS = 512;

/**
 * A catalogue of any size that is never all in memory: every track follows from its number. Its sections lie around a
 * centre of its own in a space of 32 dimensions, mapped into {@link DIMENSIONS} and normalised, as embeddings of a trained
 * network lie: far fewer directions matter than there are, and sections of one track resemble one another.
 */
export type GeneratedCatalogue = {
	readonly tracks: number;
	readonly load: (tracks: readonly number[]) => Promise<TrackSections>;
};

const LATENT = 32;
/** How far sections lie from their track's centre, against the spread of the centres. */
const SPREAD = 0.6;

/** @param lengthOf - number of sections of a track by its number */
export const generateCatalogue = (
	tracks: number,
	lengthOf: (track: number) => number,
	product: SimilarityProduct,
): GeneratedCatalogue => {
	const map = normalRows(DIMENSIONS, LATENT, 1);
	return {
		tracks,
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
				ids: wanted.map(track => `track-${String(track).padStart(8, '0')}`),
				offsets,
				spans: lengths.flatMap((length, k) => spans(length, wanted[k]! + 1)),
				vectors: normalised(await product.similarity(latent, map)),
			};
		},
	};
};

/** A query that resembles a stretch of a track, as much as another section of that track does. */
export const queryLike = async (
	catalogue: GeneratedCatalogue,
	track: number,
	segments: number,
	seed: number,
): Promise<SegmentSequence> => {
	const { vectors } = pickTracks(await catalogue.load([track]), [0]);
	const noise = normalRows(segments, DIMENSIONS, seed);
	const data = Float32Array.from(
		noise.data,
		(value, k) => (SPREAD / Math.sqrt(DIMENSIONS)) * value + vectors.data[k % vectors.data.length]!,
	);
	return { spans: shots(segments, seed), vectors: normalised({ rows: segments, cols: DIMENSIONS, data }) };
};

const latentSections = (track: number, length: number): Float32Array => {
	const centre = normalRows(1, LATENT, 2 * track + 11).data;
	return normalRows(length, LATENT, 2 * track + 12).data.map((value, k) => centre[k % LATENT]! + SPREAD * value);
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

const normalRows = (rows: number, cols: number, seed: number): Matrix32 => {
	const next = random(seed);
	const data = Float32Array.from(
		{ length: rows * cols },
		() => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()),
	);
	return { rows, cols, data };
};

/** Uniform in (0, 1): a counter through a mixing function (splitmix32), so that neighbouring seeds are unrelated. */
export const random = (seed: number): (() => number) => {
	let state = Math.imul(seed, 0x9e3779b9);
	return () => {
		state = (state + 0x9e3779b9) | 0;
		let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
		mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
		return (((mixed ^ (mixed >>> 15)) >>> 0) + 0.5) / 2 ** 32;
	};
};
