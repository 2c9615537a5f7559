/** Time in seconds. Analysis measures in seconds. */
export type Seconds = number;

/** Units per second as an exact fraction: video frames (24000 / 1001) or audio samples (48000 / 1). */
export type Rate = { readonly numerator: number; readonly denominator: number };

/** Whole units at one rate. Half-open: `start` is in, `start + duration` is out. Edits are made in these. */
export type TimeRange = { readonly start: number; readonly duration: number; readonly rate: Rate };

/** A stretch of time, half-open: `start` is in, `end` is out; `start` < `end`. */
export type Span = { readonly start: Seconds; readonly end: Seconds };

export const toSeconds = (units: number, rate: Rate): Seconds => (units * rate.denominator) / rate.numerator;

/** The whole unit nearest to `time`; halfway goes to the later one. */
export const nearestUnit = (time: Seconds, rate: Rate): number =>
	Math.round((time * rate.numerator) / rate.denominator);
