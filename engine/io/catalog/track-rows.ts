import type { FileStamp, NewTrack, Place, Skipped, TrackRecord } from '../../jobs/catalog.js';
import { searchWords } from '../../jobs/search-words.js';

/** What a track's row joined with that of its content holds in any database. */
export type TrackColumns = {
	readonly path: string;
	readonly folder: string;
	readonly modified: number;
	readonly hash: string;
	readonly title: string;
	readonly artist: string | null;
	readonly album: string | null;
	readonly licence: string | null;
	readonly analysis_version: number;
	readonly duration: number;
	readonly tempo: number;
	readonly tempo_confidence: number;
	readonly loudness: number;
	readonly vocals: number;
};

/** What databases hold each in their own way. */
type OwnWay = {
	readonly id: string;
	readonly size: number;
	readonly hasCover: boolean;
	readonly labels: readonly string[];
};

export const recordFrom = (row: TrackColumns, { id, size, hasCover, labels }: OwnWay): TrackRecord => ({
	id,
	path: row.path,
	folder: row.folder,
	stamp: { size, modified: row.modified },
	tags: { title: row.title, artist: row.artist, album: row.album, licence: row.licence, hasCover },
	contentHash: row.hash,
	analysisVersion: row.analysis_version,
	duration: row.duration,
	tempo: row.tempo,
	tempoConfidence: row.tempo_confidence,
	loudness: row.loudness,
	labels,
	vocals: row.vocals,
});

/** As SQLite gives it; see {@link SELECT_TRACK}. */
export type TrackRow = TrackColumns & {
	readonly id: number;
	readonly size: number;
	readonly has_cover: number;
	readonly labels: string;
};

export const SELECT_TRACK = `
	SELECT t.*, c.analysis_version, c.duration, c.tempo, c.tempo_confidence, c.loudness, c.labels, c.vocals
	FROM tracks t JOIN contents c ON c.hash = t.hash JOIN folders f ON f.path = t.folder`;

export const toRecord = (row: TrackRow): TrackRecord =>
	recordFrom(row, {
		id: String(row.id),
		size: row.size,
		hasCover: row.has_cover === 1,
		labels: JSON.parse(row.labels) as string[],
	});

/** Named parameters for the columns that depend on where a track is. */
export const placeColumns = ({ path, folder, stamp, tags }: Place) => ({
	path,
	folder,
	size: stamp.size,
	modified: stamp.modified,
	title: tags.title,
	artist: tags.artist,
	album: tags.album,
	licence: tags.licence,
	has_cover: tags.hasCover ? 1 : 0,
});

/** Named parameters for the columns of a content. */
export const contentColumns = (track: NewTrack) => ({
	hash: track.contentHash,
	analysis_version: track.analysisVersion,
	duration: track.duration,
	tempo: track.tempo,
	tempo_confidence: track.tempoConfidence,
	loudness: track.loudness,
	labels: JSON.stringify(track.labels),
	vocals: track.vocals,
});

/** All words by which a track can be found, with spaces between. */
export const wordsOf = ({ path, tags, labels }: Place & { readonly labels: readonly string[] }): string =>
	searchWords([tags.title, tags.artist, tags.album, path.split(/[/\\]/).at(-1), ...labels].join(' ')).join(' ');

export type SkippedRow = { path: string; code: string; detail: string; size: number; modified: number };

export const toSkipped = ({ path, code, detail, size, modified }: SkippedRow): Skipped & { stamp: FileStamp } => ({
	path,
	code,
	detail,
	stamp: { size, modified },
});
