import { DEFAULT_PARAMETERS, type DistanceParameters } from '../alignment/distances.js';
import type { ExactTools } from '../ranking/exact-ranking.js';
import type { Seconds } from '../time/time.js';
import { type PoolOptions, poolStandings, type RankedBy } from './pool-standings.js';
import { meanRank } from './retrieval.js';
import type { Questions } from './scenarios.js';

/** The distances that leave segments or seconds out, each with a cost of its own. */
export const TUNED = ['nw-dtw', 'sw-dtw', 'timed-dtw'] as const satisfies readonly RankedBy[];
export type IndelCosts = Readonly<Record<(typeof TUNED)[number], number>>;

/** Ours: the paper searched a grid and does not print it. In units of similarity, a segment or a second. */
export const INDEL_COST_GRID: readonly number[] = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1];

/** Timed DTW looks at every second second: a million pairs of clips of four minutes at every one would take an hour. */
const TIMED_STEP: Seconds = 2;

/** What distances keep where nothing was tuned. */
export const DEFAULT_COSTS: IndelCosts = {
	'nw-dtw': DEFAULT_PARAMETERS.indelCost,
	'sw-dtw': DEFAULT_PARAMETERS.indelCost,
	'timed-dtw': DEFAULT_PARAMETERS.indelCostPerSecond,
};

/** What each distance takes where its indel cost is this. */
export const parametersWith =
	(costs: IndelCosts = DEFAULT_COSTS) =>
	(distance: RankedBy): DistanceParameters => ({
		...DEFAULT_PARAMETERS,
		step: TIMED_STEP,
		indelCost: costs[distance === 'nw-dtw' ? 'nw-dtw' : 'sw-dtw'],
		indelCostPerSecond: costs['timed-dtw'],
	});

/** Mean rank by indel cost, as it was found in tuning. */
export type TuningPoint = {
	readonly distance: (typeof TUNED)[number];
	readonly cost: number;
	readonly meanRank: number;
};

export type TunedCosts = { readonly costs: IndelCosts; readonly tried: readonly TuningPoint[] };

/**
 * The indel costs with the least mean rank, each distance by itself; of equal ones the least cost. To be asked of
 * validation clips in a scenario in which counting segments does not give the answer away: where picture and music of a
 * pair have equally many segments, a large cost wins by that alone.
 *
 * @param distances - those that are wanted; the others keep their default
 */
export const tunedIndelCosts = async (
	questions: Questions,
	distances: readonly RankedBy[],
	tools: ExactTools,
	options: PoolOptions,
): Promise<TunedCosts> => {
	const wanted = TUNED.filter(distance => distances.includes(distance));
	const tried: TuningPoint[] = [];
	if (questions.queries.length === 0) return { costs: DEFAULT_COSTS, tried };
	for (const cost of INDEL_COST_GRID) {
		const costs = { 'nw-dtw': cost, 'sw-dtw': cost, 'timed-dtw': cost };
		const rankings = await poolStandings(questions, wanted, parametersWith(costs), tools, options);
		wanted.forEach((distance, k) => {
			tried.push({ distance, cost, meanRank: meanRank(rankings[k]!.standings) });
		});
	}
	const best = wanted.map(distance => {
		const own = tried.filter(point => point.distance === distance);
		return [distance, own.reduce((a, b) => (b.meanRank < a.meanRank ? b : a)).cost] as const;
	});
	return { costs: { ...DEFAULT_COSTS, ...Object.fromEntries(best) }, tried };
};
