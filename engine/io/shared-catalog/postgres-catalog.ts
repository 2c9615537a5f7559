import type { TrackAnalysis } from '../../features/track-analysis.js';
import {
	type Catalog,
	type EmbeddedSections,
	type FileStamp,
	type FolderOverview,
	isInside,
	type NewTrack,
	type Place,
	type SectionVectors,
	type Skipped,
	type TrackRecord,
} from '../../jobs/catalog.js';
import { searchWords } from '../../jobs/search-words.js';
import { encodeAnalysis } from '../catalog/analysis-file.js';
import { type SkippedRow, toSkipped, wordsOf } from '../catalog/track-rows.js';
import { Changes } from './changes.js';
import type { Query, SharedDatabase } from './database.js';
import { insertSections } from './insert-sections.js';
import {
	forget,
	hashesOf,
	INSERT_PATH,
	keysOf,
	need,
	needFolder,
	removeTracks,
	SELECT_KEY_AT_PATH,
	settle,
	type TrackKey,
	trackOf,
	tracksWhere,
} from './placed-tracks.js';
import { SectionSnapshots } from './section-snapshots.js';
import { StoredAnalyses } from './stored-analyses.js';
import { contentValues, INSERT_CONTENT, INSERT_TRACK, lexemes, prefixes, trackValues } from './track-rows.js';

/**
 * A studio's catalogue, in PostgreSQL with pgvector. Any number of engines read and write at the same time. Each statement
 * that concerns one track names the key that its shard is found by, and reads no other shard (docs/scaling.md).
 */
export class PostgresCatalog implements Catalog {
	readonly #changes: Changes;
	readonly #sections: SectionSnapshots;
	readonly #analyses: StoredAnalyses;

	constructor(readonly database: SharedDatabase) {
		this.#changes = new Changes(database);
		this.#sections = new SectionSnapshots(database, this.#changes);
		this.#analyses = new StoredAnalyses(database);
	}

