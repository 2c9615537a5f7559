import { z } from 'zod';
import { ERRORS, type ErrorCode } from './errors.js';
import { hostView } from './host.js';

export { PORTS, PROTOCOL_VERSION } from './version.js';

const seconds = z.number().finite();
const span = z.object({ start: seconds, end: seconds });
const id = z.string().min(1).max(64);
const path = z.string().min(1).max(4096);
const code = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

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

/** A curve for drawing: value k covers the time from k / rate to (k + 1) / rate; values in [0, 1]. */
const curve = z.object({ rate: z.number().positive(), values: z.array(z.number()) });
export type Curve = z.infer<typeof curve>;

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

/** Why a crop was suggested. `text` is a fact in plain words; `code` lets a page pick an icon or an order. */
export const reason = z.object({
	code: z.enum([
		'cuts-on-beats',
		'cuts-on-onsets',
		'no-steady-beat',
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

const rated = { confidence: z.number().min(0).max(1) };

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
const term = z.enum(termNames);

/** How a crop ends: see `engine/crops/endings.ts`. */
export const endingChoices = ['natural', 'ring-out', 'button', 'hard', 'fade'] as const;
const endingChoice = z.enum(endingChoices);

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
const piece = z.object({
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

const moments = z.object({ mean: z.number(), deviation: z.number() });

/** The scale of an answer's scores. A client hands it back as it came. */
export const cropBasis = z.object({
	movement: moments,
	content: moments,
	accents: moments,
	total: moments,
	/** How far the track is what was asked for, in deviations. */
	wish: z.number().default(0),
});

const alternative = z.object({ start: seconds, score: z.number() });

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
		})
		.nullable(),
	/** Why indexing stopped before it was done; absent while nothing is wrong. A rescan tries again. */
	problem: z.object({ code, detail: z.string() }).optional(),
});
export type CatalogState = z.infer<typeof catalogState>;

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

const modelList = z.object({ models: z.array(modelView) });

const request = <Method extends string, Params extends z.ZodType>(method: Method, params: Params) =>
	z.object({ type: z.literal('request'), id, method: z.literal(method), params });

const bounds = (value: z.ZodNumber) => z.object({ from: value.optional(), to: value.optional() }).optional();

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
});
export type TrackFilter = z.infer<typeof trackFilter>;

/** More crops than anyone listens to, so that a whole small catalogue can be put in order. */
export const MOST_SUGGESTIONS = 1000;

/** A track, or seconds of it, that others are held against. */
const example = z.object({ track: id, passage: span.optional(), weight: z.number().positive().max(10).default(1) });

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
	/** How crops are to end; each ends with the range in any case. */
	ending: endingChoice.optional(),
	/** By the size of the catalogue unless given. */
	ranking: z.enum(rankingMethods).optional(),
	wishes: wishes.optional(),
});
export type SuggestOptions = z.infer<typeof suggestOptions>;

const choices = z.object({
	/** Null for the engine's default. */
	distance: z.enum(distanceNames).nullable(),
	vocals: z.enum(['auto', 'instrumental', 'any']),
	ending: endingChoice,
	theme: z.enum(['system', 'dark', 'light']),
	/** What runs the networks, from the next start on; SEGUE_DEVICE goes before it. */
	device: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']),
	/** Index one file at a time and rest between them, so that an editing program beside it stays smooth. */
	gentle: z.boolean(),
});

/** What the editor chose; kept by the engine, so that page and plugin agree. */
export const settings = z.object({
	distance: choices.shape.distance.default(null),
	vocals: choices.shape.vocals.default('auto'),
	ending: choices.shape.ending.default('natural'),
	theme: choices.shape.theme.default('system'),
	device: choices.shape.device.default('auto'),
	gentle: choices.shape.gentle.default(false),
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

const placing = z.object({
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

const cropRefinement = z.object({
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

const cropRendering = z.object({
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

const cueOptions = z.object({
	cut: id,
	/** Stretches that want music, in order; proposed unless given. */
	regions: z.array(span).max(500).optional(),
	/** How long proposed regions may be. */
	shortest: seconds.min(5).default(20),
	longest: seconds.min(10).default(150),
	vocals: z.enum(['auto', 'instrumental', 'any']).default('auto'),
	wishes: wishes.optional(),
	/** Whether each song should be near the one before in tempo and key. */
	flowing: z.boolean().default(false),
});

/** One cue: a region of the cut and the crop under it; null where there was no song left. */
const cue = z.object({
	region: span,
	/** What speaks for its start: why music should begin or change here. */
	why: z.array(z.enum(['start', 'black', 'speech', 'energy', 'cut'])),
	suggestion: suggestion.nullable(),
});
export type Cue = z.infer<typeof cue>;

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
	/** Answers { suggestions: Suggestion[], considered: number, cut: id }. */
	request('suggest', suggestOptions),
	/**
	 * Changes one suggestion's crop, and answers it judged again on the scale of the answer that it comes from. The same
	 * `choice` asked again gives the same crop, so undoing and comparing two is a matter of keeping choices. Without a
	 * change it is judged as it is.
	 */
	request('crop.refine', cropRefinement),
	/** Makes what is heard of a crop: see `answers`. */
	request('crop.render', cropRendering),
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

/** A piece as an editor's timeline holds it: whole samples of the song's own file. */
const clip = z.object({
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

const renderedCrop = z.object({
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

export const answers = {
	status: engineStatus,
	'cut.open': cutView,
	'cut.preview': z.object({ pictureUrl: z.string() }),
	suggest: z.object({ suggestions: z.array(suggestion), considered: z.number().int(), cut: id }),
	'crop.refine': z.object({
		suggestion,
		scoreBefore: z.number(),
		/** What got better or worse, in deviations, the largest difference first. */
		changes: z.array(z.object({ term, before: z.number(), after: z.number(), text: z.string() })),
	}),
	'crop.render': renderedCrop,
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
