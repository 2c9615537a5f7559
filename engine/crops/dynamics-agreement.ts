import { fourierTransform } from '../numeric/fourier.js';
import { centredUnit, correlation, windowProducts, windowSpreads } from './correlations.js';
import type { CutDynamics, TrackDynamics } from './dynamics.js';

/**
 * How well picture and music move together at every offset: the sum of three correlations after Fisher's transform,
 * which makes them additive. Quick changes of motion go with those of the onsets and of the level, and cutting goes with the level
 * (Hanjalic and Xu 2005 give motion and cut density as the picture's arousal). The three are ours, chosen on the windows of a
 * scored film: `npm run bench -- real-edits`.
 *
 * @returns one value for each offset of the cut's start in the track, in steps of 1 / SEARCH_RATE; empty where the
 * track is shorter than the cut
 */
export const dynamicsAgreement = (cut: CutDynamics, track: TrackDynamics): Float64Array => {
	const n = cut.motion.length;
	const offsets = track.level.length - n + 1;
	if (n === 0 || offsets <= 0) return new Float64Array(0);
	const { motionLevel, motionOnsets, cuttingLevel } = products(cut, track);
	const level = windowSpreads(track.level, n);
	const quickLevel = windowSpreads(track.quickLevel, n);
	const quickOnsets = windowSpreads(track.quickOnsets, n);
	const agreement = new Float64Array(offsets);
	for (let offset = 0; offset < offsets; offset++) {
		agreement[offset] =
			WEIGHTS.motionOnsets * fisher(correlation(motionOnsets[offset]!, quickOnsets[offset]!)) +
			WEIGHTS.motionLevel * fisher(correlation(motionLevel[offset]!, quickLevel[offset]!)) +
			WEIGHTS.cuttingLevel * fisher(correlation(cuttingLevel[offset]!, level[offset]!));
	}
	return agreement;
};

/**
 * By chance, a minute's three correlations have deviations of 0.04, 0.07 and 0.15 (demo tracks): in deviations, the second and the
 * third count 0.4 of the first.
 */
const WEIGHTS = { motionOnsets: 1, motionLevel: 0.2, cuttingLevel: 0.1 } as const;

/** Short or constant windows can reach ±1, where the transform has no end. */
const fisher = (r: number): number => {
	if (r < -0.2 || r > 0.2) return Math.atanh(Math.max(-0.99, Math.min(0.99, r)));
	// Most are small, and a search makes millions: the first terms of the series are exact to 1e-9 there.
	const s = r * r;
	return r * (1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11))))));
};

type Products = {
	readonly motionLevel: ArrayLike<number>;
	readonly motionOnsets: ArrayLike<number>;
	readonly cuttingLevel: ArrayLike<number>;
};

/** Fewer multiplications than this are done faster one by one. */
const FEW = 20_000;

/** Products of the picture's centred curves, at length 1, with every window of the music's. */
const products = (cut: CutDynamics, track: TrackDynamics): Products => {
	const [motion, cutting] = unitCurves(cut);
	const offsets = track.level.length - motion.length + 1;
	if (offsets * motion.length > FEW) return transformedProducts(cut, track);
	return {
		motionLevel: windowProducts(motion, track.quickLevel, offsets),
		motionOnsets: windowProducts(motion, track.quickOnsets, offsets),
		cuttingLevel: windowProducts(cutting, track.level, offsets),
	};
};

/**
 * The same by the correlation theorem. Two real curves go through one complex transform: motion + i cutting, quick level + i quick onsets.
 * Circular products are those wanted wherever the window does not reach past the track's end. They hold until the next call.
 */
