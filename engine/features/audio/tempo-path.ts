import type { SpectralKernel } from './kernel.js';
import { tempogram } from './tempogram.js';

/** Tempi that are told apart, in beats per minute: every 1.2 %. */
const SLOWEST = 40;
const PER_OCTAVE = 60;
const TEMPI = Float64Array.from({ length: 2.6 * PER_OCTAVE }, (_, k) => SLOWEST * 2 ** (k / PER_OCTAVE));

/** Tempi lie around this, within an octave (one standard deviation of a log-normal prior). */
const USUAL_TEMPO = 120;

const WINDOW_SECONDS = 8;

/** Onset values between steps of the path: 0.19 s at 43 values a second. */
const STEP = 8;

/** Drift in one step, in tempi: at most so many, each squared at this cost in log likelihood. */
const FARTHEST_DRIFT = 3;
const DRIFT_COST = 3;

/** Cost of a sudden change to any other tempo: worth paying where the new one explains some seconds clearly better. */
const CHANGE_COST = 50;

/**
 * Follows the tempo through the tempogram: the likeliest path (Viterbi) when tempi drift slowly, seldom change
 * suddenly, and lie around 120 (as in Klapuri, Eronen and Astola 2006, for one level). Evidence for a tempo is the
 * logarithm of the autocorrelation at its period.
 *
 * @param onsetStrength - median spectral flux, not empty
 * @param rate - values a second
 * @returns the beat interval around each onset value, in values (fractional)
 */
export const tempoPath = (onsetStrength: Float32Array, rate: number, kernel: SpectralKernel): Float64Array => {
	const lags = Math.floor(WINDOW_SECONDS * rate);
	const rows = tempogram(onsetStrength, lags, STEP, kernel);
	const periods = TEMPI.map(tempo => (60 * rate) / tempo);
	const prior = TEMPI.map(tempo => -0.5 * Math.log2(tempo / USUAL_TEMPO) ** 2);
	const evidence = new Float64Array(rows.rows * TEMPI.length);
	for (let r = 0; r < rows.rows; r++) {
		for (let k = 0; k < TEMPI.length; k++) {
			const below = Math.floor(periods[k]!);
			const share = periods[k]! - below;
			const at = r * lags + below;
			const similarity = (1 - share) * rows.data[at]! + share * rows.data[at + 1]!;
			// Silence must not outweigh music: no evidence is never worse than a thousandth.
			evidence[r * TEMPI.length + k] = Math.log(Math.max(1e-3, similarity)) + prior[k]!;
		}
	}
	const states = likeliestStates(evidence, rows.rows);
	return interpolated(
		Float64Array.from(states, state => periods[state]!),
		onsetStrength.length,
	);
};

const likeliestStates = (evidence: Float64Array, steps: number): Int32Array => {
	const n = TEMPI.length;
	const from = new Uint8Array(steps * n);
	let score = evidence.slice(0, n);
	for (let step = 1; step < steps; step++) {
		let bestState = 0;
		for (let k = 1; k < n; k++) if (score[k]! > score[bestState]!) bestState = k;
		const next = new Float64Array(n);
		for (let k = 0; k < n; k++) {
			let best = score[bestState]! - CHANGE_COST;
			let origin = bestState;
			for (let j = Math.max(0, k - FARTHEST_DRIFT); j <= Math.min(n - 1, k + FARTHEST_DRIFT); j++) {
				const candidate = score[j]! - DRIFT_COST * (k - j) ** 2;
				if (candidate > best) {
					best = candidate;
					origin = j;
				}
			}
			next[k] = best + evidence[step * n + k]!;
			from[step * n + k] = origin;
		}
		score = next;
	}
	const states = new Int32Array(steps);
	let state = score.indexOf(score.reduce((a, b) => Math.max(a, b)));
	for (let step = steps - 1; step >= 0; step--) {
		states[step] = state;
		state = from[step * n + state]!;
	}
	return states;
};

/** One value an onset value, on straight lines between the steps'. */
const interpolated = (values: Float64Array, length: number): Float64Array =>
	Float64Array.from({ length }, (_, k) => {
		const step = Math.min(Math.floor(k / STEP), values.length - 1);
		const share = k / STEP - step;
		const next = values[Math.min(step + 1, values.length - 1)]!;
		return step + 1 < values.length ? (1 - share) * values[step]! + share * next : values[step]!;
	});
