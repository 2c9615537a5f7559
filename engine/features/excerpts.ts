import { type Matrix32, rowRange, zeros32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';
import { type CutAnalysis, PICTURE_RATE } from './cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from './track-analysis.js';

/**
 * A stretch of a track as if it were all of it. Each second is made from the two of the whole that it overlaps; what was
 * found in the whole only, such as its ending, is left out.
 */
export const trackExcerpt = (track: TrackAnalysis, span: Span): TrackAnalysis => {
	const curve = (values: Float32Array) => stretchOf(values, CURVE_RATE, span);
	const within = inside(span);
	const { level, onsetStrength, centroid, peak } = track.curves;
	const { beatSound: _, boundariesBy, labels, ...rest } = track;
	return {
		...rest,
		duration: span.end - span.start,
		curves: { level: curve(level), onsetStrength: curve(onsetStrength), centroid: curve(centroid), peak: curve(peak) },
		features: secondsOf(track.features, span),
		tags: secondsOf(track.tags, span),
		beats: { ...track.beats, beats: within(track.beats.beats), downbeats: within(track.beats.downbeats) },
		sections: track.sections
			.filter(section => section.end > span.start && section.start < span.end)
			.map(section => ({ ...section, ...clipped(section, span) })),
		labels: {
			drop: null,
			phrase: null,
			ending: null,
			loops: [],
			vocals: labels.vocals
				.filter(vocal => vocal.end > span.start && vocal.start < span.end)
				.map(vocal => ({ ...vocal, ...clipped(vocal, span) })),
		},
		...(boundariesBy && {
			boundariesBy: Object.fromEntries(Object.entries(boundariesBy).map(([name, times]) => [name, inner(times, span)])),
		}),
	};
};

/** A stretch of a cut as if it were all of it; frames count from its own first one. */
export const cutExcerpt = (cut: CutAnalysis, span: Span): CutAnalysis => {
	const curve = (values: Float32Array) => stretchOf(values, PICTURE_RATE, span);
	const { motion, brightness, saturation, contrast } = cut.curves;
	const first = Math.round((span.start * cut.rate.numerator) / cut.rate.denominator);
	return {
		...cut,
		duration: span.end - span.start,
		boundaries: cut.boundaries
			.filter(({ seconds }) => seconds > span.start && seconds < span.end)
			.map(boundary => ({ ...boundary, frame: boundary.frame - first, seconds: boundary.seconds - span.start })),
		segments: cut.segments
			.filter(segment => segment.end > span.start && segment.start < span.end)
			.map(segment => clipped(segment, span)),
		features: secondsOf(cut.features, span),
		curves: {
			motion: curve(motion),
			brightness: curve(brightness),
			saturation: curve(saturation),
			contrast: curve(contrast),
		},
		speech: cut.speech
			.filter(speech => speech.end > span.start && speech.start < span.end)
			.map(speech => clipped(speech, span)),
	};
};

const stretchOf = (values: Float32Array, rate: number, { start, end }: Span): Float32Array =>
	values.slice(Math.round(start * rate), Math.round(end * rate));

const secondsOf = (matrix: Matrix32, { start, end }: Span): Matrix32 => {
	const first = Math.min(matrix.rows, Math.floor(start));
	const late = start - Math.floor(start);
	const rows = Math.min(matrix.rows - first, Math.ceil(end - start));
	if (late === 0 || rows <= 0) return rowRange(matrix, first, first + Math.max(0, rows));
	const moved = zeros32(rows, matrix.cols);
	for (let r = 0; r < rows; r++) {
		const here = (first + r) * matrix.cols;
		const next = Math.min(first + r + 1, matrix.rows - 1) * matrix.cols;
		for (let c = 0; c < matrix.cols; c++) {
			moved.data[r * matrix.cols + c] = (1 - late) * matrix.data[here + c]! + late * matrix.data[next + c]!;
		}
	}
	return moved;
};

const inside =
	({ start, end }: Span) =>
	(times: readonly number[]): number[] =>
		times.filter(time => time >= start && time < end).map(time => time - start);

const inner = (times: readonly number[], { start, end }: Span): number[] =>
	times.filter(time => time > start && time < end).map(time => time - start);

const clipped = (span: Span, { start, end }: Span): Span => ({
	start: Math.max(0, span.start - start),
	end: Math.min(end - start, span.end - start),
});
