import type { Rate } from '../time/time.js';
import { PICTURE_RATE, type PictureCurves } from './cut-analysis.js';
import type { FrameStatistics } from './frame-statistics.js';

/**
 * Picture curves from the statistics of every frame. A value is the mean over its tenth of a second, each frame
 * weighted by how long it is shown in it; the last value covers what is left of the video. A frame's motion is its change
 * from the frame before. The first frame of each shot has none and is left out of the mean, which is 0 where nothing
 * else is shown.
 *
 * @param frames - from FrameStatisticsCollector
 * @param rate - frames a second
 * @param shotStarts - first frame of every shot but the first, in any order
 * @returns curves of ⌈PICTURE_RATE · duration⌉ values
 */
export const pictureCurves = (frames: FrameStatistics, rate: Rate, shotStarts: Iterable<number>): PictureCurves => {
	const count = frames.brightness.length;
	const everyFrame = new Uint8Array(count).fill(1);
	const inOneShot = everyFrame.slice();
	for (const frame of [0, ...shotStarts]) inOneShot[frame] = 0;

	return {
		motion: binned(frames.change, rate, inOneShot),
		brightness: binned(frames.brightness, rate, everyFrame),
		saturation: binned(frames.saturation, rate, everyFrame),
		contrast: binned(frames.contrast, rate, everyFrame),
	};
};

/** Means over the bins of those frames that are counted, weighted by time shown; 0 for a bin without. */
const binned = (values: Float32Array, rate: Rate, counted: Uint8Array): Float32Array => {
	// Time in whole units of which a bin has `binLength` and a frame `frameLength`: no rounding at the edges.
	const frameLength = rate.denominator * PICTURE_RATE;
	const binLength = rate.numerator;
	const bins = Math.ceil((values.length * frameLength) / binLength);
	const sums = new Float64Array(bins);
	const weights = new Float64Array(bins);

	for (let frame = 0; frame < values.length; frame++) {
		if (!counted[frame]) continue;
		const start = frame * frameLength;
		const end = start + frameLength;
		for (let bin = Math.floor(start / binLength); bin * binLength < end; bin++) {
			const shown = Math.min(end, (bin + 1) * binLength) - Math.max(start, bin * binLength);
			sums[bin]! += shown * values[frame]!;
			weights[bin]! += shown;
		}
	}
	return Float32Array.from(sums, (sum, bin) => (weights[bin]! > 0 ? sum / weights[bin]! : 0));
};
