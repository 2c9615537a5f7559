import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RankedBy, rankedBy } from '../../../evaluation/pool-standings.js';
import { DIRECTIONS, type Direction, type EvaluationReport } from '../../../evaluation/report.js';
import { type ScenarioName, scenarioNames } from '../../../evaluation/scenarios.js';
import { reportTables } from '../../../evaluation/tables.js';
import { evaluate } from '../../../jobs/evaluate.js';
import { allForTesting } from '../../../training/data-set.js';
import { openEvaluated } from '../../evaluation/open-evaluated.js';
import { writeReport } from '../../evaluation/write-report.js';
import { parseDevice } from '../../inference/device.js';
import { openInference } from '../../inference/networks.js';
import { commit, machine } from '../../provenance.js';
import { openRankingKernel } from '../../ranking-kernel.js';
import { contextOf, type World } from '../command-context.js';
import { counted } from '../words.js';

type Options = {
	readonly model: string;
	readonly out?: string;
	readonly pool: number;
	readonly all?: true;
	readonly seed: number;
	readonly segmenter?: readonly string[];
	readonly scenario?: readonly ScenarioName[];
	readonly distance?: readonly RankedBy[];
	readonly direction?: readonly Direction[];
};

export const addEvaluateCommand = (program: Command, world: World): void => {
	program
		.command('evaluate')
		.argument('<data>', 'as for segue train; or simulated, or simulated:CLIPS')
		.description('Measure how well a model finds the music of pictures, as the paper does and as real use is.')
		.requiredOption('--model <model>', 'affect, simulated (for simulated data), or a .safetensors file')
		.option('--out <folder>', 'write evaluation.json, tables.md and plots there')
		.option('--all', 'test on the clips meant for training too: for data that the model never saw')
		.option('--pool <n>', 'test clips at most, each asked for among all', readCount, 1000)
		.option('--seed <n>', 'of perturbations and intervals', readWhole, 1)
		.option('--segmenter <name...>', 'only these: foote, sf, olda, transnet, …')
		.addOption(new Option('--scenario <name...>', 'only these').choices(scenarioNames))
		.addOption(new Option('--distance <name...>', 'only these').choices(rankedBy))
		.addOption(new Option('--direction <name...>', 'only these').choices(DIRECTIONS))
		.addHelpText(
			'after',
			`
Each test clip's own other side is sought among those of all test clips. The headline scenario cuts the picture by its
shots alone and the music by its sections alone. In the paper's own scenarios a pair shares its boundaries, so the number of
segments alone tells much; the controls say how much. Costs of leaving segments out are tuned on validation clips.

Unless told otherwise, sweeps, controls and music to video are asked of OLDA alone.

A tenth of the films or groups is tested on, which segue train never looks at; with --all everything but the tenth that
indel costs are tuned on.

Examples:
  segue evaluate ~/Films/finished --model films.safetensors
  segue evaluate ~/Films/finished --model affect --all
  segue evaluate simulated --model simulated --out results
  segue evaluate simulated:200 --model simulated --scenario independent vanilla --segmenter olda

With --json: the report, as in evaluation.json: {"dataSet", "model", "seed", "commit", "machine", "segments", "cells":
[{"scenario", "segmenter", "direction", "distance", "pool", "seconds", "recall1": {"value", "low", "high"}, …}]}`,
		)
		.action(async (data: string, options: Options, command: Command) => {
			const { terminal, home, env, signal } = contextOf(world, command);
			const inference = openInference({ device: parseDevice(env.SEGUE_DEVICE ?? 'auto') });
			const line = terminal.progress('Evaluating');
			// Before the work: the project may move on meanwhile.
			const provenance = { commit: commit(), machine: machine() };
			try {
				const opened = await openEvaluated(data, options.model, {
					home,
					inference,
					onProgress: ({ done, total, stage }) => line.update(done, total, stage),
					signal,
				});
				for (const { path, detail } of opened.skipped) terminal.note(`left out: ${path}: ${detail}`);
				const found = await evaluate(
					options.all ? allForTesting(opened.dataSet) : opened.dataSet,
					opened.model,
					{
						pool: options.pool,
						seed: options.seed,
						segmenters: options.segmenter ?? null,
						scenarios: options.scenario ?? (opened.knows === 'clips' ? ['clip'] : null),
						distances: options.distance ?? null,
						directions: options.direction ?? null,
					},
					{
						kernel: openRankingKernel(),
						similarity: inference.similarity,
						clock: () => performance.now() / 1000,
						onProgress: ({ done, total, stage }) => line.update(done, total, stage),
						signal,
					},
				).finally(opened.close);
				line.stop();
				const report: EvaluationReport = { ...found, ...provenance };
				const files = options.out === undefined ? [] : await writeReport(report, resolve(options.out));
				const written = files.length === 0 ? '' : `\n\nWrote ${counted(files.length, 'file')} to ${options.out}`;
				terminal.answer(report, `${reportTables(report)}${written}`);
			} finally {
				line.stop();
				await inference.networks.close();
			}
		});
};

const readCount = (text: string): number => {
	const count = Number(text);
	if (!Number.isInteger(count) || count < 2) throw new InvalidArgumentError('It is a whole number, 2 or more.');
	return count;
};

const readWhole = (text: string): number => {
	const seed = Number(text);
	if (!Number.isInteger(seed)) throw new InvalidArgumentError('It is a whole number.');
	return seed;
};
