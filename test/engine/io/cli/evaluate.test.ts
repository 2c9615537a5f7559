import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { evaluationReport } from '../../../../engine/evaluation/report.js';
import { runCommandLine } from '../../../../engine/io/cli/program.js';

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

	test.each([
		[['nowhere', '--model', 'affect'], 'not-found', 2],
		[['simulated', '--model', 'affect'], 'bad-request', 2],
		[['simulated'], 'bad-request', 2],
		[['simulated', '--model', 'simulated', '--pool', '1'], 'bad-request', 2],
		[['simulated:5', '--model', 'simulated', '--segmenter', 'nobody'], 'data-set-unusable', 3],
	])('%j is refused as %s', async (args, code, exit) => {
		const answer = await run('evaluate', ...args, '--json');
		expect(answer.code).toBe(exit);
		expect(JSON.parse(answer.out).error.code).toBe(code);
	});
});
