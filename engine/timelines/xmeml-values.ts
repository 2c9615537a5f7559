import type { Rate } from '../time/time.js';
import { ntscRate } from './rates.js';
import { childOf, textOf, type XmlElement } from './xml.js';

/** The rate that an element states, else that of what surrounds it. */
export const rateOf = (element: XmlElement, otherwise: Rate): Rate => {
	const rate = childOf(element, 'rate');
	const timebase = rate && textOf(rate, 'timebase');
	return rate && timebase ? ntscRate(Number(timebase), isTrue(textOf(rate, 'ntsc'))) : otherwise;
};

export const isTrue = (text: string): boolean => /^(true|1)$/i.test(text);
