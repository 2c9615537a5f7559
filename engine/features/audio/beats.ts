import type { Seconds } from '../../time/time.js';
import { type BeatGrid, CURVE_RATE } from '../track-analysis.js';
import { type BeatEvidence, findDownbeats } from './downbeats.js';
import { type DynamicBeats, dynamicBeats } from './dynamic-beats.js';
import type { SpectralKernel } from './kernel.js';
import { tempoPath } from './tempo-path.js';

/**
 * By how much onset strength follows the sound that causes it, in seconds: 21 to 23 ms for clicks of 1 to 3 kHz at
 * known times, 30 to 38 ms for tones of 300 and 70 Hz; in between, nearer to the clicks.
 */
const LATENESS = 0.025;

/** Values either side of a beat that tell where its onset lies. */
const ONSET_REACH = 2;

/** An interval is even when it is within this share of the median of its neighbours, seven on each side with itself. */
const EVENNESS = 0.025;
const NEIGHBOURS = 6;

/** A beat is supported when its score is so many times the mean score. */
const SUPPORT = 2;

/**
 * Share of intervals that are even and supported at both ends: what the tracker finds in noise, where it takes whatever
 * fits best, and what hardly any steady recording stays under.
 */
const CHANCE_SHARE = 0.15;
const STEADY_SHARE = 0.7;

/** Fewer intervals prove less. */
const ENOUGH_INTERVALS = 8;

const NO_BEATS: BeatGrid = { tempo: 0, confidence: 0, beats: [], downbeats: [], downbeatConfidence: 0 };

/**
 * Beats whose tempo may drift or change: dynamic programming (Ellis 2007) against a local period from
 * {@link tempoPath}. Confidence is the share of intervals that onsets support and that are as even as their neighbours,
 * against what noise reaches (both measured; ours).
 */
export const trackBeats = (evidence: BeatEvidence, duration: Seconds, kernel: SpectralKernel): BeatGrid => {
	const { strength } = evidence;
	if (strength.length < 2 || !strength.some(value => value > 0)) return NO_BEATS;
	const tracked = dynamicBeats(strength, tempoPath(strength, CURVE_RATE, kernel));
	const times = tracked.beats.map(beat => onsetCentre(beat, strength) / CURVE_RATE - LATENESS);
	// The first and last beat may fall just outside.
	const inside = tracked.beats.flatMap((beat, k) =>
		times[k]! >= 0 && times[k]! < duration ? [{ beat, time: times[k]! }] : [],
	);
	if (inside.length < 2) return NO_BEATS;
	const beats = inside.map(({ time }) => time);
	const bars = findDownbeats(
		evidence,
		inside.map(({ beat }) => beat),
	);
	const confidence = steadiness(
		beats,
		inside.map(({ beat }) => beat),
		tracked,
	);
	return {
		tempo: tempoOf(beats),
		confidence,
		beats,
		downbeats: bars.downbeats.map(k => beats[k]!),
		// A bar is no surer than the beats that it is counted in.
		downbeatConfidence: Math.min(bars.confidence, confidence),
	};
};

/** Centre of the onset around a beat, finer than the hop; the beat itself where there is none. */
const onsetCentre = (beat: number, strength: Float32Array): number => {
	let total = 0;
	let moment = 0;
	for (let k = -ONSET_REACH; k <= ONSET_REACH; k++) {
		total += strength[beat + k] ?? 0;
		moment += k * (strength[beat + k] ?? 0);
	}
	return total > 0 ? beat + moment / total : beat;
};

/** Median tempo over spans of four beats, or of as many as there are. */
const tempoOf = (beats: readonly Seconds[]): number => {
	const span = Math.min(4, beats.length - 1);
	return 60 / median(beats.slice(span).map((beat, k) => (beat - beats[k]!) / span));
};

const steadiness = (times: readonly Seconds[], beats: readonly number[], { localScore }: DynamicBeats): number => {
	const mean = localScore.reduce((sum, score) => sum + score, 0) / localScore.length;
	const supported = beats.map(beat => localScore[beat]! > SUPPORT * mean);
	const intervals = times.slice(1).map((time, k) => time - times[k]!);
	const count = intervals.filter((interval, k) => {
		const usual = median(intervals.slice(Math.max(0, k - NEIGHBOURS), k + NEIGHBOURS + 1));
		return supported[k]! && supported[k + 1]! && Math.abs(Math.log(interval / usual)) < EVENNESS;
	}).length;
	const share = (count / intervals.length - CHANCE_SHARE) / (STEADY_SHARE - CHANCE_SHARE);
	return Math.max(0, Math.min(1, share)) * Math.min(1, intervals.length / ENOUGH_INTERVALS);
};

const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
