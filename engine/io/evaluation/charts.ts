import { PUBLISHED_REALISTIC } from '../../evaluation/paper-figures.js';
import { type RankedBy, rankedBy } from '../../evaluation/pool-standings.js';
import { cellOf, type EvaluationReport, mainSegmenter } from '../../evaluation/report.js';
import { SCENARIOS, type ScenarioName } from '../../evaluation/scenarios.js';
import { DISTANCE_TITLES, originOf, segmenterTitle } from '../../evaluation/words.js';
import { ACCENT, MAIN } from '../plots/plot-style.js';
import type { Chart } from '../plots/write-plot.js';

/** Scenarios that are drawn beside one another, the headline first. */
const DRAWN: readonly ScenarioName[] = ['independent', 'vanilla', 'crop', 'stretch', 'crop-stretch', 'equal-parts'];

/** Ablations, which would stretch the scale. */
const NOT_DRAWN: readonly RankedBy[] = ['trace-sum', 'best-trace-sum'];

/** Mean rank of every distance in the main scenarios, with intervals, and the paper's figures where there are any. */
export const ranksChart = (report: EvaluationReport): Chart => {
	const segmenter = mainSegmenter(report);
	const values = DRAWN.flatMap(scenario =>
		drawnDistances(report).flatMap(distance => {
			const cell = cellOf(report, { scenario, segmenter, direction: 'video-to-music', distance });
			if (!cell) return [];
			return {
				scenario: SCENARIOS[scenario].title,
				distance: drawnTitle(distance),
				...cell.meanRank,
				paper: segmenter === 'olda' ? (PUBLISHED_REALISTIC[scenario]?.[distance]?.meanRank ?? null) : null,
			};
		}),
	);
	const y = { field: 'distance', type: 'nominal', title: null, sort: null } as const;
	return {
		title: titleOf(
			report,
			`Mean rank among ${report.dataSet.clips}, ${segmenterTitle(segmenter)}; crosses: the paper, among 1,000`,
		),
		data: { values },
		facet: { field: 'scenario', type: 'nominal', title: null, sort: DRAWN.map(name => SCENARIOS[name].title) },
		columns: 3,
		spec: {
			width: 260,
			height: 190,
			layer: [
				{
					mark: { type: 'rule', color: MAIN, strokeWidth: 2 },
					encoding: {
						y,
						x: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: 'mean rank (log)' },
						x2: { field: 'high' },
					},
				},
				{
					mark: { type: 'point', filled: true, color: MAIN, size: 50, opacity: 1 },
					encoding: { y, x: { field: 'value', type: 'quantitative', scale: { type: 'log' } } },
				},
				// A scale of nothing is an error.
				...(values.some(({ paper }) => paper !== null)
					? [
							{
								transform: [{ filter: 'datum.paper !== null' }],
								mark: { type: 'point' as const, shape: 'cross', filled: true, color: ACCENT, size: 60, opacity: 1 },
								encoding: { y, x: { field: 'paper', type: 'quantitative' as const, scale: { type: 'log' as const } } },
							},
						]
					: []),
			],
		},
	};
};

const CROPS = [
	['vanilla', 100],
	['crop-75', 75],
	['crop', 50],
	['crop-25', 25],
] as const;
const STRETCHES = [
	['vanilla', 1],
	['stretch-125', 1.25],
	['stretch', 1.5],
	['stretch-200', 2],
] as const;

/** Mean rank against how much is cropped and how much stretched; null where the sweeps were not asked. */
export const sweepChart = (report: EvaluationReport): Chart | null => {
	const crops = sweep(report, CROPS);
	const stretches = sweep(report, STRETCHES);
	if (!isSweep(crops) || !isSweep(stretches)) return null;
	const panel = (values: ReturnType<typeof sweep>, title: string, reversed: boolean) =>
		({
			data: { values },
			width: 330,
			height: 260,
			mark: { type: 'line', point: true },
			encoding: {
				x: { field: 'amount', type: 'quantitative', title, scale: { reverse: reversed, zero: false } },
				y: { field: 'meanRank', type: 'quantitative', title: 'mean rank (log)', scale: { type: 'log' } },
				color: { field: 'distance', type: 'nominal', title: null, sort: null },
				strokeDash: { field: 'ours', type: 'nominal', legend: null },
			},
		}) as const;
	return {
		title: titleOf(report, `Crop Query and Stretch Targets, ${segmenterTitle(mainSegmenter(report))}`),
		hconcat: [
			panel(crops, 'kept of the query’s segments, %', true),
			panel(stretches, 'length of targets against their own', false),
		],
	};
};

const sweep = (report: EvaluationReport, steps: readonly (readonly [ScenarioName, number])[]) =>
	drawnDistances(report)
		.filter(distance => distance !== 'complete-linkage' && distance !== 'single-linkage')
		.flatMap(distance =>
			steps.flatMap(([scenario, amount]) => {
				const segmenter = mainSegmenter(report);
				const cell = cellOf(report, { scenario, segmenter, direction: 'video-to-music', distance });
				if (!cell) return [];
				const title = drawnTitle(distance);
				return { amount, distance: title, ours: distance.startsWith('timed'), meanRank: cell.meanRank.value };
			}),
		);

/** Whether there is more than one amount to draw a line through. */
const isSweep = (values: ReturnType<typeof sweep>): boolean => new Set(values.map(({ amount }) => amount)).size > 1;

const drawnDistances = ({ cells }: EvaluationReport): RankedBy[] =>
	rankedBy.filter(distance => !NOT_DRAWN.includes(distance) && cells.some(cell => cell.distance === distance));

const titleOf = (report: EvaluationReport, text: string) => ({
	text,
	subtitle: `${report.dataSet.name}, ${originOf(report)}; model ${report.model}, seed ${report.seed}`,
});

/** Short enough for an axis. */
const drawnTitle = (distance: RankedBy): string => DISTANCE_TITLES[distance].replace(' (ours)', '');
