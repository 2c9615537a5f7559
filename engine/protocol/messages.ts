import { z } from 'zod';
import { catalogState } from './catalogue.js';
import { cropRefinement, cropRendering, renderedCrop, term } from './crop.js';
import { cutView } from './cut.js';
import { choices, engineStatus, logEntry, modelList, settings } from './engine-status.js';
import { hostView } from './host.js';
import { auditioned, placed, placing } from './placing.js';
import {
	alignmentView,
	cue,
	cueOptions,
	distanceNames,
	region,
	regionOptions,
	suggestion,
	suggestOptions,
} from './suggestion.js';
import { trackDescription, trackFilter, trackView } from './track.js';
import { code, id, path, seconds, span } from './values.js';
import { verdict, verdicts } from './verdict.js';

export * from './catalogue.js';
export * from './crop.js';
export * from './cut.js';
export * from './engine-status.js';
export * from './placing.js';
export * from './suggestion.js';
export * from './track.js';
export type { Curve } from './values.js';
export * from './verdict.js';

export { PORTS, PROTOCOL_VERSION } from './version.js';

const request = <Method extends string, Params extends z.ZodType>(method: Method, params: Params) =>
	z.object({ type: z.literal('request'), id, method: z.literal(method), params });

/** Everything a page or the command line may ask of the engine. */
export const clientRequest = z.discriminatedUnion('method', [
	request('status', z.object({})),
	/** Answers a CutView. A path is a video or a timeline on this computer; an upload comes from POST /uploads. */
	request(
		'cut.open',
		z.object({
			source: z.discriminatedUnion('kind', [
				z.object({ kind: z.literal('demo'), name: z.string() }),
				z.object({ kind: z.literal('path'), path }),
				z.object({ kind: z.literal('upload'), upload: id, name: z.string() }),
				/** What is active in the editing program that is connected; `rendered`: by its own pictures throughout. */
				z.object({ kind: z.literal('host'), rendered: z.boolean().default(false) }),
			]),
		}),
	),
	/** Makes a picture that browsers play, for a cut that has none (`pictureUrl` is null). */
	request('cut.preview', z.object({ cut: id })),
	/** See `answers`. */
	request('suggest', suggestOptions),
	/**
	 * Changes one suggestion's crop, and answers it judged again on the scale of the answer that it comes from. The same
	 * `choice` asked again gives the same crop, so undoing and comparing two is a matter of keeping choices. Without a
	 * change it is judged as it is.
	 */
	request('crop.refine', cropRefinement),
	/** Makes what is heard of a crop: see `answers`. */
	request('crop.render', cropRendering),
	/** Says what the editor thinks of a track. Answers what holds then. */
	request('verdict.give', verdict),
	/** What holds, for the edit of a cut where one is named. */
	request('verdict.list', z.object({ cut: id.nullable().default(null) })),
	/** Stretches of a long cut that one piece of music each could lie under. Answers { regions: Region[] }. */
	request('regions', regionOptions),
	/** Music for a long cut: several regions of it, each with its own song. Answers { cues: Cue[] }. */
	request('cues', cueOptions),
	request('catalog.state', z.object({})),
	request(
		'catalog.tracks',
		z.object({
			text: z.string().optional(),
			filter: trackFilter.optional(),
			/** The id of a track: the others come in order of likeness to it, not of path. */
			like: id.optional(),
			offset: z.number().int().min(0).default(0),
			limit: z.number().int().min(1).max(500).default(100),
		}),
	),
	/** Answers a TrackDescription of a track of the catalogue. */
	request('catalog.describe', z.object({ track: id })),
	request('catalog.add', z.object({ folder: path })),
	request('catalog.remove', z.object({ folder: path })),
	request('catalog.rescan', z.object({})),
	request('catalog.pause', z.object({ paused: z.boolean() })),
	/** Folders of this computer, for choosing one in a page that can't open a file dialog. */
	request('model.list', z.object({})),
	/** Progress counts tracks. Until it is done the old model answers; cancelling changes nothing. */
	request('model.use', z.object({ model: path })),
	request('model.back', z.object({})),
	request('folders.list', z.object({ path: path.optional() })),
	/** What is heard of a track, beside a range of a cut. Answers an AlignmentView. */
	request(
		'alignment',
		z.object({
			cut: id,
			track: id,
			range: span.optional(),
			/** As a crop's plan says. */
			pieces: z.array(z.object({ song: span, at: seconds })).max(1000),
			distance: z.enum(distanceNames).optional(),
		}),
	),
	request('settings.get', z.object({})),
	/** Changes those given. Answers all. */
	request('settings.change', z.object({ change: choices.partial() })),
	/** The latest entries, oldest first. */
	request('log.read', z.object({ limit: z.number().int().min(1).max(5000).default(500) })),
	/** A text for a report of a fault. Without `paths` nothing in it names a file or a folder. */
	request('report', z.object({ paths: z.boolean().default(false) })),
	/**
	 * Lays a crop under a cut where the edit stands, without overwriting anything. `audioTrack`: one that is free there, or
	 * one of that name is made; null: a new one. `as`: in a copy of the timeline, in a rendered video, or the crop alone as
	 * a WAV file; left out, the first that there is.
	 */
	request(
		'place',
		placing.extend({
			audioTrack: z.string().min(1).max(200).nullable().default(null),
			as: z.enum(['edit', 'mix', 'wav']).optional(),
		}),
	),
	/** Lays a crop on the audition track in the place of the one before. */
	request('audition', placing),
	/** What lies in the edit of a cut for trial, also from before the engine was started. */
	request('audition.state', z.object({ cut: id })),
	request('audition.keep', z.object({ cut: id })),
	request('audition.remove', z.object({ cut: id })),
	/** Marks moments of the cut in the edit. */
	request(
		'markers',
		z.object({
			cut: id,
			markers: z
				.array(z.object({ at: seconds, name: z.string().max(200) }))
				.min(1)
				.max(2000),
		}),
	),
]);
export type ClientRequest = z.infer<typeof clientRequest>;

