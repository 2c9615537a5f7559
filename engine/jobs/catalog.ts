import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';

/**
 * The catalogue: what is known of every track in the editor's folders. Metadata in a database, vectors and analyses in
 * flat files. Every write is complete or absent after a kill. Readers see what was committed before they began.
 *
 * Tracks of a folder that can't be reached (its drive is offline) stay stored but hidden: only `get`, `atPath`,
 * `records`, `withContent`, `overview` and `tracks` of that folder still tell of them. Unknown ids throw EngineError
 * 'not-found'.
 *
 * A catalogue on this computer answers at once, one on a server later: whoever asks awaits either.
 */
export interface Catalog {
	/**
	 * Folders never nest: one inside a known folder changes nothing, and known folders inside a new one become part of it.
	 *
	 * @returns the folder that covers `path` from now on
	 */
	addFolder(path: string): Awaitable<string>;
	/** Forgets the folder, its tracks and what was skipped in it. */
	removeFolder(path: string): Awaitable<void>;
	/** In order of path. */
	folders(): Awaitable<readonly string[]>;
	setReachable(folder: string, reachable: boolean): Awaitable<void>;
	isReachable(folder: string): Awaitable<boolean>;

	/**
	 * Adds a track, or replaces the one at its path, which keeps its id; what was skipped at that path is forgotten.
	 * Analysis and vectors are durable before the record is. RangeError where its folder was never added.
	 */
	put(track: NewTrack, analysis: TrackAnalysis, vectors: ReadonlyMap<string, EmbeddedSections>): Awaitable<TrackRecord>;
	/** Gives a track another place or stamp; its analysis is kept. A track that was there before gives way. */
	move(id: string, place: Place): Awaitable<TrackRecord>;
	/** Adds another track with the content of a known one; they share one analysis. */
	copy(id: string, place: Place): Awaitable<TrackRecord>;
	remove(ids: readonly string[]): Awaitable<void>;
	/** Stores (or replaces) the vectors of a track's content in one space. */
	putVectors(id: string, space: string, sections: EmbeddedSections): Awaitable<void>;
	/** One track of each content that has no vectors in this space yet, offline ones included. */
	withoutVectors(space: string): Awaitable<readonly string[]>;

	/** Notes that a file can't be used, so that it is tried again only once it changes. */
	skip(folder: string, stamp: FileStamp, skipped: Skipped): Awaitable<void>;
	forgetSkipped(paths: readonly string[]): Awaitable<void>;
	/** In order of path. */
	skipped(folder: string): Awaitable<readonly (Skipped & { readonly stamp: FileStamp })[]>;

	/** The records of many tracks at one go, in that order; null for those that are unknown. */
	records(ids: readonly string[]): Awaitable<readonly (TrackRecord | null)[]>;
	get(id: string): Awaitable<TrackRecord | null>;
	atPath(path: string): Awaitable<TrackRecord | null>;
	/** All tracks with this content, in order of path. */
	withContent(hash: string): Awaitable<readonly TrackRecord[]>;
	/** All visible tracks, or all of one folder even if it is hidden, in order of path. */
	tracks(folder?: string): Awaitable<readonly TrackRecord[]>;
	/**
	 * Visible tracks in which every word of `text` begins a word of title, artist, album, file name or labels, in order of
	 * path. Case and diacritics don't matter. A text without words finds every track.
	 */
	search(text: string, offset: number, limit: number): Awaitable<{ tracks: readonly TrackRecord[]; total: number }>;
	/** Every folder, in order of path, with what a person is told of it. */
	overview(): Awaitable<readonly FolderOverview[]>;
	/** Visible tracks. */
	count(): Awaitable<number>;

	/** Throws EngineError 'catalog-damaged' where the stored file is missing, fails its checksum or is of no readable version. */
	analysis(id: string): Awaitable<TrackAnalysis>;
	/** The stored analysis of a content, whether or not a track has it; null where there is none of this version. */
	recall(contentHash: string): Awaitable<TrackAnalysis | null>;
	/**
	 * The visible tracks' vectors in a space, one entry for each content: where several tracks share it, the first by path.
	 * The same object comes back until something in it changes; nothing in it is ever written to again.
	 */
	sectionVectors(space: string): Awaitable<SectionVectors>;
	close(): Awaitable<void>;
}

/** A value, or the promise of one. */
export type Awaitable<Value> = Value | Promise<Value>;

/** What identifies a file without reading it: bytes, and milliseconds since 1970. */
export type FileStamp = { readonly size: number; readonly modified: number };

export const sameStamp = (a: FileStamp, b: FileStamp): boolean => a.size === b.size && a.modified === b.modified;

export type TrackTags = {
	readonly title: string;
	readonly artist: string | null;
	readonly album: string | null;
	readonly licence: string | null;
	readonly hasCover: boolean;
};

/** Where a track is, and what depends on that. The title may come from the file's name. */
export type Place = {
	readonly path: string;
	readonly folder: string;
	readonly stamp: FileStamp;
	readonly tags: TrackTags;
};

export type TrackRecord = Place & {
	/** Never given to another track. */
	readonly id: string;
	/** Hash of the file's content, lower-case hexadecimal: a moved or renamed file keeps its analysis. */
	readonly contentHash: string;
	/** The ANALYSIS_VERSION that made the analysis. */
	readonly analysisVersion: number;
	readonly duration: Seconds;
	/** Beats per minute; 0 where there is no beat. */
	readonly tempo: number;
	readonly tempoConfidence: number;
	/** LUFS; -Infinity for digital silence. */
	readonly loudness: number;
	/** The tagger's strongest labels over the whole track, strongest first. */
	readonly labels: readonly string[];
	/** Share of the track with singing, in [0, 1], by the tagger. */
	readonly vocals: number;
};

export type NewTrack = Omit<TrackRecord, 'id'>;

/** A track's sections in one space: span k belongs to row k. */
export type EmbeddedSections = { readonly spans: readonly Span[]; readonly vectors: Matrix32 };

/** The section embeddings of many tracks as one block: track t owns rows offsets[t] to offsets[t + 1]. */
export type SectionVectors = {
	/** Which embedding made them. */
	readonly space: string;
	readonly ids: readonly string[];
	/** One more than `ids`, from 0, not decreasing. */
	readonly offsets: Uint32Array;
	/** Start and end of each row's section, in seconds of its track. */
	readonly spans: readonly Span[];
	readonly vectors: Matrix32;
};

export type Skipped = { readonly path: string; readonly code: string; readonly detail: string };

export type FolderOverview = {
	readonly path: string;
	readonly reachable: boolean;
	/** All of its tracks, visible or not. */
	readonly tracks: number;
	/** In order of path. */
	readonly skipped: readonly Skipped[];
};

/** Whether `path` is `folder` or lies inside it, by the separators of any system. */
export const isInside = (path: string, folder: string): boolean => {
	const trimmed = folder.replace(/[/\\]+$/, '');
	return path === folder || path.startsWith(`${trimmed}/`) || path.startsWith(`${trimmed}\\`);
};
