import { z } from 'zod';
import { id, moments, seconds, span } from './values.js';

/** What makes up the score of a crop: see `engine/crops/terms.ts`. */
export const termNames = [
	'movement',
	'content',
	'accents',
	'beats',
	'rises',
	'phrases',
	'voices',
	'joins',
	'wishes',
] as const;

export const term = z.enum(termNames);

/** How a crop ends: see `engine/crops/endings.ts`. */
export const endingChoices = ['natural', 'ring-out', 'button', 'hard', 'fade'] as const;

export const endingChoice = z.enum(endingChoices);

/** What an editor has decided about a crop: everything else follows from it. */
export const cropChoice = z.object({
	/** Second of the song that plays at the range's start. */
	start: seconds.min(0),
	/** `straight`: the song as it is, but for its ending; `recut`: re-cut at bar lines so that it follows the cut. */
	form: z.enum(['straight', 'recut']).default('straight'),
	ending: endingChoice.default('natural'),
	/** A moment of the song that falls on a moment of the cut. */
	lock: z.object({ cut: seconds, song: seconds }).nullable().default(null),
});
export type CropChoiceView = z.infer<typeof cropChoice>;

/** One stretch of the song as it is heard: `song.start` sounds `at` seconds after the range's start. */
export const piece = z.object({
	song: span,
	at: seconds,
	/** Where two pieces sound together, both fades are of equal power. */
	fadeIn: seconds,
	fadeOut: seconds,
});

/** A crop as it is heard: pieces in order of time, and how each goes on into the next. */
export const cropPlan = z.object({
	pieces: z.array(piece).min(1).max(500),
	joins: z.array(
		z.object({
			/** Seconds after the range's start. */
			at: seconds,
			/** The song is left at `from` and entered at `to`. */
			from: seconds,
			to: seconds,
			/** By how much later onsets come than they would have, in seconds. */
			onsetPhase: seconds,
			/** In dB. */
			loudnessStep: z.number(),
			chromaDistance: z.number(),
			/** How plainly it is heard, in [0, 1]; below 0.45 it is hard to hear. */
			audibility: z.number(),
		}),
	),
	ending: z.object({ kind: z.enum(['ring-out', 'button', 'song-end', 'hard', 'fade']), at: seconds }),
});
export type CropPlanView = z.infer<typeof cropPlan>;

/** The scale of an answer's scores. A client hands it back as it came. */
export const cropBasis = z.object({
	movement: moments,
	content: moments,
	accents: moments,
	total: moments,
	/** How far the track is what was asked for, in deviations. */
	wish: z.number().default(0),
	/** How much each term counts. */
	weights: z.record(term, z.number().min(0).max(10)),
	/** The model that compared picture and music: its distances are no others'. */
	model: z.string().max(200).optional(),
});

export const alternative = z.object({ start: seconds, score: z.number() });

/** What an editor may do to a crop: see `engine/suggestions/refine.ts`. */
export const cropChange = z.discriminatedUnion('kind', [
	/** The song so many beats, bars or sections later (earlier where negative) under the range. */
	z.object({ kind: z.literal('beat'), by: z.number().int() }),
	z.object({ kind: z.literal('bar'), by: z.number().int() }),
	z.object({ kind: z.literal('section'), by: z.number().int() }),
	/** The song from this second on. */
	z.object({ kind: z.literal('move'), to: seconds.min(0) }),
	z.object({ kind: z.literal('ending'), ending: endingChoice }),
	/** A moment of the song, or its drop, on a moment of the cut (in seconds of the cut). */
	z.object({ kind: z.literal('lock'), cut: seconds, song: z.union([seconds, z.literal('drop')]) }),
	z.object({ kind: z.literal('unlock') }),
	z.object({ kind: z.literal('form'), form: z.enum(['straight', 'recut']) }),
]);
export type CropChange = z.infer<typeof cropChange>;

export const cropRefinement = z.object({
	cut: id,
	/** The range of the suggestion; the whole cut unless given. */
	range: span.optional(),
	track: id,
	/** `choice`, `basis` and `alternatives` of the suggestion. */
	choice: cropChoice,
	basis: cropBasis,
	alternatives: z.array(alternative).max(16).default([]),
	change: cropChange.optional(),
});

export const cropRendering = z.object({
	cut: id,
	/** The range of the suggestion; the whole cut unless given. */
	range: span.optional(),
	track: id,
	/** `plan` of the suggestion. */
	plan: cropPlan,
	format: z.enum(['wav', 'flac']).default('wav'),
	/** Integrated loudness to bring it to, in LUFS, as far as its peaks allow; null leaves its level. */
	loudness: z.number().min(-60).max(0).nullable().default(null),
	/** Whether it steps back where the cut has speech. */
	duck: z.boolean().default(false),
});

/** A piece as an editor's timeline holds it: whole samples of the song's own file. */
export const clip = z.object({
	/** From the range's start. */
	at: z.number().int(),
	/** What plays of the file, `out` not included. */
	in: z.number().int(),
	out: z.number().int(),
	fadeIn: z.number().int(),
	fadeOut: z.number().int(),
	/** What the file has before `in` and after `out`, for trimming by hand. */
	handleBefore: z.number().int(),
	handleAfter: z.number().int(),
	/** 0 or 1 in turn: pieces overlap while they cross over, so neighbours lie on two tracks. */
	lane: z.number().int(),
});

export const renderedCrop = z.object({
	/** What is heard, to the sample, as a page plays it. */
	url: z.string(),
	/** The same file, on this computer. */
	path: z.string(),
	format: z.enum(['wav', 'flac']),
	sampleRate: z.number().int(),
	channels: z.number().int(),
	/** Exactly the range: its length in samples, to the nearest one. */
	samples: z.number().int(),
	/** Applied throughout, in dB. */
	gain: z.number(),
	/** Integrated loudness of the file, in LUFS; null for silence. */
	loudness: z.number().nullable(),
	/** One for each piece of the plan. */
	clips: z.array(clip),
});
export type RenderedCrop = z.infer<typeof renderedCrop>;

export type CropClip = z.infer<typeof clip>;
