import type { Matrix32 } from '../../numeric/matrix.js';
import type { Seconds } from '../../time/time.js';
import type { BeatSound } from '../track-analysis.js';
import { averageBetween } from './beat-synchronous.js';

/** Frames of the whole track: 12 pitch-class energies, A first, and 14 cepstral coefficients each. */
export type SoundFrames = { readonly pitchClasses: Float32Array; readonly mfcc: Float32Array };

/** Fewer beats than this are no grid. */
const FEWEST_BEATS = 4;
/** Length of a row where there is no grid. */
const STEP: Seconds = 0.5;

/**
 * The sound of each beat: means of the frames between neighbouring beats. A row takes at least one frame, so beats closer
 * than that are left out of the edges.
 *
 * @param rate - frames a second
 */
export const beatSound = (
	{ pitchClasses, mfcc }: SoundFrames,
	rate: number,
	beats: readonly Seconds[],
	duration: Seconds,
): BeatSound => {
	const count = Math.min(pitchClasses.length / 12, mfcc.length / 14);
	const grid =
		beats.length >= FEWEST_BEATS
			? beats
			: Array.from({ length: Math.max(0, Math.ceil(duration / STEP) - 1) }, (_, k) => (k + 1) * STEP);
	const edges: Seconds[] = [0];
	const frames: number[] = [0];
	for (const beat of grid) {
		const frame = Math.round(beat * rate);
		if (frame <= frames.at(-1)! || frame >= count || beat >= duration) continue;
		edges.push(beat);
		frames.push(frame);
	}
	edges.push(duration);
	frames.push(count);
	return {
		edges,
		chroma: sharesOf(averageBetween(pitchClasses, 12, frames).data, 12),
		mfcc: toFloat32(averageBetween(mfcc, 14, frames).data, 14),
	};
};

/** Rows scaled to add up to 1; rows of nothing stay so. */
const sharesOf = (data: Float64Array, cols: number): Matrix32 => {
	const shares = toFloat32(data, cols);
	for (let from = 0; from < data.length; from += cols) {
		const total = data.subarray(from, from + cols).reduce((sum, value) => sum + value, 0);
		for (let c = from; c < from + cols; c++) shares.data[c] = total > 0 ? data[c]! / total : 0;
	}
	return shares;
};

const toFloat32 = (data: Float64Array, cols: number): Matrix32 => ({
	rows: data.length / cols,
	cols,
	data: Float32Array.from(data),
});
