import type { NewTrack, Place, TrackRecord } from '../../jobs/catalog.js';
import { recordFrom, type TrackColumns } from '../catalog/track-rows.js';

/** A track's row joined with that of its content; see {@link SELECT_TRACK}. */
export type TrackRow = TrackColumns & {
	/** 64 bits, which the driver gives as text. */
	readonly id: string;
	readonly size: string;
	readonly has_cover: boolean;
	readonly labels: readonly string[];
};

/** The words of a track stay behind: only the search reads them. */
const COLUMNS = `t.id, t.path, t.folder, t.size, t.modified, t.hash, t.title, t.artist, t.album, t.licence, t.has_cover,
	c.analysis_version, c.duration, c.tempo, c.tempo_confidence, c.loudness, c.labels, c.vocals`;

export const SELECT_TRACK = `SELECT ${COLUMNS} FROM tracks t JOIN contents c ON c.team = t.team AND c.hash = t.hash`;

export const toRecord = (row: TrackRow): TrackRecord =>
	recordFrom(row, { id: row.id, size: Number(row.size), hasCover: row.has_cover, labels: row.labels });

/** The values of a content's row, in the order of INSERT_CONTENT. */
export const contentValues = (track: NewTrack): readonly unknown[] => [
	track.contentHash,
	track.analysisVersion,
	track.duration,
	track.tempo,
	track.tempoConfidence,
	track.loudness,
	track.labels,
	track.vocals,
];

export const INSERT_CONTENT = `
	INSERT INTO contents (hash, analysis_version, duration, tempo, tempo_confidence, loudness, labels, vocals)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (team, hash) DO UPDATE SET analysis_version = $2, duration = $3, tempo = $4, tempo_confidence = $5,
	loudness = $6, labels = $7, vocals = $8`;

/** The values of a track's row, in the order of INSERT_TRACK. */
export const trackValues = (id: string, hash: string, { path, folder, stamp, tags }: Place, words: string) => [
	hash,
	id,
	path,
	folder,
	stamp.size,
	stamp.modified,
	withoutNul(tags.title),
	withoutNul(tags.artist),
	withoutNul(tags.album),
	withoutNul(tags.licence),
	tags.hasCover,
	lexemes(words),
];

export const INSERT_TRACK = `
	INSERT INTO tracks (hash, id, path, folder, size, modified, title, artist, album, licence, has_cover, words)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, array_to_tsvector($12))
	ON CONFLICT (team, hash, id) DO UPDATE SET path = $3, folder = $4, size = $5, modified = $6, title = $7, artist = $8,
	album = $9, licence = $10, has_cover = $11, words = array_to_tsvector($12)`;

/** Damaged tags hold it, and it is the one character that PostgreSQL does not store. */
const withoutNul = (text: string | null): string | null => text?.replaceAll('\0', '') ?? null;

/** Words as the search index takes them, each once. */
export const lexemes = (words: string): string[] => [
	...new Set(
		words
			.split(' ')
			.filter(word => word !== '')
			.map(word => word.slice(0, LONGEST_WORD)),
	),
];

/** PostgreSQL takes 2046 bytes, and a letter may have four. */
const LONGEST_WORD = 500;

/** A question that every word begins one of a track's words. Words are letters and digits only, so quotes are safe. */
export const prefixes = (words: readonly string[]): string => words.map(word => `'${word}':*`).join(' & ');
