import { type CutAnalysis, PICTURE_RATE } from '../features/cut-analysis.js';
import type { Seconds, Span } from '../time/time.js';

export const PICTURE_DESCRIPTORS = ['motion', 'cutting', 'brightness', 'saturation', 'contrast'] as const;
export type PictureDescriptor = (typeof PICTURE_DESCRIPTORS)[number];

/** A cut further away than this does not make a segment busier. */
const CUTTING_WINDOW: Seconds = 5;

/**
 * What a segment of a cut looks like.
 *
 * motion: log(1 + mean luma change a frame, in 8-bit steps); cutting: log(1 + cuts in the ten seconds around the
 * segment's middle); brightness, saturation, contrast: means in [0, 1].
 */
export const pictureDescriptors = (cut: CutAnalysis, segment: Span): Record<PictureDescriptor, number> => {
	const middle = (segment.start + segment.end) / 2;
	const cuts = cut.boundaries.filter(({ seconds }) => Math.abs(seconds - middle) <= CUTTING_WINDOW).length;
	return {
		motion: Math.log1p(255 * meanOver(cut.curves.motion, segment)),
		cutting: Math.log1p(cuts),
		brightness: meanOver(cut.curves.brightness, segment),
		saturation: meanOver(cut.curves.saturation, segment),
		contrast: meanOver(cut.curves.contrast, segment),
	};
};

/** At least one value is looked at, however short the segment. */
const meanOver = (curve: Float32Array, { start, end }: Span): number => {
	if (curve.length === 0) return 0;
	const from = Math.min(curve.length - 1, Math.floor(start * PICTURE_RATE));
	const to = Math.min(curve.length, Math.max(from + 1, Math.round(end * PICTURE_RATE)));
	let sum = 0;
	for (let k = from; k < to; k++) sum += curve[k]!;
	return sum / (to - from);
};
