import { encode } from 'fast-png';
import type { Matrix } from '../../numeric/matrix.js';
import { quantile } from '../../numeric/statistics.js';
import type { Layer } from './track-panels.js';

/** Colours from unlike to alike: white to a dark blue, each step about as much darker than the one before. */
const SCALE = [
	[255, 255, 255],
	[222, 233, 245],
	[171, 199, 228],
	[110, 156, 205],
	[56, 106, 168],
	[24, 62, 118],
	[10, 28, 66],
] as const;

/**
 * A picture in which every point has the colour of a value, over the whole of a panel.
 *
 * @param values - height × width, rows from the top
 * @param range - of values, from white to dark: unless given what most values are like, and a pale picture where all are one
 */
export const matrixImage = (values: Matrix, range = usualRange(values)): Layer => {
	const [low, high] = range;
	const shade = (value: number) => (high > low ? (value - low) / (high - low) : 0.2);
	const levels = Uint8Array.from(values.data, value => Math.round(255 * Math.min(1, Math.max(0, shade(value)))));
	const png = encode({ width: values.cols, height: values.rows, data: levels, channels: 1, palette: PALETTE });
	return {
		data: { values: [{ url: `data:image/png;base64,${Buffer.from(png).toString('base64')}` }] },
		mark: { type: 'image', aspect: false },
		encoding: {
			x: { value: 0 },
			x2: { value: 'width' },
			y: { value: 0 },
			y2: { value: 'height' },
			url: { field: 'url', type: 'nominal' },
		},
	};
};

/** The scale in 256 levels. */
const PALETTE = Array.from({ length: 256 }, (_, level) => {
	const place = (level / 255) * (SCALE.length - 1);
	const below = Math.min(SCALE.length - 2, Math.floor(place));
	const [from, to] = [SCALE[below]!, SCALE[below + 1]!];
	return from.map((value, c) => Math.round(value + (place - below) * (to[c]! - value)));
});

const usualRange = ({ data }: Matrix): readonly [low: number, high: number] => {
	const step = Math.max(1, Math.floor(data.length / 50_000));
	const sample = Array.from({ length: Math.ceil(data.length / step) }, (_, k) => data[k * step]!);
	return [quantile(sample, 0.02), quantile(sample, 0.995)];
};
