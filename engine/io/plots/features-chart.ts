import { HANDCRAFTED_ROWS } from '../../features/audio/handcrafted.js';
import { type Matrix, type Matrix32, zeros } from '../../numeric/matrix.js';
import type { Seconds } from '../../time/time.js';
import { clockTime } from '../cli/words.js';
import { matrixImage } from './matrix-image.js';
import { ACCENT } from './plot-style.js';
import { type Layer, type Panel, panel } from './track-panels.js';
import type { Chart } from './write-plot.js';

const HANDCRAFTED_SPAN = { start: 0, end: 29.12 };

/**
 * The curves behind the handcrafted vector: harmonic and percussive part over each other, each a line of colour a curve.
 *
 * @param curves - 380, in dB from -80 to 0
 */
export const handcraftedChart = (title: string, curves: readonly Float32Array[]): Chart => {
	const part = (name: string, own: readonly Float32Array[], axis: boolean): Panel =>
		panel({ name, height: 400, span: HANDCRAFTED_SPAN, axis }, [
			matrixImage(
				stackedUpwards(own, value => (value + 80) / 80),
				[0, 1],
			),
			groupAxis(HANDCRAFTED_ROWS),
			...(axis ? [anchor] : []),
		]);
	return {
		title: {
			text: title,
			subtitle: 'the central 29.12 s in 2 × 190 curves, dB below the largest of their group, white -80 to dark 0',
		},
		spacing: 14,
		vconcat: [
			part('harmonic', curves.slice(0, curves.length / 2), false),
			part('percussive', curves.slice(curves.length / 2), true),
		],
	};
};

/**
 * The taggers' features over time, each against its own range: a line of colour a feature.
 *
 * @param features - seconds × 400
 */
export const taggerChart = (title: string, { rows, cols, data }: Matrix32, duration: Seconds): Chart => {
	const curves = Array.from({ length: cols }, (_, c) =>
		inUnitRange(Float32Array.from({ length: rows }, (_, r) => data[r * cols + c]!)),
	);
	return {
		title: { text: title, subtitle: `${clockTime(duration)} · ${cols} features a second, each over its own range` },
		vconcat: [
			panel({ name: 'tagger\nfeatures', height: 500, span: { start: 0, end: duration }, axis: true }, [
				matrixImage(
					stackedUpwards(curves, value => value),
					[0, 1],
				),
				anchor,
			]),
		],
	};
};

const inUnitRange = (values: Float32Array): Float32Array => {
	const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	return high > low ? values.map(value => (value - low) / (high - low)) : values.map(() => 0);
};

/** The first curve lowest. */
const stackedUpwards = (curves: readonly Float32Array[], level: (value: number) => number): Matrix => {
	const image = zeros(curves.length, curves[0]!.length);
	curves.forEach((values, c) => {
		const from = (curves.length - 1 - c) * image.cols;
		for (let t = 0; t < image.cols; t++) image.data[from + t] = level(values[t]!);
	});
	return image;
};

/** Nothing drawn, but something in time, which gives the panel its clock. */
const anchor: Layer = {
	data: { values: [] },
	mark: { type: 'rule' },
	encoding: { x: { field: 'at', type: 'quantitative' } },
};

/** Names at the right of the larger groups, and lines between all. */
const groupAxis = (groups: readonly { readonly name: string; readonly count: number }[]): Layer => {
	const total = groups.reduce((sum, { count }) => sum + count, 0);
	let from = 0;
	const placed = groups.map(({ name, count }) => {
		const group = { name, from, middle: from + count / 2, count };
		from += count;
		return group;
	});
	const named = placed.filter(({ count }) => count >= 10);
	return {
		data: { values: placed },
		mark: { type: 'rule', color: ACCENT, strokeWidth: 0.6, opacity: 0.7 },
		encoding: {
			x: { value: 0 },
			x2: { value: 'width' },
			y: {
				field: 'from',
				type: 'quantitative',
				scale: { domain: [0, total], nice: false },
				axis: {
					orient: 'right',
					title: null,
					grid: false,
					ticks: false,
					domain: false,
					values: named.map(({ middle }) => middle),
					labelExpr: named.reduce((rest, { middle, name }) => `datum.value == ${middle} ? '${name}' : ${rest}`, "''"),
				},
			},
		},
	};
};
