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
/**
 * Strength of the notes struck while a track grows quiet against the track's own: more means that the music goes on. Sixteen
 * tracks with fades that we know of have 0.65 and more, six that seem to end by themselves 0.52 and less.
 */
const GOES_ON = 0.58;

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

/**
 * How strong notes are in the middle of the decline: the mean of the strongest one and of the 95th percentile, over the
 * track's 95th percentile. A mean would count the hiss of a dying chord.
 */
const onsetsWhile = (strength: Float32Array, full: number, silent: number): number => {
	const margin = Math.round(0.2 * (silent - full));
	const decline = strength.subarray(full + margin, silent - margin);
	const usual = quantile(strength, 0.95);
	if (usual === 0 || decline.length === 0) return 0;
	const strongest = decline.reduce((most, value) => Math.max(most, value), 0);
	return (strongest + quantile(decline, 0.95)) / 2 / usual;
};
