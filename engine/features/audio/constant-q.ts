import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';
import type { SpectralKernel } from './kernel.js';
import { eachSpectrum, frameCount } from './stft.js';

export type ConstantQ = {
	/** Frequency of bin 0 in Hz. */
	readonly lowest: number;
	readonly bins: number;
	readonly binsPerOctave: number;
	/** Samples between frames; a multiple of 2 to the power of octaves − 1. */
	readonly hop: number;
};

/**
 * Magnitudes of a constant-Q transform (Brown 1991; by octaves as Schörkhuber and Klapuri 2010): every bin's filter
 * spans the same number of its periods. Each octave is read from the signal halved once more in rate. Scaled so that a
 * stationary sine of amplitude a gives a · √(filter length in samples) / 2.
 *
 * @returns frames × bins; frame k is centred on sample k · hop
 */
export const constantQ = (
	samples: Float32Array,
	sampleRate: number,
	{ lowest, bins, binsPerOctave, hop }: ConstantQ,
	kernel: SpectralKernel,
): Matrix32 => {
	const octaves = Math.ceil(bins / binsPerOctave);
	const quality = (2 ** (2 / binsPerOctave) + 1) / (2 ** (2 / binsPerOctave) - 1);
	if (hop % 2 ** (octaves - 1) !== 0) {
		throw new RangeError(`the hop ${hop} cannot be halved for each of ${octaves} octaves`);
	}
	const frequencies = Array.from({ length: bins }, (_, bin) => lowest * 2 ** (bin / binsPerOctave));
	const result = zeros32(frameCount(samples.length, hop), bins);
	let signal = samples;

	for (let octave = 0; octave < octaves; octave++) {
		const end = bins - octave * binsPerOctave;
		const first = Math.max(0, end - binsPerOctave);
		const rate = sampleRate / 2 ** octave;
		if (octave > 0) signal = halveRate(signal);
		const basis = constantQBasis(frequencies.slice(first, end), rate, quality, kernel);
		const ones = new Float32Array(basis.size).fill(1);
		eachSpectrum(signal, { size: basis.size, hop: hop / 2 ** octave }, ones, kernel, (frame, re, im) => {
			if (frame >= result.rows) return;
			const out = row(result, frame);
			// Halving keeps amplitudes, so an octave's filters, half as long each time, see them √2 times smaller.
			for (let k = 0; k < end - first; k++) out[first + k] = response(basis, k, re, im) * Math.SQRT2 ** octave;
		});
	}
	return result;
};

/** Spectra of filters and the transform length they are for, without the bins that together carry under 1 % of each. */
export type ConstantQBasis = {
	readonly size: number;
	readonly filters: readonly FilterSpectrum[];
};

/** Bins from `first` on; all others are 0. */
export type FilterSpectrum = {
	readonly first: number;
	readonly re: Float64Array;
	readonly im: Float64Array;
	/** Of the filter in samples. */
	readonly length: number;
};

/**
 * Hann-windowed complex exponentials, as spectra: a filter of length L answers a sine of amplitude a at its frequency,
 * read with a window of ones, with a · √L / 2.
 *
 * @param quality - periods that each filter spans
 * @param atLeast - shortest transform wanted; it is longer where a filter needs it
 */
