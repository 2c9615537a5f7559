import { z } from 'zod';
import { cropPlan } from './crop.js';
import { id, path, seconds, span } from './values.js';

/** Music that lies under an edit, as it was read back from there. */
export const placed = z.object({
	host: z.enum(['files', 'premiere']),
	/** The file or the sequence that has the music now. */
	where: z.string(),
	/** The audio track; null in a rendered file. */
	track: z.string().nullable(),
	/** Seconds of the edit, from its first frame. */
	range: span,
	/** Seconds of the song; of a crop in several pieces those that it would be without its joins. */
	crop: span,
	/** The music file that lies there: the song's, or one that was rendered for a crop in several pieces or with a fade. */
	file: path,
	/** Times the editing program's undo takes it back; 0 for files, which are copies. */
	undoSteps: z.number().int(),
});
export type Placed = z.infer<typeof placed>;

export const placing = z.object({
	cut: id,
	/** The id of a track of the catalogue, or a file. */
	music: z.union([z.object({ track: id }), z.object({ path })]),
	/**
	 * How a suggestion's crop of a track is heard. Where that is more than one piece without a fade, it is rendered to a file
	 * that is placed instead. Counts from `at`.
	 */
	plan: cropPlan.optional(),
	/** Seconds of the song. */
	crop: span,
	/** Where it begins, in seconds of the cut. */
	at: seconds,
});

/** A crop that lies in an edit for trial. `track`: of the catalogue; null for music that is none of its tracks. */
export const auditioned = z.object({ track: id.nullable(), title: z.string(), placed });
export type Auditioned = z.infer<typeof auditioned>;
