import { type BeatGrid, CURVE_RATE, type Drop, type TrackCurves } from '../features/track-analysis.js';
import type { Seconds } from '../time/time.js';
import { meanLevel } from './section-energy.js';

const BEFORE: Seconds = 4;
const AFTER: Seconds = 8;
/** Music that begins is no drop: there has to have been sound for this long. */
const LEAD: Seconds = 8;
const SOUND = -50;
/** dB of level and onsets together below which a rise is not worth the name, and by which confidence grows. Ours. */
const LEAST = 3;
const SCALE = 6;

/**
 * The drop: the moment with the largest sustained rise, from the 4 s before to the 8 s after, of level plus half of the
 * onset strength in dB. The rise is held against the quieter half of what follows, so a single loud bar does not count.
 * Moments are the downbeats, or the beats, or every half second, whichever is known first.
 */
export const findDrop = (curves: TrackCurves, beats: BeatGrid, duration: Seconds): Drop | null => {
	const begin = curves.level.findIndex(level => level > SOUND) / CURVE_RATE;
	let best: Drop | null = null;
	let most = LEAST;
	for (const at of moments(beats, duration)) {
		if (at < begin + LEAD || at + AFTER > duration) continue;
		const before = { start: at - BEFORE, end: at };
		const first = { start: at, end: at + AFTER / 2 };
		const second = { start: at + AFTER / 2, end: at + AFTER };
		const sustained = Math.min(meanLevel(curves.level, first), meanLevel(curves.level, second));
		const rise = sustained - Math.max(SOUND, meanLevel(curves.level, before));
		const denser = Math.min(
			onsetRatio(curves.onsetStrength, before, first),
			onsetRatio(curves.onsetStrength, before, second),
		);
		const score = rise + denser / 2;
		if (score > most && rise > 0) {
			most = score;
			best = { at, rise, confidence: 1 - Math.exp(-(score - LEAST) / SCALE) };
		}
	}
	return best;
};

const moments = ({ downbeats, beats }: BeatGrid, duration: Seconds): readonly Seconds[] => {
	if (downbeats.length > 0) return downbeats;
	return beats.length > 0 ? beats : Array.from({ length: Math.floor(2 * duration) }, (_, k) => k / 2);
};

type Stretch = { readonly start: Seconds; readonly end: Seconds };

/** How much stronger onsets are in `later`, in dB within ±6: silence before would make anything infinitely stronger. */
const onsetRatio = (strength: Float32Array, earlier: Stretch, later: Stretch): number => {
	const mean = ({ start, end }: Stretch) => {
		const part = strength.subarray(Math.round(start * CURVE_RATE), Math.round(end * CURVE_RATE));
		return part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length);
	};
	const [before, after] = [mean(earlier), mean(later)];
	if (before === 0 || after === 0) return before === after ? 0 : after > before ? 6 : -6;
	return Math.max(-6, Math.min(6, 10 * Math.log10(after / before)));
};
