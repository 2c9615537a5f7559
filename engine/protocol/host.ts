import { z } from 'zod';
import { ERRORS, type ErrorCode } from './errors.js';

/** An exact time: whole ticks as decimal digits, of which a second has TICKS_PER_SECOND. */
const ticks = z.string().regex(/^-?\d{1,19}$/);

const word = z.string().max(4096);

/** One clip of a sequence. `start` and `end` are of the sequence, `in` is where its source is taken from. */
const hostClip = z.object({
	name: word,
	start: ticks,
	end: ticks,
	in: ticks,
	/** Source time a second of sequence, ≥ 0. */
	speed: z.number().min(0).finite(),
	reversed: z.boolean(),
	enabled: z.boolean(),
	source: z.discriminatedUnion('kind', [
		z.object({ kind: z.literal('media'), path: word }),
		z.object({ kind: z.literal('offline') }),
		/** Another sequence, by its id. */
		z.object({ kind: z.literal('nested'), sequence: word }),
		/** Titles, graphics, colours: made by the program. `covers`: whether it hides what lies below. */
		z.object({ kind: z.literal('made'), covers: z.boolean() }),
	]),
});
export type HostClip = z.infer<typeof hostClip>;

const hostTrack = z.object({ name: word, muted: z.boolean(), clips: z.array(hostClip) });
export type HostTrack = z.infer<typeof hostTrack>;

const hostSequence = z.object({
	id: word,
	name: word,
	/** Length of one frame. */
	frame: ticks,
	end: ticks,
	/** From the lowest to the topmost. */
	video: z.array(hostTrack),
	audio: z.array(hostTrack),
});
export type HostSequence = z.infer<typeof hostSequence>;

/** What an editing program shows of its active sequence. */
export const hostSnapshot = z.object({
	/** The same as long as nothing that is told here has changed. */
	revision: word,
	sequence: hostSequence,
	/** Those that are nested in it, at any depth, each once. */
	nested: z.array(hostSequence),
	/** The in/out range, or all of it. */
	range: z.object({ start: ticks, end: ticks, isWhole: z.boolean() }),
});
export type HostSnapshot = z.infer<typeof hostSnapshot>;

const order = z.object({
	/** The sequence that it is meant for: refused with 'sequence-changed' where another is active. */
	sequence: word,
	music: z.object({ path: word, name: word }),
	/** The stretch of the music. */
	in: ticks,
	out: ticks,
	/** Where it begins in the sequence. */
	at: ticks,
});
export type HostOrder = z.infer<typeof order>;

/** What a host read back. */
const hostPlaced = z.object({
	sequence: word,
	track: word,
	start: ticks,
	end: ticks,
	in: ticks,
	out: ticks,
	undoSteps: z.number().int().min(0),
});
export type HostPlaced = z.infer<typeof hostPlaced>;

/** Everything the engine may ask of a host, and the shape of each answer. */
export const hostMethods = {
	snapshot: { params: z.object({}), answer: hostSnapshot },
	/** Pictures follow as binary messages, then the answer. */
	frames: {
		params: z.object({
			sequence: word,
			times: z.array(ticks).min(1).max(20_000),
			width: z.number().int().min(16).max(1920),
			height: z.number().int().min(16).max(1080),
		}),
		answer: z.object({ sent: z.number().int() }),
	},
	place: { params: order.extend({ track: word.nullable() }), answer: hostPlaced },
	audition: { params: order, answer: hostPlaced },
	'audition.keep': { params: z.object({ sequence: word }), answer: hostPlaced },
	'audition.remove': { params: z.object({ sequence: word }), answer: z.object({}) },
	markers: {
		params: z.object({
			sequence: word,
			markers: z
				.array(z.object({ at: ticks, name: word }))
				.min(1)
				.max(2000),
		}),
		answer: z.object({ added: z.number().int(), undoSteps: z.number().int() }),
	},
} as const;
export type HostMethod = keyof typeof hostMethods;
export type HostParams<M extends HostMethod> = z.infer<(typeof hostMethods)[M]['params']>;
export type HostAnswer<M extends HostMethod> = z.infer<(typeof hostMethods)[M]['answer']>;

const askId = z.number().int().min(0).max(0xffff_ffff);
const ask = <M extends HostMethod, P extends z.ZodType>(method: M, params: P) =>
	z.object({ type: z.literal('ask'), id: askId, method: z.literal(method), params });

/** What the engine sends to a host besides the welcome and refusals. */
export const toHost = z.discriminatedUnion('type', [
	z.discriminatedUnion('method', [
		ask('snapshot', hostMethods.snapshot.params),
		ask('frames', hostMethods.frames.params),
		ask('place', hostMethods.place.params),
		ask('audition', hostMethods.audition.params),
		ask('audition.keep', hostMethods['audition.keep'].params),
		ask('audition.remove', hostMethods['audition.remove'].params),
		ask('markers', hostMethods.markers.params),
	]),
	/** So many more pictures of a running `frames` may be sent. */
	z.object({ type: z.literal('credit'), id: askId, frames: z.number().int().min(1) }),
	/** The answer to an ask is not wanted any more. */
	z.object({ type: z.literal('withdraw'), id: askId }),
]);
export type ToHost = z.infer<typeof toHost>;
export type HostAsk = Extract<ToHost, { type: 'ask' }>;

/** The active sequence, as often as something of it has changed; null where none is active. */
export const hostSequenceState = z
	.object({ id: word, name: word, revision: word, range: z.object({ start: ticks, end: ticks, isWhole: z.boolean() }) })
	.nullable();
export type HostSequenceState = z.infer<typeof hostSequenceState>;

/** What a host sends after its hello. */
export const fromHost = z.discriminatedUnion('type', [
	z.object({ type: z.literal('answer'), id: askId, result: z.unknown() }),
	z.object({
		type: z.literal('refusal'),
		id: askId,
		code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
		detail: z.string().max(4096),
	}),
	z.object({ type: z.literal('sequence'), program: word, version: word, state: hostSequenceState }),
]);
export type FromHost = z.infer<typeof fromHost>;

/** A host as pages see it. */
export const hostView = z.object({ program: z.string(), version: z.string(), sequence: hostSequenceState });
export type HostView = z.infer<typeof hostView>;
