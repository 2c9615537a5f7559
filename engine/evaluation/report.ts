import { z } from 'zod';
import { TUNED } from './indel-costs.js';
import { rankedBy } from './pool-standings.js';
import { type ScenarioName, scenarioNames } from './scenarios.js';

const scored = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const DIRECTIONS = ['video-to-music', 'music-to-video'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** One distance in one scenario: how well each clip's own other side was found among all. */
const evaluationCell = z.object({
	scenario: z.enum(scenarioNames as [ScenarioName, ...ScenarioName[]]),
	segmenter: z.string(),
	direction: z.enum(DIRECTIONS),
	distance: z.enum(rankedBy),
	/** Clips asked for, which is also how many are ranked. */
	pool: z.number().int(),
	/** For all queries, the products of the embeddings left out. */
	seconds: z.number(),
	recall1: scored,
	recall10: scored,
	recall25: scored,
	meanRank: scored,
	medianRank: scored,
	meanReciprocalRank: scored,
});
export type EvaluationCell = z.infer<typeof evaluationCell>;

const indelCosts = z.object({ 'nw-dtw': z.number(), 'sw-dtw': z.number(), 'timed-dtw': z.number() });

/** What an evaluation found, and all that it takes to find it again. */
export const evaluationReport = z.object({
	kind: z.literal('segue-evaluation'),
	dataSet: z.object({
		name: z.string(),
		origin: z.enum(['real', 'rendered', 'simulated']),
		/** Clips of the test split that were asked for, and of the validation split that indel costs were tuned on. */
		clips: z.number().int(),
		validationClips: z.number().int(),
		/** In seconds, over the test clips. */
		meanDuration: z.number(),
	}),
	model: z.string(),
	seed: z.number().int(),
	commit: z.string(),
	machine: z.string(),
	/** By segmenter. */
	segments: z.array(
		z.object({
			segmenter: z.string(),
			/** Mean number of segments a clip, and their mean length in seconds. */
			count: z.number(),
			length: z.number(),
			/** Tuned on validation clips: for shared boundaries, and for boundaries found independently; null where not asked. */
			indelCosts: z.object({ shared: indelCosts.nullable(), independent: indelCosts.nullable() }),
			/** Mean rank of the validation clips by what leaving out costs. */
			tuning: z.array(
				z.object({
					cutting: z.enum(['shared', 'independent']),
					distance: z.enum(TUNED),
					cost: z.number(),
					meanRank: z.number(),
				}),
			),
		}),
	),
	cells: z.array(evaluationCell),
});
export type EvaluationReport = z.infer<typeof evaluationReport>;

/** The one of which everything was asked. */
export const mainSegmenter = ({ segments }: EvaluationReport): string =>
	segments.find(({ segmenter }) => segmenter === 'olda')?.segmenter ?? segments[0]!.segmenter;

/** Null where it was not asked. */
export const cellOf = (
	{ cells }: EvaluationReport,
	wanted: Pick<EvaluationCell, 'scenario' | 'segmenter' | 'direction' | 'distance'>,
): EvaluationCell | null =>
	cells.find(
		cell =>
			cell.scenario === wanted.scenario &&
			cell.segmenter === wanted.segmenter &&
			cell.direction === wanted.direction &&
			cell.distance === wanted.distance,
	) ?? null;
