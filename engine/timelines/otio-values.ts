import type { Rate } from '../time/time.js';
import { decimalFraction, type Fraction, ZERO } from './fraction.js';
import { rateFromDecimal, secondsOf } from './rates.js';
import { quoted, unreadable } from './unreadable.js';

/** An object of an OTIO file. */
export type OtioObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is OtioObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The kind of an object without its version: `Clip` for `Clip.2`. The first versions called two kinds otherwise. */
export const schemaOf = (value: OtioObject): string => {
	const schema = String(value.OTIO_SCHEMA ?? '').replace(/\.\d+$/, '');
	return schema === 'Sequence' ? 'Track' : schema === 'Filler' ? 'Gap' : schema;
};

/**
 * Parses a file's JSON, in which programs also write infinite numbers and such that are none; these become null.
 *
 * @throws EngineError 'timeline-unreadable'
 */
export const parseOtioJson = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch (cause) {
		try {
			return JSON.parse(
				text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:Infinity|Inf|NaN)\b/g, token => (token[0] === '"' ? token : 'null')),
			);
		} catch {
			throw unreadable('The OTIO file is no JSON, or it ends too early.', cause);
		}
	}
};

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
