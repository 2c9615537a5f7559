import { z } from 'zod';
import { code } from './values.js';

export const folderView = z.object({
	path: z.string(),
	tracks: z.number().int(),
	state: z.enum(['ready', 'indexing', 'paused', 'offline']),
	skipped: z.array(z.object({ path: z.string(), code, detail: z.string() })),
});

/** What the catalogue holds and what indexing is doing; sent at every change, at most four times a second. */
export const catalogState = z.object({
	tracks: z.number().int(),
	folders: z.array(folderView),
	indexing: z
		.object({
			done: z.number().int(),
			total: z.number().int(),
			/** Tracks a minute, over the last minute of work. */
			perMinute: z.number().nullable(),
			secondsLeft: z.number().nullable(),
			/** How many of `total` are known tracks whose older analysis stays in use until theirs is made anew. */
			renewed: z.number().int(),
			current: z.array(z.string()),
			/** Set while known tracks get vectors of the model in use, before any file is read: how many of how many have. */
			embedding: z.object({ done: z.number().int(), total: z.number().int() }).optional(),
		})
		.nullable(),
	/** Why indexing stopped before it was done; absent while nothing is wrong. A rescan tries again. */
	problem: z.object({ code, detail: z.string() }).optional(),
});
export type CatalogState = z.infer<typeof catalogState>;
