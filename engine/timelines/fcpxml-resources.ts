import type { Rate } from '../time/time.js';
import { type Fraction, fraction, ZERO } from './fraction.js';
import { exactRange, possibleRate } from './rates.js';
import type { Source } from './timeline.js';
import { quoted, unreadable } from './unreadable.js';
import { childOf, type XmlElement } from './xml.js';

/** A file that clips take from: its first moment, and what it holds. */
export type Asset = {
	readonly source: Source;
	readonly start: Fraction;
	readonly rate: Rate | null;
	readonly hasVideo: boolean;
	readonly hasAudio: boolean;
};

export type Resources = {
	readonly element: (id: string) => XmlElement | undefined;
	/** Frames a second of a format; null where it is unknown or has none. */
	readonly formatRate: (id: string | undefined) => Rate | null;
	readonly asset: (id: string) => Asset | null;
};

export const resourcesIn = (root: XmlElement): Resources => {
	const elements = new Map<string, XmlElement>();
	for (const element of childOf(root, 'resources')?.children ?? []) {
		const id = element.attributes.get('id');
		if (id !== undefined && !elements.has(id)) elements.set(id, element);
	}
	const formatRate = (id: string | undefined): Rate | null => {
		const format = id === undefined ? undefined : elements.get(id);
		const frame = format && timeAttribute(format, 'frameDuration');
		if (!frame) return format ? rateOfName(format.attributes.get('name') ?? '') : null;
		if (frame.numerator <= 0n) throw unreadable(`The format ${quoted(id ?? '')} has a frame that lasts no time.`);
		return possibleRate({ numerator: frame.denominator, denominator: frame.numerator }, 'A frame rate');
	};
	const assets = new Map<string, Asset | null>();
	const asset = (id: string): Asset | null => {
		const before = assets.get(id);
		if (before !== undefined) return before;
		const element = elements.get(id);
		const read = element?.name === 'asset' ? readAsset(element, formatRate(element.attributes.get('format'))) : null;
		assets.set(id, read);
		return read;
	};
	return { element: id => elements.get(id), formatRate, asset };
};

/**
 * A time as FCPXML writes it: `1001/30000s`, `5s`, `2.5s`.
 *
 * @returns null where the element has no such attribute, or an empty one
 * @throws EngineError 'timeline-unreadable'
 */
export const timeAttribute = (element: XmlElement, name: string): Fraction | null => {
	const text = element.attributes.get(name);
	if (text === undefined || text === '') return null;
	const match = /^\s*([+-]?\d{1,30})(?:\.(\d{1,30}))?(?:\/(\d{1,30}))?\s*s\s*$/.exec(text);
	const [, whole = '', decimals = '', below = '1'] = match ?? [];
	if (!match || BigInt(below) === 0n) {
		const named = element.attributes.get('name') ?? element.attributes.get('id') ?? '';
		throw unreadable(`The ${element.name} ${quoted(named)} has the ${name} ${quoted(text)}, which is no time.`);
	}
	return fraction(BigInt(whole + decimals), BigInt(below) * 10n ** BigInt(decimals.length));
};

const readAsset = (element: XmlElement, rate: Rate | null): Asset => {
	const name = element.attributes.get('name') ?? '';
	const start = timeAttribute(element, 'start') ?? ZERO;
	const duration = timeAttribute(element, 'duration');
	// From version 1.9 on the address stands in a child; of several the original comes first.
	const url = element.attributes.get('src') ?? childOf(element, 'media-rep')?.attributes.get('src') ?? '';
	const units = rate ?? { numerator: 1, denominator: 1 };
	const available = duration && exactRange(start, duration, units, `The asset ${quoted(name)}`);
	return {
		source: url === '' ? { kind: 'offline', name } : { kind: 'media', url, name, available },
		start,
		rate,
		hasVideo: element.attributes.get('hasVideo') === '1' || element.attributes.get('hasAudio') !== '1',
		hasAudio: element.attributes.get('hasAudio') === '1',
	};
};

/** Formats of Final Cut's own are stated by name alone: `FFVideoFormat1080p2997`. */
const rateOfName = (name: string): Rate | null => {
	const match = /^FFVideoFormat.*?\d[pi](\d{2,4})(?:_|$)/.exec(name);
	if (!match) return null;
	const digits = match[1]!;
	if (digits.length <= 2) return { numerator: Number(digits), denominator: 1 };
	const nominal = Math.round(Number(digits) / 100);
	const whole = Number(digits) % 100 === 0;
	return whole ? { numerator: nominal, denominator: 1 } : { numerator: nominal * 1000, denominator: 1001 };
};