const transformedProducts = (cut: CutDynamics, track: TrackDynamics): Products => {
	const size = 2 ** Math.ceil(Math.log2(track.level.length));
	const { motion, cutting } = pictureSpectra(cut, size);
	const { quick, level } = musicSpectra(track, size);
	const { motionRe, motionIm, cuttingRe, cuttingIm } = roomFor(size);
	for (let k = 0; k < size; k++) {
		// Conjugated once more, so that the same transform serves as the inverse one.
		motionRe[k] = motion.re[k]! * quick.re[k]! - motion.im[k]! * quick.im[k]!;
		motionIm[k] = -(motion.re[k]! * quick.im[k]! + motion.im[k]! * quick.re[k]!);
		cuttingRe[k] = cutting.re[k]! * level.re[k]! - cutting.im[k]! * level.im[k]!;
		cuttingIm[k] = -(cutting.re[k]! * level.im[k]! + cutting.im[k]! * level.re[k]!);
	}
	fourierTransform(motionRe, motionIm);
	fourierTransform(cuttingRe, cuttingIm);
	for (let k = 0; k < size; k++) motionIm[k] = -motionIm[k]!;
	return { motionLevel: motionRe, motionOnsets: motionIm, cuttingLevel: cuttingRe };
};

/** A first look makes thousands of these one after the other: their room is kept. */
const rooms = new Map<number, ReturnType<typeof newRoom>>();

const newRoom = (size: number) => ({
	motionRe: new Float64Array(size),
	motionIm: new Float64Array(size),
	cuttingRe: new Float64Array(size),
	cuttingIm: new Float64Array(size),
});

const roomFor = (size: number) => {
	const room = rooms.get(size) ?? newRoom(size);
	rooms.set(size, room);
	return room;
};

type Spectrum = { readonly re: Float64Array; readonly im: Float64Array };

const spectrumOf = (real: Float64Array, imaginary: Float64Array, size: number): Spectrum => {
	const spectrum = { re: new Float64Array(size), im: new Float64Array(size) };
	spectrum.re.set(real);
	spectrum.im.set(imaginary);
	fourierTransform(spectrum.re, spectrum.im);
	return spectrum;
};

/** In half the room: thousands of tracks' spectra are kept. */
type Spectrum32 = { readonly re: Float32Array; readonly im: Float32Array };

type MusicSpectra = { readonly quick: Spectrum32; readonly level: Spectrum32 };

const music = new WeakMap<TrackDynamics, MusicSpectra>();

/** Made once for a track, whose length gives the size. */
const musicSpectra = (track: TrackDynamics, size: number): MusicSpectra => {
	const made = music.get(track) ?? {
		quick: rounded(spectrumOf(track.quickLevel, track.quickOnsets, size)),
		level: rounded(spectrumOf(track.level, new Float64Array(0), size)),
	};
	music.set(track, made);
	return made;
};

const rounded = ({ re, im }: Spectrum): Spectrum32 => ({ re: Float32Array.from(re), im: Float32Array.from(im) });

const pictures = new WeakMap<CutDynamics, Map<number, { readonly motion: Spectrum; readonly cutting: Spectrum }>>();

/** Conjugated, and divided by the size for the way back; made once for a cut and size. */
const pictureSpectra = (cut: CutDynamics, size: number) => {
	const sizes = pictures.get(cut) ?? new Map<number, { readonly motion: Spectrum; readonly cutting: Spectrum }>();
	pictures.set(cut, sizes);
	const known = sizes.get(size);
	if (known) return known;
	const [unitMotion, unitCutting] = unitCurves(cut);
	const both = spectrumOf(unitMotion, unitCutting, size);
	const motion = { re: new Float64Array(size), im: new Float64Array(size) };
	const cutting = { re: new Float64Array(size), im: new Float64Array(size) };
	for (let k = 0; k < size; k++) {
		const mirror = (size - k) & (size - 1);
		motion.re[k] = (both.re[k]! + both.re[mirror]!) / 2 / size;
		motion.im[k] = -(both.im[k]! - both.im[mirror]!) / 2 / size;
		cutting.re[k] = (both.im[k]! + both.im[mirror]!) / 2 / size;
		cutting.im[k] = (both.re[k]! - both.re[mirror]!) / 2 / size;
	}
	const made = { motion, cutting };
	sizes.set(size, made);
	return made;
};

const units = new WeakMap<CutDynamics, readonly [Float64Array, Float64Array]>();

const unitCurves = (cut: CutDynamics): readonly [Float64Array, Float64Array] => {
	const made = units.get(cut) ?? ([centredUnit(cut.quickMotion), centredUnit(cut.cutting)] as const);
	units.set(cut, made);
	return made;
};
