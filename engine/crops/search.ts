import type { TrackAnalysis } from '../features/track-analysis.js';
import { moments, standardised } from '../numeric/statistics.js';
import type { Seconds } from '../time/time.js';
import { cutsOnOnsetsPerStep } from './cut-agreement.js';
import { type CutDynamics, dynamicsAgreement, SEARCH_RATE, trackDynamics } from './dynamics.js';
import { type Basis, confidenceOf } from './judge.js';
import { preparedTrack } from './prepared-track.js';
import { TERM_WEIGHTS } from './terms.js';

/** How each offset of the cut in one track agrees, term by term; all of one length, in steps of 1 / SEARCH_RATE. */
export type OffsetAgreement = {
	/** Picture and music moving together: {@link dynamicsAgreement}. */
	readonly dynamics: Float64Array;
	/** Cuts falling on onsets, in deviations from chance, the best within each step. */
	readonly onsets: Float64Array;
	/** Mean distance of the embedded segments at this offset, negated; empty where no embedding is asked. */
	readonly content: Float64Array;
	/** How far the track is what was asked for, in deviations; 0 where nothing was. */
	readonly wish: number;
};

/** One place of one track as the first look sees it. */
export type Place = { readonly offset: Seconds; readonly sum: number };

/**
 * The agreement of a range of a cut with every place in a track.
 *
 * @param cuts - boundaries inside the range, in seconds after its start
 * @param contentCost - mean distance of the embedded segments with the range's start at an offset, or null without
 * @returns one offset, 0, where the track is shorter than the range: then it plays from the range's start
 */
export const agreementAtOffsets = (
	cut: CutDynamics,
	cuts: readonly Seconds[],
	track: TrackAnalysis,
	contentCost: ((offset: Seconds) => number) | null,
	wish = 0,
): OffsetAgreement => {
	const music = trackDynamics(track);
	const covered = Math.min(cut.motion.length, music.level.length);
	const picture =
		covered === cut.motion.length
			? cut
			: { motion: cut.motion.subarray(0, covered), cutting: cut.cutting.subarray(0, covered) };
	// What plays under half of the picture can agree with half of it at most.
	const coverage = cut.motion.length === 0 ? 0 : covered / cut.motion.length;
	const dynamics = dynamicsAgreement(picture, music).map(value => value * coverage);
	const onsets = cutsOnOnsetsPerStep(
		preparedTrack(track).ranks,
		cuts.filter(seconds => seconds < track.duration),
		dynamics.length,
	).map(value => value * coverage);
	const content = contentCost
		? everyOther(dynamics.length, step => -contentCost(step / SEARCH_RATE))
		: new Float64Array(0);
	return { dynamics, onsets, content, wish };
};

/** A curve that is linear but for a few kinks, worked out at every other step. */
const everyOther = (length: number, value: (step: number) => number): Float64Array => {
	const values = new Float64Array(length);
	for (let step = 0; step < length; step += 2) values[step] = value(step);
	for (let step = 1; step < length; step += 2) {
		values[step] = step + 1 < length ? (values[step - 1]! + values[step + 1]!) / 2 : value(step);
	}
	return values;
};

/** The first look at many tracks: what is usual among all their offsets, and each one's best places. */
export type FirstLook = {
	readonly basis: Basis;
	/** For each track, in the given order. */
	readonly tracks: readonly { readonly places: readonly Place[]; readonly confidence: number }[];
};

/**
 * Scores every offset of every track on one scale, and takes each track's best places.
 *
 * Terms are standardised over all offsets of all tracks, and added up with {@link TERM_WEIGHTS}; tracks are compared by
 * {@link confidenceOf} their best place.
 *
 * @param length - of the range
 * @returns places best first; at most `perTrack`, at least `apart` from each other
 */
export const firstLook = (
	agreements: readonly OffsetAgreement[],
	length: Seconds,
	{ perTrack, apart }: { readonly perTrack: number; readonly apart: Seconds },
): FirstLook => {
	const movement = poolMoments(agreements.map(agreement => agreement.dynamics));
	const accents = poolMoments(agreements.map(agreement => agreement.onsets));
	const content = poolMoments(agreements.map(agreement => agreement.content));
	const totals = agreements.map(agreement =>
		agreement.dynamics.map(
			(value, step) =>
				TERM_WEIGHTS.movement * standardised(value, movement) +
				TERM_WEIGHTS.accents * standardised(agreement.onsets[step]!, accents) +
				TERM_WEIGHTS.content * standardised(agreement.content[step] ?? content.mean, content) +
				TERM_WEIGHTS.wishes * agreement.wish,
		),
	);
	const basis = { movement, accents, content, total: poolMoments(totals), wish: 0 };
	return {
		basis,
		tracks: totals.map(sums => {
			const places = peaks(sums, perTrack, apart).map(step => ({ offset: step / SEARCH_RATE, sum: sums[step]! }));
			const duration = length + (sums.length - 1) / SEARCH_RATE;
			return { places, confidence: places[0] ? confidenceOf(places[0].sum, basis, duration, length) : 0 };
		}),
	};
};

/** Mean and deviation over all values of all curves, as if they were one. */
const poolMoments = (curves: readonly Float64Array[]) => {
	const all = new Float64Array(curves.reduce((sum, curve) => sum + curve.length, 0));
	let at = 0;
	for (const curve of curves) {
		all.set(curve, at);
		at += curve.length;
	}
	return moments(all);
};

/** Highest values first, each at least `apart` from those taken before it. */
const peaks = (curve: Float64Array, most: number, apart: Seconds): number[] => {
	const order = Array.from(curve.keys()).sort((a, b) => curve[b]! - curve[a]! || a - b);
	const taken: number[] = [];
	for (const step of order) {
		if (taken.length === most) break;
		if (taken.every(other => Math.abs(other - step) >= apart * SEARCH_RATE)) taken.push(step);
	}
	return taken;
};
