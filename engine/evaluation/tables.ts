import { TUNED } from './indel-costs.js';
import { alignmentDistances, orders, realistic, setDistances, times } from './paper-tables.js';
import { rankedBy } from './pool-standings.js';
import { cellOf, type Direction, type EvaluationReport, mainSegmenter } from './report.js';
import { SCENARIOS, type ScenarioName, scenarioNames } from './scenarios.js';
import { DISTANCE_TITLES, markdownTable, originOf, rankText, segmenterTitle, shareText } from './words.js';

/** A report as Markdown: the headline, then tables in the paper's layout with its figures, then sweeps and controls. */
export const reportTables = (report: EvaluationReport): string =>
	[
		about(report),
		...report.segments.flatMap(({ segmenter }) => headline(report, segmenter)),
		...setDistances(report),
		...alignmentDistances(report),
		...realistic(report),
		...orders(report),
		...tuning(report),
		...perturbations(report),
		...controls(report),
		...otherDirection(report),
		...times(report),
	].join('\n\n');

const about = ({ dataSet, model, seed, commit, machine, segments, ...report }: EvaluationReport): string =>
	[
		`Data: \`${dataSet.name}\` (${originOf({ dataSet })}), ${dataSet.clips} test clips of ${dataSet.meanDuration.toFixed(0)} s in the mean, each asked for among all of them. Model: \`${model}\`. Seed ${seed}, commit ${commit}, ${machine}.`,
		'',
		'Ranks are from 1, the less the better; chance is about half of the pool. ± is half of the 95 % bootstrap interval over queries; the paper’s ± is something else and can’t be compared.',
		'',
		markdownTable(
			['segmenter', 'segments a clip', 'mean length', 'indel cost NW, SW, timed: shared', 'independent'],
			segments.map(({ segmenter, count, length, indelCosts }) => [
				segmenterTitle(segmenter),
				count.toFixed(1),
				`${length.toFixed(1)} s`,
				costText(indelCosts.shared),
				costText(indelCosts.independent),
			]),
		),
		'',
		`Indel costs were tuned on ${dataSet.validationClips} validation clips.`,
		...(report.cells.some(({ pool }) => pool < 1000)
			? [`The pool is smaller than the paper’s 1,000, so ranks are lower by the same factor at least.`]
			: []),
	].join('\n');

const costText = (costs: EvaluationReport['segments'][number]['indelCosts']['shared']): string =>
	costs === null ? 'default' : `${costs['nw-dtw']}, ${costs['sw-dtw']}, ${costs['timed-dtw']} a second`;

const headline = (report: EvaluationReport, segmenter: string): string[] =>
	scoreTable(
		report,
		'independent',
		segmenter,
		'video-to-music',
		`Headline: the picture cut by its shots alone, the music by ${segmenterTitle(segmenter)} alone`,
	);

/** All scores of a scenario. */
const scoreTable = (
	report: EvaluationReport,
	scenario: ScenarioName,
	segmenter: string,
	direction: Direction,
	title: string,
): string[] => {
	const cells = rankedBy.flatMap(distance => cellOf(report, { scenario, segmenter, direction, distance }) ?? []);
	if (cells.length === 0) return [];
	return [
		`### ${title}`,
		markdownTable(
			['distance', 'R@1 %', 'R@10 %', 'R@25 %', 'mean rank', 'median rank', 'MRR'],
			cells.map(cell => [
				DISTANCE_TITLES[cell.distance],
				shareText(cell.recall1),
				shareText(cell.recall10),
				shareText(cell.recall25),
				rankText(cell.meanRank),
				rankText(cell.medianRank),
				cell.meanReciprocalRank.value.toFixed(3),
			]),
		),
	];
};

