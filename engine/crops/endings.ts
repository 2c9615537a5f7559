import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import { quantile } from '../numeric/statistics.js';
import type { Seconds } from '../time/time.js';
import { barLines, beatsOrBars } from './bar-lines.js';
import { type HandOver, handOverTimes, joinBetween, piecesThrough } from './join.js';
import { type CropPlan, DECLICK, type EndingKind, straightPiece } from './plan.js';

/** What an editor may ask for. 'natural' is the best of the others that can be had. */
export const ENDING_CHOICES = ['natural', 'ring-out', 'button', 'hard', 'fade'] as const;
export type EndingChoice = (typeof ENDING_CHOICES)[number];

/** A join plainer than this is not made unless it is asked for. */
const LEAST_SMOOTH = 0.45;
/** So much of the crop stays before a splice, and so much of the song's end is heard at least. */
const SHORTEST: Seconds = 4;
const FADE: Seconds = 2;
/** A cut in the middle of the music is softened by so much. */
const SOFT: Seconds = 0.08;
/** After its last stroke a button may ring for so long. */
const BUTTON_RING: Seconds = 0.6;
/** The song's end may come so much before the range's end, and a ringing one may be cut so much before it is silent. */
const MOST_EARLY: Seconds = 1;
const MOST_LATE: Seconds = 1.5;
/** A stroke needs so long to be heard as one. */
const STROKE: Seconds = 0.3;
/** A second of silence or of lost ringing counts as so much of a plain join. */
const TIMING = 0.25;

/**
 * A crop of exactly the range's length, with the ending that is asked for.
 *
 * The song's own end is had by going over to it at a bar line, so that it comes as the range ends. Songs too short for the
 * range go round a loop.
 */
export const planWithEnding = (
	analysis: TrackAnalysis,
	start: Seconds,
	length: Seconds,
	choice: EndingChoice,
): CropPlan => {
	const plain = straight(analysis, start, length, choice === 'fade' ? 'fade' : 'hard');
	const missing = start + length - analysis.duration;
	if (missing > END_TOLERANCE) return looped(analysis, start, length, choice) ?? plain;
	if (choice === 'hard' || choice === 'fade') return plain;

	const own = ownEnd(analysis);
	// Played straight on the song may end just here by itself.
	if (Math.abs(missing) <= END_TOLERANCE || lateness(analysis, choice, 0 - start, length) !== null) {
		return { ...plain, ending: { kind: own.kind, at: Math.max(0, own.stroke - start) } };
	}
	const spliced = own.kind === 'song-end' && choice === 'natural' ? null : spliceToEnd(analysis, start, length, choice);
	if (spliced && (choice !== 'natural' || spliced.joins.every(({ audibility }) => audibility <= LEAST_SMOOTH))) {
		return spliced;
	}
	return endsOnBar(analysis, start + length) ? plain : straight(analysis, start, length, 'fade');
};

/** Less than a frame of film. */
const END_TOLERANCE: Seconds = 0.02;

const straight = (analysis: TrackAnalysis, start: Seconds, length: Seconds, kind: 'hard' | 'fade'): CropPlan => {
	const piece = straightPiece(start, length, analysis.duration);
	const fadeOut = kind === 'fade' ? Math.min(FADE, length / 4) : SOFT;
	const end = piece.song.end - piece.song.start;
	return { pieces: [{ ...piece, fadeOut }], joins: [], ending: { kind, at: end - fadeOut } };
};

const endsOnBar = (analysis: TrackAnalysis, time: Seconds): boolean =>
	barLines(analysis).some(bar => Math.abs(bar - time) < 0.1);

type OwnEnd = { readonly kind: EndingKind; readonly stroke: Seconds; readonly silent: Seconds };

const ends = new WeakMap<TrackAnalysis, OwnEnd>();

/** How and when a song ends: its last stroke, and from when on nothing is heard. Looked for once a track. */
export const ownEnd = (analysis: TrackAnalysis): OwnEnd => {
	const known = ends.get(analysis) ?? endOf(analysis);
	ends.set(analysis, known);
	return known;
};

const endOf = (analysis: TrackAnalysis): OwnEnd => {
	const { curves, duration, labels } = analysis;
	const audible = Math.max(-70, quantile(curves.level, 0.9) - 45);
	const silent = Math.min(duration, (curves.level.findLastIndex(level => level > audible) + 1) / CURVE_RATE);
	const ending = labels?.ending;
	const natural = ending && (ending.kind === 'ring-out' || ending.kind === 'button');
	return {
		kind: natural ? ending.kind : 'song-end',
		stroke: Math.min(silent, ending?.at ?? silent),
		silent,
	};
};

/** The song's end brought to the range's end by one jump; null where no bar line allows it. */
const spliceToEnd = (
	analysis: TrackAnalysis,
	start: Seconds,
	length: Seconds,
	choice: EndingChoice,
): CropPlan | null => {
	const bars = barLines(analysis);
	const isBar = new Set(bars);
	const own = ownEnd(analysis);
	const stop = stopOf(own, choice);
	// What rings may be cut off, but not the last stroke.
	const latest = Math.min(MOST_LATE, Math.max(0, stop - own.stroke - STROKE));
	let best: { handOver: HandOver; cost: number } | null = null;
	for (const from of bars) {
		const at = from - start;
		if (at < SHORTEST || at > length - SHORTEST) continue;
		for (const to of beatsOrBars(analysis)) {
			if (to < 0.1 || stop - to < SHORTEST) continue;
			const late = at + (stop - to) - length;
			if (late < -MOST_EARLY || late > latest) continue;
			const { audibility } = joinBetween(analysis, from, to);
			const metre = isBar.has(to) ? 0 : BROKEN_BAR;
			const cost = audibility + metre + TIMING * Math.abs(late) + KEEPING * ((stop - to) / length);
			if (best === null || cost < best.cost) best = { handOver: { from, to }, cost };
		}
	}
	return best && withHandOvers(analysis, start, [best.handOver], length, choice);
};

