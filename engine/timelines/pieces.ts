import type { Rate } from '../time/time.js';
import { type Fraction, larger, magnitude, minus, over, plus, smaller, times, ZERO } from './fraction.js';
import { exactRange, ratio } from './rates.js';
import type { Clip, Source } from './timeline.js';
import { quoted } from './unreadable.js';

/** A clip while it is being read: seconds, exact. */
export type Piece = {
	readonly name: string;
	readonly start: Fraction;
	readonly duration: Fraction;
	readonly source: Source;
	/** Where the piece begins in its source, which is the end of what it takes where it runs backwards. */
	readonly from: Fraction;
	/** Source time a second of timeline; negative where it runs backwards. */
	readonly speed: Fraction;
	/** Units in which the source range is stated where they are whole. */
	readonly sourceRate: Rate;
	readonly enabled: boolean;
};

/** @throws EngineError 'timeline-unreadable' for times that no program could have meant */
export const clipOf = (piece: Piece, rate: Rate): Clip => {
	const what = `The clip ${quoted(piece.name)}`;
	const reversed = piece.speed.numerator < 0n;
	const speed = magnitude(piece.speed);
	const taken = times(piece.duration, speed);
	return {
		name: piece.name,
		range: exactRange(piece.start, piece.duration, rate, what),
		source: piece.source,
		sourceRange: exactRange(reversed ? minus(piece.from, taken) : piece.from, taken, piece.sourceRate, what),
		speed: ratio(speed, `The speed of the clip ${quoted(piece.name)}`),
		reversed,
		enabled: piece.enabled,
	};
};

/** A point of a time map: at the clip's own time `time` the source stands at `value`. */
export type MapPoint = { readonly time: Fraction; readonly value: Fraction };

/** What a clip shows from `time` on, for `duration`, of its source: from `value` on at one speed, which may be negative. */
export type MappedStretch = {
	readonly time: Fraction;
	readonly duration: Fraction;
	readonly value: Fraction;
	readonly speed: Fraction;
};

/**
 * Follows a time map over a stretch of a clip's own time: linear between its points, and on beyond the outer ones at the
 * speed of the outer stretches.
 *
 * @param points - at least one, in any order; of points at one time the last counts
 */
export const followMap = (points: readonly MapPoint[], start: Fraction, duration: Fraction): MappedStretch[] => {
	const sorted = inOrder(points);
	const end = plus(start, duration);
	if (sorted.length < 2) return [{ time: start, duration, value: sorted[0]!.value, speed: ZERO }];

	const stretches: MappedStretch[] = [];
	for (let i = 0; i + 1 < sorted.length; i++) {
		const [here, next] = [sorted[i]!, sorted[i + 1]!];
		const speed = over(minus(next.value, here.value), minus(next.time, here.time));
		const from = i === 0 ? start : larger(start, here.time);
		const to = i + 2 === sorted.length ? end : smaller(end, next.time);
		const length = minus(to, from);
		if (length.numerator <= 0n) continue;
		stretches.push({
			time: from,
			duration: length,
			value: plus(here.value, times(minus(from, here.time), speed)),
			speed,
		});
	}
	return stretches;
};

const inOrder = (points: readonly MapPoint[]): MapPoint[] => {
	const byTime = new Map<string, MapPoint>();
	for (const point of points) byTime.set(`${point.time.numerator}/${point.time.denominator}`, point);
	return [...byTime.values()].sort((a, b) => (minus(a.time, b.time).numerator < 0n ? -1 : 1));
};
