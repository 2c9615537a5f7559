import { z } from 'zod';
import { endingChoice } from './crop.js';
import { distanceNames } from './suggestion.js';
import { code, seconds } from './values.js';

export const engineStatus = z.object({
	version: z.string(),
	device: z.object({ requested: z.string(), used: z.string(), note: z.string() }),
	embedding: z.object({ id: z.string(), note: z.string() }),
	ffmpeg: z.string().nullable(),
	home: z.string(),
	demoCuts: z.array(z.object({ name: z.string(), title: z.string() })),
});
export type EngineStatus = z.infer<typeof engineStatus>;

/** A way in which picture and music are compared. */
export const modelView = z.object({
	id: z.string(),
	/** Whether suggestions come from it. */
	current: z.boolean(),
	about: z.string(),
	notes: z.array(z.string()),
});
export type ModelView = z.infer<typeof modelView>;

export const modelList = z.object({ models: z.array(modelView) });

export const choices = z.object({
	/** Null for the engine's default. */
	distance: z.enum(distanceNames).nullable(),
	vocals: z.enum(['auto', 'instrumental', 'any']),
	ending: endingChoice,
	theme: z.enum(['system', 'dark', 'light']),
	/** What runs the networks, from the next start on; SEGUE_DEVICE goes before it. */
	device: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']),
	/** Index one file at a time and rest between them, so that an editing program beside it stays smooth. */
	gentle: z.boolean(),
	/** Weigh what speaks for a crop by what was kept and rejected: see `engine/suggestions/learned-weights.ts`. */
	learning: z.boolean(),
	/** What was said before is forgotten in this: an ISO time. */
	learningSince: z.string().datetime().nullable(),
});

/** What the editor chose; kept by the engine, so that page and plugin agree. */
export const settings = z.object({
	distance: choices.shape.distance.default(null),
	vocals: choices.shape.vocals.default('auto'),
	ending: choices.shape.ending.default('natural'),
	theme: choices.shape.theme.default('system'),
	device: choices.shape.device.default('auto'),
	gentle: choices.shape.gentle.default(false),
	learning: choices.shape.learning.default(false),
	learningSince: choices.shape.learningSince.default(null),
});
export type Settings = z.infer<typeof settings>;

/** One line of the engine's log. `detail` may name files; the rest never does. */
export const logEntry = z.object({
	at: z.string(),
	level: z.enum(['info', 'warning', 'error']),
	event: z.string(),
	code: code.optional(),
	seconds: seconds.optional(),
	detail: z.string().optional(),
});
export type LogEntry = z.infer<typeof logEntry>;
