import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';
import type { SpectralKernel } from './kernel.js';
import { copyPadded, hann } from './stft.js';

/**
 * Tempogram (Grosche, Müller and Kurth 2010): autocorrelation of the onset strength around each point in time, under a
 * Hann window, divided by its value at lag 0.
 *
 * @param window - values under the window; also the number of lags
 * @param step - values between rows; row k is centred on value k · step
 * @returns rows × lags; all 0 where nothing happens
 */
export const tempogram = (
	onsetStrength: Float32Array,
	window: number,
	step: number,
	kernel: SpectralKernel,
): Matrix32 => {
	const rows = Math.ceil(onsetStrength.length / step);
	const result = zeros32(rows, window);
	const half = Math.floor(window / 2);
	const padded = ramped(onsetStrength, half);
	const weights = hann(window);
	const autocorrelate = autocorrelation(window, kernel);
	const segment = new Float32Array(window);
	for (let r = 0; r < rows; r++) {
		copyPadded(padded, r * step, segment);
		for (let k = 0; k < window; k++) segment[k]! *= weights[k]!;
		autocorrelate(segment, row(result, r));
		const energy = row(result, r)[0]!;
		for (let lag = 0; lag < window; lag++) {
			if (energy > 1.1754944e-38) result.data[r * window + lag]! /= energy;
		}
	}
	return result;
};

/** Extended at both ends by a line from the end value to 0. */
const ramped = (values: Float32Array, reach: number): Float32Array => {
	const padded = new Float32Array(values.length + 2 * reach);
	padded.set(values, reach);
	for (let k = 0; k < reach; k++) {
		padded[k] = (values[0] ?? 0) * (k / reach);
		padded[padded.length - 1 - k] = (values.at(-1) ?? 0) * (k / reach);
	}
	return padded;
};

/**
 * Sum of products of `length` values with themselves at each lag (Wiener and Khinchin: the power spectrum's inverse).
 */
export const autocorrelation = (
	length: number,
	kernel: SpectralKernel,
): ((values: Float32Array, out: Float32Array) => void) => {
	const size = Math.max(64, 2 ** Math.ceil(Math.log2(2 * length)));
	const transform = kernel.transform(size);
	const frame = kernel.floats(size);
	const ones = kernel.floats(size).fill(1);
	const [re, im] = [kernel.floats(size / 2 + 1), kernel.floats(size / 2 + 1)];
	const zeros = kernel.floats(size / 2 + 1);
	const power = kernel.floats(size / 2 + 1);
	return (values, out) => {
		frame.fill(0);
		frame.set(values);
		transform.forward(frame, ones, re, im);
		kernel.powers(re, im, power);
		transform.inverse(power, zeros, frame);
		out.set(frame.subarray(0, length));
	};
};
