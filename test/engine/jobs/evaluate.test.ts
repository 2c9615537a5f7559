import { beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../engine/alignment/comparison.js';
import { distanceNamed } from '../../../engine/alignment/distances.js';
import { poolOverSpans } from '../../../engine/embeddings/pool.js';
import type { ClipModel } from '../../../engine/evaluation/clip-model.js';
import { INDEL_COST_GRID, tunedIndelCosts } from '../../../engine/evaluation/indel-costs.js';
import { cellOf, type EvaluationReport, evaluationReport } from '../../../engine/evaluation/report.js';
import { cutUp, scenarioNames } from '../../../engine/evaluation/scenarios.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import { type EvaluationOptions, evaluate } from '../../../engine/jobs/evaluate.js';
import type { Progress } from '../../../engine/jobs/ports.js';
import { dataSetOf, type PairClip } from '../../../engine/training/data-set.js';
import { simulate } from '../../../engine/training/simulated.js';
import { plainProduct } from '../ranking/catalogues.js';

const { dataSet, embed } = simulate({
	seed: 9,
	counts: { train: 0, validation: 8, test: 14 },
	columns: { picture: 40, music: 36 },
});
const model: ClipModel<PairClip> = {
	id: 'latents',
	picture: async ({ picture }, spans) => embed.picture(poolOverSpans(picture.features, spans)),
	music: async ({ music }, spans) => embed.music(poolOverSpans(music.features, spans)),
};
const ALL: EvaluationOptions = {
	pool: 1000,
	seed: 1,
	segmenters: null,
	scenarios: null,
	// Timed DTW is left to the test of standings: it takes most of the time.
	distances: ['centroid', 'trace', 'best-trace', 'nw-dtw', 'timed-best-trace'],
	directions: null,
};
const tools = () => ({
	kernel: openRankingKernel(),
	similarity: plainProduct,
	clock: () => performance.now() / 1000,
	onProgress: (_: Progress) => {},
});

describe('an evaluation', () => {
	let report: EvaluationReport;
	const progress: Progress[] = [];
	beforeAll(async () => {
		const found = await evaluate(dataSet, model, ALL, { ...tools(), onProgress: one => progress.push(one) });
		report = { ...found, commit: 'abc', machine: 'this' };
	});

	test('is a report that reads back as itself, and says what it was made of', () => {
		expect(evaluationReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
		expect(report.dataSet).toMatchObject({ origin: 'simulated', clips: 14, validationClips: 8 });
	});

	test('asks the headline and the paper’s scenarios of every segmenter, everything of OLDA, and independence of no shots', () => {
		const asked = (segmenter: string) => [
			...new Set(
				report.cells
					.filter(cell => cell.segmenter === segmenter && cell.direction === 'video-to-music')
					.map(({ scenario }) => scenario),
			),
		];
		expect(new Set(asked('olda'))).toEqual(new Set(scenarioNames));
		expect(asked('sf')).toEqual(['independent', 'vanilla', 'crop', 'stretch', 'crop-stretch']);
		expect(asked('transnet')).toEqual(['vanilla', 'crop', 'stretch', 'crop-stretch']);
		expect(report.cells.some(({ direction }) => direction === 'music-to-video')).toBe(true);
	});

	test('finds the mean rank that comparing all pairs one by one gives', async () => {
		const clips: PairClip[] = [];
		for await (const clip of dataSet.clips('test')) clips.push(clip);
		const cut = cutUp(clips, 'independent', 'olda');
		const pictures = await Promise.all(
			clips.map(async (clip, k) => ({ spans: cut.picture[k]!, vectors: await model.picture(clip, cut.picture[k]!) })),
		);
		const music = await Promise.all(
			clips.map(async (clip, k) => ({ spans: cut.music[k]!, vectors: await model.music(clip, cut.music[k]!) })),
		);
		for (const name of ['centroid', 'best-trace'] as const) {
			const ranks = pictures.map((query, k) => {
				const values = music.map(target => distanceNamed(name).value(compare(query, target)));
				return 1 + values.filter(value => value < values[k]!).length;
			});
			const cell = cellOf(report, {
				scenario: 'independent',
				segmenter: 'olda',
				direction: 'video-to-music',
				distance: name,
			});
			expect(cell!.meanRank.value).toBeCloseTo(ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length, 6);
			expect(cell!.recall1.value).toBeCloseTo(ranks.filter(rank => rank === 1).length / ranks.length, 6);
		}
	});

	test('centroids do not see that segments are repeated where all are, and every interval holds its value', () => {
		const rank = (scenario: 'vanilla' | 'stretch-200') =>
			cellOf(report, { scenario, segmenter: 'olda', direction: 'video-to-music', distance: 'centroid' })!.meanRank
				.value;
		expect(rank('stretch-200')).toBeCloseTo(rank('vanilla'), 6);
		for (const { meanRank, recall10 } of report.cells) {
			expect(meanRank.low).toBeLessThanOrEqual(meanRank.value);
			expect(meanRank.high).toBeGreaterThanOrEqual(meanRank.value);
			expect(recall10.low).toBeLessThanOrEqual(recall10.high);
		}
	});

	test('counts its progress up to the whole', () => {
		const ranking = progress.filter(({ stage }) => stage.includes(','));
		expect(ranking.at(-1)!.done).toBe(ranking.at(-1)!.total);
		expect(ranking.every(({ done }, k) => k === 0 || done > ranking[k - 1]!.done)).toBe(true);
	});

	test('is refused without clips to test on, and ends where it is cancelled', async () => {
		const nothing = dataSetOf({ name: 'none', origin: 'simulated', inputs: dataSet.inputs }, []);
		await expect(evaluate(nothing, model, ALL, tools())).rejects.toMatchObject({ code: 'data-set-unusable' });
		const unknown = { ...ALL, segmenters: ['nobody'] };
		await expect(evaluate(dataSet, model, unknown, tools())).rejects.toMatchObject({ code: 'data-set-unusable' });
		const stop = new AbortController();
		const cancelled = evaluate(dataSet, model, ALL, {
			...tools(),
			onProgress: ({ stage }) => {
				if (stage.startsWith('Crop')) stop.abort(new Error('enough'));
			},
			signal: stop.signal,
		});
		await expect(cancelled).rejects.toThrow('enough');
	});
});

test('indel costs are the best of the grid, and looked for on the questions that are given', async () => {
	// Two sections, the second one absent from the query: skipping it must be cheap, or a target without it wins.
	const unit = (...rows: number[][]) => ({ rows: rows.length, cols: 2, data: Float32Array.from(rows.flat()) });
	const spans = (count: number) => Array.from({ length: count }, (_, k) => ({ start: 10 * k, end: 10 * k + 10 }));
	const questions = {
		queries: [
			{ spans: spans(2), vectors: unit([1, 0], [0, 1]) },
			{ spans: spans(2), vectors: unit([0.9, 0.43], [0.43, 0.9]) },
		],
		targets: [
			{ spans: spans(6), vectors: unit([1, 0], [-1, 0], [-1, 0], [-1, 0], [-1, 0], [0, 1]) },
			{ spans: spans(2), vectors: unit([0.9, 0.43], [0.43, 0.9]) },
		],
	};
	const { costs, tried } = await tunedIndelCosts(questions, ['nw-dtw', 'trace'], tools(), tools());
	expect(tried.map(({ cost }) => cost)).toEqual(INDEL_COST_GRID);
	const least = Math.min(...tried.map(({ meanRank }) => meanRank));
	expect(tried.find(({ cost }) => cost === costs['nw-dtw'])!.meanRank).toBe(least);
	expect(costs['nw-dtw']).toBe(0);
	expect(costs['sw-dtw']).toBe(0.1);
});
