import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '../../engine/embeddings/model-file.js';
import { ranksChart, sweepChart } from '../../engine/io/evaluation/charts.js';
import { bundledModels } from '../../engine/io/inference/models.js';
import { DEFAULT_MODEL } from '../../engine/io/models/default-model.js';
import { writePlot } from '../../engine/io/plots/write-plot.js';
import { projectPath } from '../../engine/io/project.js';
import { plantedChart } from './planted-chart.js';
import { plantedPlot, plotNames, readChapters, resultsPage } from './results-page.js';

/**
 * `npm run results`: writes docs/results.md and its plots from the measurements below docs/results, among which it puts the card
 * of the model that comes with the program.
 */
const main = async (): Promise<void> => {
	const folder = projectPath('docs', 'results');
	const { card } = readModel(readFileSync(join(bundledModels(), `${DEFAULT_MODEL}.safetensors`)));
	writeFileSync(join(folder, STARTER_CARD), `${JSON.stringify(card, null, '\t')}\n`);
	const chapters = readChapters(folder);
	const plots = new Set<string>();
	for (const chapter of chapters) {
		for (const [k, report] of chapter.reports.entries()) {
			const [ranks, sweep] = plotNames(chapter.folder, k);
			await writePlot(ranksChart(report), join(folder, ranks));
			plots.add(ranks);
			const swept = sweepChart(report);
			if (swept === null) continue;
			await writePlot(swept, join(folder, sweep));
			plots.add(sweep);
		}
	}
	for (const { folder: chapter, benches } of chapters) {
		for (const { figures } of benches) {
			const chart = plantedChart(figures);
			if (chart === null) continue;
			await writePlot(chart, join(folder, plantedPlot(chapter)));
			plots.add(plantedPlot(chapter));
		}
	}
	writeFileSync(projectPath('docs', 'results.md'), resultsPage(chapters, plots));
};

/** Below docs/results. */
const STARTER_CARD = join('3-training', 'starter.json');

await main();
