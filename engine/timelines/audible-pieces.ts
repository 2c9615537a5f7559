import type { Seconds } from '../time/time.js';
import { toNumber } from './fraction.js';
import { rangeDuration, rangeStart, rateFraction } from './rates.js';
import type { Clip, Source, Timeline } from './timeline.js';

/** A stretch of sound from one media file. */
export type AudiblePiece = {
	readonly source: Extract<Source, { kind: 'media' }>;
	/** Where it is heard, in seconds from the timeline's first frame. */
	readonly start: Seconds;
	readonly duration: Seconds;
	/** What is heard first, in the same count as {@link VisiblePiece.sourceStart}. */
	readonly sourceStart: Seconds;
	/** Seconds of source a second of timeline, > 0. */
	readonly speed: number;
};

/** No sequence lies deeper in others than this; what does is a ring. */
const DEEPEST = 20;

/**
 * What is heard of a timeline: every enabled clip of its sound tracks, nested sequences opened. Clips that are held or
 * run backwards are left out: nobody speaks in them.
 */
export const audiblePieces = (timeline: Timeline): AudiblePiece[] => heardIn(timeline, 0);

const heardIn = (timeline: Timeline, depth: number): AudiblePiece[] =>
	depth > DEEPEST
		? []
		: timeline.audioTracks
				.filter(({ enabled }) => enabled)
				.flatMap(({ clips }) => clips.filter(({ enabled, reversed }) => enabled && !reversed))
				.flatMap(clip => heardOf(clip, depth));

const heardOf = (clip: Clip, depth: number): AudiblePiece[] => {
	const { source } = clip;
	const speed = toNumber(rateFraction(clip.speed));
	const start = toNumber(rangeStart(clip.range));
	const duration = toNumber(rangeDuration(clip.range));
	const from = toNumber(rangeStart(clip.sourceRange));
	if (speed <= 0 || duration <= 0) return [];
	if (source.kind === 'media') {
		const origin = source.available ? toNumber(rangeStart(source.available)) : 0;
		return [{ source, start, duration, sourceStart: from - origin, speed }];
	}
	if (source.kind !== 'nested') return [];
	return heardIn(source.timeline, depth + 1).flatMap(piece => {
		const [first, last] = [
			Math.max(piece.start, from),
			Math.min(piece.start + piece.duration, from + duration * speed),
		];
		if (first >= last) return [];
		return {
			...piece,
			start: start + (first - from) / speed,
			duration: (last - first) / speed,
			sourceStart: piece.sourceStart + (first - piece.start) * piece.speed,
			speed: piece.speed * speed,
		};
	});
};
