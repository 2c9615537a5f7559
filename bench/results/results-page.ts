import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ModelCard, modelCard } from '../../engine/embeddings/model-file.js';
import { type EvaluationReport, evaluationReport } from '../../engine/evaluation/report.js';
import { reportTables } from '../../engine/evaluation/tables.js';
import { markdownTable } from '../../engine/evaluation/words.js';

/** What `npm run bench -- NAME --json` prints. */
const benchRun = z.object({
	name: z.string(),
	commit: z.string(),
	machine: z.string(),
	figures: z.array(
		z.object({
			name: z.string(),
			unit: z.string(),
			median: z.number(),
			min: z.number(),
			max: z.number(),
			runs: z.number(),
		}),
	),
});
type BenchRun = z.infer<typeof benchRun>;

/** One chapter: a folder with intro.md, written by hand, and measurements as JSON. */
export type Chapter = {
	readonly folder: string;
	readonly intro: string;
	/** Reports of one data set, model and seed, made one by one, are one. */
	readonly reports: readonly EvaluationReport[];
	readonly benches: readonly BenchRun[];
	readonly cards: readonly ModelCard[];
};

/** Reads the chapters of a folder, in order of their names. Throws where a JSON file is none of what is known. */
export const readChapters = (folder: string): Chapter[] =>
	readdirSync(folder, { withFileTypes: true })
		.filter(entry => entry.isDirectory())
		.map(({ name }) => name)
		.sort()
		.map(name => readChapter(folder, name));

const readChapter = (root: string, folder: string): Chapter => {
	const files = readdirSync(join(root, folder)).sort();
	const measured = files
		.filter(file => file.endsWith('.json'))
		.map(file => known(join(root, folder, file), JSON.parse(readFileSync(join(root, folder, file), 'utf8'))));
	return {
		folder,
		intro: readFileSync(join(root, folder, 'intro.md'), 'utf8').trim(),
		reports: merged(measured.flatMap(({ report }) => report ?? [])),
		benches: measured.flatMap(({ bench }) => bench ?? []),
		cards: measured.flatMap(({ card }) => card ?? []),
	};
};

type Known = { readonly report?: EvaluationReport; readonly bench?: BenchRun; readonly card?: ModelCard };

const known = (file: string, value: unknown): Known => {
	const report = evaluationReport.safeParse(value);
	if (report.success) return { report: report.data };
	const bench = benchRun.safeParse(value);
	if (bench.success) return { bench: bench.data };
	const card = modelCard.safeParse(value);
	if (card.success) return { card: card.data };
	throw new Error(`${file} is neither an evaluation nor a bench nor a model's card`);
};

const merged = (reports: readonly EvaluationReport[]): EvaluationReport[] => {
	const groups = new Map<string, EvaluationReport>();
	for (const report of reports) {
		const key = JSON.stringify([report.dataSet, report.model, report.seed, report.machine]);
		const before = groups.get(key);
		groups.set(
			key,
			before
				? {
						...before,
						segments: joinedSegments(before.segments, report.segments),
						cells: [...before.cells, ...report.cells],
						commit: [...new Set([...before.commit.split(', '), report.commit])].join(', '),
					}
				: report,
		);
	}
	return [...groups.values()];
};

type Segments = EvaluationReport['segments'];

/** What is known of each segmenter, which more than one report may have asked, each of other distances or scenarios. */
const joinedSegments = (before: Segments, after: Segments): Segments => {
	const added = after.filter(({ segmenter }) => !before.some(known => known.segmenter === segmenter));
	return [
		...before.map(known => {
			const again = after.find(({ segmenter }) => segmenter === known.segmenter);
			return again ? joinedSegment(known, again) : known;
		}),
		...added,
	];
};

const joinedSegment = (a: Segments[number], b: Segments[number]): Segments[number] => {
	const costs = (cutting: 'shared' | 'independent') => {
		const [first, second] = [a.indelCosts[cutting], b.indelCosts[cutting]];
		if (first === null || second === null) return first ?? second;
		const tuned = b.tuning.filter(point => point.cutting === cutting).map(({ distance }) => distance);
		return { ...first, ...Object.fromEntries(tuned.map(distance => [distance, second[distance]])) };
	};
	const points = [...a.tuning, ...b.tuning].map(point => [JSON.stringify(point), point] as const);
	return {
		...a,
		indelCosts: { shared: costs('shared'), independent: costs('independent') },
		tuning: [...new Map(points).values()],
	};
};

/** The page: chapter after chapter, the hand-written words before what was measured. */
export const resultsPage = (chapters: readonly Chapter[], plots: ReadonlySet<string>): string =>
	`${[HEAD, ...chapters.map(chapter => chapterText(chapter, plots))].join('\n\n')}\n`;

const HEAD = `# Results

Written by \`npm run results\` from the measurements in \`docs/results/\`, which say what made them; the words between are from the
\`intro.md\` beside them. Do not edit this page: a test compares it with its sources.`;

const chapterText = ({ folder, intro, reports, benches, cards }: Chapter, plots: ReadonlySet<string>): string =>
	[
		intro,
		...reports.flatMap((report, k) => [
			...(reports.length > 1 ? [`### Model \`${report.model}\` on \`${report.dataSet.name}\``] : []),
			...plotNames(folder, k)
				.filter(plot => plots.has(plot))
				.map(plot => `![](results/${plot})`),
			reportTables(report).replace(/^### /gm, '#### '),
		]),
		...(plots.has(plantedPlot(folder)) ? [`![](results/${plantedPlot(folder)})`] : []),
		...benches.map(benchText),
		...cards.map(cardText),
	].join('\n\n');

/** Of a report of a chapter: its ranks and its sweep, below docs/results. */
export const plotNames = (folder: string, report: number): readonly [ranks: string, sweep: string] => {
	const stem = report === 0 ? '' : `-${report + 1}`;
	return [`${folder}/ranks${stem}.png`, `${folder}/sweep${stem}.png`];
};

/** Of a chapter that tells of planted cuts, below docs/results. */
export const plantedPlot = (folder: string): string => `${folder}/planted.png`;

const benchText = ({ name, commit, machine, figures }: BenchRun): string =>
	[
		`\`npm run bench -- ${name}\`, commit ${commit}, ${machine}:`,
		'',
		markdownTable(
			['figure', 'median', 'least', 'most', 'unit', 'runs'],
			figures.map(figure => [
				figure.name,
				digits(figure.median),
				digits(figure.min),
				digits(figure.max),
				figure.unit,
				String(figure.runs),
			]),
		),
	].join('\n');

/** Four significant digits. */
const digits = (value: number): string =>
	value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(2) : String(Number(value.toPrecision(4)));

const cardText = (card: ModelCard): string =>
	[
		`Model card: ${card.kind}`,
		'',
		markdownTable(
			['', ''],
			[
				['data', `${card.data.name} (${card.data.origin}), ${card.data.clips} clips, ${card.data.segments} segments`],
				['features', `${card.pictureFeatures}; ${card.musicFeatures}`],
				['segments', card.segmentation],
				...Object.entries(card.validation).map(([name, value]) => [
					`validation: ${name}`,
					value === null ? '' : digits(value),
				]),
				...Object.entries(card.training).map(([name, value]) => [`training: ${name}`, `\`${JSON.stringify(value)}\``]),
			],
		),
		'',
		...card.notes.map(note => `- ${note}`),
	].join('\n');
