import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readChapters, resultsPage } from '../../bench/results/results-page.js';
import { readModel } from '../../engine/embeddings/model-file.js';
import { DEFAULT_MODEL } from '../../engine/io/models/default-model.js';
import { projectPath } from '../../engine/io/project.js';

test('docs/results.md is what its measurements give: run npm run results after changing them', () => {
	const folder = projectPath('docs', 'results');
	const plots = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.png'));
	const page = resultsPage(readChapters(folder), new Set(plots.map(plot => plot.replaceAll('\\', '/'))));
	expect(readFileSync(projectPath('docs', 'results.md'), 'utf8')).toBe(page);
});

test('the card of the model that comes with the program is the one shown', () => {
	const file = projectPath('models', `${DEFAULT_MODEL}.safetensors`);
	const shown = JSON.parse(readFileSync(projectPath('docs', 'results', '3-training', 'starter.json'), 'utf8'));
	expect(shown).toEqual(readModel(readFileSync(file)).card);
});

describe('a chapter', () => {
	const folder = mkdtempSync(join(tmpdir(), 'segue-results-'));
	const scored = { value: 3, low: 2, high: 4 };
	const report = (segmenter: string, seed: number) => ({
		kind: 'segue-evaluation',
		dataSet: { name: 'd', origin: 'rendered', clips: 10, validationClips: 0, meanDuration: 60 },
		model: 'm',
		seed,
		commit: 'c',
		machine: 'x',
		segments: [{ segmenter, count: 3, length: 20, indelCosts: { shared: null, independent: null }, tuning: [] }],
		cells: [
			{
				scenario: 'vanilla',
				segmenter,
				direction: 'video-to-music',
				distance: 'trace',
				pool: 10,
				seconds: 1,
				...Object.fromEntries(
					['recall1', 'recall10', 'recall25', 'meanRank', 'medianRank', 'meanReciprocalRank'].map(name => [
						name,
						scored,
					]),
				),
			},
		],
	});
	beforeAll(() => {
		mkdirSync(join(folder, 'a'));
		writeFileSync(join(folder, 'a', 'intro.md'), '## A\n\nWords.\n');
	});
	afterAll(() => rmSync(folder, { recursive: true }));
	const put = (name: string, value: unknown) => writeFileSync(join(folder, 'a', name), JSON.stringify(value));

	test('joins reports that differ in their segmenter alone, and keeps others apart', () => {
		put('1.json', report('olda', 1));
		put('2.json', report('sf', 1));
		put('3.json', report('olda', 2));
		const [chapter] = readChapters(folder);
		expect(chapter!.reports.map(({ segments }) => segments.map(({ segmenter }) => segmenter))).toEqual([
			['olda', 'sf'],
			['olda'],
		]);
		const page = resultsPage([chapter!], new Set(['a/ranks.png']));
		expect(page).toContain('Words.');
		expect(page).toContain('![](results/a/ranks.png)');
		expect(page).toContain('pictures rendered to real music, not real edits');
	});

	test('joins reports that ask one segmenter of different distances, each with the cost that was tuned for it', () => {
		const asked = (distance: string, cost: number) => {
			const whole = report('foote', 4);
			const costs = { 'nw-dtw': 9, 'sw-dtw': 9, 'timed-dtw': 9, [distance]: cost };
			const tuning = [{ cutting: 'shared', distance, cost, meanRank: 2 }];
			return {
				...whole,
				segments: [{ ...whole.segments[0], indelCosts: { shared: costs, independent: null }, tuning }],
				cells: [{ ...whole.cells[0], distance }],
			};
		};
		put('6.json', asked('nw-dtw', 0.1));
		put('7.json', asked('sw-dtw', 0.2));
		const joined = readChapters(folder)[0]!.reports.find(({ seed }) => seed === 4)!;
		expect(joined.cells.map(({ distance }) => distance)).toEqual(['nw-dtw', 'sw-dtw']);
		expect(joined.segments).toHaveLength(1);
		expect(joined.segments[0]!.indelCosts.shared).toEqual({ 'nw-dtw': 0.1, 'sw-dtw': 0.2, 'timed-dtw': 9 });
		expect(joined.segments[0]!.tuning).toHaveLength(2);
		expect(joined.commit).toBe('c');
	});

	test('shows what a bench printed, and refuses what nobody knows', () => {
		const figures = [{ name: 'a product', unit: 'ms', median: 1.23456, min: 1, max: 2, runs: 5 }];
		put('4.json', { name: 'training', commit: 'c', machine: 'x', figures });
		expect(resultsPage(readChapters(folder), new Set())).toContain('| a product | 1.235 | 1 | 2 | ms | 5 |');
		put('5.json', { what: 'is this' });
		expect(() => readChapters(folder)).toThrow('5.json');
	});
});
