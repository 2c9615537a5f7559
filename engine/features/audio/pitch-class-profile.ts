import { zeros32 } from '../../numeric/matrix.js';
import { constantQToChroma } from './chroma.js';
import { type ConstantQBasis, constantQBasis } from './constant-q.js';
import type { SpectralKernel } from './kernel.js';
import { hann } from './stft.js';

const SAMPLE_RATE = 22_050;
const SIZE = 2048;
const HOP = 512;

/** Constant-Q bins: seven octaves from A0, twelve an octave, filters 16.8 periods long. */
const LOWEST = 27.5;
const BINS = 84;
const QUALITY = 1 / (2 ** (1 / 12) - 1);

/** Bins whose filters are too long for the spectrum at hand: they are read from a slower copy of the harmonic part. */
const LOW_BINS = 45;
const DECIMATION = 16;
const LOW_SIZE = SIZE / DECIMATION;
const LOW_HOP = HOP / DECIMATION;
const LOW_FFT = 1024;
const BUFFER = 8192;

/** How many spectrum bins survive the decimation. */
export const LOW_SPECTRUM = LOW_SIZE / 2;

/** What one profile frame holds; the arrays change with the next call. */
export type ProfileFrame = {
	/** As MSAF's reference run has it: 12 values, the largest 1, all 0 in silence. */
	readonly profile: Float32Array;
	/** Energy by true pitch class, A first: 12 values, not normalised. */
	readonly pitchClasses: Float32Array;
};

/**
 * Pitch-class profiles of the harmonic part, one every two hops of 512 samples, as the sections' reference
 * implementation reads them (MSAF 0.1.80 on librosa 0.8.1: hybrid constant-Q transform of the resynthesised harmonic
 * part, basis functions of unit height, powers, neighbouring bins merged in threes). We read the upper 39 bins from
 * the masked spectrum itself and the lower 45 from its resynthesis at a sixteenth of the rate, which spares the
 * resynthesis at full rate.
 */
export interface PitchClassProfiles {
	/** The next hop's masked spectrum: all magnitudes, and the real and imaginary parts of the lowest bins. */
	push(magnitudes: Float32Array, lowRe: Float32Array, lowIm: Float32Array): void;
	finish(): void;
}

export const pitchClassProfiles = (kernel: SpectralKernel, emit: (frame: ProfileFrame) => void): PitchClassProfiles => {
	const low = lowConstantQ(kernel);
	const high = highConstantQ(kernel);
	const merged = mergedClasses();
	/** Upper bins of frames whose lower bins are still to come: those wait for the end of a longer window. */
	const waiting: Float32Array[] = [];
	const bins = new Float32Array(BINS);
	const frame = { profile: new Float32Array(12), pitchClasses: new Float32Array(12) };
	let hops = 0;

	const drain = (samplesKnown: number) => {
		while (waiting.length > 0 && low.ready(samplesKnown)) {
			low.next(bins);
			bins.set(waiting.shift()!, LOW_BINS);
			frame.pitchClasses.fill(0);
			for (let bin = 0; bin < BINS; bin++) frame.pitchClasses[bin % 12]! += bins[bin]! ** 2;
			frame.profile.fill(0);
			for (let bin = 0; bin < BINS; bin++) {
				const power = (bins[bin]! * referenceGains[bin]!) ** 2;
				frame.profile[merged[bin]!]! += power;
			}
			const largest = Math.max(...frame.profile);
			if (largest > 0) for (let k = 0; k < 12; k++) frame.profile[k]! /= largest;
			emit(frame);
		}
	};

	return {
		push: (magnitudes, lowRe, lowIm) => {
			low.push(lowRe, lowIm);
			if (hops % 2 === 0) waiting.push(high(magnitudes));
			hops++;
			// The next frame still adds to the last half window.
			drain((hops - 1) * LOW_HOP - LOW_SIZE / 2 + LOW_HOP);
		},
		finish: () => drain(Number.POSITIVE_INFINITY),
	};
};

/** The profile value that each bin adds to: the reference merges semitones as if they were thirds of one. */
const mergedClasses = (): number[] => {
	const { cols, data } = constantQToChroma(BINS, 36, LOWEST);
	return Array.from({ length: cols }, (_, bin) =>
		Array.from({ length: 12 }, (_, k) => data[k * cols + bin]!).indexOf(1),
	);
};

/** Frequencies of all bins in Hz, and their filters' lengths in samples. */
const frequencies = Array.from({ length: BINS }, (_, bin) => LOWEST * 2 ** (bin / 12));
const filterLengths = frequencies.map(frequency => (QUALITY * SAMPLE_RATE) / frequency);

/**
 * From amplitudes to the reference's values. Its basis functions have unit height, not unit sum, at the rate of their
 * octave, which is an eighth of the full rate for the highest of the lower bins and halves with each octave.
 */
const referenceGains = filterLengths.map((length, bin) => {
	if (bin >= LOW_BINS) return (length / 2) * (length / Math.sqrt(SIZE));
	const octave = Math.floor((LOW_BINS - 1 - bin) / 12);
	return Math.sqrt(length) * (length / 2 ** (octave + 4));
});

