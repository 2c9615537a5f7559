import type { TrackAnalysis } from '../features/track-analysis.js';
import { logNormalCdf } from '../numeric/normal.js';
import { moments, standardised } from '../numeric/statistics.js';
import type { Seconds } from '../time/time.js';
import { cutsOnOnsetsPerStep } from './cut-agreement.js';
import { type CutDynamics, dynamicsAgreement, SEARCH_RATE, trackDynamics } from './dynamics.js';

/** How each offset of the cut in one track agrees, term by term; all of one length, in steps of 1 / SEARCH_RATE. */
export type OffsetAgreement = {
	/** Picture and music moving together: {@link dynamicsAgreement}. */
	readonly dynamics: Float64Array;
	/** Cuts falling on onsets, in deviations from chance, the best within each step. */
	readonly onsets: Float64Array;
	/** Mean distance of the embedded segments at this offset, negated; empty where no embedding is asked. */
	readonly content: Float64Array;
};

/** One crop point of one track, with how it was judged. */
export type CropPoint = {
	readonly offset: Seconds;
	/** In deviations above the average offset of the average track. */
	readonly score: number;
	readonly dynamics: number;
	readonly onsets: number;
	readonly content: number;
};

/** How much the terms count, in deviations. Ours; measured with `npm run bench -- real-edits`. */
export const TERM_WEIGHTS = { dynamics: 1, onsets: 0.3, content: 0.3 } as const;

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
		track,
		cuts.filter(seconds => seconds < track.duration),
		dynamics.length,
	).map(value => value * coverage);
	const content = contentCost
		? Float64Array.from(dynamics, (_, step) => -contentCost(step / SEARCH_RATE))
		: new Float64Array(0);
	return { dynamics, onsets, content };
};

/**
 * Scores every offset of every track on one scale, and takes each track's best.
 *
 * Terms are standardised over all offsets of all tracks, and added up with {@link TERM_WEIGHTS}. A long song offers more
 * places than a short one, and the best of many is high by chance alone. So tracks are compared by how unlikely their
 * best would be among as many independent places as they have: `confidence` is the chance that a track of average fit
 * and this length has no better place.
 *
 * @returns for each track, in the given order, its best places, best first; at most `perTrack`, at least `apart` from each
 * other
 */
export const searchCrops = (
	agreements: readonly OffsetAgreement[],
	{ perTrack, apart }: { readonly perTrack: number; readonly apart: Seconds },
): readonly { readonly points: readonly CropPoint[]; readonly confidence: number }[] => {
	const dynamics = poolMoments(agreements.map(agreement => agreement.dynamics));
	const onsets = poolMoments(agreements.map(agreement => agreement.onsets));
	const content = poolMoments(agreements.map(agreement => agreement.content));
	const totals = agreements.map(agreement =>
		agreement.dynamics.map(
			(value, step) =>
				TERM_WEIGHTS.dynamics * standardised(value, dynamics) +
				TERM_WEIGHTS.onsets * standardised(agreement.onsets[step]!, onsets) +
				TERM_WEIGHTS.content * standardised(agreement.content[step] ?? content.mean, content),
		),
	);
	const overall = poolMoments(totals);

	return agreements.map((agreement, t) => {
		const points = peaks(totals[t]!, perTrack, apart).map(step => ({
			offset: step / SEARCH_RATE,
			score: standardised(totals[t]![step]!, overall),
			dynamics: standardised(agreement.dynamics[step]!, dynamics),
			onsets: standardised(agreement.onsets[step]!, onsets),
			content: standardised(agreement.content[step] ?? content.mean, content),
		}));
		const places = Math.max(1, totals[t]!.length / (SEARCH_RATE * INDEPENDENT_AFTER));
		const confidence = points[0] ? Math.exp(places * logNormalCdf(points[0].score)) : 0;
		return { points, confidence };
	});
};

/** Offsets further apart than this agree about as little with each other as unrelated ones. Ours. */
const INDEPENDENT_AFTER: Seconds = 3;

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
