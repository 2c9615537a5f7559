import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chart, drawnAsSvg, writePlot } from '../../../../engine/io/plots/write-plot.js';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-plots-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two bars, red from 0 to 1 and blue from 1 to 4, on 400 units. */
const bars = (title: string): Chart => ({
	title,
	width: 400,
	height: 100,
	data: {
		values: [
			{ from: 0, to: 1, colour: '#ff0000' },
			{ from: 1, to: 4, colour: '#0000ff' },
		],
	},
	mark: 'bar',
	encoding: {
		x: { field: 'from', type: 'quantitative', title: null },
		x2: { field: 'to' },
		color: { field: 'colour', scale: null },
	},
});

const pictureOf = async (chart: Chart) => {
	const file = join(folder, 'chart.PNG');
	await writePlot(chart, file);
	const { width, height, channels, data } = decode(await readFile(file));
	const colourAt = (x: number, y: number) => [
		...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3),
	];
	return { width, height, colourAt };
};

describe('a PNG', () => {
	test('shows values where their scale puts them', async () => {
		const { width, height, colourAt } = await pictureOf(bars('Two bars'));
		const middle = Array.from({ length: width }, (_, x) => colourAt(x, Math.round(height * 0.6)).join());
		const red = middle.filter(colour => colour === '255,0,0').length;
		const blue = middle.filter(colour => colour === '0,0,255').length;
		// 1.5 pixels to a unit, apart from soft edges.
		expect(Math.abs(red - 150)).toBeLessThanOrEqual(2);
		expect(Math.abs(blue - 450)).toBeLessThanOrEqual(2);
	});

	test('has its words, of any script that our font knows', async () => {
		const darkInTitle = async (title: string) => {
			const { width, colourAt } = await pictureOf(bars(title));
			let dark = 0;
			for (let y = 0; y < 50; y++) for (let x = 0; x < width; x++) if (colourAt(x, y).every(c => c < 100)) dark++;
			return dark;
		};
		expect(await darkInTitle('')).toBe(0);
		for (const title of ['Two bars', 'Два', 'Δύο', 'éèêüß'])
			expect(await darkInTitle(title), title).toBeGreaterThan(60);
	});
});

test('an SVG is what Vega draws, unchanged', async () => {
	const file = join(folder, 'chart.svg');
	await writePlot(bars('Two bars'), file);
	expect(await readFile(file, 'utf8')).toBe(await drawnAsSvg(bars('Two bars')));
	expect(await readFile(file, 'utf8')).toMatch(/^<svg.*Two bars.*<\/svg>$/s);
});

test('another name, or a place that cannot be written to, is refused in a sentence', async () => {
	await expect(writePlot(bars(''), join(folder, 'chart.gif'))).rejects.toMatchObject({
		code: 'bad-request',
		message: expect.stringContaining('.png or .svg'),
	});
	await expect(writePlot(bars(''), join(folder, 'none', 'chart.png'))).rejects.toMatchObject({ code: 'bad-request' });
});

test('a chart that says nonsense is thrown out, not drawn without it', async () => {
	// Vega-Lite and Vega would only log these.
	const shapeOfBars: Chart = { ...bars(''), encoding: { x: { field: 'from' }, shape: { field: 'colour' } } };
	await expect(drawnAsSvg(shapeOfBars)).rejects.toThrow("can't be drawn");
	const withoutData: Chart = { ...bars(''), data: { url: join(folder, 'none.json') } };
	await expect(drawnAsSvg(withoutData)).rejects.toThrow("can't be drawn");
});