export const constantQBasis = (
	frequencies: readonly number[],
	sampleRate: number,
	quality: number,
	kernel: SpectralKernel,
	atLeast = 64,
): ConstantQBasis => {
	const lengths = frequencies.map(frequency => (quality * sampleRate) / frequency);
	const size = Math.max(atLeast, 2 ** Math.ceil(Math.log2(Math.max(...lengths))));
	const transform = kernel.transform(size);
	const ones = kernel.floats(size).fill(1);
	const [cosine, sine] = [kernel.floats(size), kernel.floats(size)];
	const [cosineRe, cosineIm] = [kernel.floats(size / 2 + 1), kernel.floats(size / 2 + 1)];
	const [sineRe, sineIm] = [kernel.floats(size / 2 + 1), kernel.floats(size / 2 + 1)];

	const filters = lengths.map((length, k) => {
		const count = Math.floor(length / 2) + Math.ceil(length / 2);
		const start = Math.floor((size - count) / 2);
		cosine.fill(0);
		sine.fill(0);
		for (let t = 0; t < count; t++) {
			const angle = (2 * Math.PI * frequencies[k]! * (t - Math.ceil(length / 2))) / sampleRate;
			// The window sums to count / 2.
			const weight = ((1 - Math.cos((2 * Math.PI * t) / count)) / count) * (Math.sqrt(length) / size);
			cosine[start + t] = weight * Math.cos(angle);
			sine[start + t] = weight * Math.sin(angle);
		}
		transform.forward(cosine, ones, cosineRe, cosineIm);
		transform.forward(sine, ones, sineRe, sineIm);
		return sparse(
			Float64Array.from(cosineRe, (value, bin) => value - sineIm[bin]!),
			Float64Array.from(cosineIm, (value, bin) => value + sineRe[bin]!),
			length,
		);
	});
	return { size, filters };
};

/** Leaves out the smallest magnitudes that add up to less than 1 % of the filter's sum. */
const sparse = (re: Float64Array, im: Float64Array, length: number): FilterSpectrum => {
	const magnitudes = re.map((value, bin) => Math.hypot(value, im[bin]!));
	const total = magnitudes.reduce((sum, magnitude) => sum + magnitude, 0);
	let sum = 0;
	const least = magnitudes.toSorted().find(magnitude => {
		sum += magnitude;
		return sum >= 0.01 * total;
	})!;
	const first = magnitudes.findIndex(magnitude => magnitude >= least);
	const end = magnitudes.findLastIndex(magnitude => magnitude >= least) + 1;
	const kept = (values: Float64Array) =>
		values.subarray(first, end).map((value, k) => (magnitudes[first + k]! >= least ? value : 0));
	return { first, re: kept(re), im: kept(im), length };
};

/** Magnitude of a filter's answer to a spectrum. */
const response = ({ filters }: ConstantQBasis, k: number, re: Float32Array, im: Float32Array): number => {
	const { first, re: filterRe, im: filterIm } = filters[k]!;
	let sumRe = 0;
	let sumIm = 0;
	for (let bin = 0; bin < filterRe.length; bin++) {
		const a = re[first + bin]!;
		const b = im[first + bin]!;
		sumRe += filterRe[bin]! * a - filterIm[bin]! * b;
		sumIm += filterRe[bin]! * b + filterIm[bin]! * a;
	}
	return Math.sqrt(sumRe * sumRe + sumIm * sumIm);
};

/**
 * Every second sample after a half-band low-pass filter without delay: flat to 0.2 of the old rate, over 100 dB down from
 * 0.3. The octave below needs only 0.18.
 */
export const halveRate = (samples: Float32Array): Float32Array => {
	const half = new Float32Array(Math.ceil(samples.length / 2));
	const taps = halfBandTaps;
	for (let k = 0; k < half.length; k++) {
		const centre = 2 * k;
		let sum = 0.5 * samples[centre]!;
		// Even taps but the middle one are 0.
		for (let tap = 0, reach = 1; tap < taps.length; tap++, reach += 2) {
			const before = centre >= reach ? samples[centre - reach]! : 0;
			const after = centre + reach < samples.length ? samples[centre + reach]! : 0;
			sum += taps[tap]! * (before + after);
		}
		half[k] = sum;
	}
	return half;
};

/** Zeroth-order modified Bessel function of the first kind, by its power series. */
const bessel0 = (x: number): number => {
	let term = 1;
	let sum = 1;
	for (let k = 1; term > 1e-12 * sum; k++) {
		term *= (x / (2 * k)) ** 2;
		sum += term;
	}
	return sum;
};

/** Windowed sinc (Kaiser, beta 11) at 1, 3, 5, … samples from the centre. */
const halfBandTaps = Float64Array.from({ length: 20 }, (_, k) => {
	const reach = 2 * k + 1;
	const window = bessel0(11 * Math.sqrt(1 - (reach / 40) ** 2)) / bessel0(11);
	return (Math.sin((Math.PI * reach) / 2) / (Math.PI * reach)) * window;
});
