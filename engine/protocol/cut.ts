import { z } from 'zod';
import { curve, id, seconds, span } from './values.js';

/** A cut as the page draws it. Urls are paths on the engine. */
export const cutView = z.object({
	id,
	name: z.string(),
	duration: seconds,
	rate: z.object({ numerator: z.number().int().positive(), denominator: z.number().int().positive() }),
	boundaries: z.array(
		z.object({ frame: z.number().int(), seconds, from: z.enum(['timeline', 'picture']), confidence: z.number() }),
	),
	segments: z.array(span),
	/** How much happens in the picture: motion and cutting together. */
	energy: curve,
	speech: z.array(span),
	/** A file the browser can play, picture with the cut's own sound; null while there is none. */
	pictureUrl: z.string().nullable(),
	posterUrl: z.string().nullable(),
	hasSound: z.boolean(),
	/** The timeline file that it was opened from, into a copy of which music can be placed; null for a video. */
	timeline: z.string().nullable(),
	/** The sequence of the editing program that it was read from, as it was then; null for files. */
	sequence: z.object({ id: z.string(), revision: z.string() }).nullable(),
	/** Names of clips that could not be shown: their media is offline or unreadable. */
	offline: z.array(z.string()),
});
export type CutView = z.infer<typeof cutView>;
