import type { CutAnalysis } from '../features/cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import { logNormalCdf } from '../numeric/normal.js';
import { runningSums, sumUpTo } from '../numeric/running-sums.js';
import { type Moments, moments, standardised } from '../numeric/statistics.js';
import type { Seconds, Span } from '../time/time.js';
import { cutsOnBeats } from './beat-agreement.js';
import { cutsOnOnsets } from './cut-agreement.js';
import {
	type CutDynamics,
	cutDynamics,
	LEVEL_FLOOR,
	SEARCH_RATE,
	slowParts,
	startOf,
	type TrackDynamics,
} from './dynamics.js';
import { dynamicsAgreement } from './dynamics-agreement.js';
import { phraseAgreement } from './phrase-agreement.js';
import { type CropPlan, type Piece, songTimeAt } from './plan.js';
import type { PreparedTrack } from './prepared-track.js';
import { riseCurve, risesTogether } from './rises.js';
import { TERMS, type TermValues } from './terms.js';
import { type Singing, voicesApart } from './voices.js';

/** The picture's side of every comparison: a range of a cut, in seconds after its start. */
export type CutSide = {
	readonly range: Span;
	readonly length: Seconds;
	readonly cuts: readonly Seconds[];
	readonly dynamics: CutDynamics;
	/** {@link riseCurve} of motion and cutting together. */
	readonly rises: Float64Array;
	readonly speech: readonly Span[];
};

export const cutSide = (cut: CutAnalysis, range: Span): CutSide => {
	const length = range.end - range.start;
	const dynamics = cutDynamics(cut, range);
	const scales = [moments(dynamics.motion), moments(dynamics.cutting)] as const;
	return {
		range,
		length,
		cuts: cut.boundaries.map(({ seconds }) => seconds - range.start).filter(seconds => seconds > 0 && seconds < length),
		dynamics,
		rises: riseCurve(
			dynamics.motion.map((value, k) => standardised(value, scales[0]) + standardised(dynamics.cutting[k]!, scales[1])),
		),
		speech: cut.speech
			.map(({ start, end }) => ({
				start: Math.max(0, start - range.start),
				end: Math.min(length, end - range.start),
			}))
			.filter(({ start, end }) => end > start),
	};
};

/**
 * Every term of a crop, unscaled where the scale is the catalogue's (movement, content, accents), else in deviations.
 *
 * @param contentCost - mean distance of the embedded segments with this crop under them
 */
export const judge = (
	cut: CutSide,
	track: PreparedTrack,
	plan: CropPlan,
	contentCost: number,
	singing: Singing,
): TermValues => {
	const music = heardCurves(track, plan.pieces, cut.dynamics.motion.length);
	const covered = music.level.length;
	const share = cut.dynamics.motion.length === 0 ? 0 : covered / cut.dynamics.motion.length;
	const picture = share === 1 ? cut.dynamics : startOf(cut.dynamics, covered);
	const heard = cut.cuts.flatMap(time => songTimeAt(plan.pieces, time) ?? []);
	return {
		// What plays under half of the picture can agree with half of it at most.
		movement: share * (dynamicsAgreement(picture, music)[0] ?? 0),
		content: -contentCost,
		accents: share * cutsOnOnsets(track.ranks, heard, 0),
		beats: share * cutsOnBeats(track, heard),
		rises: share * risesTogether(cut.rises, music.level),
		phrases: phraseAgreement(track, plan, cut.length),
		voices: voicesApart(cut.speech, plan.pieces, singing),
		wishes: 0,
		joins: 0 - plan.joins.reduce((sum, { audibility }) => sum + audibility, 0) / ORDINARY_JOIN,
	};
};

/** A join of random bars is about this audible; one deviation of the term. */
const ORDINARY_JOIN = 0.5;

/** How what is heard under the range moves, for as long as the pieces last. */
export const heardCurves = ({ analysis }: PreparedTrack, pieces: readonly Piece[], steps: number): TrackDynamics => {
	const { levels, onsets, slowLevel, slowOnsets } = curveSums(analysis);
	const last = pieces.at(-1);
	const end = last ? last.at + (last.song.end - last.song.start) : 0;
	const covered = Math.min(steps, Math.floor(end * SEARCH_RATE + 0.01));
	const heard = {
		level: new Float64Array(covered),
		quickLevel: new Float64Array(covered),
		quickOnsets: new Float64Array(covered),
	};
	const hops = CURVE_RATE / SEARCH_RATE;
	for (let step = 0; step < covered; step++) {
		const song = songTimeAt(pieces, (step + 0.5) / SEARCH_RATE);
		if (song === null) {
			heard.level[step] = LEVEL_FLOOR;
			continue;
		}
		const from = Math.max(0, Math.min(levels.length - 1 - hops, song * CURVE_RATE - hops / 2));
		const slow = Math.max(0, Math.min(slowLevel.length - 1, Math.floor(song * SEARCH_RATE)));
		const level = (sumUpTo(levels, from + hops) - sumUpTo(levels, from)) / hops;
		heard.level[step] = level;
		heard.quickLevel[step] = level - slowLevel[slow]!;
		heard.quickOnsets[step] = (sumUpTo(onsets, from + hops) - sumUpTo(onsets, from)) / hops - slowOnsets[slow]!;
	}
	return heard;
};

const summed = new WeakMap<TrackAnalysis, CurveSums>();

type CurveSums = ReturnType<typeof newCurveSums>;

/** Made once: a song is judged at many places. */
const curveSums = (analysis: TrackAnalysis): CurveSums => {
	const made = summed.get(analysis) ?? newCurveSums(analysis);
	summed.set(analysis, made);
	return made;
};

/** Running sums over every hop, from 0, and the slow parts at SEARCH_RATE. */
const newCurveSums = (analysis: TrackAnalysis) => {
	const { slowLevel, slowOnsets } = slowParts(analysis);
	return {
		levels: runningSums(analysis.curves.level, value => Math.max(value, LEVEL_FLOOR)),
		onsets: runningSums(analysis.curves.onsetStrength),
		slowLevel,
		slowOnsets,
	};
};

/** What an average place of an average track has, within one answer: the scale of its scores. */
export type Basis = {
	readonly movement: Moments;
	readonly content: Moments;
	readonly accents: Moments;
	/** Of the weighted sum of all terms. */
	readonly total: Moments;
	/** How far this track is what was asked for, in deviations: the term `wishes`. */
	readonly wish: number;
	/** How much each term counts. */
	readonly weights: TermValues;
};

/** Terms in deviations above the average place of the average track. */
export const inDeviations = (values: TermValues, basis: Basis): TermValues => ({
	...values,
	movement: standardised(values.movement, basis.movement),
	content: standardised(values.content, basis.content),
	accents: standardised(values.accents, basis.accents),
	wishes: basis.wish,
});

/** The weighted sum of terms in deviations. */
export const weightedSum = (deviations: TermValues, weights: TermValues): number => {
	let sum = 0;
	for (const term of TERMS) sum += weights[term] * deviations[term];
	return sum;
};

/** Movement at offsets this far apart goes together by 0.15 on the demo tracks: about as little as at unrelated ones. */
const INDEPENDENT_AFTER: Seconds = 0.5;

/**
 * The chance that a track of average fit and this length has no better place than one with this sum. A long song offers
 * more places than a short one, and the best of many is high by chance alone.
 */
export const confidenceOf = (sum: number, basis: Basis, songDuration: Seconds, length: Seconds): number => {
	const places = Math.max(1, (songDuration - length) / INDEPENDENT_AFTER);
	return Math.exp(places * logNormalCdf(standardised(sum, basis.total)));
};
