import { CURVE_RATE } from '../../features/track-analysis.js';
import type { Seconds, Span } from '../../time/time.js';
import { ACCENT, INK, MAIN, PALE_INK } from './plot-style.js';
import { clockAxis, timeScale } from './time-axis.js';
import type { Chart } from './write-plot.js';

/** One of several drawings below each other. */
export type Panel = Extract<Chart, { vconcat: unknown }>['vconcat'][number];
/** One of several drawings on top of each other, over time. */
export type Layer = {
	readonly data: { readonly values: readonly object[] };
	readonly mark: object;
	readonly encoding: { readonly x: object; readonly [channel: string]: object };
};

/** Units that a track's time takes, in every panel. */
export const PANEL_WIDTH = 920;
const WAVE = '#8a97ab';

export type PanelOptions = {
	/** Stands to the left of it. */
	readonly name: string;
	readonly height: number;
	readonly span: Span;
	/** Whether the clock stands below it. */
	readonly axis: boolean;
	/** Units between its name and it, for labels of an axis of its own. */
	readonly margin?: number;
};

/** Layers over one stretch of time, all on the same scales. */
export const panel = ({ name, height, span, axis, margin = 12 }: PanelOptions, layers: readonly Layer[]): Panel => ({
	width: PANEL_WIDTH,
	height,
	layer: [
		...[...layers, nameBeside(name, margin)].map(layer => ({
			...layer,
			encoding: {
				...layer.encoding,
				...(layer.encoding.y === MIDDLE && { y: { value: height / 2 } }),
				x:
					'field' in layer.encoding.x
						? { ...layer.encoding.x, scale: timeScale(span), axis: axis ? clockAxis(span) : null }
						: layer.encoding.x,
			},
		})),
	] as Extract<Panel, { layer: unknown }>['layer'],
});

/** An axis title would do, but not every panel has an axis. */
const nameBeside = (name: string, margin: number): Layer => ({
	data: { values: [{}] },
	mark: { type: 'text', align: 'right', baseline: 'middle', color: PALE_INK, lineHeight: 15 },
	encoding: { x: { value: -margin }, y: MIDDLE, text: { value: name } },
});

const over = (field: string) => ({ field, type: 'quantitative' as const });

/** Up the height of a panel, from the first value at the bottom to the second at the top. */
const upwards = (field: string, domain?: readonly [number, number], type: 'linear' | 'sqrt' = 'linear') => ({
	...over(field),
	axis: null,
	...(domain && { scale: { type, domain: [...domain], nice: false } }),
});

const LOW = { value: 0 };
const HIGH = { value: 'height' };
/** Half the height of the panel that a layer comes to lie in. */
const MIDDLE = {};

/** @param peak - at {@link CURVE_RATE}, in [0, 1]. Quiet tracks fill their panel too: its scale is the track's own. */
export const waveform = (peak: Float32Array, span: Span): Layer => {
	const columns = mostPerColumn(peak, span);
	const largest = columns.reduce((most, { value }) => Math.max(most, value), 0) || 1;
	return {
		data: { values: columns.map(({ at, value }) => ({ at, up: value / largest, down: -value / largest })) },
		mark: { type: 'area', color: WAVE, line: { color: WAVE, strokeWidth: 0.5 } },
		encoding: { x: over('at'), y: upwards('up', [-1, 1]), y2: { field: 'down' } },
	};
};

/** A curve at {@link CURVE_RATE}, as the largest of each column, from 0 up to its largest. */
export const curve = (values: Float32Array, span: Span): Layer => ({
	data: { values: mostPerColumn(values, span) },
	mark: { type: 'area', color: MAIN, fillOpacity: 0.18, line: { color: MAIN, strokeWidth: 1 } },
	encoding: { x: over('at'), y: upwards('value') },
});

/** Values in [0, 1] that hold from one edge to the next, one fewer than edges; on a root scale small ones show too. */
export const steps = (edges: readonly Seconds[], values: Float64Array, scale: 'linear' | 'sqrt'): Layer => ({
	data: { values: [...edges.keys()].map(i => ({ at: edges[i]!, value: Math.max(0, values[i] ?? values.at(-1)!) })) },
	mark: { type: 'area', interpolate: 'step-after', color: MAIN, fillOpacity: 0.85 },
	encoding: { x: over('at'), y: upwards('value', [0, 1], scale) },
});

