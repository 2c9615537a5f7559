import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';
import type { SpectralKernel } from './kernel.js';

/** Periodic Hann window, which overlaps itself to a constant. */
export const hann = (size: number): Float32Array =>
	Float32Array.from({ length: size }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / size));

/**
 * Centred frames over `samples`: frame k is centred on sample k · hop, and the last one's centre is not past the end.
 */
export const frameCount = (samples: number, hop: number): number => 1 + Math.floor(samples / hop);

/** Transform length and hop in samples. */
export type Framing = { readonly size: number; readonly hop: number };

/** Short-time spectra: frames × (size / 2 + 1) bins each of real and imaginary parts. */
export type Spectra = { readonly re: Matrix32; readonly im: Matrix32 };

/**
 * Short-time Fourier transform with a Hann window (Allen and Rabiner 1977): centred frames, zeros beyond the ends,
 * unscaled, so that a full-scale sine peaks near size / 4.
 */
export const shortTimeSpectra = (samples: Float32Array, framing: Framing, kernel: SpectralKernel): Spectra => {
	const frames = frameCount(samples.length, framing.hop);
	const re = zeros32(frames, framing.size / 2 + 1);
	const im = zeros32(frames, framing.size / 2 + 1);
	eachSpectrum(samples, framing, hann(framing.size), kernel, (frame, frameRe, frameIm) => {
		row(re, frame).set(frameRe);
		row(im, frame).set(frameIm);
	});
	return { re, im };
};

/** Magnitudes of {@link shortTimeSpectra}: frames × bins. */
export const magnitudeSpectrogram = (samples: Float32Array, framing: Framing, kernel: SpectralKernel): Matrix32 => {
	const spectrogram = zeros32(frameCount(samples.length, framing.hop), framing.size / 2 + 1);
	const magnitudes = kernel.floats(spectrogram.cols);
	eachSpectrum(samples, framing, hann(framing.size), kernel, (frame, re, im) => {
		kernel.powers(re, im, magnitudes);
		kernel.squareRoots(magnitudes, magnitudes);
		row(spectrogram, frame).set(magnitudes);
	});
	return spectrogram;
};

/** Visits every centred frame's spectrum; the arrays are the kernel's and change with the next visit. */
export const eachSpectrum = (
	samples: Float32Array,
	{ size, hop }: Framing,
	window: Float32Array,
	kernel: SpectralKernel,
	visit: (frame: number, re: Float32Array, im: Float32Array) => void,
): void => {
	const transform = kernel.transform(size);
	const frame = kernel.floats(size);
	const weights = kernel.floats(size);
	weights.set(window);
	const re = kernel.floats(size / 2 + 1);
	const im = kernel.floats(size / 2 + 1);
	for (let k = 0; k < frameCount(samples.length, hop); k++) {
		copyPadded(samples, k * hop - size / 2, frame);
		transform.forward(frame, weights, re, im);
		visit(k, re, im);
	}
};

/**
 * Samples whose short-time spectra come nearest to `spectra` (Griffin and Lim 1984, one step): windowed overlap-add
 * divided by the sum of squared windows. Undoes {@link shortTimeSpectra}.
 *
 * @param length - samples wanted; beyond the last frame's reach they are 0
 */
export const overlapAdd = (
	spectra: Spectra,
	{ size, hop }: Framing,
	length: number,
	kernel: SpectralKernel,
): Float32Array => {
	const transform = kernel.transform(size);
	const window = hann(size);
	const re = kernel.floats(size / 2 + 1);
	const im = kernel.floats(size / 2 + 1);
	const frame = kernel.floats(size);
	const samples = new Float32Array(length);
	const weight = new Float32Array(length);

	for (let k = 0; k < spectra.re.rows; k++) {
		re.set(row(spectra.re, k));
		im.set(row(spectra.im, k));
		transform.inverse(re, im, frame);
		const start = k * hop - size / 2;
		const end = Math.min(size, length - start);
		for (let t = Math.max(0, -start); t < end; t++) {
			samples[start + t]! += frame[t]! * window[t]!;
			weight[start + t]! += window[t]! ** 2;
		}
	}
	// Below the smallest normal f32 no window reaches, so there is nothing to scale.
	return samples.map((sample, t) => (weight[t]! > 1.1754944e-38 ? sample / weight[t]! : sample));
};

/** Fills `target` with samples from `start` on, which may lie outside: zeros there. */
export const copyPadded = (samples: Float32Array, start: number, target: Float32Array): void => {
	const from = Math.max(0, -start);
	const to = Math.min(target.length, samples.length - start);
	if (from > 0 || to < target.length) target.fill(0);
	if (to > from) target.set(samples.subarray(start + from, start + to), from);
};
