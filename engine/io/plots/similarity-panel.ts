import { type Matrix, zeros } from '../../numeric/matrix.js';
import type { BeatFeatures, Segmenter } from '../../segments/segmenter.js';
import type { Seconds } from '../../time/time.js';
import { matrixImage } from './matrix-image.js';
import { ACCENT } from './plot-style.js';
import { clockAxis, timeScale } from './time-axis.js';
import { type Layer, PANEL_WIDTH, type Panel, panel, uprights } from './track-panels.js';

/** Rows of a drawn matrix at most, about as many as it has pixels: an hour of music would fill gigabytes. */
const MOST_ROWS = 1000;

/**
 * The matrix that a segmenter reads its novelty from: every moment against every other, both ways in time; for structural
 * features every moment against the lags at which it repeats. Boundaries are drawn over it.
 */
export const similarityPanel = (
	segmenter: Segmenter,
	features: BeatFeatures,
	boundaries: readonly Seconds[],
	axis: boolean,
): Panel => {
	const coarse = coarseFeatures(features);
	const matrix = segmenter.picture(coarse);
	const span = { start: 0, end: features.edges.at(-1)! };
	const lagged = segmenter.name === 'sf';
	const image = matrixImage(lagged ? inPixelsByLag(matrix, coarse.edges) : inPixels(matrix, coarse.edges));
	const across: Layer = {
		data: { values: boundaries.map(at => ({ at })) },
		mark: { type: 'rule', color: ACCENT, strokeWidth: 0.8, opacity: 0.75 },
		encoding: {
			x: { value: 0 },
			x2: { value: 'width' },
			y: { field: 'at', type: 'quantitative', scale: timeScale(span), axis: clockAxis(span) },
		},
	};
	const name = lagged ? 'lag,\nin beats' : 'self-\nsimilarity';
	return panel({ name, height: PANEL_WIDTH, span, axis, margin: 44 }, [
		image,
		uprights(boundaries, { strokeWidth: 0.8, opacity: 0.75 }),
		lagged ? lagAxis(matrix.cols) : across,
	]);
};

/** The same features in at most {@link MOST_ROWS} rows: as many neighbours as that takes are averaged into one. */
export const coarseFeatures = (features: BeatFeatures): BeatFeatures => {
	const rows = features.edges.length - 1;
	const joined = Math.ceil(rows / MOST_ROWS);
	if (joined === 1) return features;
	const starts = Array.from({ length: Math.ceil(rows / joined) }, (_, k) => k * joined);
	return {
		edges: [...starts.map(row => features.edges[row]!), features.edges.at(-1)!],
		chroma: meanRows(features.chroma, starts, joined),
		mfcc: meanRows(features.mfcc, starts, joined),
	};
};

const meanRows = ({ rows, cols, data }: Matrix, starts: readonly number[], joined: number): Matrix => {
	const out = zeros(starts.length, cols);
	starts.forEach((start, k) => {
		const end = Math.min(rows, start + joined);
		for (let r = start; r < end; r++) {
			for (let c = 0; c < cols; c++) out.data[k * cols + c]! += data[r * cols + c]! / (end - start);
		}
	});
	return out;
};

/** Time to the right and upwards. */
const inPixels = (matrix: Matrix, edges: readonly Seconds[]): Matrix => {
	const rowAt = rowsOfPixels(edges);
	return pixels((x, y) => matrix.data[rowAt[x]! * matrix.cols + rowAt[PANEL_WIDTH - 1 - y]!]!);
};

/** Time to the right; upwards lags, which are counted in rows: a pixel up is as much later wherever it is. */
const inPixelsByLag = (matrix: Matrix, edges: readonly Seconds[]): Matrix => {
	const rowAt = rowsOfPixels(edges);
	return pixels((x, y) => {
		const lag = Math.floor(((PANEL_WIDTH - 1 - y) * matrix.cols) / PANEL_WIDTH);
		return matrix.data[rowAt[x]! * matrix.cols + lag]!;
	});
};

const pixels = (valueAt: (x: number, y: number) => number): Matrix => {
	const image = zeros(PANEL_WIDTH, PANEL_WIDTH);
	for (let y = 0; y < PANEL_WIDTH; y++) {
		for (let x = 0; x < PANEL_WIDTH; x++) image.data[y * PANEL_WIDTH + x] = valueAt(x, y);
	}
	return image;
};

/** For each pixel from the left the row in which its middle lies. */
const rowsOfPixels = (edges: readonly Seconds[]): number[] => {
	const duration = edges.at(-1)!;
	let row = 0;
	return Array.from({ length: PANEL_WIDTH }, (_, pixel) => {
		const time = ((pixel + 0.5) / PANEL_WIDTH) * duration;
		while (row < edges.length - 2 && edges[row + 1]! <= time) row++;
		return row;
	});
};

const lagAxis = (rows: number): Layer => ({
	data: { values: [] },
	mark: { type: 'rule' },
	encoding: {
		x: { value: 0 },
		y: {
			field: 'lag',
			type: 'quantitative',
			scale: { domain: [0, rows], nice: false },
			axis: { title: null, grid: false },
		},
	},
});