/** A bar of three beats, say, where all have four, counts as so much of a plain join. */
const BROKEN_BAR = 0.3;

/** All of a crop given up for the song's end counts as so much of a plain join. */
const KEEPING = 0.2;

const stopOf = (own: OwnEnd, choice: EndingChoice): Seconds =>
	choice === 'button' ? Math.min(own.silent, own.stroke + BUTTON_RING) : own.silent;

/** Goals of jumps moved so that onsets go on in phase; the plan through them, ending as the song does. */
export const withHandOvers = (
	analysis: TrackAnalysis,
	start: Seconds,
	handOvers: readonly HandOver[],
	length: Seconds,
	choice: EndingChoice,
): CropPlan => {
	const own = ownEnd(analysis);
	const inPhase = handOvers.map(({ from, to }) => ({ from, to: to + joinBetween(analysis, from, to).onsetPhase }));
	const times = handOverTimes(start, inPhase);
	// The second of the song that would play at the range's start if it always had played as it does in the end.
	const origin = inPhase.length === 0 ? start : inPhase.at(-1)!.to - times.at(-1)!;
	const stroke = own.stroke - origin;
	const end = stopOf(own, choice) - origin;
	const isWhole = choice !== 'fade' && choice !== 'hard' && end <= length + MOST_LATE + PHASE_LEEWAY;
	const cut: EndingKind =
		choice === 'fade' || (choice === 'natural' && !endsOnBar(analysis, origin + length)) ? 'fade' : 'hard';
	const fadeOut = isWhole ? RING_OFF : cut === 'fade' ? Math.min(FADE, length / 4) : SOFT;
	return {
		pieces: piecesThrough(start, inPhase, length, analysis.duration, DECLICK, fadeOut),
		joins: inPhase.map((handOver, k) => ({ ...joinBetween(analysis, handOver.from, handOver.to), at: times[k]! })),
		ending: isWhole
			? { kind: choice === 'button' ? 'button' : own.kind, at: Math.min(length, stroke) }
			: { kind: cut, at: length - fadeOut },
	};
};

/**
 * By how much the song's own end comes late for a range's end, where it may count as its ending; null where it is too early
 * or too late, or none is wanted.
 *
 * @param ahead - range time less song time, where the song ends
 */
export const lateness = (
	analysis: TrackAnalysis,
	choice: EndingChoice,
	ahead: Seconds,
	length: Seconds,
): Seconds | null => {
	const own = ownEnd(analysis);
	if (choice === 'hard' || choice === 'fade' || (choice === 'natural' && own.kind === 'song-end')) return null;
	const stop = stopOf(own, choice);
	const late = stop + ahead - length;
	return late < -MOST_EARLY || late > Math.min(MOST_LATE, Math.max(0, stop - own.stroke - STROKE)) ? null : late;
};

/** What is left of the last sound goes within so long. */
const RING_OFF: Seconds = 0.4;
/** Moving goals into phase moves the end by less than this. */
const PHASE_LEEWAY: Seconds = 0.3;

const MOST_ROUNDS = 16;

/** The song with one stretch played again until the range is filled, ending as the song does where that can be had. */
const looped = (analysis: TrackAnalysis, start: Seconds, length: Seconds, choice: EndingChoice): CropPlan | null => {
	const bars = barLines(analysis).filter(bar => bar >= start + 0.1);
	const own = ownEnd(analysis);
	const stop = stopOf(own, choice);
	const wantsEnd = choice !== 'hard' && choice !== 'fade';
	let best: { handOvers: HandOver[]; cost: number } | null = null;
	for (const [i, to] of bars.entries()) {
		for (const from of bars.slice(i + 2)) {
			const round = from - to;
			if (round < SHORTEST) continue;
			const rounds = wantsEnd
				? Math.max(1, Math.round((length - (stop - start)) / round))
				: Math.max(1, Math.ceil((length - (analysis.duration - start)) / round));
			if (rounds > MOST_ROUNDS) continue;
			const late = wantsEnd ? stop - start + rounds * round - length : 0;
			const ends = late >= -MOST_EARLY && late <= MOST_LATE;
			// Where the song's end can't be brought there, the loop goes on beyond the range and is cut.
			const enough = ends ? rounds : Math.ceil((length - (stop - start)) / round);
			const { audibility } = joinBetween(analysis, from, to);
			const cost = enough * audibility + (ends ? TIMING * Math.abs(late) : NO_END) - round / length / 10;
			if (best === null || cost < best.cost) {
				best = { handOvers: Array.from({ length: enough }, () => ({ from, to })), cost };
			}
		}
	}
	return best && withHandOvers(analysis, start, best.handOvers, length, choice);
};

/** What a plain cut at the end costs against the song's own, in plain joins. */
const NO_END = 0.6;
