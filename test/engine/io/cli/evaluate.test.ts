import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeCorpus } from '../../../../bench/visualiser/corpus.js';
import { writeModel } from '../../../../engine/embeddings/model-file.js';
import { evaluationReport } from '../../../../engine/evaluation/report.js';
import { runCommandLine } from '../../../../engine/io/cli/program.js';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import { projectPath } from '../../../../engine/io/project.js';
import { randomWeights } from '../../../support/seg-vm-net.js';

const folder = mkdtempSync(join(tmpdir(), 'segue-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (...args: string[]) => {
	const said = { out: '', err: '' };
	const code = await runCommandLine(args, {
		env: { SEGUE_HOME: folder, SEGUE_DEVICE: 'cpu' },
		stdout: { write: text => (said.out += text) },
		stderr: { write: text => (said.err += text) },
		signal: new AbortController().signal,
	});
	return { code, ...said };
};

describe('segue evaluate', () => {
	const few = ['--segmenter', 'olda', '--distance', 'centroid', 'trace', '--direction', 'video-to-music'];

	test('draws its plot where the paper has no figure of what was asked', async () => {
		const out = join(folder, 'ours alone');
		const asked = ['--segmenter', 'olda', '--distance', 'timed-dtw', '--scenario', 'independent', 'vanilla'];
		const { code } = await run('evaluate', 'simulated:4', '--model', 'simulated', '--out', out, '--json', ...asked);
		expect(code).toBe(0);
		expect(existsSync(join(out, 'ranks.png'))).toBe(true);
	});

	test('answers with the report, and writes it with its tables and a plot', async () => {
		const out = join(folder, 'results');
		const scenarios = ['--scenario', 'independent', 'vanilla'];
		const { code, out: json } = await run(
			...['evaluate', 'simulated:12', '--model', 'simulated', '--out', out, '--json', ...few, ...scenarios],
		);
		expect(code).toBe(0);
		const report = evaluationReport.parse(JSON.parse(json));
		expect(report.cells.length).toBe(4);
		expect(JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8'))).toEqual(report);
		expect(readFileSync(join(out, 'tables.md'), 'utf8')).toContain('Headline');
		expect(readFileSync(join(out, 'ranks.png')).subarray(1, 4).toString()).toBe('PNG');
		// Sweeps were not asked for.
		expect(existsSync(join(out, 'sweep.png'))).toBe(false);
	});

	test('a trained model is read from its file, and refused where it takes other features than the data has', async () => {
		const layers = { music: [6, 4], video: [6, 4] };
		const architecture = { inputs: { video: 1024, music: 128 }, layers };
		const modelFor = (seed: number, pictureFeatures: string) => {
			const path = join(folder, `model-${seed}.safetensors`);
			const card = {
				kind: 'seg-vm-net' as const,
				pictureFeatures,
				musicFeatures: 'simulated-music-1',
				segmentation: 'shared',
				data: { name: 'none', origin: 'simulated' as const, clips: 0, segments: 0 },
				training: {},
				validation: {},
				notes: [],
			};
			writeFileSync(path, writeModel({ card, weights: randomWeights(architecture, seed) }));
			return path;
		};
		const fits = await run('evaluate', 'simulated:12', '--model', modelFor(1, 'simulated-picture-1'), '--json', ...few);
		expect(fits.code).toBe(0);
		const report = evaluationReport.parse(JSON.parse(fits.out));
		expect(report.model).toBe('model-1.safetensors');
		// Weights that nothing was taught to find nothing.
		expect(report.cells[0]!.meanRank.high).toBeGreaterThan(3);
		const unfit = await run('evaluate', 'simulated:12', '--model', modelFor(2, 'others'), '--json', ...few);
		expect(JSON.parse(unfit.out).error.code).toBe('model-unfit');
		const damaged = join(folder, 'damaged.safetensors');
		writeFileSync(damaged, readFileSync(modelFor(3, 'others')).subarray(0, 900));
		const broken = await run('evaluate', 'simulated:12', '--model', damaged, '--json', ...few);
		expect(JSON.parse(broken.out).error.code).toBe('model-damaged');
	});

	test('rendered clips go from pixels and sound to a report that calls them rendered', async () => {
		const programs = findFfmpeg()!;
		const music = join(folder, 'music');
		mkdirSync(music);
		for (const name of ['west', 'palace', 'celtic']) {
			const from = projectPath('demo', 'music', `${name}.opus`);
			execFileSync(programs.ffmpeg, ['-v', 'error', '-t', '11', '-i', from, '-c', 'copy', join(music, `${name}.opus`)]);
		}
		const clips = join(folder, 'clips');
		const order = { seconds: 11, shortest: 10, fps: 10, width: 96, limit: 3, cutting: 'music', seed: 1 } as const;
		await makeCorpus({ music, clips, ...order }, programs, () => {}, new AbortController().signal);
		const { code, out } = await run(
			'evaluate',
			clips,
			'--model',
			'affect',
			'--all',
			'--json',
			'--scenario',
			'independent',
		);
		expect(code).toBe(0);
		const report = evaluationReport.parse(JSON.parse(out));
		expect(report.dataSet).toMatchObject({ origin: 'rendered', clips: 3 });
		expect(report.dataSet.meanDuration).toBeCloseTo(11, 0);
		expect(new Set(report.cells.map(({ segmenter }) => segmenter))).toEqual(
			new Set(['default', 'foote', 'sf', 'olda']),
		);
	});

	test.each([
		[['/nowhere', '--model', 'affect'], 'file-missing', 3],
		[['simulated', '--model', 'affect'], 'file-missing', 3],
		[['simulated'], 'bad-request', 2],
		[['simulated', '--model', 'simulated', '--pool', '1'], 'bad-request', 2],
		[['simulated:5', '--model', 'simulated', '--segmenter', 'nobody'], 'data-set-unusable', 3],
	])('%j is refused as %s', async (args, code, exit) => {
		const answer = await run('evaluate', ...args, '--json');
		expect(answer.code).toBe(exit);
		expect(JSON.parse(answer.out).error.code).toBe(code);
	});
});
