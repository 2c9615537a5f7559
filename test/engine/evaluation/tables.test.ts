import { describe, expect, test } from 'vitest';
import { checkedOrders } from '../../../engine/evaluation/orders.js';
import { PUBLISHED_REALISTIC, PUBLISHED_SECONDS, PUBLISHED_VANILLA } from '../../../engine/evaluation/paper-figures.js';
import type { EvaluationCell, EvaluationReport } from '../../../engine/evaluation/report.js';
import { reportTables } from '../../../engine/evaluation/tables.js';

const scored = (value: number) => ({ value, low: value - 2, high: value + 2 });

const cell = (over: Partial<EvaluationCell>, rank: number): EvaluationCell => ({
	scenario: 'vanilla',
	segmenter: 'olda',
	direction: 'video-to-music',
	distance: 'trace',
	pool: 1000,
	seconds: 1.25,
	recall1: { value: 0.2, low: 0.15, high: 0.25 },
	recall10: { value: 0.5, low: 0.4, high: 0.6 },
	recall25: { value: 0.75, low: 0.7, high: 0.8 },
	meanRank: scored(rank),
	medianRank: scored(rank),
	meanReciprocalRank: { value: 0.3, low: 0.2, high: 0.4 },
	...over,
});

const reportOf = (cells: EvaluationCell[]): EvaluationReport => ({
	kind: 'segue-evaluation',
	dataSet: { name: 'made-up', origin: 'simulated', clips: 1000, validationClips: 300, meanDuration: 234 },
	model: 'none',
	seed: 1,
	commit: 'abc',
	machine: 'this',
	segments: [
		{ segmenter: 'olda', count: 13, length: 18.6, indelCosts: { shared: null, independent: null }, tuning: [] },
	],
	cells,
});

describe('tables', () => {
	const text = reportTables(
		reportOf([
			cell({ distance: 'centroid' }, 101),
			cell({ distance: 'trace' }, 33),
			cell({ distance: 'nw-dtw' }, 47),
			cell({ scenario: 'crop', distance: 'trace' }, 92),
			cell({ scenario: 'independent', distance: 'timed-best-trace' }, 40),
		]),
	);
	const row = (start: string) => text.split('\n').filter(line => line.startsWith(`| ${start} |`));

	test('say beside every table’s data what it was made of', () => {
		expect(text).toContain('simulated features: no real picture or music');
	});

	test('set the paper’s figures beside ours, with ours as half of the interval', () => {
		expect(row('Trace')).toContain('| Trace | 33.0 ± 2.0 | 32 ± 10 |');
		expect(row('Centroid')).toContain('| Centroid | 101 ± 2.0 | 94 ± 16 |');
		expect(row('Crop Query')[0]).toContain('92.0 ± 2.0 | 92 ± 17');
		expect(row('NW-DTW').at(-1)).toBe('| NW-DTW | 1.3 s | 821 s |');
	});

	test('begin with the headline scenario', () => {
		expect(text.indexOf('Headline')).toBeLessThan(text.indexOf('table II'));
		expect(row('Timed Best Trace (ours)')[0]).toBe(
			'| Timed Best Trace (ours) | 20.0 ± 5.0 | 50.0 ± 10.0 | 75.0 ± 5.0 | 40.0 ± 2.0 | 40.0 ± 2.0 | 0.300 |',
		);
	});

	test('every row has as many cells as its head', () => {
		for (const block of text.split('\n\n').filter(part => part.startsWith('|'))) {
			const widths = block.split('\n').map(line => line.split('|').length);
			expect(new Set(widths).size).toBe(1);
		}
	});
});

describe('the paper’s orderings', () => {
	const crops = (best: number, sw: number, nw: number) =>
		reportOf([
			cell({ scenario: 'crop', distance: 'best-trace' }, best),
			cell({ scenario: 'crop', distance: 'sw-dtw' }, sw),
			cell({ scenario: 'crop', distance: 'nw-dtw' }, nw),
		]);

	test('hold for the paper’s own figures', () => {
		const { crop } = PUBLISHED_REALISTIC;
		const rank = (name: 'best-trace' | 'sw-dtw' | 'nw-dtw') => crop![name]!.meanRank;
		expect(checkedOrders(crops(rank('best-trace'), rank('sw-dtw'), rank('nw-dtw')))).toMatchObject([{ holds: true }]);
	});

	test('do not hold where two are the other way round, and that is reported with what was found', () => {
		const [checked] = checkedOrders(crops(60, 80, 70));
		expect(checked!.holds).toBe(false);
		expect(checked!.found.map(({ distance }) => distance)).toEqual(['best-trace', 'nw-dtw', 'sw-dtw']);
	});

	test('are not claimed where a distance was not asked', () => {
		expect(checkedOrders(reportOf([cell({ scenario: 'crop', distance: 'best-trace' }, 1)]))).toEqual([]);
	});
});

test('published figures as printed: sums over rows of tables II, III and IV, and times in seconds', () => {
	const total = (row: Readonly<Record<string, { meanRank: number; plusMinus: number }>>) =>
		Object.values(row).reduce((sum, { meanRank }) => sum + meanRank, 0);
	expect(total(PUBLISHED_VANILLA.olda as never)).toBe(94 + 128 + 347 + 46 + 62 + 32 + 43);
	expect(total(PUBLISHED_VANILLA.foote as never)).toBe(94 + 120 + 324 + 56 + 68 + 44 + 55);
	expect(total(PUBLISHED_VANILLA.sf as never)).toBe(100 + 125 + 337 + 56 + 70 + 44 + 55);
	expect(total(PUBLISHED_VANILLA.transnet as never)).toBe(113 + 172 + 283 + 60 + 99 + 43 + 73);
	expect(total(PUBLISHED_REALISTIC['crop-stretch'] as never)).toBe(96 + 65 + 79 + 146 + 89);
	// 13'41" and 1 h 13'56", as the paper writes them.
	expect(PUBLISHED_SECONDS.olda!['nw-dtw']).toBe(13 * 60 + 41);
	expect(PUBLISHED_SECONDS.transnet!['sw-dtw']).toBe(3600 + 13 * 60 + 56);
});
