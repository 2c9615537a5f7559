import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import { runningSums } from '../numeric/running-sums.js';
import type { Seconds } from '../time/time.js';
import { beatProfile, harmonicDistance, rowAt, timbreDistance } from './beat-profile.js';
import type { Join, Piece } from './plan.js';

/** What is compared: so many beats after a join, and so many before it. */
const BEATS_AFTER = 4;
const BEATS_BEFORE = 2;
/** Level is compared over this long after a join. */
const LEVEL_WINDOW: Seconds = 1.5;
/** Onsets are compared from this long before a join to this long after, moved against each other by up to MOST_SHIFT. */
const ONSET_WINDOW: Seconds = 2;
const MOST_SHIFT = 3;

/** Each of these alone is plainly heard. Ours. */
const PLAIN = { onsetPhase: 0.03, loudnessStep: 6, chroma: 0.5, timbre: 1.2 } as const;

/**
 * How a song would go on if it went from one moment to another: what follows the goal is held against what would have
 * followed, and what leads up to the one against what leads up to the other. Going on as recorded is audible 0; all
 * four differences at a plain size give 1 - e^-2 = 0.86.
 *
 * @returns of the join but its place in a range, with the goal moved by less than a hop so that onsets go on in phase
 */
export const joinBetween = (analysis: TrackAnalysis, from: Seconds, to: Seconds): Omit<Join, 'at'> => {
	const onsetPhase = onsetShift(analysis, from, to);
	const steps = levelAfter(analysis, to) - levelAfter(analysis, from);
	const { chroma, timbre } = soundDifference(analysis, from, to);
	const differences =
		Math.abs(onsetPhase) / PLAIN.onsetPhase +
		Math.abs(steps) / PLAIN.loudnessStep +
		chroma / PLAIN.chroma +
		timbre / PLAIN.timbre;
	return {
		from,
		to,
		onsetPhase,
		loudnessStep: steps,
		chromaDistance: chroma,
		audibility: 1 - Math.exp(-differences / 2),
	};
};

const soundDifference = (analysis: TrackAnalysis, from: Seconds, to: Seconds) => {
	const profile = beatProfile(analysis);
	const rows = profile.edges.length - 1;
	const [a, b] = [rowAt(profile, from), rowAt(profile, to)];
	let chroma = 0;
	let timbre = 0;
	let counted = 0;
	let after = 0;
	for (let k = -BEATS_BEFORE; k < BEATS_AFTER; k++) {
		const [i, j] = [a + k, b + k];
		if (i < 0 || j < 0 || i >= rows || j >= rows) continue;
		counted++;
		timbre += timbreDistance(profile, i, j);
		if (k < 0) continue;
		after++;
		chroma += harmonicDistance(profile, i, j);
	}
	return { chroma: after === 0 ? 0 : chroma / after, timbre: counted === 0 ? 0 : timbre / counted };
};

/** Below this, in dBFS, music is not heard under the rest. */
const FLOOR = -60;

const levelAfter = (analysis: TrackAnalysis, time: Seconds): number => {
	const powers = powerSums(analysis);
	const hops = powers.length - 1;
	const from = Math.max(0, Math.min(hops - 1, Math.round(time * CURVE_RATE)));
	const to = Math.min(hops, from + Math.round(LEVEL_WINDOW * CURVE_RATE));
	return 10 * Math.log10((powers[to]! - powers[from]!) / Math.max(1, to - from));
};

const summed = new WeakMap<TrackAnalysis, Float64Array>();

/** Running sums of the power of every hop, from 0: a song's joins are many. */
const powerSums = (analysis: TrackAnalysis): Float64Array => {
	const known = summed.get(analysis);
	if (known) return known;
	const sums = runningSums(analysis.curves.level, level => 10 ** (Math.max(FLOOR, level) / 10));
	summed.set(analysis, sums);
	return sums;
};

/**
 * By how much the onsets around `to` come late against those around `from`: the shift at which both curves agree best, read
 * between hops by a parabola; 0 where nothing is struck.
 */
const onsetShift = ({ curves }: TrackAnalysis, from: Seconds, to: Seconds): Seconds => {
	const { onsetStrength } = curves;
	const [a, b] = [from * CURVE_RATE, to * CURVE_RATE];
	const half = Math.round(ONSET_WINDOW * CURVE_RATE);
	// Both are read at whole hops: what rounding leaves out is added at the end.
	const rounding = b - Math.round(b) - (a - Math.round(a));
	const [first, second] = [Math.round(a), Math.round(b)];
	// Only where all shifts of both windows lie inside of the song.
	const earliest = Math.max(-half, -first, MOST_SHIFT - second);
	const latest = Math.min(half, onsetStrength.length - first, onsetStrength.length - MOST_SHIFT - second);
	const agreement = new Float64Array(2 * MOST_SHIFT + 1);
	for (let hop = earliest; hop < latest; hop++) {
		const struck = onsetStrength[first + hop]!;
		if (struck === 0) continue;
		const there = second + hop - MOST_SHIFT;
		for (let k = 0; k < agreement.length; k++) agreement[k]! += struck * onsetStrength[there + k]!;
	}
	let best = 0;
	for (let k = 1; k < agreement.length; k++) if (agreement[k]! > agreement[best]!) best = k;
	if (agreement[best] === 0 || best === 0 || best === agreement.length - 1) return 0;
	const [left, middle, right] = [agreement[best - 1]!, agreement[best]!, agreement[best + 1]!];
	const curvature = left - 2 * middle + right;
	const fine = curvature === 0 ? 0 : (0.5 * (left - right)) / curvature;
	return (best - MOST_SHIFT + fine - rounding) / CURVE_RATE;
};

/** A crossfade ends where the beat falls: its attack is the new piece's alone. */
export const CROSSFADE: Seconds = 0.04;

/** Where one piece hands over to the next. */
export type HandOver = { readonly from: Seconds; readonly to: Seconds };

/**
 * Pieces that play the song from `start`, go over at every hand-over, and last for the range, or until the song is over.
 *
 * @param handOvers - in order of time; each leaves the stretch that the one before it entered
 * @param fadeOut - of the last piece, at the range's end
 */
export const piecesThrough = (
	start: Seconds,
	handOvers: readonly HandOver[],
	length: Seconds,
	duration: Seconds,
	fadeIn: Seconds,
	fadeOut: Seconds,
): Piece[] => {
	const pieces: Piece[] = [];
	let entered = start;
	let at = 0;
	for (const [k, { from, to }] of handOvers.entries()) {
		pieces.push({
			song: { start: entered, end: from },
			at,
			fadeIn: k === 0 ? fadeIn : CROSSFADE,
			fadeOut: CROSSFADE,
		});
		at += from - entered - CROSSFADE;
		entered = to - CROSSFADE;
	}
	const left = Math.max(0, length - at);
	pieces.push({
		song: { start: entered, end: Math.min(duration, entered + left) },
		at,
		fadeIn: handOvers.length === 0 ? fadeIn : CROSSFADE,
		fadeOut,
	});
	return pieces;
};

/** Second of the range at which each hand-over's beat falls. */
export const handOverTimes = (start: Seconds, handOvers: readonly HandOver[]): Seconds[] => {
	let entered = start;
	let at = 0;
	return handOvers.map(({ from, to }) => {
		at += from - entered;
		entered = to;
		return at;
	});
};
