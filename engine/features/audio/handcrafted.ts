import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';
import { chromaEnergyStatistics, chromagram, constantQToChroma } from './chroma.js';
import { constantQ } from './constant-q.js';
import { powerDecibels, relativeDecibels } from './decibels.js';
import { deltas, secondDeltas } from './deltas.js';
import { harmonicShares } from './harmonic-separation.js';
import type { SpectralKernel } from './kernel.js';
import { filterRows, melFilters } from './mel.js';
import { mfcc } from './mfcc.js';
import { spectralBandwidth, spectralCentroid, spectralPolynomial, spectralRolloff } from './spectral-shape.js';
import { magnitudeSpectrogram, overlapAdd, type Spectra, shortTimeSpectra } from './stft.js';
import { estimateTuning } from './tuning.js';
import { rootMeanSquare, zeroCrossingRate } from './waveform.js';

/** Mono samples a second that the vector is made from. */
export const HANDCRAFTED_RATE = 12_000;

/** Samples: the central 29.12 s. */
const WINDOW = 349_440;
const FRAMING = { size: 512, hop: 256 };
const WIDE_FRAMING = { size: 2048, hop: 256 };

/** Values that each of the two parts, harmonic then percussive, contributes to a frame, in order. */
export const HANDCRAFTED_ROWS = [
	{ name: 'chroma STFT', count: 12 },
	{ name: 'chroma CENS', count: 12 },
	{ name: 'mel', count: 96 },
	{ name: 'MFCC', count: 20 },
	{ name: 'MFCC delta', count: 20 },
	{ name: 'MFCC delta-delta', count: 20 },
	{ name: 'RMS', count: 1 },
	{ name: 'centroid', count: 1 },
	{ name: 'bandwidth', count: 1 },
	{ name: 'roll-off', count: 1 },
	{ name: 'polynomial of order 1', count: 2 },
	{ name: 'polynomial of order 2', count: 3 },
	{ name: 'zero-crossing rate', count: 1 },
] as const;

/**
 * Baseline 1's music vector (Hong, Im and Yang 2018, "Content-based video-music retrieval using soft intra-modal
 * structure constraint", and its published extractor): of the central 29.12 s, 380 rows in dB, summed up over time.
 *
 * @param samples - mono at {@link HANDCRAFTED_RATE}; short ones are filled up with silence at the end
 * @param melRate - sample rate that the mel filters are laid out for: 22,050 as in the published extractor, or 12,000
 * @returns 1,140 values: 380 means, 380 variances, 380 maxima
 */
export const handcraftedVector = (
	samples: Float32Array,
	melRate: 22_050 | 12_000,
	kernel: SpectralKernel,
): Float32Array => handcraftedSummary(handcraftedRows(samples, melRate, kernel));

/** Means, population variances and maxima of curves: 3 values a curve, all means first. */
export const handcraftedSummary = (rows: readonly Float32Array[]): Float32Array => {
	const vector = new Float32Array(3 * rows.length);
	rows.forEach((values, k) => {
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
		vector[k] = mean;
		vector[rows.length + k] = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
		vector[2 * rows.length + k] = values.reduce((most, value) => Math.max(most, value), -Infinity);
	});
	return vector;
};

/** The 380 curves behind {@link handcraftedVector}, each 1,366 values in [-80, 0] dB. */
export const handcraftedRows = (
	samples: Float32Array,
	melRate: 22_050 | 12_000,
	kernel: SpectralKernel,
): Float32Array[] => separated(centralWindow(samples), kernel).flatMap(part => partRows(part, melRate, kernel));

const centralWindow = (samples: Float32Array): Float32Array => {
	const start = Math.max(0, Math.floor((samples.length - WINDOW) / 2));
	const window = new Float32Array(WINDOW);
	window.set(samples.subarray(start, start + WINDOW));
	return window;
};

