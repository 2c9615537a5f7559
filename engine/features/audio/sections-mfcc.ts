import { type Matrix32, zeros32 } from '../../numeric/matrix.js';
import { growingIntegers } from './growing.js';
import type { SpectralKernel } from './kernel.js';
import { melFilters } from './mel.js';
import { mfcc } from './mfcc.js';

const SAMPLE_RATE = 22_050;
const BANDS = 128;
const COEFFICIENTS = 14;

/** Powers below this count as this; the reference squares them once more before its floor of 1e-10. */
const FLOOR = 1e-5;

/** The reference's 80 dB of range, which squaring halves. */
const RANGE = 40;

/** Stored levels are whole steps of this many dB: a track's mel bands then take 5.5 kB a second. */
const STEP = 1 / 256;

/** Rows unpacked at a time. */
const CHUNK = 1024;

/** The transform that {@link sectionsMfcc} reads. */
export const MFCC_SIZE = 4096;

/**
 * The cepstral coefficients that sections are read from (MSAF 0.1.80: 128 mel bands of 4096 samples, their powers
 * taken for amplitudes, so that decibels count double and reach 40 dB down). The range hangs from the loudest band of
 * the whole track, so the bands are kept until it is over.
 */
export const sectionsMfcc = (kernel: SpectralKernel): { push(powers: Float32Array): void; finish(): Matrix32 } => {
	const mel = kernel.bands(melFilters(SAMPLE_RATE, MFCC_SIZE, BANDS));
	const bands = kernel.floats(BANDS);
	const levels = growingIntegers();
	return {
		push: powers => {
			mel(powers, bands);
			kernel.decibels(bands, FLOOR, bands);
			for (let band = 0; band < BANDS; band++) bands[band] = Math.round(bands[band]! / STEP);
			levels.append(bands);
		},
		finish: () => {
			const stored = levels.values();
			let top = -Infinity;
			for (const level of stored) top = Math.max(top, level);
			const rows = stored.length / BANDS;
			const coefficients = zeros32(rows, COEFFICIENTS);
			for (let start = 0; start < rows; start += CHUNK) {
				const levels = stored.subarray(start * BANDS, (start + CHUNK) * BANDS);
				const data = new Float32Array(levels.length);
				for (let k = 0; k < data.length; k++) data[k] = 2 * Math.max(-RANGE, (levels[k]! - top) * STEP);
				const logMel = { rows: data.length / BANDS, cols: BANDS, data };
				coefficients.data.set(mfcc(logMel, COEFFICIENTS).data, start * COEFFICIENTS);
			}
			return coefficients;
		},
	};
};