/** Upper bins from magnitudes: Hann windows are applied to both signal and filter, phases are ignored. */
const highConstantQ = (kernel: SpectralKernel): ((magnitudes: Float32Array) => Float32Array) => {
	const basis = constantQBasis(frequencies.slice(LOW_BINS), SAMPLE_RATE, QUALITY, kernel, SIZE);
	const filters = zeros32(BINS - LOW_BINS, SIZE / 2 + 1);
	basis.filters.forEach(({ first, re, im, length }, k) => {
		for (let bin = 0; bin < re.length; bin++) {
			filters.data[k * filters.cols + first + bin] = Math.hypot(re[bin]!, im[bin]!) / Math.sqrt(length);
		}
	});
	const apply = kernel.bands(filters);
	const out = kernel.floats(filters.rows);
	return magnitudes => {
		apply(magnitudes, out);
		return out.slice();
	};
};

/** Lower bins: overlap-adds the low bins of each hop's spectrum at a sixteenth of the rate, and transforms that. */
const lowConstantQ = (kernel: SpectralKernel) => {
	const window = hann(LOW_SIZE);
	const synthesis = kernel.transform(LOW_SIZE);
	const re = kernel.floats(LOW_SIZE / 2 + 1);
	const im = kernel.floats(LOW_SIZE / 2 + 1);
	const piece = kernel.floats(LOW_SIZE);
	const basis = constantQBasis(frequencies.slice(0, LOW_BINS), SAMPLE_RATE / DECIMATION, QUALITY, kernel, LOW_FFT);
	const project = projection(basis, kernel);
	const analysis = kernel.transform(LOW_FFT);
	const ones = kernel.floats(LOW_FFT).fill(1);
	const segment = kernel.floats(LOW_FFT);
	const spectrumRe = kernel.floats(LOW_FFT / 2 + 1);
	const spectrumIm = kernel.floats(LOW_FFT / 2 + 1);

	// Sample `origin` + k lies at k. The origin starts half a window early, so that nothing has a negative index.
	const samples = new Float32Array(BUFFER);
	const weights = new Float32Array(BUFFER);
	let origin = -LOW_FFT;
	let hops = 0;
	let frames = 0;

	const makeRoom = (until: number) => {
		if (until - origin <= BUFFER) return;
		const kept = frames * 2 * LOW_HOP - LOW_FFT / 2 - origin;
		for (const buffer of [samples, weights]) {
			buffer.copyWithin(0, kept);
			buffer.fill(0, BUFFER - kept);
		}
		origin += kept;
	};

	return {
		push: (lowRe: Float32Array, lowIm: Float32Array) => {
			re.set(lowRe);
			im.set(lowIm);
			synthesis.inverse(re, im, piece);
			const start = hops++ * LOW_HOP - LOW_SIZE / 2;
			makeRoom(start + LOW_SIZE);
			for (let t = 0, to = start - origin; t < LOW_SIZE; t++, to++) {
				// Nothing sounds before the first sample, whatever its neighbours' windows spread there.
				if (start + t < 0) continue;
				samples[to]! += (piece[t]! * window[t]!) / DECIMATION;
				weights[to]! += window[t]! ** 2;
			}
		},
		ready: (samplesKnown: number) => frames * 2 * LOW_HOP + LOW_FFT / 2 <= samplesKnown,
		/** Amplitudes of the next frame's lower bins, into the first values of `out`. */
		next: (out: Float32Array) => {
			const start = frames++ * 2 * LOW_HOP - LOW_FFT / 2;
			makeRoom(start + LOW_FFT);
			for (let t = 0, from = start - origin; t < LOW_FFT; t++, from++) {
				segment[t] = weights[from]! > 0 ? samples[from]! / weights[from]! : 0;
			}
			analysis.forward(segment, ones, spectrumRe, spectrumIm);
			project(spectrumRe, spectrumIm, out);
		},
	};
};

/** Amplitudes that the basis finds in a spectrum: four real products instead of one complex one. */
const projection = (basis: ConstantQBasis, kernel: SpectralKernel) => {
	const count = basis.filters.length;
	const part = (name: 're' | 'im') => {
		const filters = zeros32(count, basis.size / 2 + 1);
		basis.filters.forEach((filter, k) => {
			const scale = 1 / Math.sqrt(filter.length);
			filters.data.set(
				Float32Array.from(filter[name], value => value * scale),
				k * filters.cols + filter.first,
			);
		});
		return kernel.bands(filters);
	};
	const [real, imaginary] = [part('re'), part('im')];
	const [realRe, realIm] = [kernel.floats(count), kernel.floats(count)];
	const [imaginaryRe, imaginaryIm] = [kernel.floats(count), kernel.floats(count)];
	return (re: Float32Array, im: Float32Array, out: Float32Array) => {
		real(re, realRe);
		real(im, realIm);
		imaginary(re, imaginaryRe);
		imaginary(im, imaginaryIm);
		for (let k = 0; k < count; k++) {
			const a = realRe[k]! - imaginaryIm[k]!;
			const b = realIm[k]! + imaginaryRe[k]!;
			out[k] = Math.sqrt(a * a + b * b);
		}
	};
};
