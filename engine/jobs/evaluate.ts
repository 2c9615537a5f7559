import type { ClipModel } from '../evaluation/clip-model.js';
import { parametersWith, TUNED, type TunedCosts, tunedIndelCosts } from '../evaluation/indel-costs.js';
import {
	kindKey,
	kindOf,
	kindsOf,
	planOf,
	type Task,
	TUNING_SCENARIOS,
	tunedAs,
	type Wanted,
} from '../evaluation/plan.js';
import { poolStandings } from '../evaluation/pool-standings.js';
import type { Direction, EvaluationCell, EvaluationReport } from '../evaluation/report.js';
import { canCut, cutUp, type FoundBoundaries, posed, type Questions, SCENARIOS } from '../evaluation/scenarios.js';
import { scoresOf } from '../evaluation/scores.js';
import { EngineError } from '../protocol/errors.js';
import type { ExactTools } from '../ranking/exact-ranking.js';
import type { Seconds } from '../time/time.js';
import type { DataSet, PairClip } from '../training/data-set.js';
import { type EmbeddedSides, embedClips, readBoundaries } from './embed-clips.js';
import type { Progress } from './ports.js';

export type EvaluationOptions = Wanted & {
	/** Test clips at most; the paper has 1,000. */
	readonly pool: number;
	readonly seed: number;
};

export type EvaluationTools = ExactTools & {
	/** Seconds of a clock that never goes back. */
	readonly clock: () => Seconds;
	readonly onProgress: (progress: Progress) => void;
	readonly signal?: AbortSignal;
};

/** Validation clips at most that indel costs are tuned on. */
const TUNING_POOL = 300;
/** Fewer clips can't tell costs apart: the least of equal costs would win, and leaving out would be free. Ours. */
const LEAST_FOR_TUNING = 8;

/**
 * Evaluates a model on a data set's test clips: every distance in every scenario. Indel costs are tuned on validation clips
 * alone, once for boundaries that pairs share and once for boundaries found independently; where there are too few such
 * clips they keep their defaults.
 *
 * @throws EngineError 'data-set-unusable' where there are fewer than two test clips, or nothing that was asked for applies
 */
export const evaluate = async (
	dataSet: DataSet,
	model: ClipModel<PairClip>,
	options: EvaluationOptions,
	tools: EvaluationTools,
): Promise<Omit<EvaluationReport, 'commit' | 'machine'>> => {
	const { onProgress } = tools;
	const watch = (stage: string, total: number) => ({
		onClip: (done: number) => onProgress({ stage, done, total }),
		...(tools.signal && { signal: tools.signal }),
	});
	const expected = Math.min(options.pool, dataSet.count('test'));
	const found = await readBoundaries(dataSet, 'test', options.pool, watch('Reading clips', expected));
	if (found.length < 2) {
		throw new EngineError('data-set-unusable', `${dataSet.name} has ${found.length} clips to test on, and needs two`);
	}
	const plan = planOf(found, options);
	if (plan.length === 0) throw new EngineError('data-set-unusable', `${dataSet.name} has no boundaries for that`);

	const kinds = kindsOf(plan.map(kindOf));
	const sides = await embedClips(dataSet, 'test', found, kinds, model, watch('Embedding clips', found.length));
	const costs = await tunedCosts(dataSet, model, plan, options, tools);
	const cells = await rankAll(plan, sides, costs, options, tools);
	return {
		kind: 'segue-evaluation',
		dataSet: {
			name: dataSet.name,
			origin: dataSet.origin,
			clips: found.length,
			validationClips: costs.clips,
			meanDuration: mean(found.map(({ duration }) => duration)),
		},
		model: model.id,
		seed: options.seed,
		segments: [...new Set(plan.map(({ segmenter }) => segmenter))].map(segmenter => ({
			segmenter,
			...segmentLengths(found, segmenter),
			indelCosts: {
				shared: costs.of.get(kindKey({ cutting: 'shared', segmenter }))?.costs ?? null,
				independent: costs.of.get(kindKey({ cutting: 'independent', segmenter }))?.costs ?? null,
			},
			tuning: (['shared', 'independent'] as const).flatMap(cutting =>
				(costs.of.get(kindKey({ cutting, segmenter }))?.tried ?? []).map(point => ({ cutting, ...point })),
			),
		})),
		cells,
	};
};

type TunedKinds = { readonly clips: number; readonly of: ReadonlyMap<string, TunedCosts> };

const tunedCosts = async (
	dataSet: DataSet,
	model: ClipModel<PairClip>,
	plan: readonly Task[],
	{ seed }: EvaluationOptions,
	tools: EvaluationTools,
): Promise<TunedKinds> => {
	const { onProgress, signal } = tools;
	const watch = { ...(signal && { signal }) };
	const distances = [...new Set(plan.flatMap(task => task.distances))];
	const needed = TUNED.some(distance => distances.includes(distance));
	const found = needed ? await readBoundaries(dataSet, 'validation', TUNING_POOL, watch) : [];
	const of = new Map<string, TunedCosts>();
	const kinds = kindsOf(plan.map(kindOf).map(kind => ({ ...kind, cutting: tunedAs(kind.cutting) }))).filter(
		({ cutting, segmenter }) => found.length >= LEAST_FOR_TUNING && canCut(found, cutting, segmenter),
	);
	const sides = await embedClips(dataSet, 'validation', found, kinds, model, watch);
	for (const [done, kind] of kinds.entries()) {
		onProgress({ stage: 'Tuning indel costs', done, total: kinds.length });
		const scenario = SCENARIOS[TUNING_SCENARIOS[tunedAs(kind.cutting)]];
		const questions = posed(asked(sides.get(kindKey(kind))!, 'video-to-music'), scenario, seed);
		of.set(kindKey(kind), await tunedIndelCosts(questions, distances, tools, tools));
	}
	return { clips: found.length, of };
};

const rankAll = async (
	plan: readonly Task[],
	sides: ReadonlyMap<string, EmbeddedSides>,
	costs: TunedKinds,
	{ seed }: EvaluationOptions,
	tools: EvaluationTools,
): Promise<EvaluationCell[]> => {
	const cells: EvaluationCell[] = [];
	for (const [t, task] of plan.entries()) {
		const { scenario, segmenter, direction, distances } = task;
		const { title, cutting } = SCENARIOS[scenario];
		const questions = posed(asked(sides.get(kindKey(kindOf(task)))!, direction), SCENARIOS[scenario], seed);
		const pool = questions.queries.length;
		const tuned = costs.of.get(kindKey({ cutting: tunedAs(cutting), segmenter }));
		const rankings = await poolStandings(questions, distances, parametersWith(tuned?.costs), tools, {
			...tools,
			onQuery: done =>
				tools.onProgress({ stage: `${title}, ${segmenter}`, done: t * pool + done, total: plan.length * pool }),
		});
		for (const { distance, standings, seconds } of rankings) {
			cells.push({ scenario, segmenter, direction, distance, pool, seconds, ...scoresOf(standings, seed) });
		}
	}
	return cells;
};

const asked = ({ picture, music }: EmbeddedSides, direction: Direction): Questions =>
	direction === 'video-to-music' ? { queries: picture, targets: music } : { queries: music, targets: picture };

const segmentLengths = (
	found: readonly FoundBoundaries[],
	segmenter: string,
): { readonly count: number; readonly length: number } => {
	const spans = cutUp(found, 'shared', segmenter).music.flat();
	return { count: spans.length / found.length, length: mean(spans.map(({ start, end }) => end - start)) };
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