/** What leaving a segment out costs decides between NW and SW, so the whole curve is shown. */
const tuning = (report: EvaluationReport): string[] => {
	const { tuning: tried } = report.segments.find(({ segmenter }) => segmenter === mainSegmenter(report))!;
	if (tried.length === 0) return [];
	const costs = [...new Set(tried.map(({ cost }) => cost))];
	const rows = (['shared', 'independent'] as const).flatMap(cutting =>
		TUNED.filter(distance => tried.some(point => point.cutting === cutting && point.distance === distance)).map(
			distance => [
				`${DISTANCE_TITLES[distance]}, ${cutting === 'shared' ? SCENARIOS['crop-stretch'].title : SCENARIOS['independent-crop'].title}`,
				...costs.map(cost => {
					const point = tried.find(one => one.cutting === cutting && one.distance === distance && one.cost === cost);
					return point ? point.meanRank.toFixed(1) : '';
				}),
			],
		),
	);
	return [
		`### Indel costs tried on ${report.dataSet.validationClips} validation clips: mean rank, ${segmenterTitle(mainSegmenter(report))}`,
		markdownTable(['distance, scenario', ...costs.map(String)], rows),
	];
};

const perturbations = (report: EvaluationReport): string[] =>
	byScenario(report, 'How much is cropped and stretched: mean rank', [
		'vanilla',
		'crop-75',
		'crop',
		'crop-25',
		'stretch-125',
		'stretch',
		'stretch-200',
	]);

const controls = (report: EvaluationReport): string[] => [
	...byScenario(report, 'Controls: mean rank', [
		'vanilla',
		'count-only',
		'equal-parts',
		'independent',
		'independent-crop',
	]),
	...(report.cells.some(({ scenario }) => scenario === 'count-only')
		? [
				'Counts alone: every embedding is a random one, so whatever goes below chance is told by the number and length of segments, which a pair shares in the vanilla scenario. With equal parts every clip has the same number of segments, and counts tell nothing.',
			]
		: []),
];

const byScenario = (report: EvaluationReport, title: string, scenarios: readonly ScenarioName[]): string[] => {
	const segmenter = mainSegmenter(report);
	const distances = rankedBy.filter(distance => report.cells.some(cell => cell.distance === distance));
	const rows = scenarios.flatMap(scenario => {
		const cells = distances.map(distance =>
			cellOf(report, { scenario, segmenter, direction: 'video-to-music', distance }),
		);
		if (cells.every(cell => cell === null)) return [];
		return [[SCENARIOS[scenario].title, ...cells.map(cell => (cell ? rankText(cell.meanRank) : ''))]];
	});
	if (rows.length < 2) return [];
	return [
		`### ${title}, ${segmenterTitle(segmenter)}`,
		markdownTable(['scenario', ...distances.map(distance => DISTANCE_TITLES[distance])], rows),
	];
};

const otherDirection = (report: EvaluationReport): string[] => [
	...(['independent', 'vanilla'] as const).flatMap(scenario =>
		scoreTable(
			report,
			scenario,
			mainSegmenter(report),
			'music-to-video',
			`Music to video: ${SCENARIOS[scenario].title}, ${segmenterTitle(mainSegmenter(report))}`,
		),
	),
	...otherDirectionEverywhere(report),
];

/** Mean ranks of every scenario and segmenter that was asked the other way round, too. */
const otherDirectionEverywhere = (report: EvaluationReport): string[] => {
	const cells = report.cells.filter(({ direction }) => direction === 'music-to-video');
	const distances = rankedBy.filter(distance => cells.some(cell => cell.distance === distance));
	const rows = scenarioNames.flatMap(scenario =>
		report.segments.flatMap(({ segmenter }) => {
			const found = distances.map(distance =>
				cellOf(report, { scenario, segmenter, direction: 'music-to-video', distance }),
			);
			if (found.every(cell => cell === null)) return [];
			const ranks = found.map(cell => (cell ? rankText(cell.meanRank) : ''));
			return [[SCENARIOS[scenario].title, segmenterTitle(segmenter), ...ranks]];
		}),
	);
	if (rows.length === 0) return [];
	return [
		'### Music to video: mean rank',
		markdownTable(['scenario', 'segmenter', ...distances.map(distance => DISTANCE_TITLES[distance])], rows),
	];
};
