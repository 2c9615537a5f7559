import type { CutAnalysis } from '../features/cut-analysis.js';
import { PICTURE_RATE } from '../features/cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import type { Seconds, Span } from '../time/time.js';
import { gaussianSmooth, meanPerStep } from './resample.js';

/** Dynamics are compared, and offsets searched, this many times a second. */
export const SEARCH_RATE = 8;

/**
 * What changes more slowly than this is taken off motion, onsets and level before they are compared (a Gaussian's deviation). Slow
 * changes are few in a minute, and two of them agree by chance; quick ones are many. Ours, measured on a scored film.
 */
const SLOW: Seconds = 1.5;

/** Cuts count as a density: each one spread over its neighbourhood with this deviation. */
const CUT_SPREAD: Seconds = 0.7;

/** Changes below this level, in dBFS, are noise floor and fades, not music. */
export const LEVEL_FLOOR = -60;

/** How a range of a cut moves, sampled at {@link SEARCH_RATE}. */
export type CutDynamics = {
	/** log(1 + mean luma change, in 8-bit steps). */
	readonly motion: Float64Array;
	/** The same without what changes slowly. */
	readonly quickMotion: Float64Array;
	/** Cuts, each spread over its neighbourhood. */
	readonly cutting: Float64Array;
};

/** How a track moves, sampled at {@link SEARCH_RATE}. */
export type TrackDynamics = {
	/** In dBFS. */
	readonly level: Float64Array;
	/** Level and onset strength without what changes slowly. */
	readonly quickLevel: Float64Array;
	readonly quickOnsets: Float64Array;
};

export const cutDynamics = (cut: CutAnalysis, range: Span): CutDynamics => {
	const motion = meanPerStep(cut.curves.motion, PICTURE_RATE, SEARCH_RATE, range).map(change =>
		Math.log1p(255 * change),
	);
	const cuts = new Float64Array(motion.length);
	for (const { seconds } of cut.boundaries) {
		const step = Math.floor((seconds - range.start) * SEARCH_RATE);
		if (step >= 0 && step < cuts.length) cuts[step]! += 1;
	}
	const slow = gaussianSmooth(motion, SLOW * SEARCH_RATE);
	return { motion, quickMotion: difference(motion, slow), cutting: gaussianSmooth(cuts, CUT_SPREAD * SEARCH_RATE) };
};

/** The first steps of it. */
export const startOf = ({ motion, quickMotion, cutting }: CutDynamics, steps: number): CutDynamics => ({
	motion: motion.subarray(0, steps),
	quickMotion: quickMotion.subarray(0, steps),
	cutting: cutting.subarray(0, steps),
});

const known = new WeakMap<TrackAnalysis, TrackDynamics>();

/** Made once for a track: every cut is compared with it. */
export const trackDynamics = (track: TrackAnalysis): TrackDynamics => {
	const made = known.get(track) ?? resampled(track);
	known.set(track, made);
	return made;
};

const resampled = (track: TrackAnalysis): TrackDynamics => {
	const { level, onsets, slowLevel, slowOnsets } = slowParts(track);
	return { level, quickLevel: difference(level, slowLevel), quickOnsets: difference(onsets, slowOnsets) };
};

type SlowParts = Readonly<Record<'level' | 'onsets' | 'slowLevel' | 'slowOnsets', Float64Array>>;

const slowKnown = new WeakMap<TrackAnalysis, SlowParts>();

/** What a track's quick changes are told from, sampled at {@link SEARCH_RATE}; made once for a track. */
export const slowParts = (track: TrackAnalysis): SlowParts => {
	const made = slowKnown.get(track) ?? smoothed(track);
	slowKnown.set(track, made);
	return made;
};

const smoothed = (track: TrackAnalysis): SlowParts => {
	const whole = { start: 0, end: track.duration };
	const audible = track.curves.level.map(level => Math.max(level, LEVEL_FLOOR));
	const level = meanPerStep(audible, CURVE_RATE, SEARCH_RATE, whole);
	const onsets = meanPerStep(track.curves.onsetStrength, CURVE_RATE, SEARCH_RATE, whole);
	const deviation = SLOW * SEARCH_RATE;
	return { level, onsets, slowLevel: gaussianSmooth(level, deviation), slowOnsets: gaussianSmooth(onsets, deviation) };
};

const difference = (curve: Float64Array, less: Float64Array): Float64Array => curve.map((value, k) => value - less[k]!);
