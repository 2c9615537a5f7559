import { z } from 'zod';
import { bounds, id, path, rated, seconds, span } from './values.js';

export const trackView = z.object({
	id,
	path: z.string(),
	title: z.string(),
	artist: z.string().nullable(),
	album: z.string().nullable(),
	duration: seconds,
	tempo: z.number().nullable(),
	tempoConfidence: z.number(),
	/** LUFS, for level-matched listening; null for silence. */
	loudness: z.number().nullable(),
	/** The tagger's strongest labels, strongest first. */
	labels: z.array(z.string()),
	/** The share of the catalogue's other tracks that are calmer, in [0, 1]; null where it is not known. */
	energy: z.number().nullable(),
	/** Share of the track with singing, in [0, 1]. */
	vocals: z.number(),
	licence: z.string().nullable(),
	coverUrl: z.string().nullable(),
	/** A file every browser can play. */
	soundUrl: z.string(),
});
export type TrackView = z.infer<typeof trackView>;

/** What people ask of a track: see TrackAnalysis for what each word means. Confidences are in [0, 1]. */
export const trackDescription = z.object({
	duration: seconds,
	sections: z.array(
		span.extend({
			/** Sections with one letter sound alike. */
			label: z.string(),
			labelConfidence: z.number(),
			/** Level against the rest of the track. */
			energy: z.enum(['low', 'mid', 'high']),
			energyConfidence: z.number(),
		}),
	),
	/** `tonic` counts semitones up from C. */
	key: z.object({ name: z.string(), tonic: z.number().int(), mode: z.enum(['major', 'minor']), ...rated }).nullable(),
	/** The largest sustained rise, in dB. */
	drop: z.object({ at: seconds, rise: z.number(), ...rated }).nullable(),
	phrase: z.object({ bars: z.number().int(), start: seconds, ...rated }).nullable(),
	ending: z.object({ kind: z.enum(['ring-out', 'button', 'fade', 'cut']), at: seconds, ...rated }).nullable(),
	/** Best first. */
	loops: z.array(span.extend({ bars: z.number().int(), ...rated })),
	/** Where somebody sings. */
	vocals: z.array(span.extend(rated)),
});
export type TrackDescription = z.infer<typeof trackDescription>;

/** Which tracks are wanted; bounds are included, and absent ones don't bind. */
export const trackFilter = z.object({
	/** Beats a minute. */
	tempo: bounds(z.number().min(0)),
	/** As TrackView's. */
	energy: bounds(z.number().min(0).max(1)),
	duration: bounds(z.number().min(0)),
	vocals: z.enum(['any', 'instrumental', 'vocal']).optional(),
	/** Only tracks in one of these folders, or in folders inside them. */
	folders: z.array(path).min(1).max(100).optional(),
	/** Only these tracks, by id. */
	tracks: z.array(id).min(1).max(1_000).optional(),
	/** Whether only the editor's favourites are wanted. */
	favourites: z.boolean().optional(),
});
export type TrackFilter = z.infer<typeof trackFilter>;