export type Method = ClientRequest['method'];

/** What one method takes. */
export type Params<M extends Method> = Extract<ClientRequest, { method: M }>['params'];

export const answers = {
	status: engineStatus,
	'cut.open': cutView,
	'cut.preview': z.object({ pictureUrl: z.string() }),
	suggest: z.object({
		suggestions: z.array(suggestion),
		/** Tracks that took part, after the filters. */
		considered: z.number().int(),
		cut: id,
		/** The model in use and the tracks that it can't compare yet, where the suggestions come from `affect` until it can. */
		waiting: z.object({ model: z.string(), tracks: z.number().int() }).optional(),
	}),
	'crop.refine': z.object({
		suggestion,
		scoreBefore: z.number(),
		/** What got better or worse, in deviations, the largest difference first. */
		changes: z.array(z.object({ term, before: z.number(), after: z.number(), text: z.string() })),
	}),
	'crop.render': renderedCrop,
	'verdict.give': verdicts,
	'verdict.list': verdicts,
	regions: z.object({ regions: z.array(region) }),
	cues: z.object({ cues: z.array(cue) }),
	'catalog.state': catalogState,
	'catalog.tracks': z.object({ tracks: z.array(trackView), total: z.number().int() }),
	'catalog.describe': trackDescription,
	'catalog.add': catalogState,
	'catalog.remove': catalogState,
	'catalog.rescan': catalogState,
	'catalog.pause': catalogState,
	'model.list': modelList,
	'model.use': modelList,
	'model.back': modelList,
	'folders.list': z.object({ path: z.string(), parent: z.string().nullable(), folders: z.array(z.string()) }),
	alignment: alignmentView,
	'settings.get': settings,
	'settings.change': settings,
	'log.read': z.object({ entries: z.array(logEntry) }),
	report: z.object({ text: z.string() }),
	place: placed,
	audition: placed,
	'audition.state': z.object({ auditioned: auditioned.nullable() }),
	'audition.keep': placed,
	'audition.remove': z.object({}),
	markers: z.object({ added: z.number().int(), undoSteps: z.number().int() }),
} as const satisfies Record<Method, z.ZodType>;

export type Answer<M extends Method> = z.infer<(typeof answers)[M]>;

export const hello = z.object({
	type: z.literal('hello'),
	protocol: z.number().int(),
	role: z.enum(['panel', 'host']),
	version: z.string(),
	/** The token of engine.json; a page of the engine's own leaves it out, its cookie speaks for it. */
	token: z.string().optional(),
});

/** What a client may send. */
export const clientMessage = z.discriminatedUnion('type', [
	hello,
	clientRequest,
	z.object({ type: z.literal('cancel'), id }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** What the engine sends. Every request ends in exactly one of result, failure, cancelled. */
export const engineMessage = z.discriminatedUnion('type', [
	z.object({ type: z.literal('welcome'), protocol: z.number().int(), status: engineStatus, catalog: catalogState }),
	z.object({ type: z.literal('progress'), id, stage: z.string(), done: z.number(), total: z.number().nullable() }),
	z.object({ type: z.literal('result'), id, result: z.unknown() }),
	/** `id` is null where the refused message had none that could be read. */
	z.object({ type: z.literal('failure'), id: id.nullable(), code, detail: z.string(), remedy: z.string() }),
	z.object({ type: z.literal('cancelled'), id }),
	z.object({ type: z.literal('catalog'), state: catalogState }),
	/** The editing program that is connected, and what is active in it; at every change. */
	z.object({ type: z.literal('host'), host: hostView.nullable() }),
]);
export type EngineMessage = z.infer<typeof engineMessage>;
