import { CURVE_RATE, type Ending, type TrackCurves } from '../features/track-analysis.js';
import { quantile } from '../numeric/statistics.js';
import type { Seconds } from '../time/time.js';

/** How far back the end of a track reaches. All values here are ours. */
const END: Seconds = 20;
/** dB under the end's loud parts: still at full level. And under the whole track's: no longer heard. */
const FULL = 6;
const INAUDIBLE = 40;
/** How long music takes from full level to silence: less is a stop, more may be a fade. A fade of 4 s takes 2 s of that. */
const STOP: Seconds = 0.4;
const FADE: Seconds = 1;
/** Sound this close to the end of the file was still going on. */
const FILE_END: Seconds = 0.15;
/** Onsets while a track grows quiet, as a share of what the track has at large: more of them are music that goes on. */
const GOES_ON = 0.4;

/**
 * How a track ends, read from how fast its level falls for good and whether notes are still struck meanwhile. Onset
 * strength does not depend on level, so a faded song keeps its onsets and a last chord has none. Null for silence.
 */
export const findEnding = (curves: TrackCurves, duration: Seconds): Ending | null => {
	const { level, onsetStrength } = curves;
	const audible = Math.max(-75, quantile(level, 0.9) - INAUDIBLE);
	const silent = level.findLastIndex(value => value > audible) + 1;
	if (silent === 0) return null;
	// A quiet outro is no fade: what counts as full is the level of the end itself.
	const loud = quantile(level.subarray(Math.max(0, silent - Math.round(END * CURVE_RATE)), silent), 0.9);
	const full = fullUntil(level, loud - FULL, silent);
	const decline = (silent - full) / CURVE_RATE;
	const strong = quantile(onsetStrength, 0.95) / 2;
	const struck = onsetStrength.subarray(0, silent).findLastIndex(value => value > 0 && value >= strong);
	const lastSound = Math.max(0, struck) / CURVE_RATE;

	if (decline < STOP) {
		const confidence = 1 - decline / (2 * STOP);
		return silent / CURVE_RATE > duration - FILE_END
			? { kind: 'cut', at: silent / CURVE_RATE, confidence }
			: { kind: 'button', at: lastSound, confidence };
	}
	const going = onsetsWhile(onsetStrength, full, silent);
	const certain = Math.min(1, Math.abs(going - GOES_ON) / GOES_ON);
	return decline >= FADE && going > GOES_ON
		? { kind: 'fade', at: full / CURVE_RATE, confidence: certain }
		: { kind: 'ring-out', at: Math.min(lastSound, silent / CURVE_RATE), confidence: going > GOES_ON ? 0.5 : certain };
};

/** The end of the last half second in which the level stayed full for at least a fifth of the time. */
const fullUntil = (level: Float32Array, threshold: number, silent: number): number => {
	const window = Math.round(CURVE_RATE / 2);
	let above = 0;
	for (let k = silent - 1; k >= 0; k--) {
		if (level[k]! > threshold) above++;
		if (k + window < silent && level[k + window]! > threshold) above--;
		if (above >= window / 5) return Math.min(silent, lastAbove(level, threshold, Math.min(silent, k + window)));
	}
	return 0;
};

const lastAbove = (level: Float32Array, threshold: number, before: number): number =>
	level.subarray(0, before).findLastIndex(value => value > threshold) + 1;

/** Mean onset strength in the middle of the decline, over that of the whole track. */
const onsetsWhile = (strength: Float32Array, full: number, silent: number): number => {
	const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
	const span = silent - full;
	const usual = mean(strength);
	return usual === 0
		? 0
		: mean(strength.subarray(full + Math.round(0.2 * span), silent - Math.round(0.2 * span))) / usual;
};
