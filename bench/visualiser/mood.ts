import { quantile } from '../../engine/numeric/statistics.js';

/** What the picture follows, one value a video frame, each in [0, 1]. */
export type Mood = {
	/** How loud it is, half on an absolute scale and half against the rest of the track. */
	readonly level: Float64Array;
	/** How much of the sound lies above 2 kHz against what lies below 200 Hz. */
	readonly brightness: Float64Array;
	/** How much new sound begins at this frame. */
	readonly onset: Float64Array;
	/** How much new sound begins around this frame, over some seconds. */
	readonly pace: Float64Array;
};

/** Root mean square of the sound below 200 Hz, between, and above 2 kHz, one value a video frame. */
export type Bands = { readonly low: Float64Array; readonly mid: Float64Array; readonly high: Float64Array };

/** Levels that count as silent and as loud. */
const QUIET_DB = -45;
const LOUD_DB = -10;

/**
 * What a visualiser's picture follows. Made from three band levels alone, on purpose: a corpus whose picture were driven
 * by the product's own analysis of the music would prove less.
 *
 * @param fps - values a second
 */
export const moodOf = ({ low, mid, high }: Bands, fps: number): Mood => {
	const lows = decibels(low);
	const mids = decibels(mid);
	const highs = decibels(high);
	const loudness = smoothed(
		low.map((value, k) => Math.hypot(value, mid[k]!, high[k]!)),
		fps,
	);
	const level = decibels(loudness);
	const quietest = quantile([...level], 0.05);
	const loudest = quantile([...level], 0.95);
	const flux = Float64Array.from(level, (_, k) =>
		k === 0 ? 0 : [lows, mids, highs].reduce((sum, band) => sum + Math.max(0, band[k]! - band[k - 1]!), 0),
	);
	const strong = Math.max(6, quantile([...flux], 0.98));
	const onset = flux.map(value => clamp(value / strong));
	return {
		level: level.map(
			value =>
				clamp((value - QUIET_DB) / (LOUD_DB - QUIET_DB)) / 2 + clamp((value - quietest) / (loudest - quietest)) / 2,
		),
		brightness: smoothed(
			highs.map((value, k) => clamp((value - lows[k]! + 30) / 40)),
			2 * fps,
		),
		onset,
		pace: smoothed(onset, 4 * fps).map(value => clamp(3 * value)),
	};
};

const decibels = (values: Float64Array): Float64Array =>
	values.map(value => Math.max(-80, 20 * Math.log10(Math.max(1e-6, value))));

/** Centred moving average over about `width` values. */
const smoothed = (values: Float64Array, width: number): Float64Array => {
	const sums = new Float64Array(values.length + 1);
	for (let k = 0; k < values.length; k++) sums[k + 1] = sums[k]! + values[k]!;
	const half = Math.max(1, Math.round(width / 2));
	return values.map((_, k) => {
		const start = Math.max(0, k - half);
		const end = Math.min(values.length, k + half + 1);
		return (sums[end]! - sums[start]!) / (end - start);
	});
};

/** NaN, which 0 / 0 of a constant track gives, counts as the middle. */
const clamp = (value: number): number => (Number.isNaN(value) ? 0.5 : Math.min(1, Math.max(0, value)));
