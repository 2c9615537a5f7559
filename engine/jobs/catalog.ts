import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';

/** What identifies a file without reading it, and what its content is once read. */
export type FileStamp = { readonly size: number; readonly modified: number };

export type TrackTags = {
	readonly title: string;
	readonly artist: string | null;
	readonly album: string | null;
	readonly licence: string | null;
	readonly hasCover: boolean;
};

export type TrackRecord = {
	readonly id: string;
	readonly path: string;
	readonly folder: string;
	readonly stamp: FileStamp;
	/** Hash of the file's content: a moved or renamed file keeps its analysis. */
	readonly contentHash: string;
	readonly duration: Seconds;
	readonly tempo: number;
	readonly tempoConfidence: number;
	readonly loudness: number;
	readonly tags: TrackTags;
	/** The tagger's strongest labels over the whole track, strongest first. */
	readonly labels: readonly string[];
	/** Share of the track with singing, in [0, 1], by the tagger. */
	readonly vocals: number;
};

export type NewTrack = Omit<TrackRecord, 'id'>;

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

/**
 * The catalogue: what is known of every track in the editor's folders. Metadata in a database, vectors and analyses in
 * flat files. Every write is complete or absent after a kill. Readers see what was committed before they began.
 */
export interface Catalog {
	addFolder(path: string): void;
	removeFolder(path: string): void;
	folders(): readonly string[];

	/** Adds a track, or replaces the one at its path; analysis and vectors are durable before the record is. */
	put(
		track: NewTrack,
		analysis: TrackAnalysis,
		vectors: ReadonlyMap<string, { spans: readonly Span[]; vectors: Matrix32 }>,
	): TrackRecord;
	/** Gives a track's record another path or stamp, its analysis kept. */
	move(id: string, path: string, folder: string, stamp: FileStamp): void;
	remove(ids: readonly string[]): void;
	skip(folder: string, stamp: FileStamp, skipped: Skipped): void;
	skipped(folder: string): readonly (Skipped & { stamp: FileStamp })[];

	get(id: string): TrackRecord | null;
	atPath(path: string): TrackRecord | null;
	withContent(hash: string): TrackRecord | null;
	/** In order of path. */
	tracks(folder?: string): readonly TrackRecord[];
	search(text: string, offset: number, limit: number): { tracks: readonly TrackRecord[]; total: number };
	count(): number;

	/** Throws EngineError 'catalog-damaged' where the stored file fails its checksum. */
	analysis(id: string): TrackAnalysis;
	sectionVectors(space: string): SectionVectors;
	close(): void;
}
