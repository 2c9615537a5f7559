import type { Pair } from '../alignment/alignment.js';
import { compare, type SegmentSequence } from '../alignment/comparison.js';
import { distanceNamed } from '../alignment/distances.js';
import { forEachOverlap } from '../alignment/timed-best-trace.js';
import type { DistanceName } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';

/** A cut beside one track: how like every segment is to every section, and which of them meet. */
export type TrackAlignment = {
	/** exp(-distance) in (0, 1] of each two embeddings: one row a segment, one value a section. */
	readonly likeness: readonly (readonly number[])[];
	/** What meets while the crop plays: the seconds that a segment and a section sound together, in the cut's order. */
	readonly played: readonly (Pair & { readonly seconds: Seconds })[];
	/** The named distance's own alignment with the whole track; null for the distances that ignore order. */
	readonly path: readonly Pair[] | null;
	/** The named distance between the two, lower is better; null where either side is empty. */
	readonly value: number | null;
};

/** A stretch of a track, and when it is heard. */
export type HeardPiece = { readonly song: Span; readonly at: Seconds };

/**
 * Lays a cut along a track for looking at: what the crop brings together, and what the distance that ranked the track
 * would.
 *
 * @param query - the cut's segments, in seconds after the range's start
 * @param track - the track's sections, in seconds of the track
 * @param pieces - what is heard of the track: `song.start` sounds `at` seconds after the range's start
 */
export const alignTrack = (
	query: SegmentSequence,
	track: SegmentSequence,
	pieces: readonly HeardPiece[],
	name: DistanceName,
): TrackAlignment => {
	const comparison = compare(query, track);
	const { rows, cols, data } = comparison.distance;
	const likeness = Array.from({ length: rows }, (_, segment) =>
		Array.from(data.subarray(segment * cols, (segment + 1) * cols), distance => Math.exp(-distance)),
	);
	const distance = distanceNamed(name);
	const value = distance.value(comparison);
	return {
		likeness,
		played: pieces.flatMap(piece => meetings(query.spans, track.spans, piece)),
		path: distance.align?.(comparison)?.pairs ?? null,
		value: Number.isFinite(value) ? value : null,
	};
};

const meetings = (
	segments: readonly Span[],
	sections: readonly Span[],
	{ song, at }: HeardPiece,
): (Pair & { seconds: Seconds })[] => {
	const until = at + song.end - song.start;
	const heard = segments
		.map((span, segment) => ({ segment, start: Math.max(span.start, at), end: Math.min(span.end, until) }))
		.filter(({ start, end }) => end > start);
	const met: (Pair & { seconds: Seconds })[] = [];
	forEachOverlap(heard, sections, song.start - at, (k, section, seconds) =>
		met.push({ query: heard[k]!.segment, candidate: section, seconds }),
	);
	return met;
};
