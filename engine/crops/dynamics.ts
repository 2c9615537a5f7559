import type { CutAnalysis } from '../features/cut-analysis.js';
import { PICTURE_RATE } from '../features/cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import type { Seconds, Span } from '../time/time.js';
import { gaussianSmooth, meanPerStep } from './resample.js';

/** Dynamics are compared, and offsets searched, this many times a second. */
export const SEARCH_RATE = 4;

/** Cuts count as a density: each one spread over its neighbourhood with this deviation. */
const CUT_SPREAD: Seconds = 0.7;

/** Changes below this level, in dBFS, are noise floor and fades, not music. */
export const LEVEL_FLOOR = -60;

/** How a range of a cut moves, sampled at {@link SEARCH_RATE}. */
export type CutDynamics = {
	/** log(1 + mean luma change, in 8-bit steps). */
	readonly motion: Float64Array;
	/** Cuts, each spread over its neighbourhood. */
	readonly cutting: Float64Array;
};

/** How a track moves, sampled at {@link SEARCH_RATE}. */
export type TrackDynamics = { readonly level: Float64Array; readonly onsets: Float64Array };

export const cutDynamics = (cut: CutAnalysis, range: Span): CutDynamics => {
	const motion = meanPerStep(cut.curves.motion, PICTURE_RATE, SEARCH_RATE, range).map(change =>
		Math.log1p(255 * change),
	);
	const cuts = new Float64Array(motion.length);
	for (const { seconds } of cut.boundaries) {
		const step = Math.floor((seconds - range.start) * SEARCH_RATE);
		if (step >= 0 && step < cuts.length) cuts[step]! += 1;
	}
	return { motion, cutting: gaussianSmooth(cuts, CUT_SPREAD * SEARCH_RATE) };
};

const known = new WeakMap<TrackAnalysis, TrackDynamics>();

/** Made once for a track: every cut is compared with it. */
export const trackDynamics = (track: TrackAnalysis): TrackDynamics => {
	const made = known.get(track) ?? resampled(track);
	known.set(track, made);
	return made;
};

const resampled = (track: TrackAnalysis): TrackDynamics => {
	const whole = { start: 0, end: track.duration };
	const audible = track.curves.level.map(level => Math.max(level, LEVEL_FLOOR));
	return {
		level: meanPerStep(audible, CURVE_RATE, SEARCH_RATE, whole),
		onsets: meanPerStep(track.curves.onsetStrength, CURVE_RATE, SEARCH_RATE, whole),
	};
};

/**
 * How well picture and music move together at every offset: the sum of three correlations after Fisher's transform,
 * which makes them comparable and additive. Motion follows onsets (Hanjalic and Xu 2005 give motion and cut density
 * as the picture's arousal), motion follows level, and cutting follows level. The three and their weights are ours,
 * chosen on the windows of a scored film: `npm run bench -- real-edits`.
 *
 * @returns one value for each offset of the cut's start in the track, in steps of 1 / SEARCH_RATE; empty where the
 * track is shorter than the cut
 */
export const dynamicsAgreement = (cut: CutDynamics, track: TrackDynamics): Float64Array => {
	const motionOnsets = correlations(cut.motion, track.onsets);
	const motionLevel = correlations(cut.motion, track.level);
	const cuttingLevel = correlations(cut.cutting, track.level);
	return motionOnsets.map(
		(r, offset) =>
			WEIGHTS.motionOnsets * fisher(r) +
			WEIGHTS.motionLevel * fisher(motionLevel[offset]!) +
			WEIGHTS.cuttingLevel * fisher(cuttingLevel[offset]!),
	);
};

const WEIGHTS = { motionOnsets: 1, motionLevel: 0.5, cuttingLevel: 1 } as const;

/** Short or constant windows can reach ±1, where the transform has no end. */
const fisher = (r: number): number => Math.atanh(Math.max(-0.99, Math.min(0.99, r)));

/**
 * Pearson's correlation of a short curve with every window of a longer one.
 *
 * @returns longer - shorter + 1 values in [-1, 1]; 0 where either side is constant
 */
export const correlations = (shorter: Float64Array, longer: Float64Array): Float64Array => {
	const n = shorter.length;
	const offsets = longer.length - n + 1;
	if (n === 0 || offsets <= 0) return new Float64Array(0);

	const unit = centredUnit(shorter);
	const result = new Float64Array(offsets);
	// Windows are centred by their own mean through running sums; products of a centred curve need no centring twice.
	let sum = 0;
	let squares = 0;
	for (let k = 0; k < n; k++) {
		sum += longer[k]!;
		squares += longer[k]! ** 2;
	}
	for (let offset = 0; offset < offsets; offset++) {
		let product = 0;
		for (let k = 0; k < n; k++) product += unit[k]! * longer[offset + k]!;
		const spread = squares - (sum * sum) / n;
		// The running sums leave rounding errors of about 1e-12 of the squares: a window that flat is constant.
		result[offset] = spread > 1e-9 * squares + 1e-12 ? Math.max(-1, Math.min(1, product / Math.sqrt(spread))) : 0;
		const leaving = longer[offset]!;
		const entering = longer[offset + n] ?? 0;
		sum += entering - leaving;
		squares += entering ** 2 - leaving ** 2;
	}
	return result;
};

/** The curve less its mean, at length 1; all zero for a constant curve. */
const centredUnit = (curve: Float64Array): Float64Array => {
	const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
	const centred = curve.map(value => value - mean);
	const norm = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
	return norm > 1e-12 ? centred.map(value => value / norm) : new Float64Array(curve.length);
};
