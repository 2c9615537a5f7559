import { lowerBound } from '../crops/cut-agreement.js';
import { cutDynamics, SEARCH_RATE } from '../crops/dynamics.js';
import { RISE_WINDOW, riseCurve } from '../crops/rises.js';
import { type CutAnalysis, PICTURE_RATE } from '../features/cut-analysis.js';
import { moments, standardised } from '../numeric/statistics.js';
import type { Region } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';

export type RegionLimits = { readonly shortest: Seconds; readonly longest: Seconds };

/** Darker than this is black. */
const BLACK = 0.04;
/** Speech that ends or begins so close to a cut does so with it. */
const WITH_CUT: Seconds = 1.5;
/** Speech shorter than a sentence, or with pauses shorter than a breath, does not end. */
const PAUSE: Seconds = 2;
/** What speaks for music to change at a cut, in the same units as energy's deviations. Ours. */
const WORTH = { black: 3, speech: 2, cut: 0.5 } as const;
/** Every change of music costs so much: without it there would be as many as may be. */
const CHANGE = 2;
/** From so many deviations on, energy is said to change. */
const CHANGES = 1;

/**
 * Regions for the cues of a long cut: it is divided at those cuts where most speaks for it (black, speech that begins or
 * ends, the picture's energy changing), each region between the shortest and the longest length. The best division is
 * found by dynamic programming; since a region reaches over a bounded number of cuts, cost grows linearly with length.
 *
 * @returns in order, covering the cut; one region where it is too short to be divided
 */
export const proposeRegions = (cut: CutAnalysis, { shortest, longest }: RegionLimits): Region[] => {
	const points = changePoints(cut);
	const times = [0, ...points.map(({ at }) => at), cut.duration];
	const worth = [0, ...points.map(point => point.worth - CHANGE), 0];
	const best = new Float64Array(times.length).fill(Number.NEGATIVE_INFINITY);
	const from = new Int32Array(times.length).fill(-1);
	best[0] = 0;
	let first = 0;
	for (let to = 1; to < times.length; to++) {
		while (times[to]! - times[first]! > longest) first++;
		for (let start = first; start < to && times[to]! - times[start]! >= shortest; start++) {
			if (best[start]! + worth[to]! > best[to]!) {
				best[to] = best[start]! + worth[to]!;
				from[to] = start;
			}
		}
	}
	// A cut without a cut for long, or too short: then it is one region.
	if (from.at(-1)! < 0) return [{ region: { start: 0, end: cut.duration }, why: ['start'] }];
	const regions: Region[] = [];
	for (let to = times.length - 1; to > 0; to = from[to]!) {
		const start = from[to]!;
		regions.unshift({
			region: { start: times[start]!, end: times[to]! },
			why: start === 0 ? ['start'] : points[start - 1]!.why,
		});
	}
	return regions;
};

type ChangePoint = { readonly at: Seconds; readonly worth: number; readonly why: Region['why'] };

/** Every cut, with what speaks for music to change there. */
const changePoints = (cut: CutAnalysis): ChangePoint[] => {
	const { motion, cutting } = cutDynamics(cut, { start: 0, end: cut.duration });
	const scales = [moments(motion), moments(cutting)] as const;
	const rises = riseCurve(
		motion.map((value, k) => standardised(value, scales[0]) + standardised(cutting[k]!, scales[1])),
	);
	const scale = moments(rises);
	const speech = sentences(cut.speech);
	const speechStarts = speech.map(({ start }) => start);
	return cut.boundaries.map(({ seconds: at }) => {
		const step = Math.round((at - RISE_WINDOW) * SEARCH_RATE);
		const energy = Math.abs(standardised(rises[step] ?? scale.mean, scale));
		const black = isBlackAt(cut, at);
		// Pauses are longer than that, so no more than two sentences begin, end or go on near a cut.
		const next = lowerBound(speechStarts, at + WITH_CUT);
		const near = speech.slice(Math.max(0, next - 2), next);
		const speaks = near.some(({ start, end }) => Math.abs(start - at) < WITH_CUT || Math.abs(end - at) < WITH_CUT);
		const inside = near.some(({ start, end }) => at > start + WITH_CUT && at < end - WITH_CUT);
		const why: Region['why'] = [
			...(black ? (['black'] as const) : []),
			...(speaks ? (['speech'] as const) : []),
			...(energy >= CHANGES ? (['energy'] as const) : []),
		];
		return {
			at,
			// Music that changes in the middle of a sentence is noticed.
			worth: WORTH.cut + energy + (black ? WORTH.black : 0) + (speaks ? WORTH.speech : 0) - (inside ? WORTH.speech : 0),
			why: why.length > 0 ? why : ['cut'],
		};
	});
};

const isBlackAt = ({ curves }: CutAnalysis, at: Seconds): boolean => {
	const step = Math.round(at * PICTURE_RATE);
	const around = curves.brightness.subarray(Math.max(0, step - 5), step + 5);
	return around.some(value => value < BLACK);
};

/** Speech with its short pauses closed. */
const sentences = (speech: readonly Span[]): Span[] => {
	const joined: Span[] = [];
	for (const span of speech) {
		const last = joined.at(-1);
		if (last && span.start - last.end < PAUSE) joined[joined.length - 1] = { start: last.start, end: span.end };
		else joined.push(span);
	}
	return joined;
};
