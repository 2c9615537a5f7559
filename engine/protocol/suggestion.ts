import { z } from 'zod';
import { alternative, cropBasis, cropChoice, cropPlan, endingChoice, term } from './crop.js';
import { trackFilter, trackView } from './track.js';
import { curve, id, seconds, span } from './values.js';

export const distanceNames = [
	'centroid',
	'single-linkage',
	'complete-linkage',
	'trace',
	'best-trace',
	'nw-dtw',
	'sw-dtw',
	'timed-best-trace',
	'timed-dtw',
] as const;
export type DistanceName = (typeof distanceNames)[number];

/**
 * How a catalogue is ranked: every track from float32 vectors; every track from 8-bit ones and the best few hundred again;
 * or the nearest tracks from 64-byte sketches and the best few hundred again.
 */
export const rankingMethods = ['exact', 'two-stage', 'sketched'] as const;
export type RankingMethod = (typeof rankingMethods)[number];

/** Why a crop was suggested. `text` is a fact in plain words; `code` lets a page pick an icon or an order. */
export const reason = z.object({
	code: z.enum([
		'cuts-on-beats',
		'cuts-on-onsets',
		'no-steady-beat',
		'accents-follow',
		'energy-follows',
		'energy-rises',
		'best-segment',
		'worst-segment',
		'tempo',
		'ends-on-phrase',
		'ends-with-song',
		'starts-on-phrase',
		'joined',
		'as-wished',
		'song-shorter',
		'no-vocals',
		'vocals-under-speech',
		'weak',
	]),
	text: z.string(),
});
export type Reason = z.infer<typeof reason>;

/** A crop of a track for a stretch of the cut. */
export const suggestion = z.object({
	track: trackView,
	/** Seconds of the song that play straight under the range; where `plan` has more pieces, it says what is heard. */
	crop: span,
	choice: cropChoice,
	plan: cropPlan,
	/** In deviations above an average place of an average track; the score is made of their weighted sum. */
	terms: z.array(z.object({ name: term, value: z.number(), weight: z.number() })),
	basis: cropBasis,
	/** Other good places in the same song, best first: for `crop.refine` with `move`. */
	alternatives: z.array(alternative),
	/** Seconds of the cut that it is offered for. The crop may be shorter, where the song is. */
	range: span,
	/** Higher is better; comparable within one answer only. */
	score: z.number(),
	/** The named distance that ranked it, and its value. Lower is better. */
	distance: z.object({ name: z.enum(distanceNames), value: z.number() }),
	/** Each segment of the cut beside the music that plays under it. */
	segments: z.array(z.object({ cut: span, music: span.nullable(), similarity: z.number() })),
	reasons: z.array(reason),
	/** The crop's waveform in the cut's time: value 0 plays at the range's start. */
	waveform: curve,
	/**
	 * Beats and section starts that are heard, in seconds of the song as if it played straight on from the crop's start: at
	 * range.start + (time - crop.start) of the cut.
	 */
	beats: z.array(seconds),
	sections: z.array(seconds),
});
export type Suggestion = z.infer<typeof suggestion>;

/** More crops than anyone listens to, so that a whole small catalogue can be put in order. */
export const MOST_SUGGESTIONS = 1000;

/** Tracks that one question may leave out by their ids. */
export const MOST_LEFT_OUT = 500;

/** A track, or seconds of it, that others are held against. */
export const example = z.object({
	track: id,
	passage: span.optional(),
	weight: z.number().positive().max(10).default(1),
});

/** What is asked for beside fitting the cut. Everything counts by its weight. */
export const wishes = z.object({
	like: z.array(example).max(8).default([]),
	unlike: z.array(example).max(8).default([]),
	/** Labels of the tagger: see TrackView's. A negative weight asks for less of it. */
	words: z
		.array(z.object({ word: z.string().min(1).max(40), weight: z.number().min(-10).max(10) }))
		.max(16)
		.default([]),
	/** The track that plays before: near in tempo and key is better. */
	after: id.optional(),
});
export type Wishes = z.infer<typeof wishes>;

export const suggestOptions = z.object({
	cut: id,
	range: span.optional(),
	top: z.number().int().min(1).max(MOST_SUGGESTIONS).default(3),
	distance: z.enum(distanceNames).optional(),
	vocals: z.enum(['auto', 'instrumental', 'any']).default('auto'),
	filter: trackFilter.omit({ vocals: true }).optional(),
	/** Tracks that take no part, such as those that were rejected. */
	without: z.array(id).max(MOST_LEFT_OUT).optional(),
	/** How crops are to end; each ends with the range in any case. */
	ending: endingChoice.optional(),
	/** By the size of the catalogue unless given. */
	ranking: z.enum(rankingMethods).optional(),
	wishes: wishes.optional(),
});
export type SuggestOptions = z.infer<typeof suggestOptions>;

/** A cut beside one track, for looking closely: segments are the cut's, sections the whole track's. */
export const alignmentView = z.object({
	segments: z.array(span),
	sections: z.array(span.extend({ label: z.string(), energy: z.enum(['low', 'mid', 'high']) })),
	/** In (0, 1]: one row a segment, one value a section. */
	likeness: z.array(z.array(z.number())),
	/** What meets while the crop plays, by index, and for how many seconds. */
	played: z.array(z.object({ segment: z.number().int(), section: z.number().int(), seconds })),
	/** What the named distance would bring together; null for distances that ignore order. */
	path: z.array(z.object({ segment: z.number().int(), section: z.number().int() })).nullable(),
	distance: z.object({ name: z.enum(distanceNames), value: z.number().nullable() }),
});
export type AlignmentView = z.infer<typeof alignmentView>;

export const regionOptions = z.object({
	cut: id,
	/** How long proposed regions may be. */
	shortest: seconds.min(5).default(20),
	longest: seconds.min(10).default(150),
});

/** A stretch of a cut that wants one piece of music, and what speaks for its start: why music should begin or change here. */
export const region = z.object({
	region: span,
	why: z.array(z.enum(['start', 'black', 'speech', 'energy', 'cut'])),
});
export type Region = z.infer<typeof region>;

export const cueOptions = regionOptions.extend({
	/** Stretches that want music, in order; proposed unless given. */
	regions: z.array(span).max(500).optional(),
	vocals: z.enum(['auto', 'instrumental', 'any']).default('auto'),
	wishes: wishes.optional(),
	/** Whether each song should be near the one before in tempo and key. */
	flowing: z.boolean().default(false),
});

/** One cue: a region of the cut and the crop under it; null where there was no song left. */
export const cue = region.extend({ suggestion: suggestion.nullable() });
export type Cue = z.infer<typeof cue>;
