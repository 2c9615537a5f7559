import { z } from 'zod';
import { cropChoice } from './crop.js';
import { suggestion } from './suggestion.js';
import { id, span } from './values.js';

/**
 * What an editor said of a track: a favourite, of any cut; rejected, for the edit it was suggested for; or placed under it.
 * The last two take a favourite and a rejection back.
 */
export const verdictNames = ['favourite', 'rejected', 'placed', 'no-favourite', 'allowed'] as const;

const terms = suggestion.shape.terms;

/** What of a suggestion tells why it was chosen or left. */
export const judgedSuggestion = z.object({
	choice: cropChoice,
	terms,
	score: z.number(),
	distance: suggestion.shape.distance,
	/** Terms of the picks that stood above it in the list, and so were passed over. */
	above: z.array(terms).max(12).default([]),
});

export const verdict = z.object({
	track: id,
	verdict: z.enum(verdictNames),
	/** The cut that it was said for; needed for 'rejected' and 'allowed'. */
	cut: id.nullable().default(null),
	range: span.nullable().default(null),
	/** Null where the track was judged by itself. */
	suggestion: judgedSuggestion.nullable().default(null),
});
export type Verdict = z.infer<typeof verdict>;

const namedTrack = z.object({ id, title: z.string(), artist: z.string().nullable() });

/** What holds now: all favourites, and what is rejected for the edit of the cut that was asked for; the latest last. */
export const verdicts = z.object({
	favourites: z.array(namedTrack),
	rejected: z.array(namedTrack),
	/** Suggestions that were kept or left, from which weights are learned where that is wanted. */
	judged: z.number().int(),
});
export type Verdicts = z.infer<typeof verdicts>;