/** Harmonic and percussive part of the samples. */
const separated = (samples: Float32Array, kernel: SpectralKernel): [Float32Array, Float32Array] => {
	const framing = { size: 2048, hop: 512 };
	const spectra = shortTimeSpectra(samples, framing, kernel);
	const magnitudes = spectra.re.data.map((re, k) => Math.hypot(re, spectra.im.data[k]!));
	const harmonic = harmonicShares({ ...spectra.re, data: magnitudes }, kernel).data;
	const percussive = harmonic.map(share => 1 - share);
	return [
		overlapAdd(scaled(spectra, harmonic), framing, samples.length, kernel),
		overlapAdd(scaled(spectra, percussive), framing, samples.length, kernel),
	];
};

const scaled = ({ re, im }: Spectra, shares: Float32Array): Spectra => ({
	re: { ...re, data: re.data.map((value, k) => value * shares[k]!) },
	im: { ...im, data: im.data.map((value, k) => value * shares[k]!) },
});

const partRows = (samples: Float32Array, melRate: number, kernel: SpectralKernel): Float32Array[] => {
	const magnitudes = magnitudeSpectrogram(samples, FRAMING, kernel);
	const powers = squared(magnitudes);
	const wide = squared(magnitudeSpectrogram(samples, WIDE_FRAMING, kernel));
	const logMel = powerDecibels(filterRows(wide, melFilters(HANDCRAFTED_RATE, WIDE_FRAMING.size, 128), kernel));
	const cepstrum = mfcc(logMel, 20);
	const groups: Matrix32[] = [
		chromagram(powers, HANDCRAFTED_RATE, kernel),
		chromaEnergyStatistics(constantQChroma(samples, kernel)),
		filterRows(powers, melFilters(melRate, FRAMING.size, 96), kernel),
		cepstrum,
		deltas(cepstrum),
		secondDeltas(cepstrum),
		columns(rootMeanSquare(samples, FRAMING)),
		columns(spectralCentroid(magnitudes, HANDCRAFTED_RATE)),
		columns(spectralBandwidth(magnitudes, HANDCRAFTED_RATE)),
		columns(spectralRolloff(magnitudes, HANDCRAFTED_RATE)),
		columns(...spectralPolynomial(magnitudes, HANDCRAFTED_RATE, 1)),
		columns(...spectralPolynomial(magnitudes, HANDCRAFTED_RATE, 2)),
		columns(zeroCrossingRate(samples, FRAMING)),
	];
	return groups.flatMap(group => curves(relativeDecibels(group)));
};

/** Seven octaves from C1 in thirds of a semitone, tuned to the recording, summed by pitch class: frames × 12. */
const constantQChroma = (samples: Float32Array, kernel: SpectralKernel): Matrix32 => {
	const tuning = estimateTuning(magnitudeSpectrogram(samples, { size: 2048, hop: 512 }, kernel), HANDCRAFTED_RATE, 36);
	const c1 = 440 * 2 ** (-45 / 12);
	const transform = { lowest: c1 * 2 ** (tuning / 36), bins: 252, binsPerOctave: 36, hop: FRAMING.hop };
	return filterRows(constantQ(samples, HANDCRAFTED_RATE, transform, kernel), constantQToChroma(252, 36, c1), kernel);
};

const squared = (magnitudes: Matrix32): Matrix32 => ({
	...magnitudes,
	data: magnitudes.data.map(magnitude => magnitude * magnitude),
});

/** Curves side by side: frames × curves. */
const columns = (...curves: Float32Array[]): Matrix32 => {
	const matrix = zeros32(curves[0]!.length, curves.length);
	curves.forEach((curve, c) => {
		for (let r = 0; r < matrix.rows; r++) row(matrix, r)[c] = curve[r]!;
	});
	return matrix;
};

const curves = ({ rows, cols, data }: Matrix32): Float32Array[] =>
	Array.from({ length: cols }, (_, c) => Float32Array.from({ length: rows }, (_, r) => data[r * cols + c]!));
