import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTrackFrontEnd, FRONT_END_RATE } from '../../../../engine/features/audio/front-end.js';
import type { TrackAnalysis } from '../../../../engine/features/track-analysis.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import { beatsChart } from '../../../../engine/io/plots/beats-chart.js';
import { sectionsChart } from '../../../../engine/io/plots/sections-chart.js';
import { coarseFeatures } from '../../../../engine/io/plots/similarity-panel.js';
import { type Chart, drawnAsSvg, writePlot } from '../../../../engine/io/plots/write-plot.js';
import { segmenterNamed } from '../../../../engine/io/segmenters.js';
import { zeros } from '../../../../engine/numeric/matrix.js';
import { segmenterNames } from '../../../../engine/segments/segmenter.js';
import { syntheticTrack } from '../../../support/analyses.js';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-plots-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pictureOf = async (chart: Chart) => {
	const file = join(folder, 'track.png');
	await writePlot(chart, file);
	return decode(await readFile(file));
};

/** Thin lines are blended with what is below them, which is never redder than it is blue. */
const isRed = ([r, , b]: readonly number[]): boolean => r! > b! + 25;

/** A row every half second, of one pitch class up to `change` and of another from there on. */
const twoParts = (rows: number, change: number) => {
	const chroma = zeros(rows, 12);
	for (let r = 0; r < rows; r++) chroma.data[r * 12 + (r < change ? 0 : 7)] = 1;
	return { edges: Array.from({ length: rows + 1 }, (_, i) => i / 2), chroma, mfcc: zeros(rows, 14) };
};

test('boundaries are drawn at their times, and the matrix is dark within sections and pale between them', async () => {
	const features = twoParts(200, 80);
	const analysis = syntheticTrack(100, []);
	const section = { labelConfidence: 1, energy: 'mid', energyConfidence: 1 } as const;
	const sections: TrackAnalysis['sections'] = [
		{ ...section, start: 0, end: 25, label: 'A' },
		{ ...section, start: 25, end: 40, label: 'B' },
		{ ...section, start: 40, end: 100, label: 'A' },
	];
	const segmenter = segmenterNamed('foote');
	const { labels } = analysis;
	const { width, height, channels, data } = await pictureOf(
		sectionsChart({ title: 'Two parts', analysis, sections, labels, features, segmenter }),
	);
	const colourAt = (x: number, y: number) => [
		...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3),
	];
	const redShare = (x: number) => {
		let red = 0;
		for (let y = 0; y < height; y++) if (isRed(colourAt(x, y))) red++;
		return red / height;
	};
	const columns = Array.from({ length: width }, (_, x) => x).filter(x => redShare(x) > 0.5);
	const [first, last] = [columns[0]!, columns.at(-1)!];
	expect(columns.every(x => x - first <= 2 || last - x <= 2)).toBe(true);
	// 15 of 100 seconds on 920 units of 1.5 pixels.
	expect(Math.abs(last - first - 0.15 * 920 * 1.5)).toBeLessThanOrEqual(3);

	// The square at the bottom: its left end is 25 s before the first line.
	const left = first - 0.25 * 920 * 1.5;
	const bottom = height - 60;
	const darkness = (from: number, against: number) => {
		const [x, y] = [left + (from / 100) * 1380, bottom - (against / 100) * 1380];
		return 255 - colourAt(Math.round(x), Math.round(y))[0]!;
	};
	for (const [a, b] of [
		[10, 20],
		[70, 90],
	] as const) {
		expect(darkness(a, b)).toBeGreaterThan(200);
		expect(darkness(b, a)).toBeGreaterThan(200);
	}
	expect(darkness(10, 70)).toBeLessThan(30);
	expect(darkness(70, 10)).toBeLessThan(30);
});

test.each(['one sample', 'silence'])('%s has charts by every algorithm', async kind => {
	const frontEnd = createTrackFrontEnd(spectralKernel());
	frontEnd.push(new Float32Array(kind === 'one sample' ? 1 : 5 * FRONT_END_RATE));
	const signal = frontEnd.finish();
	const { labels } = syntheticTrack(1, []);
	for (const name of segmenterNames) {
		const sections = [
			{ start: 0, end: signal.duration, label: 'A', labelConfidence: 1, energy: 'mid', energyConfidence: 1 } as const,
		];
		const segmenter = segmenterNamed(name);
		const features = signal.beatFeatures;
		const options = { title: kind, analysis: signal, sections, labels, features, segmenter };
		expect(await drawnAsSvg(sectionsChart(options))).not.toContain('NaN');
	}
	expect(await drawnAsSvg(beatsChart(kind, signal))).not.toContain('NaN');
});

test('an hour of beats is drawn from a matrix of a thousand rows at most, whose ends stay where they are', () => {
	const features = twoParts(7201, 3000);
	const coarse = coarseFeatures(features);
	expect(coarse.chroma.rows).toBeLessThanOrEqual(1000);
	expect([coarse.edges[0], coarse.edges.at(-1)]).toEqual([0, features.edges.at(-1)]);
	expect(coarse.edges.length).toBe(coarse.chroma.rows + 1);
	// A mean of shares is a share.
	for (let r = 0; r < coarse.chroma.rows; r++) {
		const sum = coarse.chroma.data.subarray(r * 12, r * 12 + 12).reduce((a, b) => a + b, 0);
		expect(sum).toBeCloseTo(1, 9);
	}
});
