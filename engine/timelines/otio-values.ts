import type { Rate } from '../time/time.js';
import { decimalFraction, type Fraction, ZERO } from './fraction.js';
import { rateFromDecimal, secondsOf } from './rates.js';
import { quoted, unreadable } from './unreadable.js';

/** An object of an OTIO file. */
export type OtioObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is OtioObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The kind of an object without its version: `Clip` for `Clip.2`. */
export const schemaOf = (value: OtioObject): string => String(value.OTIO_SCHEMA ?? '').replace(/\.\d+$/, '');

export const nameOf = (value: OtioObject): string => (typeof value.name === 'string' ? value.name : '');

export const objectsIn = (value: unknown): OtioObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Seconds, exact, with the rate they were counted at. */
export type OtioTime = { readonly seconds: Fraction; readonly rate: Rate };

/** @throws EngineError 'timeline-unreadable', naming `what`, where it is no time */
export const timeOf = (value: unknown, what: string): OtioTime => {
	if (!isObject(value) || typeof value.value !== 'number' || typeof value.rate !== 'number') {
		throw unreadable(`${what} has something that is no time.`);
	}
	const units = decimalFraction(String(value.value));
	if (!units) throw unreadable(`${what} has a time of ${value.value}.`);
	const rate = rateFromDecimal(String(value.rate));
	return { seconds: secondsOf(units, rate), rate };
};

export type OtioRange = { readonly start: Fraction; readonly duration: Fraction; readonly rate: Rate };

/** @returns null where there is none */
export const rangeOf = (value: unknown, what: string): OtioRange | null => {
	if (value === null || value === undefined) return null;
	if (!isObject(value)) throw unreadable(`${what} has something that is no time range.`);
	const duration = timeOf(value.duration, what);
	if (duration.seconds.numerator < 0n) throw unreadable(`${what} has a negative duration.`);
	const start = value.start_time == null ? ZERO : timeOf(value.start_time, what).seconds;
	return { start, duration: duration.seconds, rate: duration.rate };
};

export const describe = (value: OtioObject): string => {
	const schema = schemaOf(value) || 'object';
	return nameOf(value) === '' ? `A nameless ${schema}` : `The ${schema} ${quoted(nameOf(value))}`;
};
