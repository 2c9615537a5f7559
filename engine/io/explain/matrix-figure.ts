import type { ExplainedDistance, Explanation } from '../../jobs/explain.js';
import type { Seconds, Span } from '../../time/time.js';
import { clockTime } from '../cli/words.js';
import { ACCENT, INK, PALE_INK } from '../plots/plot-style.js';
import { segmentLetter } from './words.js';

export type FigureSize = {
	/** Pixels of the matrix. Its width is the track's time, its height the same for every segment. */
	readonly width: number;
	readonly rowHeight: number;
};

/** Pixels left of the matrix for frames, and below it for the waveform. */
const FRAME_WIDTH = 76;
const LABEL_WIDTH = 52;
const WAVEFORM_HEIGHT = 56;
const AXIS_HEIGHT = 34;

/** What is drawn beside the matrix. */
export type Beside = {
	/** A picture of each segment as a data URL. */
	readonly frames: readonly string[];
	/** Peaks in [0, 1] at equal distances over the track. */
	readonly peaks: readonly number[];
	readonly trackDuration: Seconds;
};

/**
 * The similarity matrix of a cut and a track with frames beside its rows and the waveform under its columns, and the path of
 * each distance as a group that `shown` may single out: SVG.
 */
export const matrixFigure = (explanation: Explanation, beside: Beside, size: FigureSize): string => {
	const { segments, distances } = explanation;
	const height = segments.length * size.rowHeight;
	const left = FRAME_WIDTH + LABEL_WIDTH;
	const total = { width: left + size.width + 10, height: height + WAVEFORM_HEIGHT + AXIS_HEIGHT };
	return [
		`<svg viewBox="0 0 ${total.width} ${total.height}" width="${total.width}" height="${total.height}" role="img" aria-label="Similarity of each segment of the cut with each section of the track">`,
		`<g transform="translate(${left} 0)">`,
		cells(explanation, beside.trackDuration, size),
		...distances.map(distance => path(distance, explanation, beside.trackDuration, size)),
		`<g transform="translate(0 ${height})">${waveform(explanation, beside, size)}</g>`,
		'</g>',
		frames(segments, beside.frames, size.rowHeight),
		'</svg>',
	].join('\n');
};

/** The matrix alone with one path. */
export const smallFigure = (
	explanation: Explanation,
	distance: ExplainedDistance,
	trackDuration: Seconds,
	size: FigureSize,
): string => {
	const height = explanation.segments.length * size.rowHeight;
	return [
		`<svg viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" aria-hidden="true">`,
		cells(explanation, trackDuration, size),
		path(distance, explanation, trackDuration, size),
		'</svg>',
	].join('\n');
};

const cells = ({ similarity, segments, sections }: Explanation, duration: Seconds, size: FigureSize): string => {
	const { least, most } = range(similarity.data);
	const at = placer(duration, size);
	return segments
		.flatMap((segment, i) =>
			sections.map((section, j) => {
				const value = similarity.data[i * similarity.cols + j]!;
				const { x, width } = at(section);
				const title = `segment ${i + 1} (${stretch(segment)}) with section ${segmentLetter(j)} (${stretch(section)}): ${value.toFixed(2)}`;
				return `<rect x="${x}" y="${i * size.rowHeight}" width="${width}" height="${size.rowHeight}" fill="${shade(least, most, value)}"><title>${title}</title></rect>`;
			}),
		)
		.join('');
};

const path = (
	{ name, path: found }: ExplainedDistance,
	{ segments, sections }: Explanation,
	duration: Seconds,
	size: FigureSize,
): string => {
	if (!found) return '';
	const at = placer(duration, size);
	const pairs = found.pairs.filter(pair => pair.query < segments.length);
	const boxes = pairs.map(pair => {
		const { x, width } = at(sections[pair.candidate]!);
		return `<rect x="${x}" y="${pair.query * size.rowHeight}" width="${width}" height="${size.rowHeight}"/>`;
	});
	const points = pairs.map(pair => {
		const { x, width } = at(sections[pair.candidate]!);
		return `${round(x + width / 2)},${round((pair.query + 0.5) * size.rowHeight)}`;
	});
	return [
		`<g class="path path-${name}" fill="none" stroke="${ACCENT}" stroke-width="2">`,
		`<g stroke-opacity="0.75">${boxes.join('')}</g>`,
		`<polyline points="${points.join(' ')}" stroke-width="3"/>`,
		'</g>',
	].join('');
};

const waveform = ({ sections }: Explanation, { peaks, trackDuration }: Beside, size: FigureSize): string => {
	const middle = WAVEFORM_HEIGHT / 2;
	const step = size.width / peaks.length;
	const outline = (sign: number) =>
		peaks.map((peak, k) => `${round((k + 0.5) * step)},${round(middle - sign * peak * (middle - 3))}`);
	const at = placer(trackDuration, size);
	const labels = sections.map((section, j) => {
		const { x, width } = at(section);
		const text =
			width > 14
				? `<text x="${round(x + width / 2)}" y="${WAVEFORM_HEIGHT + 14}" text-anchor="middle">${segmentLetter(j)}</text>`
				: '';
		return `<line x1="${x}" x2="${x}" y1="0" y2="${WAVEFORM_HEIGHT}" stroke="${PALE_INK}" stroke-opacity="0.5"/>${text}`;
	});
	const last = `<text x="${size.width}" y="${WAVEFORM_HEIGHT + 29}" text-anchor="end">${clockTime(trackDuration)}</text>`;
	return [
		`<polygon points="${[...outline(1), ...outline(-1).reverse()].join(' ')}" fill="${INK}" fill-opacity="0.75"/>`,
		...labels,
		`<text x="0" y="${WAVEFORM_HEIGHT + 29}">0:00.0</text>`,
		last,
	].join('');
};

const frames = (segments: readonly Span[], pictures: readonly string[], rowHeight: number): string =>
	segments
		.map((segment, i) => {
			const picture = `<image href="${pictures[i]}" x="0" y="${i * rowHeight + 1}" width="${FRAME_WIDTH}" height="${rowHeight - 2}" preserveAspectRatio="xMidYMid slice"><title>segment ${i + 1}, ${stretch(segment)}</title></image>`;
			return `${picture}<text x="${FRAME_WIDTH + LABEL_WIDTH - 6}" y="${round((i + 0.5) * rowHeight + 4)}" text-anchor="end">${clockTime(segment.start)}</text>`;
		})
		.join('');

const placer =
	(duration: Seconds, { width }: FigureSize) =>
	({ start, end }: Span): { readonly x: number; readonly width: number } => ({
		x: round((start / duration) * width),
		width: round(((end - start) / duration) * width),
	});

/** From white for the least similar to the darkest blue for the most. */
const shade = (least: number, most: number, value: number): string => {
	const share = most > least ? (value - least) / (most - least) : 0.5;
	const mixed = PALEST.map((pale, k) => Math.round(pale + share * (DARKEST[k]! - pale)));
	return `rgb(${mixed.join(' ')})`;
};
const PALEST = [247, 249, 252];
const DARKEST = [16, 58, 112];

export const range = (values: ArrayLike<number>): { readonly least: number; readonly most: number } => ({
	least: Array.from(values).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
	most: Array.from(values).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
});

const stretch = ({ start, end }: Span): string => `${clockTime(start)} to ${clockTime(end)}`;

const round = (value: number): number => Math.round(100 * value) / 100;
