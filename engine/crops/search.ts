import type { Moments } from '../numeric/statistics.js';
import type { Seconds } from '../time/time.js';
import { cutsOnOnsetsPerStep } from './cut-agreement.js';
import { type CutDynamics, SEARCH_RATE, startOf } from './dynamics.js';
import { dynamicsAgreement } from './dynamics-agreement.js';
import { type Basis, confidenceOf } from './judge.js';
import { RANK_UNITS, type TrackOutline } from './outline.js';
import { TERM_WEIGHTS, type TermValues } from './terms.js';

/** How each offset of the cut in one track agrees, term by term; all of one length, in steps of 1 / SEARCH_RATE. */
export type OffsetAgreement = {
	/** Picture and music moving together: {@link dynamicsAgreement}. */
	readonly dynamics: Float64Array;
	/** Cuts falling on onsets, in deviations from chance, the best within each step. */
	readonly onsets: Float64Array;
	/** Mean distance of the embedded segments at this offset; empty where no embedding is asked. */
	readonly contentCost: Float64Array;
	/** How far the track is what was asked for, in deviations; 0 where nothing was. */
	readonly wish: number;
};

/** One place of one track as the first look sees it. */
export type Place = { readonly offset: Seconds; readonly sum: number };

/**
 * The agreement of a range of a cut with every place in a track.
 *
 * @param cuts - boundaries inside the range, in seconds after its start
 * @param contentCosts - mean distance of the embedded segments with the range's start at the first `count` steps, or null
 * without
 * @returns one offset, 0, where the track is shorter than the range: then it plays from the range's start
 */
export const agreementAtOffsets = (
	cut: CutDynamics,
	cuts: readonly Seconds[],
	{ duration, dynamics: music, ranks }: TrackOutline,
	contentCosts: ((step: Seconds, count: number) => Float64Array) | null,
	wish = 0,
): OffsetAgreement => {
	const covered = Math.min(cut.motion.length, music.level.length);
	const picture = covered === cut.motion.length ? cut : startOf(cut, covered);
	// What plays under half of the picture can agree with half of it at most.
	const coverage = cut.motion.length === 0 ? 0 : covered / cut.motion.length;
	const dynamics = dynamicsAgreement(picture, music);
	const onsets = cutsOnOnsetsPerStep(
		ranks,
		RANK_UNITS,
		cuts.filter(seconds => seconds < duration),
		dynamics.length,
	);
	if (coverage < 1) {
		for (let step = 0; step < dynamics.length; step++) {
			dynamics[step]! *= coverage;
			onsets[step]! *= coverage;
		}
	}
	const contentCost = contentCosts ? contentCosts(1 / SEARCH_RATE, dynamics.length) : new Float64Array(0);
	return { dynamics, onsets, contentCost, wish };
};

/** The first look at many tracks: what is usual among all their offsets, and each one's best place. */
export type FirstLook = {
	readonly basis: Basis;
	/** For each track, in the given order. */
	readonly confidences: readonly number[];
	/**
	 * One track's best places, best first; at most `most`, at least `apart` from each other. Few tracks are asked for theirs.
	 */
	readonly places: (track: number, most: number, apart: Seconds) => Place[];
};

/**
 * Scores every offset of every track on one scale.
 *
 * Terms are standardised over all offsets of all tracks, and added up with the weights; tracks are compared by
 * {@link confidenceOf} their best place.
 *
 * @param length - of the range
 */
export const firstLook = (
	agreements: readonly OffsetAgreement[],
	length: Seconds,
	weights: TermValues = TERM_WEIGHTS,
): FirstLook => {
	const movement = pooledMoments(agreements.map(({ dynamics }) => dynamics));
	const accents = pooledMoments(agreements.map(({ onsets }) => onsets));
	const cost = pooledMoments(agreements.map(({ contentCost }) => contentCost));
	const totals = agreements.map(agreement => summed(agreement, { movement, accents, cost }, weights));
	const content = { mean: 0 - cost.mean, deviation: cost.deviation };
	const basis = { movement, accents, content, total: pooledMoments(totals), wish: 0, weights };
	return {
		basis,
		confidences: totals.map(sums => {
			if (sums.length === 0) return 0;
			const duration = length + (sums.length - 1) / SEARCH_RATE;
			return confidenceOf(highest(sums), basis, duration, length);
		}),
		places: (track, most, apart) => {
			const sums = totals[track]!;
			return peaks(sums, most, apart).map(step => ({ offset: step / SEARCH_RATE, sum: sums[step]! }));
		},
	};
};

/** The weighted sum of a track's terms in deviations, at every offset. */
const summed = (
	{ dynamics, onsets, contentCost, wish }: OffsetAgreement,
	{ movement, accents, cost }: Readonly<Record<'movement' | 'accents' | 'cost', Moments>>,
	weights: TermValues,
): Float64Array => {
	const factor = (weight: number, { deviation }: Moments) => (deviation > 0 ? weight / deviation : 0);
	const moves = factor(weights.movement, movement);
	const accent = factor(weights.accents, accents);
	const unlike = contentCost.length === 0 ? 0 : factor(weights.content, cost);
	const sums = new Float64Array(dynamics.length);
	for (let step = 0; step < sums.length; step++) {
		sums[step] =
			moves * (dynamics[step]! - movement.mean) + accent * (onsets[step]! - accents.mean) + weights.wishes * wish;
	}
	if (unlike > 0)
		for (let step = 0; step < sums.length; step++) sums[step]! -= unlike * (contentCost[step]! - cost.mean);
	return sums;
};

/** Mean and deviation over all values of all curves, as if they were one. */
const pooledMoments = (curves: readonly Float64Array[]): Moments => {
	let count = 0;
	let sum = 0;
	for (const curve of curves) {
		count += curve.length;
		for (let k = 0; k < curve.length; k++) sum += curve[k]!;
	}
	if (count === 0) return { mean: 0, deviation: 0 };
	const mean = sum / count;
	let squares = 0;
	for (const curve of curves) for (let k = 0; k < curve.length; k++) squares += (curve[k]! - mean) ** 2;
	return { mean, deviation: Math.sqrt(squares / count) };
};

const highest = (curve: Float64Array): number => {
	let most = Number.NEGATIVE_INFINITY;
	for (let k = 0; k < curve.length; k++) if (curve[k]! > most) most = curve[k]!;
	return most;
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
