import { readFileSync } from 'node:fs';
import { type Chart, writePlot } from '../engine/io/plots/write-plot.js';
import type { BenchOptions, Figure } from './figures.js';

export const name = 'ranking-growth';

/**
 * Draws what `bench ranking --json` measured, times over the number of tracks on logarithmic axes: arguments are its output,
 * one file or several, and the picture to write, PNG or SVG. Runs of several sizes give several points:
 * `ranking scan=10000 scan scan=30000 million=100000 million --json`.
 */
export const run = async ({ arguments: files, say }: BenchOptions): Promise<Figure[]> => {
	const picture = files.at(-1) ?? '';
	const measured = files.slice(0, -1).map(file => JSON.parse(readFileSync(file, 'utf8')) as Measured);
	const figures = measured.flatMap(({ figures: own }) => own);
	const points = figures.flatMap(({ name: figure, min, median }) => {
		const [, way, size] = /^(exact|bare-product|two-stage)-(\d+k|\d+m|\d+)-ms$/.exec(figure) ?? [];
		return way && size ? [{ way: WAYS[way]!, tracks: tracksOf(size), min, median }] : [];
	});
	if (points.length === 0) throw new RangeError('no file among the arguments holds times of `bench ranking`');
	await writePlot(chartOf(points, measured[0]!.machine), picture);
	say(`${points.length} points in ${picture}`);
	return figures;
};

type Measured = { readonly machine: string; readonly figures: readonly Figure[] };

const WAYS: Readonly<Record<string, string>> = {
	exact: 'every track, 8 bits, the best exactly',
	'bare-product': 'the bare 8-bit product',
	'two-stage': 'by sketches, the best exactly',
};

const tracksOf = (size: string): number =>
	Number.parseInt(size, 10) * (size.endsWith('m') ? 1_000_000 : size.endsWith('k') ? 1000 : 1);

const chartOf = (points: readonly object[], machine: string): Chart => ({
	title: {
		text: 'Time to rank a catalogue by SW-DTW',
		subtitle: [
			'36 segments; generated tracks of 30 sections, 512 dimensions',
			`median, bars down to the least; ${machine}`,
		],
	},
	width: 640,
	height: 360,
	data: { values: [...points] },
	encoding: {
		x: { field: 'tracks', type: 'quantitative', scale: { type: 'log' }, axis: { title: 'tracks', format: '~s' } },
		color: { field: 'way', type: 'nominal', legend: { title: null, orient: 'bottom', columns: 1, labelLimit: 400 } },
	},
	layer: [
		{
			mark: { type: 'line', point: true },
			encoding: {
				y: {
					field: 'median',
					type: 'quantitative',
					scale: { type: 'log' },
					axis: { title: 'milliseconds', format: '~s' },
				},
			},
		},
		{ mark: 'rule', encoding: { y: { field: 'min', type: 'quantitative' }, y2: { field: 'median' } } },
	],
});
