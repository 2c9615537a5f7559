import { quantile } from '../numeric/statistics.js';
import { bootstrapInterval, type Interval } from './bootstrap.js';
import {
	expectedRank,
	expectedReciprocalRank,
	hitChance,
	meanRank,
	meanReciprocalRank,
	medianRank,
	recallAtK,
	type Standing,
} from './retrieval.js';

/** A score with the range that holds it in 95 % of resamples. */
export type Scored = { readonly value: number } & Interval;

/** How well own targets were found. Recalls are shares; ranks are from 1. */
export type Scores = {
	readonly recall1: Scored;
	readonly recall10: Scored;
	readonly recall25: Scored;
	readonly meanRank: Scored;
	readonly medianRank: Scored;
	readonly meanReciprocalRank: Scored;
};

/** All scores of some queries, with bootstrap intervals over the queries. */
export const scoresOf = (standings: readonly Standing[], seed: number): Scores => ({
	recall1: ofMean(standings, recallAtK(standings, 1), one => hitChance(one, 1), seed),
	recall10: ofMean(standings, recallAtK(standings, 10), one => hitChance(one, 10), seed),
	recall25: ofMean(standings, recallAtK(standings, 25), one => hitChance(one, 25), seed),
	meanRank: ofMean(standings, meanRank(standings), expectedRank, seed),
	medianRank: {
		value: medianRank(standings),
		...bootstrapInterval(standings.map(expectedRank), ranks => quantile(ranks, 0.5), { seed, resamples: RESAMPLES }),
	},
	meanReciprocalRank: ofMean(standings, meanReciprocalRank(standings), expectedReciprocalRank, seed),
});

/** Enough for the second digit of a half-width. */
const RESAMPLES = 400;

const ofMean = (
	standings: readonly Standing[],
	value: number,
	contribution: (one: Standing) => number,
	seed: number,
): Scored => ({
	value,
	...bootstrapInterval(
		standings.map(contribution),
		resample => resample.reduce((sum, one) => sum + one, 0) / resample.length,
		{ seed, resamples: RESAMPLES },
	),
});
