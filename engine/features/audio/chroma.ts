import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';
import type { SpectralKernel } from './kernel.js';
import { filterRows } from './mel.js';
import { estimateTuning } from './tuning.js';

/**
 * Pitch-class filters for a spectrum's bins (Ellis 2007): a bump one semitone wide around every octave of each class,
 * columns scaled to unit length, middle octaves favoured.
 *
 * @param tuning - in semitones, from {@link estimateTuning}
 * @returns 12 × (size / 2 + 1) weights, C first
 */
export const chromaFilters = (sampleRate: number, size: number, tuning: number): Matrix32 => {
	const filters = zeros32(12, size / 2 + 1);
	const reference = 27.5 * 2 ** (tuning / 12);
	const pitch = (bin: number) => 12 * Math.log2((bin * sampleRate) / size / reference);
	// 0 Hz has no pitch: it is put one and a half octaves under the first bin, broad and far from everything.
	const pitches = Array.from({ length: size }, (_, bin) => (bin === 0 ? pitch(1) - 18 : pitch(bin)));

	for (let bin = 0; bin < filters.cols; bin++) {
		const width = Math.max(1, pitches[bin + 1]! - pitches[bin]!);
		const bumps = Array.from({ length: 12 }, (_, pitchClass) => {
			const distance = modulo(pitches[bin]! - pitchClass + 6, 12) - 6;
			return Math.exp(-0.5 * ((2 * distance) / width) ** 2);
		});
		const length = Math.hypot(...bumps);
		const octave = Math.exp(-0.5 * ((pitches[bin]! / 12 - 5) / 2) ** 2);
		// Pitches count from A; the rows from C.
		for (let k = 0; k < 12; k++) row(filters, k)[bin] = (bumps[(k + 3) % 12]! / length) * octave;
	}
	return filters;
};

/**
 * Chromagram: energy by pitch class, frames × 12, C first, each row's largest value 1 (silent rows stay 0).
 *
 * @param powers - power spectrogram, frames × (size / 2 + 1)
 */
export const chromagram = (powers: Matrix32, sampleRate: number, kernel: SpectralKernel): Matrix32 => {
	const tuning = estimateTuning(powers, sampleRate, 12);
	const filters = chromaFilters(sampleRate, 2 * (powers.cols - 1), tuning);
	return normaliseRows(filterRows(powers, filters, kernel), Number.POSITIVE_INFINITY);
};

/**
 * Sums constant-Q bins by pitch class: 12 × bins of 0 and 1, C first.
 *
 * @param lowest - frequency of bin 0 in Hz, on A = 440 Hz tuning
 */
export const constantQToChroma = (bins: number, binsPerOctave: number, lowest: number): Matrix32 => {
	const filters = zeros32(12, bins);
	const merged = binsPerOctave / 12;
	const first = modulo(Math.round(69 + 12 * Math.log2(lowest / 440)), 12);
	for (let bin = 0; bin < bins; bin++) {
		const pitchClass = Math.floor((bin + Math.floor(merged / 2)) / merged);
		row(filters, (pitchClass + first) % 12)[bin] = 1;
	}
	return filters;
};

/** Each row divided by its norm (1, 2, or infinity for the largest); rows of norm 0 stay as they are. */
export const normaliseRows = (matrix: Matrix32, norm: number): Matrix32 => {
	const result = zeros32(matrix.rows, matrix.cols);
	for (let r = 0; r < matrix.rows; r++) {
		const values = row(matrix, r);
		let size = 0;
		for (const value of values) {
			if (norm === Number.POSITIVE_INFINITY) size = Math.max(size, Math.abs(value));
			else size += norm === 1 ? Math.abs(value) : value * value;
		}
		if (norm === 2) size = Math.sqrt(size);
		row(result, r).set(size > 1.1754944e-38 ? values.map(value => value / size) : values);
	}
	return result;
};

/** Frames that the energy is smoothed over, window ends at 0 not counted. */
const SMOOTHING = 41;

/**
 * Chroma energy normalised statistics (Müller and Ewert 2011): coarse steps of each class's share, smoothed over 41
 * frames, rows of unit length. Robust to dynamics and articulation.
 *
 * @param chroma - frames × 12, not normalised
 */
export const chromaEnergyStatistics = (chroma: Matrix32): Matrix32 => {
	const shares = normaliseRows(chroma, 1);
	const steps = shares.data.map(
		share => 0.25 * (Number(share > 0.4) + Number(share > 0.2) + Number(share > 0.1) + Number(share > 0.05)),
	);
	const window = Float64Array.from(
		{ length: SMOOTHING },
		(_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (k + 1)) / (SMOOTHING + 1)),
	);
	const total = window.reduce((sum, weight) => sum + weight, 0);
	const smoothed = zeros32(shares.rows, 12);
	const reach = (SMOOTHING - 1) / 2;
	for (let r = 0; r < shares.rows; r++) {
		const last = Math.min(shares.rows - 1, r + reach);
		for (let from = Math.max(0, r - reach); from <= last; from++) {
			const weight = window[from - r + reach]! / total;
			for (let k = 0; k < 12; k++) smoothed.data[r * 12 + k]! += weight * steps[from * 12 + k]!;
		}
	}
	return normaliseRows(smoothed, 2);
};

const modulo = (value: number, period: number): number => value - period * Math.floor(value / period);
