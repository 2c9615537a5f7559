import type { Seconds, Span } from '../../engine/time/time.js';

/** Pixels from the left edge of an axis that shows `span` over `width` pixels. */
export const xOf = (time: Seconds, span: Span, width: number): number =>
	((time - span.start) / (span.end - span.start)) * width;

/** The time under a pixel, held inside the span. */
export const timeAt = (x: number, span: Span, width: number): Seconds =>
	Math.max(span.start, Math.min(span.end, span.start + (x / Math.max(1, width)) * (span.end - span.start)));

const STEPS: readonly Seconds[] = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Times to write along an axis: whole steps, as many as fit at `room` pixels each. */
export const rulerTimes = (span: Span, width: number, room: number): readonly Seconds[] => {
	const length = span.end - span.start;
	const step = STEPS.find(candidate => (length / candidate) * room <= width) ?? STEPS.at(-1)!;
	const first = Math.ceil(span.start / step);
	const count = Math.max(0, Math.floor(span.end / step) - first + 1);
	return Array.from({ length: count }, (_, k) => (first + k) * step);
};

/**
 * The largest value of a curve under each of `columns` equal parts of `span`; null where the curve has nothing there.
 *
 * @param start - the time at which the curve's first value begins
 */
export const columnPeaks = (
	curve: { readonly rate: number; readonly values: readonly number[] },
	start: Seconds,
	span: Span,
	columns: number,
): readonly (number | null)[] => {
	const perColumn = (span.end - span.start) / columns;
	return Array.from({ length: columns }, (_, column) => {
		const from = (span.start + column * perColumn - start) * curve.rate;
		const to = from + perColumn * curve.rate;
		const first = Math.max(0, Math.floor(from));
		const end = Math.min(curve.values.length, Math.max(Math.floor(from) + 1, Math.floor(to)));
		let peak: number | null = null;
		for (let k = first; k < end; k++) peak = Math.max(peak ?? 0, curve.values[k]!);
		return peak;
	});
};

/** How near a beat counts as on it; the same as the engine's reasons count by. */
export const ON_BEAT: Seconds = 0.045;

/** For each cut, given in song time, whether one of the ascending beats is near. */
export const onBeat = (cuts: readonly Seconds[], beats: readonly Seconds[]): readonly boolean[] =>
	cuts.map(cut => beats.some(beat => Math.abs(beat - cut) <= ON_BEAT));
