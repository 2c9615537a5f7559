import { dynamicBeats } from './dynamic-beats.js';
import type { SpectralKernel } from './kernel.js';
import { tempogram } from './tempogram.js';

/** Tempi are believed to lie around this, in beats per minute, within an octave (one standard deviation). */
const USUAL_TEMPO = 120;
const FASTEST = 320;

/** Seconds that one autocorrelation spans. */
const WINDOW_SECONDS = 8;

/**
 * Beats of one tempo throughout (Ellis 2007, "Beat tracking by dynamic programming"; constants as librosa). What the
 * sections' reference implementation divides a track by; music whose tempo drifts needs {@link trackBeats}.
 *
 * @param onsetStrength - median spectral flux
 * @param rate - values a second
 * @returns indices into `onsetStrength`, increasing
 */
export const constantTempoBeats = (onsetStrength: Float32Array, rate: number, kernel: SpectralKernel): number[] => {
	const tempo = constantTempo(onsetStrength, rate, kernel);
	if (tempo === 0) return [];
	const period = Math.round((60 * rate) / tempo);
	return dynamicBeats(onsetStrength, new Float64Array(onsetStrength.length).fill(period)).beats;
};

/** The tempo, in beats per minute, that explains the whole onset strength best; 0 without onsets. */
export const constantTempo = (onsetStrength: Float32Array, rate: number, kernel: SpectralKernel): number => {
	if (!onsetStrength.some(value => value !== 0)) return 0;
	const lags = Math.floor(WINDOW_SECONDS * rate);
	const rows = tempogram(onsetStrength, lags, 1, kernel);
	let best = 0;
	let bestScore = -Infinity;
	for (let lag = Math.floor((60 * rate) / FASTEST) + 1; lag < lags; lag++) {
		let sum = 0;
		for (let r = 0; r < rows.rows; r++) sum += rows.data[r * lags + lag]!;
		const tempo = (60 * rate) / lag;
		const score = Math.log1p((1e6 * sum) / rows.rows) - 0.5 * Math.log2(tempo / USUAL_TEMPO) ** 2;
		if (score > bestScore) {
			bestScore = score;
			best = tempo;
		}
	}
	return best;
};
