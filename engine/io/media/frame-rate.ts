import type { Rate } from '../../time/time.js';

const STANDARD: readonly Rate[] = [
	[24_000, 1001],
	[24, 1],
	[25, 1],
	[30_000, 1001],
	[30, 1],
	[48_000, 1001],
	[48, 1],
	[50, 1],
	[60_000, 1001],
	[60, 1],
	[100, 1],
	[120_000, 1001],
	[120, 1],
	[12, 1],
	[15, 1],
].map(([numerator, denominator]) => ({ numerator: numerator!, denominator: denominator! }));

/** Half the distance between 24 and 24000 / 1001, so that no average is taken for the wrong one of the two. */
const SAME = 0.0005;

/** How much of a recording's frames may be missing, or its last frame be longer, before its rate counts as variable. */
const FEW_MISSING = 0.02;

/**
 * The constant rate at which a video is read, from the two that ffprobe states. A constant-rate file states one rate
 * twice, up to the rounding of its time stamps; its exact fraction is returned. Where frames were dropped or the last
 * one is held, the average lies a little below the base rate, and the base rate is returned if it is a standard one.
 * Where the rate really varies, the average is returned, as the nearest standard rate if it is one, so that the number
 * of frames fits the length; frames are then repeated and left out to keep time.
 *
 * @param average - frames over duration, 0 / 0 where unknown
 * @param base - the lowest rate at which all time stamps can be told apart; twice the frame rate for some interlaced
 *   files, and meaningless (1000, 90,000) for many variable ones
 * @returns null where neither makes sense: above 0 and at most 1000 frames a second
 */
export const constantRate = (average: Rate, base: Rate): Rate | null => {
	if (!isSensible(average)) return isSensible(base) ? base : null;
	const missing = 1 - perSecond(average) / perSecond(base);
	// Before looking for the nearest standard rate: 30 with one frame in a thousand missing averages 29.97.
	if (STANDARD.some(rate => sameFraction(rate, base)) && Math.abs(missing) < FEW_MISSING) return base;
	return STANDARD.find(rate => Math.abs(perSecond(rate) / perSecond(average) - 1) < SAME) ?? average;
};

/** Reads ffprobe's '24000/1001'. */
export const parseRate = (text: string): Rate => {
	const [numerator = 0, denominator = 0] = text.split('/').map(Number);
	return { numerator, denominator };
};

const perSecond = (rate: Rate): number => rate.numerator / rate.denominator;

const isSensible = (rate: Rate): boolean =>
	Number.isSafeInteger(rate.numerator) &&
	Number.isSafeInteger(rate.denominator) &&
	rate.denominator > 0 &&
	rate.numerator > 0 &&
	perSecond(rate) <= 1000;

const sameFraction = (a: Rate, b: Rate): boolean => a.numerator * b.denominator === b.numerator * a.denominator;
