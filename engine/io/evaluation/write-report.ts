import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationReport } from '../../evaluation/report.js';
import { reportTables } from '../../evaluation/tables.js';
import { EngineError } from '../../protocol/errors.js';
import { writePlot } from '../plots/write-plot.js';
import { ranksChart, sweepChart } from './charts.js';

/**
 * Writes a report into a folder: evaluation.json, tables.md, ranks.png, and sweep.png where sweeps were asked.
 *
 * @returns the names of the files
 */
export const writeReport = async (report: EvaluationReport, folder: string): Promise<string[]> => {
	const title = `# Evaluation of ${report.model} on ${report.dataSet.name}`;
	const sweep = sweepChart(report);
	try {
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, 'evaluation.json'), `${JSON.stringify(report)}\n`);
		await writeFile(join(folder, 'tables.md'), `${title}\n\n${reportTables(report)}\n`);
	} catch (cause) {
		throw new EngineError('bad-request', `${folder} cannot be written to`, { cause });
	}
	await writePlot(ranksChart(report), join(folder, 'ranks.png'));
	if (sweep) await writePlot(sweep, join(folder, 'sweep.png'));
	return ['evaluation.json', 'tables.md', 'ranks.png', ...(sweep ? ['sweep.png'] : [])];
};
