import { checkedOrders } from './orders.js';
import {
	PUBLISHED_BASELINE2_RECALL25,
	PUBLISHED_BASELINES,
	PUBLISHED_REALISTIC,
	PUBLISHED_SECONDS,
	PUBLISHED_VANILLA,
	type Published,
} from './paper-figures.js';
import type { RankedBy } from './pool-standings.js';
import { cellOf, type EvaluationReport, mainSegmenter } from './report.js';
import { SCENARIOS } from './scenarios.js';
import { DISTANCE_TITLES, markdownTable, rankText, segmenterTitle, shareText } from './words.js';

export const setDistances = (report: EvaluationReport): string[] => [
	...vanilla(report, 'The paper’s table II: distances that ignore order, vanilla, mean rank', [
		'centroid',
		'single-linkage',
		'complete-linkage',
	]),
	...baselines(report),
];

export const alignmentDistances = (report: EvaluationReport): string[] =>
	vanilla(report, 'The paper’s table III: alignment, vanilla, mean rank', [
		'nw-dtw',
		'sw-dtw',
		'trace',
		'best-trace',
		'timed-best-trace',
		'timed-dtw',
		'trace-sum',
		'best-trace-sum',
	]);

const vanilla = (report: EvaluationReport, title: string, distances: readonly RankedBy[]): string[] => {
	const segmenters = report.segments.map(({ segmenter }) => segmenter);
	const rows = distances.flatMap(distance => {
		const cells = segmenters.map(segmenter =>
			cellOf(report, { scenario: 'vanilla', segmenter, direction: 'video-to-music', distance }),
		);
		if (cells.every(cell => cell === null)) return [];
		return [
			[
				DISTANCE_TITLES[distance],
				...segmenters.flatMap((segmenter, k) => [
					cells[k] ? rankText(cells[k].meanRank) : '',
					publishedText(PUBLISHED_VANILLA[segmenter]?.[distance]),
				]),
			],
		];
	});
	if (rows.length === 0) return [];
	return [
		`### ${title}`,
		markdownTable(['distance', ...segmenters.flatMap(segmenter => [segmenterTitle(segmenter), 'paper'])], rows),
	];
};

const baselines = (report: EvaluationReport): string[] => {
	const cell = report.cells.find(({ scenario, direction }) => scenario === 'clip' && direction === 'video-to-music');
	if (!cell) return [];
	return [
		`One embedding a clip: mean rank ${rankText(cell.meanRank)}, R@25 ${shareText(cell.recall25)} %. Paper: Baseline 1 ${publishedText(PUBLISHED_BASELINES.baseline1)}; Baseline 2 ${publishedText(PUBLISHED_BASELINES.baseline2)}, R@25 ${(100 * PUBLISHED_BASELINE2_RECALL25).toFixed(1)} %.`,
	];
};

const REALISTIC_DISTANCES = ['centroid', 'nw-dtw', 'sw-dtw', 'trace', 'best-trace'] as const;
const OURS = ['timed-best-trace', 'timed-dtw'] as const;

export const realistic = (report: EvaluationReport): string[] => {
	const scenarios = ['vanilla', 'crop', 'stretch', 'crop-stretch'] as const;
	const segmenter = mainSegmenter(report);
	const rows = scenarios.flatMap(scenario => {
		const rank = (distance: RankedBy) => {
			const cell = cellOf(report, { scenario, segmenter, direction: 'video-to-music', distance });
			return cell ? rankText(cell.meanRank) : '';
		};
		if (REALISTIC_DISTANCES.every(distance => rank(distance) === '')) return [];
		return [
			[
				SCENARIOS[scenario].title,
				...REALISTIC_DISTANCES.flatMap(distance => [
					rank(distance),
					publishedText(PUBLISHED_REALISTIC[scenario]?.[distance]),
				]),
				...OURS.map(rank),
			],
		];
	});
	if (rows.length === 0) return [];
	return [
		`### The paper’s table IV: realistic scenarios, ${segmenterTitle(segmenter)}, mean rank`,
		markdownTable(
			[
				'scenario',
				...REALISTIC_DISTANCES.flatMap(distance => [DISTANCE_TITLES[distance], 'paper']),
				...OURS.map(distance => DISTANCE_TITLES[distance]),
			],
			rows,
		),
	];
};

export const orders = (report: EvaluationReport): string[] => {
	const checked = checkedOrders(report);
	if (checked.length === 0) return [];
	return [
		'### The paper’s orderings, checked here',
		markdownTable(
			['scenario', 'segmenter', 'paper, best first', 'here, by mean rank', 'holds'],
			checked.map(({ scenario, segmenter, claim, found, holds }) => [
				SCENARIOS[scenario].title,
				segmenterTitle(segmenter),
				claim.map(distance => DISTANCE_TITLES[distance]).join(', '),
				found.map(({ distance, meanRank }) => `${DISTANCE_TITLES[distance]} ${meanRank.toFixed(1)}`).join(', '),
				holds ? 'yes' : 'no',
			]),
		),
	];
};

export const times = (report: EvaluationReport): string[] => {
	const segmenters = report.segments.map(({ segmenter }) => segmenter);
	const distances = (['nw-dtw', 'sw-dtw', 'trace', 'best-trace', 'timed-best-trace', 'timed-dtw'] as const).filter(
		distance => report.cells.some(cell => cell.distance === distance),
	);
	const pool = report.dataSet.clips;
	const rows = distances.map(distance => [
		DISTANCE_TITLES[distance],
		...segmenters.flatMap(segmenter => {
			const cell = cellOf(report, { scenario: 'vanilla', segmenter, direction: 'video-to-music', distance });
			const published = PUBLISHED_SECONDS[segmenter]?.[distance];
			return [cell ? `${cell.seconds.toPrecision(2)} s` : '', published ? `${published} s` : ''];
		}),
	]);
	if (rows.length === 0) return [];
	return [
		`### The paper’s times: ${pool} queries among ${pool}, vanilla`,
		markdownTable(['distance', ...segmenters.flatMap(segmenter => [segmenterTitle(segmenter), 'paper'])], rows),
		`The paper’s are for 1,000 queries among 1,000 on an i7-6850K with six cores. Ours are one core’s, without the products of the embeddings.`,
	];
};

const publishedText = (published: Published | undefined): string =>
	published ? `${published.meanRank} ± ${published.plusMinus}` : '';
