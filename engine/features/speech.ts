import type { Seconds, Span } from '../time/time.js';

/** Samples a second that {@link createSpeechDetector} expects. */
export const SPEECH_SAMPLE_RATE = 16_000;

/**
 * Finds where somebody speaks, in the sound of a cut: speech stops and starts several times a second and leaves near
 * silence between syllables, which music and ambience seldom do.
 *
 * A stretch of 1.5 s counts as speech when, within the telephone band, many frames lie far below its mean energy (the low
 * short-time energy ratio of Saunders 1996), its level moves widely, and the band holds most of the sound. Made for
 * narration and dialogue over quiet beds; speech under loud music goes unnoticed. The thresholds are ours.
 *
 * @returns push: mono samples at {@link SPEECH_SAMPLE_RATE}, in order; finish: increasing spans without overlap
 */
export const createSpeechDetector = (): { push: (samples: Float32Array) => void; finish: () => Span[] } => {
	const inBand = bandPass();
	const bandEnergy: number[] = [];
	const energy: number[] = [];
	let filled = 0;
	let band = 0;
	let all = 0;

	const push = (samples: Float32Array) => {
		for (const sample of samples) {
			const voice = inBand(sample);
			band += voice * voice;
			all += sample * sample;
			if (++filled === FRAME) {
				bandEnergy.push(band / FRAME);
				energy.push(all / FRAME);
				filled = 0;
				band = 0;
				all = 0;
			}
		}
	};
	return { push, finish: () => joined(speechWindows(bandEnergy, energy)) };
};

const FRAME = 320;
const FRAME_SECONDS: Seconds = FRAME / SPEECH_SAMPLE_RATE;
const WINDOW = 75;
const STEP = 25;

const THRESHOLDS = {
	/** Share of frames with less than half of the window's mean amplitude. */
	lowEnergyRatio: 0.33,
	/** Standard deviation of the natural logarithm of the band's energy. */
	logEnergyDeviation: 1.2,
	/** Share of the energy that lies in the band. */
	bandShare: 0.6,
	/** Mean square: about -60 dBFS. */
	audible: 1e-6,
} as const;

const speechWindows = (bandEnergy: readonly number[], energy: readonly number[]): Span[] => {
	const spans: Span[] = [];
	for (let start = 0; start + WINDOW <= bandEnergy.length; start += STEP) {
		const window = bandEnergy.slice(start, start + WINDOW);
		const meanEnergy = mean(window);
		const share = meanEnergy / (mean(energy.slice(start, start + WINDOW)) + 1e-12);
		const amplitudes = window.map(Math.sqrt);
		const low = amplitudes.filter(amplitude => amplitude < 0.5 * mean(amplitudes)).length / WINDOW;
		const logs = window.map(value => Math.log(value + 1e-9));
		const logMean = mean(logs);
		const deviation = Math.sqrt(mean(logs.map(value => (value - logMean) ** 2)));
		if (
			meanEnergy > THRESHOLDS.audible &&
			low > THRESHOLDS.lowEnergyRatio &&
			deviation > THRESHOLDS.logEnergyDeviation &&
			share > THRESHOLDS.bandShare
		) {
			spans.push({ start: start * FRAME_SECONDS, end: (start + WINDOW) * FRAME_SECONDS });
		}
	}
	return spans;
};

/** Pauses up to this long are part of speaking; a single window is not enough to be sure of. */
const PAUSE: Seconds = 1;

const joined = (windows: readonly Span[]): Span[] => {
	const spans: Span[] = [];
	for (const window of windows) {
		const last = spans.at(-1);
		if (last && window.start <= last.end + PAUSE) spans[spans.length - 1] = { start: last.start, end: window.end };
		else spans.push(window);
	}
	return spans.filter(({ start, end }) => end - start > WINDOW * FRAME_SECONDS + 1e-9);
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** 250 to 3,400 Hz: a second-order high-pass and a second-order low-pass (Bristow-Johnson's cookbook, Butterworth Q). */
const bandPass = (): ((sample: number) => number) => {
	const high = biquad('high', 250);
	const low = biquad('low', 3_400);
	return sample => low(high(sample));
};

const biquad = (kind: 'high' | 'low', cutoff: number): ((sample: number) => number) => {
	const w = (2 * Math.PI * cutoff) / SPEECH_SAMPLE_RATE;
	const cos = Math.cos(w);
	const alpha = Math.sin(w) / Math.SQRT2;
	const edge = kind === 'high' ? 1 + cos : 1 - cos;
	const b0 = edge / 2 / (1 + alpha);
	const b1 = (kind === 'high' ? -edge : edge) / (1 + alpha);
	const a1 = (-2 * cos) / (1 + alpha);
	const a2 = (1 - alpha) / (1 + alpha);
	let z1 = 0;
	let z2 = 0;
	return sample => {
		const out = b0 * sample + z1;
		z1 = b1 * sample - a1 * out + z2;
		z2 = b0 * sample - a2 * out;
		return out;
	};
};
