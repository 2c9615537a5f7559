import type { Config } from 'vega-lite';

/** The font that lies beside this file; its licence too. */
export const PLOT_FONT = 'DejaVu Sans';

export const INK = '#1d2430';
export const PALE_INK = '#5f6b7d';
export const PALE_LINE = '#dfe3ea';
/** What a chart is about, where it shows one thing. */
export const MAIN = '#2b5c94';
/** What is found in it. */
export const ACCENT = '#d1422f';

const text = { font: `${PLOT_FONT}, sans-serif`, fontWeight: 'normal' } as const;

/** How all charts look. Colours of series are told apart with any eyes (Okabe and Ito 2008), but for their yellow. */
export const plotStyle: Config = {
	background: '#ffffff',
	padding: 16,
	lineBreak: '\n',
	font: text.font,
	title: {
		...text,
		anchor: 'start',
		frame: 'group',
		fontSize: 19,
		offset: 14,
		color: INK,
		subtitleFont: text.font,
		subtitleFontSize: 13,
		subtitlePadding: 7,
		subtitleColor: PALE_INK,
	},
	axis: {
		labelFont: text.font,
		labelFontSize: 11.5,
		labelColor: INK,
		titleFont: text.font,
		titleFontWeight: text.fontWeight,
		titleFontSize: 12.5,
		titleColor: PALE_INK,
		titlePadding: 8,
		domainColor: PALE_INK,
		tickColor: PALE_INK,
		gridColor: PALE_LINE,
	},
	legend: {
		labelFont: text.font,
		labelFontSize: 12,
		labelColor: INK,
		titleFont: text.font,
		titleFontWeight: text.fontWeight,
		titleFontSize: 12.5,
		titleColor: PALE_INK,
		symbolStrokeWidth: 2.5,
	},
	header: { labelFont: text.font, labelFontSize: 12.5, titleFont: text.font, titleFontWeight: text.fontWeight },
	view: { stroke: null },
	range: { category: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#5f6b7d'] },
	line: { strokeWidth: 2 },
	area: { line: false },
	text: { font: text.font, fontSize: 12, color: INK },
};