/** Upright lines over the whole height of a panel. */
export const uprights = (
	times: readonly Seconds[],
	look: {
		readonly color?: string;
		readonly strokeWidth?: number;
		readonly opacity?: number;
		readonly reach?: number;
	} = {},
): Layer => {
	const { color = ACCENT, strokeWidth = 1.1, opacity = 1, reach } = look;
	return {
		data: { values: times.map(at => ({ at, foot: 0, head: reach ?? 1 })) },
		mark: { type: 'rule', color, strokeWidth, opacity },
		encoding:
			reach === undefined
				? { x: over('at'), y: LOW, y2: HIGH }
				: { x: over('at'), y: upwards('foot', [0, 1]), y2: { field: 'head' } },
	};
};

/** A stretch of time as a bar. @property opacity - in [0, 1] */
export type Band = Span & { readonly colour: string; readonly label: string; readonly opacity: number };

/** Bars side by side with a word in each, where there is room for it; `none` where there are none. */
export const bands = (all: readonly Band[], span: Span, none: string): Layer[] => {
	if (all.length === 0) return [remark(none, span)];
	const room = (band: Band) => (PANEL_WIDTH * (band.end - band.start)) / (span.end - span.start);
	const drawn = all.map(band => ({ ...band, middle: (band.start + band.end) / 2 }));
	return [
		{
			data: { values: drawn },
			mark: { type: 'rect', stroke: '#ffffff', strokeWidth: 1 },
			encoding: {
				x: over('start'),
				x2: { field: 'end' },
				y: LOW,
				y2: HIGH,
				color: { field: 'colour', type: 'nominal', scale: null },
				opacity: { field: 'opacity', type: 'quantitative', scale: null },
			},
		},
		{
			data: { values: drawn.filter(band => room(band) > 4 + 7.5 * band.label.length) },
			mark: { type: 'text', baseline: 'middle' },
			encoding: { x: over('middle'), y: MIDDLE, text: { field: 'label', type: 'nominal' } },
		},
	];
};

/** A word at the left of a panel that has nothing to show. */
export const remark = (text: string, span: Span): Layer => ({
	data: { values: [{ at: span.start, text }] },
	mark: { type: 'text', align: 'left', baseline: 'middle', color: PALE_INK },
	encoding: { x: over('at'), y: MIDDLE, text: { field: 'text', type: 'nominal' } },
});

/** A moment with a word beside it, on whichever side there is room. */
export const flags = (moments: readonly { readonly at: Seconds; readonly text: string }[], span: Span): Layer[] => {
	const isLate = (at: Seconds) => at > span.start + 0.86 * (span.end - span.start);
	const words = (late: boolean, halo: boolean): Layer => ({
		data: { values: moments.filter(({ at }) => isLate(at) === late) },
		mark: {
			type: 'text',
			align: late ? 'right' : 'left',
			baseline: 'top',
			dx: late ? -5 : 5,
			...(halo && { stroke: '#ffffff', strokeWidth: 4, strokeOpacity: 0.85 }),
		},
		encoding: { x: over('at'), y: { value: 1 }, text: { field: 'text', type: 'nominal' } },
	});
	return [
		{
			data: { values: [...moments] },
			mark: { type: 'rule', color: INK, strokeWidth: 1.3, strokeDash: [4, 3] },
			encoding: { x: over('at'), y: LOW, y2: HIGH },
		},
		...[true, false].flatMap(late => [words(late, true), words(late, false)]),
	];
};

/** Marks one stretch in a panel that shows more. */
export const highlight = ({ start, end }: Span): Layer => ({
	data: { values: [{ start, end }] },
	mark: { type: 'rect', color: ACCENT, opacity: 0.14 },
	encoding: { x: over('start'), x2: { field: 'end' }, y: LOW, y2: HIGH },
});

/** The largest value of each column, two to a unit of width. */
const mostPerColumn = (values: Float32Array, { start, end }: Span): { at: Seconds; value: number }[] => {
	const columns = 2 * PANEL_WIDTH;
	const timeOf = (column: number): Seconds => start + ((end - start) * column) / columns;
	return Array.from({ length: columns }, (_, column) => {
		const first = Math.min(values.length - 1, Math.floor(timeOf(column) * CURVE_RATE));
		const last = Math.min(values.length, Math.max(first + 1, Math.floor(timeOf(column + 1) * CURVE_RATE)));
		let value = 0;
		for (let i = first; i < last; i++) value = Math.max(value, values[i]!);
		return { at: timeOf(column), value };
	});
};