	addFolder(path: string): Promise<string> {
		return this.#write(async query => {
			// Two engines that add folders at the same time are not to nest them.
			await query('SELECT pg_advisory_xact_lock(hashtext($1))', [`segue folders ${this.database.address.team}`]);
			const folders = (await query<{ path: string }>(SELECT_FOLDERS)).map(folder => folder.path);
			const covering = folders.find(folder => isInside(path, folder));
			if (covering !== undefined) return covering;
			await query('INSERT INTO folders (path) VALUES ($1)', [path]);
			for (const inner of folders.filter(folder => isInside(folder, path))) {
				await query('UPDATE tracks SET folder = $1 WHERE folder = $2', [path, inner]);
				await query('UPDATE skipped SET folder = $1 WHERE folder = $2', [path, inner]);
				await query('DELETE FROM folders WHERE path = $1', [inner]);
			}
			return path;
		});
	}

	removeFolder(path: string): Promise<void> {
		return this.#write(async query => {
			const gone = await query<TrackKey>('DELETE FROM tracks WHERE folder = $1 RETURNING id, hash, path', [path]);
			await forget(query, gone);
			await query('DELETE FROM skipped WHERE folder = $1', [path]);
			await query('DELETE FROM folders WHERE path = $1', [path]);
		});
	}

	async folders(): Promise<readonly string[]> {
		return (await this.database.read<{ path: string }>(SELECT_FOLDERS)).map(({ path }) => path);
	}

	setReachable(folder: string, reachable: boolean): Promise<void> {
		return this.#write(async query => {
			await query('UPDATE folders SET reachable = $2 WHERE path = $1', [folder, reachable]);
		});
	}

	async isReachable(folder: string): Promise<boolean> {
		const rows = await this.database.read('SELECT 1 FROM folders WHERE path = $1 AND reachable', [folder]);
		return rows.length > 0;
	}

	put(track: NewTrack, analysis: TrackAnalysis, vectors: ReadonlyMap<string, EmbeddedSections>): Promise<TrackRecord> {
		const bytes = encodeAnalysis(analysis, track.analysisVersion);
		const { contentHash: hash } = track;
		return this.#write(async query => {
			await needFolder(query, track.folder);
			await query(INSERT_CONTENT, contentValues(track));
			await query(INSERT_ANALYSIS, [hash, bytes]);
			// Vectors of spaces that were not given now came from the content's former analysis.
			await query('DELETE FROM blocks WHERE hash = $1', [hash]);
			for (const [space, sections] of vectors) await insertSections(query, hash, space, sections);
			const id = await settle(query, track, hash);
			for (const record of await tracksWhere(query, 't.hash = $1', [hash])) {
				await query('UPDATE tracks SET words = array_to_tsvector($3) WHERE hash = $1 AND id = $2', [
					hash,
					record.id,
					lexemes(wordsOf(record)),
				]);
			}
			return need(query, id);
		});
	}

	move(id: string, place: Place): Promise<TrackRecord> {
		return this.#write(async query => {
			await needFolder(query, place.folder);
			const before = await need(query, id);
			const [there] = await query<TrackKey>(`${SELECT_KEY_AT_PATH} FOR UPDATE`, [place.path]);
			if (there && there.id !== id) await removeTracks(query, [there]);
			if (before.path !== place.path) await query('DELETE FROM track_paths WHERE path = $1', [before.path]);
			await query(INSERT_PATH, [place.path, id, before.contentHash]);
			const words = wordsOf({ ...place, labels: before.labels });
			await query(INSERT_TRACK, trackValues(id, before.contentHash, place, words));
			await query('DELETE FROM skipped WHERE path = $1', [place.path]);
			return need(query, id);
		});
	}

	copy(id: string, place: Place): Promise<TrackRecord> {
		return this.#write(async query => {
			await needFolder(query, place.folder);
			const { contentHash, labels } = await need(query, id);
			return need(query, await settle(query, { ...place, labels }, contentHash));
		});
	}

	remove(ids: readonly string[]): Promise<void> {
		return this.#write(async query => removeTracks(query, await keysOf(query, ids)));
	}

	putVectors(id: string, space: string, sections: EmbeddedSections): Promise<void> {
		return this.#write(async query => {
			const { contentHash } = await need(query, id);
			await query('DELETE FROM blocks WHERE hash = $1 AND space = $2', [contentHash, space]);
			await insertSections(query, contentHash, space, sections);
		});
	}

	/** Forgets a content's vectors in one space: they are made again from its analysis. */
	forgetVectors(hash: string, space: string): Promise<void> {
		return this.#write(async query => {
			await query('DELETE FROM blocks WHERE hash = $1 AND space = $2', [hash, space]);
		});
	}

	async withoutVectors(space: string): Promise<readonly string[]> {
		const rows = await this.database.read<{ id: string }>(
			`SELECT min(t.id) AS id FROM tracks t WHERE NOT EXISTS (
				SELECT 1 FROM blocks b WHERE b.team = t.team AND b.hash = t.hash AND b.space = $1
			) GROUP BY t.team, t.hash ORDER BY 1`,
			[space],
		);
		return rows.map(({ id }) => id);
	}

	skip(folder: string, stamp: FileStamp, { path, code, detail }: Skipped): Promise<void> {
		return this.database.transaction(async query => {
			await needFolder(query, folder);
			await query(
				`INSERT INTO skipped (path, folder, size, modified, code, detail) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (team, path) DO UPDATE SET folder = $2, size = $3, modified = $4, code = $5, detail = $6`,
				[path, folder, stamp.size, stamp.modified, code, detail.replaceAll('\0', '')],
			);
		}, 'write');
	}

	forgetSkipped(paths: readonly string[]): Promise<void> {
		return this.database.transaction(async query => {
			await query('DELETE FROM skipped WHERE path = ANY ($1)', [paths]);
		}, 'write');
	}

	async skipped(folder: string): Promise<readonly (Skipped & { readonly stamp: FileStamp })[]> {
		const rows = await this.database.read<Omit<SkippedRow, 'size'> & { size: string }>(
			'SELECT * FROM skipped WHERE folder = $1 ORDER BY path',
			[folder],
		);
		return rows.map(row => toSkipped({ ...row, size: Number(row.size) }));
	}

	records(ids: readonly string[]): Promise<readonly (TrackRecord | null)[]> {
		return this.#read(async query => {
			const hashes = await hashesOf(query, ids);
			const found = await tracksWhere(query, 't.hash = ANY ($1) AND t.id = ANY ($2)', [
				[...new Set(hashes.values())],
				[...hashes.keys()],
			]);
			const byId = new Map(found.map(record => [record.id, record]));
			return ids.map(id => byId.get(id) ?? null);
		});
	}

	get(id: string): Promise<TrackRecord | null> {
		return this.#read(query => trackOf(query, id));
	}

	atPath(path: string): Promise<TrackRecord | null> {
		return this.#read(async query => {
			const [key] = await query<TrackKey>(SELECT_KEY_AT_PATH, [path]);
			if (key === undefined) return null;
			return (await tracksWhere(query, 't.hash = $1 AND t.id = $2', [key.hash, key.id]))[0] ?? null;
		});
	}

	withContent(hash: string): Promise<readonly TrackRecord[]> {
		return this.#read(query => tracksWhere(query, 't.hash = $1 ORDER BY t.path', [hash]));
	}

	tracks(folder?: string): Promise<readonly TrackRecord[]> {
		return this.#read(query =>
			folder === undefined
				? tracksWhere(query, `${IS_VISIBLE} ORDER BY t.path`, [])
				: tracksWhere(query, 't.folder = $1 ORDER BY t.path', [folder]),
		);
	}

	search(text: string, offset: number, limit: number): Promise<{ tracks: readonly TrackRecord[]; total: number }> {
		const words = searchWords(text);
		const where = words.length > 0 ? `${IS_VISIBLE} AND t.words @@ $1::tsquery` : IS_VISIBLE;
		const asked = words.length > 0 ? [prefixes(words)] : [];
		return this.#read(async query => {
			const [row] = await query<{ total: string }>(`SELECT count(*) AS total FROM tracks t WHERE ${where}`, asked);
			// Whole numbers of our own, by then.
			const page = `LIMIT ${Math.floor(limit)} OFFSET ${Math.floor(offset)}`;
			const tracks = await tracksWhere(query, `${where} ORDER BY t.path ${page}`, asked);
			return { tracks, total: Number(row!.total) };
		});
	}

	overview(): Promise<readonly FolderOverview[]> {
		return this.#read(async query => {
			const folders = await query<{ path: string; reachable: boolean }>(
				'SELECT path, reachable FROM folders ORDER BY path',
			);
			const counted = await query<{ folder: string; n: string }>(
				'SELECT folder, count(*) AS n FROM tracks GROUP BY folder',
			);
			const tracks = new Map(counted.map(({ folder, n }) => [folder, Number(n)]));
			const skipped = await query<Skipped & { folder: string }>(
				'SELECT folder, path, code, detail FROM skipped ORDER BY path',
			);
			return folders.map(({ path, reachable }) => ({
				path,
				reachable,
				tracks: tracks.get(path) ?? 0,
				skipped: skipped
					.filter(({ folder }) => folder === path)
					.map(({ path, code, detail }) => ({ path, code, detail })),
			}));
		});
	}

	async count(): Promise<number> {
		const [row] = await this.database.read<{ n: string }>(`SELECT count(*) AS n FROM tracks t WHERE ${IS_VISIBLE}`);
		return Number(row!.n);
	}

	analysis(id: string): Promise<TrackAnalysis> {
		return this.#analyses.ofTrack(id);
	}

	recall(contentHash: string): Promise<TrackAnalysis | null> {
		return this.#analyses.recall(contentHash);
	}

	sectionVectors(space: string): Promise<SectionVectors> {
		return this.#sections.sections(space);
	}

	async close(): Promise<void> {
		await this.#changes.close();
		await this.database.close();
	}

	#read<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
		return this.database.transaction(work, 'read');
	}

	/** A transaction whose changes readers see. */
	#write<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
		return this.database.transaction(async query => {
			const result = await work(query);
			await this.#changes.announce(query);
			return result;
		}, 'write');
	}
}

const SELECT_FOLDERS = 'SELECT path FROM folders ORDER BY path';
const IS_VISIBLE = 't.folder IN (SELECT f.path FROM folders f WHERE f.reachable)';

const INSERT_ANALYSIS = `
	INSERT INTO analyses (hash, bytes) VALUES ($1, $2) ON CONFLICT (team, hash) DO UPDATE SET bytes = $2`;
