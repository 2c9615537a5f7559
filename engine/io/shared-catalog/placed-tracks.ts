import type { Place, TrackRecord } from '../../jobs/catalog.js';
import { EngineError } from '../../protocol/errors.js';
import { wordsOf } from '../catalog/track-rows.js';
import type { Query } from './database.js';
import { INSERT_TRACK, SELECT_TRACK, type TrackRow, toRecord, trackValues } from './track-rows.js';

/*
 * Finding, placing and removing tracks, whose rows lie in three tables: by content, by id and by path. Each statement that
 * concerns one track names the key of its shard.
 */

/** By what the rows of a track are found, wherever they are. */
export type TrackKey = { readonly id: string; readonly hash: string; readonly path: string };

export const SELECT_KEY_AT_PATH = 'SELECT id, hash, path FROM track_paths WHERE path = $1';

export const INSERT_PATH = `
	INSERT INTO track_paths (path, id, hash) VALUES ($1, $2, $3)
	ON CONFLICT (team, path) DO UPDATE SET id = $2, hash = $3`;

export const tracksWhere = async (query: Query, where: string, values: readonly unknown[]): Promise<TrackRecord[]> =>
	(await query<TrackRow>(`${SELECT_TRACK} WHERE ${where}`, values)).map(toRecord);

/** The contents of those tracks that there are, by id. */
export const hashesOf = async (query: Query, ids: readonly string[]): Promise<Map<string, string>> => {
	const asked = [...new Set(ids)].filter(id => /^\d{1,18}$/.test(id));
	if (asked.length === 0) return new Map();
	const rows = await query<{ id: string; hash: string }>(
		'SELECT id, hash FROM track_hashes WHERE id = ANY ($1::bigint[])',
		[asked],
	);
	return new Map(rows.map(({ id, hash }) => [id, hash]));
};

export const trackOf = async (query: Query, id: string): Promise<TrackRecord | null> => {
	const hash = (await hashesOf(query, [id])).get(id);
	if (hash === undefined) return null;
	return (await tracksWhere(query, 't.hash = $1 AND t.id = $2', [hash, id]))[0] ?? null;
};

export const need = async (query: Query, id: string): Promise<TrackRecord> => {
	const record = await trackOf(query, id);
	if (record === null) throw unknown(id);
	return record;
};

export const unknown = (id: string): EngineError =>
	new EngineError('not-found', `There is no track ${id} in the catalogue.`);

export const needFolder = async (query: Query, folder: string): Promise<void> => {
	const rows = await query('SELECT 1 FROM folders WHERE path = $1', [folder]);
	if (rows.length === 0) throw new RangeError(`folder ${folder} is not in the catalogue`);
};

/** Gives a place to a content: the track that was there keeps its id, whatever it held before. */
export const settle = async (
	query: Query,
	place: Place & { labels: readonly string[] },
	hash: string,
): Promise<string> => {
	const [before] = await query<TrackKey>(`${SELECT_KEY_AT_PATH} FOR UPDATE`, [place.path]);
	const id = before?.id ?? (await query<{ id: string }>("SELECT nextval('track_ids') AS id"))[0]!.id;
	if (before === undefined) {
		// Another engine may be at the same path: whoever comes second fails here, and looks again.
		await query('INSERT INTO track_paths (path, id, hash) VALUES ($1, $2, $3)', [place.path, id, hash]);
	} else {
		await query(INSERT_PATH, [place.path, id, hash]);
	}
	await query('INSERT INTO track_hashes (id, hash) VALUES ($1, $2) ON CONFLICT (team, id) DO UPDATE SET hash = $2', [
		id,
		hash,
	]);
	if (before !== undefined && before.hash !== hash) {
		await query('DELETE FROM tracks WHERE hash = $1 AND id = $2', [before.hash, id]);
		await dropOrphans(query, [before.hash]);
	}
	await query(INSERT_TRACK, trackValues(id, hash, place, wordsOf(place)));
	await query('DELETE FROM skipped WHERE path = $1', [place.path]);
	return id;
};

export const keysOf = async (query: Query, ids: readonly string[]): Promise<TrackKey[]> => {
	const hashes = await hashesOf(query, ids);
	if (hashes.size === 0) return [];
	return query<TrackKey>('SELECT id, hash, path FROM tracks WHERE hash = ANY ($1) AND id = ANY ($2::bigint[])', [
		[...new Set(hashes.values())],
		[...hashes.keys()],
	]);
};

export const removeTracks = async (query: Query, keys: readonly TrackKey[]): Promise<void> => {
	if (keys.length === 0) return;
	await query('DELETE FROM tracks WHERE hash = ANY ($1) AND id = ANY ($2::bigint[])', [
		[...new Set(keys.map(({ hash }) => hash))],
		keys.map(({ id }) => id),
	]);
	await forget(query, keys);
};

/** Removes what pointed to tracks that are gone, and contents that are nobody's now. */
export const forget = async (query: Query, gone: readonly TrackKey[]): Promise<void> => {
	if (gone.length === 0) return;
	await query('DELETE FROM track_hashes WHERE id = ANY ($1::bigint[])', [gone.map(({ id }) => id)]);
	await query('DELETE FROM track_paths WHERE path = ANY ($1)', [gone.map(({ path }) => path)]);
	await dropOrphans(query, [...new Set(gone.map(({ hash }) => hash))]);
};

/** Analyses, blocks and sections go with their content. */
const dropOrphans = async (query: Query, hashes: readonly string[]): Promise<void> => {
	await query(
		`DELETE FROM contents c WHERE c.hash = ANY ($1)
		AND NOT EXISTS (SELECT 1 FROM tracks t WHERE t.team = c.team AND t.hash = c.hash)`,
		[hashes],
	);
};
