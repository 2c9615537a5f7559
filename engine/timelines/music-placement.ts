import { EngineError } from '../protocol/errors.js';
import { type TimeRange, toSeconds } from '../time/time.js';
import { compare, type Fraction, fraction, plus } from './fraction.js';
import { rangeDuration, rangeStart, secondsOf } from './rates.js';
import type { Timeline, Track } from './timeline.js';

/** Music to be laid under a timeline. */
export type MusicPlacement = {
	/** Absolute path of the file. */
	readonly path: string;
	readonly name: string;
	/** What sounds of it, in its samples. */
	readonly crop: TimeRange;
	/** How long the whole file is, in the same units. */
	readonly length: number;
	readonly channels: number;
	/** Frame of the timeline at which it begins, from the timeline's first. */
	readonly at: number;
	/** An audio track by its name, which must be free there; one of that name is made where there is none. Null: a new one. */
	readonly track: string | null;
};

/** A timeline's text with music in it, and the name of the track that the music is on. */
export type PlacedMusic = { readonly text: string; readonly track: string };

/** When the music sounds, in seconds of the timeline. */
export type Sounding = { readonly start: Fraction; readonly end: Fraction };

export const soundingOf = ({ at, crop }: MusicPlacement, timeline: Timeline): Sounding => {
	const start = secondsOf(fraction(at), timeline.rate);
	return { start, end: plus(start, rangeDuration(crop)) };
};

export const isFree = (track: Track, { start, end }: Sounding): boolean =>
	track.clips.every(({ range }) => {
		const from = rangeStart(range);
		return compare(plus(from, rangeDuration(range)), start) <= 0 || compare(end, from) <= 0;
	});

/** @throws EngineError 'track-busy': overwriting is never done */
export const refuseOccupied = (name: string, placement: MusicPlacement, timeline: Timeline): never => {
	const second = toSeconds(placement.at, timeline.rate);
	throw new EngineError(
		'track-busy',
		`The track ${name} already has sound at ${second.toFixed(1)} s or shortly after.`,
	);
};

/** A name that no track has yet: `Music`, `Music 2`, … */
export const freshName = (taken: readonly string[]): string => {
	for (let i = 1; ; i++) {
		const name = i === 1 ? 'Music' : `Music ${i}`;
		if (!taken.includes(name)) return name;
	}
};

/** @throws RangeError for a placement that can't be meant */
export const checkPlacement = ({ crop, length, at, channels }: MusicPlacement): void => {
	if (!Number.isSafeInteger(at) || at < 0) throw new RangeError(`at must be a whole frame ≥ 0, not ${at}.`);
	if (!Number.isSafeInteger(channels) || channels < 1) throw new RangeError(`channels must be ≥ 1, not ${channels}.`);
	if (!(crop.duration > 0 && crop.start >= 0 && crop.start + crop.duration <= length)) {
		throw new RangeError(`crop must lie inside the file: ${crop.start} + ${crop.duration} of ${length}.`);
	}
};
