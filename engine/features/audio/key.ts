import type { Key } from '../track-analysis.js';

/** Steps an octave of the pitch histogram: tenths of a semitone. */
export const PITCH_STEPS = 120;

/** Krumhansl and Kessler 1982: how well each pitch class, tonic first, fits a major and a minor key. */
const PROFILES = {
	major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
	minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
} as const;

/** Correlation that the best key needs before it is a key at all. */
const LEAST_CORRELATION = 0.3;

/** Lead over the next unrelated key at which nothing is left to doubt. */
const CLEAR_LEAD = 0.3;

/**
 * Key by correlation with key profiles (Krumhansl 1990), after moving the histogram onto the scale it is tuned to.
 * Keys that share most of their notes (the relative one, and those a fifth away) are not held against the best one as
 * others are: confidence is the fit of the best key times its lead over the best unrelated key.
 *
 * @param histogram - strength of pitches over the octave in {@link PITCH_STEPS}, from C
 * @returns null without pitches or where no key fits
 */
export const estimateKey = (histogram: Float64Array): Key | null => {
	const chroma = tunedChroma(histogram);
	const keys = (['major', 'minor'] as const).flatMap(mode =>
		Array.from({ length: 12 }, (_, tonic) => ({
			tonic,
			mode,
			fit: correlation(
				chroma,
				PROFILES[mode].map((_, k) => PROFILES[mode][(k - tonic + 12) % 12]!),
			),
		})),
	);
	const best = keys.reduce((a, b) => (b.fit > a.fit ? b : a));
	if (!(best.fit >= LEAST_CORRELATION)) return null;
	const rival = Math.max(...keys.filter(key => !related(best, key)).map(key => key.fit));
	const lead = Math.min(1, Math.max(0, (best.fit - rival) / CLEAR_LEAD));
	return { tonic: best.tonic, mode: best.mode, confidence: best.fit * lead };
};

/** Energy of the twelve pitch classes, each gathered around where the music's own tuning puts it. */
const tunedChroma = (histogram: Float64Array): Float64Array => {
	let x = 0;
	let y = 0;
	histogram.forEach((strength, step) => {
		const angle = (2 * Math.PI * step) / 10;
		x += strength * Math.cos(angle);
		y += strength * Math.sin(angle);
	});
	const tuning = (10 * Math.atan2(y, x)) / (2 * Math.PI);
	const chroma = new Float64Array(12);
	histogram.forEach((strength, step) => {
		const pitchClass = Math.round((step - tuning) / 10);
		chroma[((pitchClass % 12) + 12) % 12]! += strength;
	});
	return chroma;
};

type Candidate = { readonly tonic: number; readonly mode: 'major' | 'minor' };

const related = (a: Candidate, b: Candidate): boolean => {
	const interval = (b.tonic - a.tonic + 12) % 12;
	if (a.mode === b.mode) return interval === 0 || interval === 5 || interval === 7;
	return interval === (a.mode === 'major' ? 9 : 3);
};

const correlation = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
	const n = x.length;
	let [sx, sy] = [0, 0];
	for (let k = 0; k < n; k++) {
		sx += x[k]! / n;
		sy += y[k]! / n;
	}
	let [xy, xx, yy] = [0, 0, 0];
	for (let k = 0; k < n; k++) {
		xy += (x[k]! - sx) * (y[k]! - sy);
		xx += (x[k]! - sx) ** 2;
		yy += (y[k]! - sy) ** 2;
	}
	return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
};
