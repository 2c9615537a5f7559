import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import type { Curve } from '../protocol/messages.js';
import type { Span } from '../time/time.js';

/** Values a second of a drawn waveform: one for each two pixels of a minute that is drawn 1,200 pixels wide. */
const WAVEFORM_RATE = 10;

/** The waveform of a stretch of a track: value 0 begins where the stretch does. */
export const waveform = (track: TrackAnalysis, { start, end }: Span): Curve => {
	const values = Array.from({ length: Math.max(0, Math.ceil((end - start) * WAVEFORM_RATE)) }, (_, k) => {
		const from = Math.floor((start + k / WAVEFORM_RATE) * CURVE_RATE);
		const to = Math.ceil((start + (k + 1) / WAVEFORM_RATE) * CURVE_RATE);
		return rounded(track.curves.peak.subarray(from, to).reduce((most, value) => Math.max(most, value), 0));
	});
	return { rate: WAVEFORM_RATE, values };
};

/** A thousandth is finer than any pixel, and keeps messages short. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
