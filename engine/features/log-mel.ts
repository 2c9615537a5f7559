import type { Matrix32 } from '../numeric/matrix.js';

/** Bands of the taggers' log-mel. */
export const LOG_MEL_BANDS = 96;

/** Samples between two rows of it, at {@link LOG_MEL_SAMPLE_RATE}. */
export const LOG_MEL_HOP = 256;

/** Samples a second of the sound it is made from. */
export const LOG_MEL_SAMPLE_RATE = 16_000;

const FFT_LENGTH = 512;

/**
 * RMS level of the sound behind a stretch of the taggers' log-mel, by Parseval's theorem: the bands' powers, each times
 * half its width, add up to the power of the spectrum, and the Hann window keeps 3/8 of the sound's power. Sound below
 * the middle of the lowest band (43 Hz) and above that of the highest (7.7 kHz) counts less.
 *
 * @param logMel - rows × 96, values log10(10000 power + 1)
 * @param start - first row
 * @param length - rows; those past the end of `logMel` count as silence
 * @returns dBFS, where a square wave of full scale has 0; -Infinity for digital silence
 */
export const levelOfLogMel = (logMel: Matrix32, start: number, length: number): number => {
	if (logMel.cols !== LOG_MEL_BANDS) throw new RangeError(`logMel: has ${logMel.cols} bands, not ${LOG_MEL_BANDS}`);
	const end = Math.min(start + length, logMel.rows);
	let power = 0;
	for (let row = start; row < end; row++) {
		for (let band = 0; band < LOG_MEL_BANDS; band++) {
			power += (10 ** logMel.data[row * LOG_MEL_BANDS + band]! - 1) * HALF_WIDTHS[band]!;
		}
	}
	// |X|² over the positive half of the spectrum is half of N · Σ (window · sample)², and Σ window² is 3/8 N.
	const scale = (10_000 * (FFT_LENGTH / 2) * FFT_LENGTH * 3) / 8;
	return 10 * Math.log10(power / (scale * length));
};

/** Half the width of each band in Hz: Slaney's triangles have the height of one over that. */
const HALF_WIDTHS = ((): Float64Array => {
	const top = hertzToMel(LOG_MEL_SAMPLE_RATE / 2);
	const edge = (index: number): number => melToHertz((top * index) / (LOG_MEL_BANDS + 1));
	const halfWidths = new Float64Array(LOG_MEL_BANDS);
	for (let band = 0; band < LOG_MEL_BANDS; band++) {
		halfWidths[band] = (edge(band + 2) - edge(band)) / 2;
	}
	return halfWidths;
})();

/** Slaney's mel scale: 200/3 Hz a mel up to 1 kHz, then 27 mels for each factor of 6.4. */
function hertzToMel(hertz: number): number {
	return hertz < 1000 ? (hertz * 3) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4);
}

function melToHertz(mel: number): number {
	return mel < 15 ? (mel * 200) / 3 : 1000 * 6.4 ** ((mel - 15) / 27);
}
