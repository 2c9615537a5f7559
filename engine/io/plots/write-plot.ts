import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { EngineError } from '../../protocol/errors.js';
import { projectPath } from '../project.js';
import { PLOT_FONT, plotStyle } from './plot-style.js';

/** A chart in the words of Vega-Lite, which is plain data: a function makes it, {@link writePlot} draws it. */
export type Chart = TopLevelSpec;

/** Pixels of a PNG to one unit of a chart. */
const ZOOM = 1.5;

/** Scripts that the font we bring has no letters for: those of East Asia. */
const BEYOND_OUR_FONT = /[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]/;

/**
 * Draws a chart into a file: PNG or SVG, by its name. Words in a PNG are set in a font of our own: without one, computers
 * that have none installed would leave them out, and others would each look different.
 *
 * @throws EngineError 'bad-request' for another name or a place that cannot be written to
 */
export const writePlot = async (chart: Chart, file: string): Promise<void> => {
	const kind = requirePlotName(file);
	const svg = await drawnAsSvg(chart);
	const drawing = kind === 'svg' ? svg : await drawnAsPng(svg);
	try {
		await writeFile(file, drawing);
	} catch (cause) {
		throw new EngineError('bad-request', `${file} cannot be written`, { cause });
	}
};

/** Refuses a file that {@link writePlot} would refuse, before any work is done for it; else says what it will hold. */
export const requirePlotName = (file: string): 'png' | 'svg' => {
	const ending = extname(file).toLowerCase();
	if (ending === '.png') return 'png';
	if (ending === '.svg') return 'svg';
	throw new EngineError('bad-request', `plots are PNG or SVG pictures: ${file} should end in .png or .svg`);
};

/** The chart as SVG. Its words name our font, and the reader's own sans serif where that isn't installed. */
export const drawnAsSvg = async (chart: Chart): Promise<string> => {
	// Loaded here alone: they are large, and nothing else needs them.
	const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
	// A chart that says nonsense is our own mistake, which Vega would only log.
	const complaints: string[] = [];
	const logger = vega.logger(vega.Warn, 'error', (_method, _level, words) => complaints.push([...words].join(' ')));
	const { spec } = compile(chart, { config: plotStyle, logger });
	const view = new vega.View(vega.parse(spec), { renderer: 'none', logger });
	try {
		const svg = await view.toSVG();
		if (complaints.length > 0) throw new TypeError(`this chart can't be drawn: ${complaints.join('; ')}`);
		return svg;
	} finally {
		view.finalize();
	}
};

const drawnAsPng = async (svg: string): Promise<Uint8Array> => {
	const { Resvg } = await import('@resvg/resvg-js');
	const drawing = new Resvg(svg, {
		fitTo: { mode: 'zoom', value: ZOOM },
		font: {
			fontFiles: [projectPath('engine', 'io', 'plots', 'fonts', 'DejaVuSans.ttf')],
			defaultFontFamily: PLOT_FONT,
			sansSerifFamily: PLOT_FONT,
			loadSystemFonts: BEYOND_OUR_FONT.test(svg),
		},
	});
	return drawing.render().asPng();
};
