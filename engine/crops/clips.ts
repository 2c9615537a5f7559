import { nearestUnit, type Rate, type Seconds } from '../time/time.js';
import type { CropPlan } from './plan.js';

/** A piece in whole samples of the song's file, as a timeline holds it and as it is mixed. */
export type Clip = {
	/** From the range's start. */
	readonly at: number;
	/** What plays of the file; half-open. */
	readonly in: number;
	readonly out: number;
	readonly fadeIn: number;
	readonly fadeOut: number;
	/** What the file has before `in` and after `out`. */
	readonly handleBefore: number;
	readonly handleAfter: number;
	/** 0 or 1 in turn: pieces overlap while they cross over, so neighbours lie on two tracks. */
	readonly lane: 0 | 1;
};

/** Samples of a range, to the nearest one. */
export const rangeSamples = (length: Seconds, sampleRate: number): number => nearestUnit(length, rateOf(sampleRate));

/**
 * A plan's pieces in whole samples: one clip each. The last one ends with the range, not a sample before or after, unless
 * the song is over earlier.
 *
 * @param fileSamples - of the whole file
 * @param length - of the range
 */
export const clipsOf = (plan: CropPlan, sampleRate: number, fileSamples: number, length: Seconds): Clip[] => {
	const rate = rateOf(sampleRate);
	const total = rangeSamples(length, sampleRate);
	return plan.pieces.map(({ song, at, fadeIn, fadeOut }, k) => {
		const start = nearestUnit(at, rate);
		const from = Math.max(0, Math.min(fileSamples, nearestUnit(song.start, rate)));
		const isLast = k === plan.pieces.length - 1;
		const planned = nearestUnit(song.end - song.start, rate);
		// Rounding at either end may leave or take a sample; the range's own length decides.
		const reachesEnd = isLast && start + planned >= total - ROUNDING;
		const duration = Math.min(reachesEnd ? total - start : planned, fileSamples - from);
		return {
			at: start,
			in: from,
			out: from + duration,
			fadeIn: Math.min(nearestUnit(fadeIn, rate), duration >> 1),
			fadeOut: Math.min(nearestUnit(fadeOut, rate), duration >> 1),
			handleBefore: from,
			handleAfter: fileSamples - from - duration,
			lane: (k % 2) as 0 | 1,
		};
	});
};

/** In samples: times of pieces are sums of a few others, each rounded. */
const ROUNDING = 4;

const rateOf = (sampleRate: number): Rate => ({ numerator: sampleRate, denominator: 1 });
