import { type Rate, type TimeRange, toSeconds } from '../time/time.js';
import {
	decimalFraction,
	type Fraction,
	floorOf,
	fraction,
	isWhole,
	nearestWhole,
	over,
	plus,
	simplest,
} from './fraction.js';
import type { Marker, Transition } from './timeline.js';
import { unreadable } from './unreadable.js';

/** No recording has a time beyond this, in seconds: about thirty years. Ours. */
const LONGEST = 10n ** 9n;

export const rateFraction = (rate: Rate): Fraction => fraction(rate.numerator, rate.denominator);

/** Seconds of a number of units. */
export const secondsOf = (units: Fraction, rate: Rate): Fraction =>
	fraction(units.numerator * BigInt(rate.denominator), units.denominator * BigInt(rate.numerator));

/** Units, perhaps broken ones, in a number of seconds. */
export const unitsIn = (seconds: Fraction, rate: Rate): Fraction =>
	fraction(seconds.numerator * BigInt(rate.numerator), seconds.denominator * BigInt(rate.denominator));

export const rangeStart = (range: TimeRange): Fraction => secondsOf(fraction(range.start), range.rate);

export const rangeDuration = (range: TimeRange): Fraction => secondsOf(fraction(range.duration), range.rate);

/**
 * The exact rate that a decimal stands for: 23.976 and 23.98 are 24000/1001, 29.97 is 30000/1001; 12.5 is itself.
 *
 * @throws EngineError 'timeline-unreadable' for what can't be a rate
 */
export const rateFromDecimal = (text: string): Rate => {
	const exact = decimalFraction(text);
	if (!exact || exact.numerator <= 0n || exact.numerator > 1_000_000n * exact.denominator) {
		throw unreadable(`A rate of ${text.slice(0, 30)} a second is impossible.`);
	}
	const value = Number(exact.numerator) / Number(exact.denominator);
	const nominal = Math.round(value);
	// The widest customary rounding is 23.98 for 23.976…; the next true rate is five times as far away.
	const dropped = value !== nominal && Math.abs(value - (nominal * 1000) / 1001) < 0.005;
	if (dropped) return { numerator: nominal * 1000, denominator: 1001 };
	return possibleRate(exact, `A rate of ${text.slice(0, 30)}`);
};

/**
 * A fraction above zero as a rate.
 *
 * @throws EngineError 'timeline-unreadable' for less than one unit in about thirty years, or more than numbers reach
 */
export const possibleRate = (value: Fraction, what: string): Rate => {
	const rate = ratio(value, what);
	if (rate.numerator === 0) throw unreadable(`${what} is too small to be one.`);
	return rate;
};

/** The rate of a whole time base that is slowed down by 1000/1001, or not. */
export const ntscRate = (timebase: number, ntsc: boolean): Rate => {
	if (!Number.isInteger(timebase) || timebase < 1 || timebase > 1_000_000) {
		throw unreadable(`A time base of ${timebase} is impossible.`);
	}
	return ntsc ? { numerator: timebase * 1000, denominator: 1001 } : { numerator: timebase, denominator: 1 };
};

/** A fraction as plain numbers, the nearest where it is finer than a billionth. `what` names it in the error. */
export const ratio = (value: Fraction, what: string): Rate => {
	const { numerator, denominator } = simplest(value, LONGEST);
	return { numerator: safe(numerator, what), denominator: safe(denominator, what) };
};

/**
 * A time range in whole units: of `rate` where both ends are whole there, else of the coarsest rate at which they are.
 * Where that is finer than numbers reach, which only speeds bring about, it is the nearest unit of a very fine rate.
 *
 * @param start - in seconds
 * @param duration - in seconds, ≥ 0
 * @throws EngineError 'timeline-unreadable' for times that no program could have meant
 */
export const exactRange = (start: Fraction, duration: Fraction, rate: Rate, what: string): TimeRange => {
	for (const seconds of [start, duration]) {
		if (seconds.numerator > LONGEST * seconds.denominator || -seconds.numerator > LONGEST * seconds.denominator) {
			throw unreadable(`${what} has a time that is more than ${LONGEST} seconds away.`);
		}
	}
	if (duration.numerator < 0n) throw unreadable(`${what} ends before it starts.`);
	const [first, length] = [unitsIn(start, rate), unitsIn(duration, rate)];
	if (isWhole(first) && isWhole(length)) {
		return { start: safe(first.numerator, what), duration: safe(length.numerator, what), rate };
	}
	const units = commonMultiple(start.denominator, duration.denominator);
	const exact = [(start.numerator * units) / start.denominator, (duration.numerator * units) / duration.denominator];
	const fits = [units, ...exact].every(value => value <= SAFE && value >= -SAFE);
	const [at, lasting] = fits ? exact : [start, duration].map(seconds => nearestWhole(unitsIn(seconds, FINEST)));
	const fine = fits ? { numerator: safe(units, what), denominator: 1 } : FINEST;
	return { start: safe(at!, what), duration: safe(lasting!, what), rate: fine };
};

/** Divided evenly by every customary frame and sample rate, those slowed down by 1000/1001 too. */
const FINEST: Rate = { numerator: 705_600_000, denominator: 1 };

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The whole frame nearest to a time in seconds; halfway goes to the later one. */
export const nearestFrame = (seconds: Fraction, rate: Rate): number =>
	safe(nearestWhole(unitsIn(seconds, rate)), 'A time');

/** A transition whose blend covers these seconds. */
export const blend = (name: string, start: Fraction, duration: Fraction, rate: Rate): Transition => {
	const middle = plus(start, over(duration, fraction(2)));
	const first = nearestFrame(start, rate);
	const centre = Math.max(first, safe(floorOf(unitsIn(middle, rate)), 'A transition'));
	const end = Math.max(centre, nearestFrame(plus(start, duration), rate));
	return { name, kind: transitionKind(name), centre, inOffset: centre - first, outOffset: end - centre };
};

/** Markers by their start. */
export const markersInOrder = (markers: readonly Marker[]): Marker[] =>
	[...markers].sort((a, b) => toSeconds(a.range.start, a.range.rate) - toSeconds(b.range.start, b.range.rate));

const transitionKind = (name: string): Transition['kind'] => {
	if (/dissolve|cross ?fade|additive|film ?impact/i.test(name)) return 'dissolve';
	return /wipe/i.test(name) ? 'wipe' : 'other';
};

const commonMultiple = (a: bigint, b: bigint): bigint => a * fraction(b, a).numerator;

const safe = (value: bigint, what: string): number => {
	if (value > SAFE || value < -SAFE) {
		throw unreadable(`${what} has a number that is too large or too fine to be a time.`);
	}
	return Number(value);
};
