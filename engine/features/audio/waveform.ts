import { type Framing, frameCount } from './stft.js';

/** Root mean square of centred frames, zeros beyond the ends; full scale is 1. */
export const rootMeanSquare = (samples: Float32Array, { size, hop }: Framing): Float32Array =>
	Float32Array.from({ length: frameCount(samples.length, hop) }, (_, frame) => {
		const start = frame * hop - size / 2;
		let sum = 0;
		for (let t = Math.max(0, start); t < Math.min(samples.length, start + size); t++) sum += samples[t]! ** 2;
		return Math.sqrt(sum / size);
	});

/** Values this near 0 count as 0, which is positive. */
const CROSSING_FLOOR = 1e-10;

/**
 * Sign changes between neighbouring samples, as a share of the frame's samples; the end samples are held beyond the
 * ends.
 */
export const zeroCrossingRate = (samples: Float32Array, { size, hop }: Framing): Float32Array => {
	const negative = (t: number) => samples[Math.max(0, Math.min(samples.length - 1, t))]! < -CROSSING_FLOOR;
	return Float32Array.from({ length: frameCount(samples.length, hop) }, (_, frame) => {
		const start = frame * hop - size / 2;
		let crossings = 0;
		for (let t = start + 1; t < start + size; t++) crossings += Number(negative(t) !== negative(t - 1));
		return crossings / size;
	});
};
