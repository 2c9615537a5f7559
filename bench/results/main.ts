import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ranksChart, sweepChart } from '../../engine/io/evaluation/charts.js';
import { writePlot } from '../../engine/io/plots/write-plot.js';
import { projectPath } from '../../engine/io/project.js';
import { plotNames, readChapters, resultsPage } from './results-page.js';

/** `npm run results`: writes docs/results.md and its plots from the measurements below docs/results. */
const main = async (): Promise<void> => {
	const folder = projectPath('docs', 'results');
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
	writeFileSync(projectPath('docs', 'results.md'), resultsPage(chapters, plots));
};

await main();
