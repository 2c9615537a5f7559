import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from 'better-sqlite3';
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
import { EngineError } from '../../protocol/errors.js';
import { AnalysisStore } from './analysis-store.js';
import { writeFolderList } from './folder-list.js';
import { type Db, openDatabase, tellingDamage } from './schema.js';
import {
	contentColumns,
	placeColumns,
	SELECT_TRACK,
	type SkippedRow,
	type TrackRow,
	toRecord,
	toSkipped,
	wordsOf,
} from './track-rows.js';
import { VectorStore } from './vector-store.js';

/** Milliseconds between two steps of compaction. */
const COMPACTION_PAUSE = 50;

/**
 * The catalogue in a data folder: `catalog.db` (SQLite), `features/` (analyses), `vectors/` and `folders.json`, from which
 * the list of folders survives a damaged database. One process may write at a time (see claimHome), any number may read.
 * What a record needs is flushed to disk before the record is committed, so a kill loses only what was under way.
 */
export class SqliteCatalog implements Catalog {
	readonly db: Db;
	readonly analyses: AnalysisStore;
	readonly vectors: VectorStore;
	readonly #home: string;
	#compaction: NodeJS.Timeout | undefined;

	/**
	 * Throws EngineError 'catalog-damaged', 'version-mismatch'; for readers 'catalog-empty' where there is none.
	 *
	 * @param segmentBytes - about how large a file of vectors gets; 64 MB unless given
	 */
	constructor(home: string, mode: 'write' | 'read' = 'write', segmentBytes?: number) {
		if (mode === 'write') mkdirSync(home, { recursive: true, mode: 0o700 });
		this.#home = home;
		this.db = openDatabase(join(home, 'catalog.db'), mode);
		this.analyses = new AnalysisStore(join(home, 'features'));
		this.vectors = new VectorStore(this.db, join(home, 'vectors'), segmentBytes);
	}

	addFolder(path: string): string {
		const covering = this.folders().find(folder => isInside(path, folder));
		if (covering !== undefined) return covering;
		this.#write(() => {
			this.#run('INSERT INTO folders (path) VALUES (?)', path);
			for (const inner of this.folders().filter(folder => folder !== path && isInside(folder, path))) {
				this.#run('UPDATE tracks SET folder = ? WHERE folder = ?', path, inner);
				this.#run('UPDATE skipped SET folder = ? WHERE folder = ?', path, inner);
				this.#run('DELETE FROM folders WHERE path = ?', inner);
			}
		});
		writeFolderList(this.#home, this.folders());
		return path;
	}

	removeFolder(path: string): void {
		this.#dropping(freed => {
			this.#deleteTracks(this.tracks(path), freed);
			this.#run('DELETE FROM skipped WHERE folder = ?', path);
			this.#run('DELETE FROM folders WHERE path = ?', path);
		});
		writeFolderList(this.#home, this.folders());
	}

	folders(): readonly string[] {
		return this.#all<{ path: string }>('SELECT path FROM folders ORDER BY path').map(({ path }) => path);
	}

	setReachable(folder: string, reachable: boolean): void {
		this.#write(() => this.#run('UPDATE folders SET reachable = ? WHERE path = ?', reachable ? 1 : 0, folder));
	}

	isReachable(folder: string): boolean {
		return this.#all<{ reachable: number }>('SELECT reachable FROM folders WHERE path = ?', folder)[0]?.reachable === 1;
	}

	put(track: NewTrack, analysis: TrackAnalysis, vectors: ReadonlyMap<string, EmbeddedSections>): TrackRecord {
		this.#needFolder(track.folder);
		this.analyses.write(track.contentHash, analysis, track.analysisVersion);
		const blocks = Array.from(vectors, ([space, sections]) => this.vectors.append(space, sections));
		this.#dropping(freed => {
			this.#run(
				`INSERT INTO contents VALUES (@hash, @analysis_version, @duration, @tempo, @tempo_confidence, @loudness, @labels, @vocals)
				ON CONFLICT DO UPDATE SET analysis_version = @analysis_version, duration = @duration, tempo = @tempo,
				tempo_confidence = @tempo_confidence, loudness = @loudness, labels = @labels, vocals = @vocals`,
				contentColumns(track),
			);
			// Vectors of spaces that were not given now came from the content's former analysis.
			this.#run('DELETE FROM blocks WHERE hash = ?', track.contentHash);
			for (const block of blocks) this.vectors.own(track.contentHash, block);
			this.#insertTrack(track, track.contentHash, freed);
			for (const record of this.withContent(track.contentHash)) this.#index(record);
		});
		return this.atPath(track.path)!;
	}

	move(id: string, place: Place): TrackRecord {
		this.#needFolder(place.folder);
		this.#need(id);
		this.#dropping(freed => {
			const there = this.atPath(place.path);
			if (there && there.id !== id) this.#deleteTracks([there], freed);
			this.#run(
				`UPDATE tracks SET path = @path, folder = @folder, size = @size, modified = @modified, title = @title,
				artist = @artist, album = @album, licence = @licence, has_cover = @has_cover WHERE id = @id`,
				{ id: Number(id), ...placeColumns(place) },
			);
			this.#run('DELETE FROM skipped WHERE path = ?', place.path);
			this.#index(this.#need(id));
		});
		return this.#need(id);
	}

	copy(id: string, place: Place): TrackRecord {
		this.#needFolder(place.folder);
		const { contentHash } = this.#need(id);
		this.#dropping(freed => {
			this.#insertTrack(place, contentHash, freed);
			this.#index(this.atPath(place.path)!);
		});
		return this.atPath(place.path)!;
	}

	remove(ids: readonly string[]): void {
		this.#dropping(freed =>
			this.#deleteTracks(
				ids.flatMap(id => this.get(id) ?? []),
				freed,
			),
		);
	}

	putVectors(id: string, space: string, sections: EmbeddedSections): void {
		const { contentHash } = this.#need(id);
		const block = this.vectors.append(space, sections);
		this.#write(() => this.vectors.own(contentHash, block));
	}

	withoutVectors(space: string): readonly string[] {
		return this.#all<{ id: number }>(
			`SELECT min(t.id) AS id FROM tracks t
			WHERE NOT EXISTS (SELECT 1 FROM blocks b WHERE b.hash = t.hash AND b.space = ?) GROUP BY t.hash ORDER BY id`,
			space,
		).map(({ id }) => String(id));
	}

	skip(folder: string, stamp: FileStamp, { path, code, detail }: Skipped): void {
		this.#needFolder(folder);
		this.#write(() =>
			this.#run(
				'INSERT OR REPLACE INTO skipped (path, folder, size, modified, code, detail) VALUES (?, ?, ?, ?, ?, ?)',
				...[path, folder, stamp.size, stamp.modified, code, detail],
			),
		);
	}

	forgetSkipped(paths: readonly string[]): void {
		this.#write(() => {
			for (const path of paths) this.#run('DELETE FROM skipped WHERE path = ?', path);
		});
	}

	skipped(folder: string): readonly (Skipped & { readonly stamp: FileStamp })[] {
		return this.#all<SkippedRow>('SELECT * FROM skipped WHERE folder = ? ORDER BY path', folder).map(toSkipped);
	}

	records(ids: readonly string[]): readonly (TrackRecord | null)[] {
		const asked = JSON.stringify(ids.map(Number));
		const found = this.#tracks('WHERE t.id IN (SELECT value FROM json_each(?))', asked);
		const byId = new Map(found.map(record => [record.id, record]));
		return ids.map(id => byId.get(id) ?? null);
	}

	get(id: string): TrackRecord | null {
		return this.#tracks('WHERE t.id = ?', Number(id))[0] ?? null;
	}

	atPath(path: string): TrackRecord | null {
		return this.#tracks('WHERE t.path = ?', path)[0] ?? null;
	}

	withContent(hash: string): readonly TrackRecord[] {
		return this.#tracks('WHERE t.hash = ? ORDER BY t.path', hash);
	}

	tracks(folder?: string): readonly TrackRecord[] {
		return folder === undefined
			? this.#tracks('WHERE f.reachable ORDER BY t.path')
			: this.#tracks('WHERE t.folder = ? ORDER BY t.path', folder);
	}

	search(text: string, offset: number, limit: number): { tracks: readonly TrackRecord[]; total: number } {
		const words = searchWords(text);
		const found = words.length > 0 ? 'AND t.id IN (SELECT rowid FROM words WHERE text MATCH ?)' : '';
		// Each word in quotes is a prefix of a word; side by side all are asked for.
		const query = words.length > 0 ? [words.map(word => `"${word}"*`).join(' ')] : [];
		const [row] = this.#all<{ total: number }>(
			`SELECT count(*) AS total FROM tracks t JOIN folders f ON f.path = t.folder WHERE f.reachable ${found}`,
			...query,
		);
		const tracks = this.#tracks(`WHERE f.reachable ${found} ORDER BY t.path LIMIT ? OFFSET ?`, ...query, limit, offset);
		return { tracks, total: row!.total };
	}

	overview(): readonly FolderOverview[] {
		const counted = this.#all<{ folder: string; n: number }>(
			'SELECT folder, count(*) AS n FROM tracks GROUP BY folder',
		);
		const tracks = new Map(counted.map(({ folder, n }) => [folder, n]));
		return this.folders().map(path => ({
			path,
			reachable: this.isReachable(path),
			tracks: tracks.get(path) ?? 0,
			skipped: this.skipped(path).map(({ path, code, detail }) => ({ path, code, detail })),
		}));
	}

	count(): number {
		return this.#all<{ total: number }>(
			'SELECT count(*) AS total FROM tracks t JOIN folders f ON f.path = t.folder WHERE f.reachable',
		)[0]!.total;
	}

	analysis(id: string): TrackAnalysis {
		return this.analyses.read(this.#need(id).contentHash);
	}

	recall(contentHash: string): TrackAnalysis | null {
		return this.analyses.recall(contentHash);
	}

	sectionVectors(space: string): SectionVectors {
		return tellingDamage(() => this.vectors.sections(space));
	}

	/** Makes the words anew by which a track is found. */
	indexAgain(id: string): void {
		const record = this.get(id);
		if (record) this.#write(() => this.#index(record));
	}

	close(): void {
		clearTimeout(this.#compaction);
		this.db.close();
	}

	#insertTrack(place: Place, hash: string, freed: Set<string>): void {
		const replaced = this.atPath(place.path);
		if (replaced) freed.add(replaced.contentHash);
		this.#run(
			`INSERT INTO tracks (path, folder, size, modified, hash, title, artist, album, licence, has_cover)
			VALUES (@path, @folder, @size, @modified, @hash, @title, @artist, @album, @licence, @has_cover)
			ON CONFLICT (path) DO UPDATE SET folder = @folder, size = @size, modified = @modified, hash = @hash,
			title = @title, artist = @artist, album = @album, licence = @licence, has_cover = @has_cover`,
			{ hash, ...placeColumns(place) },
		);
		this.#run('DELETE FROM skipped WHERE path = ?', place.path);
	}

	#index(record: TrackRecord): void {
		this.#run('INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)', Number(record.id), wordsOf(record));
	}

	#deleteTracks(tracks: readonly TrackRecord[], freed: Set<string>): void {
		for (const { id, contentHash } of tracks) {
			this.#run('DELETE FROM tracks WHERE id = ?', Number(id));
			this.#run('DELETE FROM words WHERE rowid = ?', Number(id));
			freed.add(contentHash);
		}
	}

	/** Runs a transaction that adds to `freed` the contents of tracks it takes away: those that are nobody's now go too. */
	#dropping(work: (freed: Set<string>) => void): void {
		const dropped = this.#write(() => {
			const freed = new Set<string>();
			work(freed);
			const orphans = [...freed].filter(hash => this.withContent(hash).length === 0);
			for (const hash of orphans) {
				this.#run('DELETE FROM blocks WHERE hash = ?', hash);
				this.#run('DELETE FROM contents WHERE hash = ?', hash);
			}
			return orphans;
		});
		// Files go last: a kill in between leaves strays, never a record without its analysis.
		for (const hash of dropped) this.analyses.remove(hash);
		if (dropped.length > 0) this.#compactSoon();
	}

	/** Gives room back a segment at a time, between other work. */
	#compactSoon(): void {
		if (this.#compaction !== undefined) return;
		this.#compaction = setTimeout(() => {
			this.#compaction = undefined;
			try {
				if (this.vectors.compactOne()) this.#compactSoon();
			} catch (cause) {
				// Moving rows needs room first. Nothing is lost without it, and the next removal tries again.
				if (!(cause instanceof EngineError) || cause.code !== 'disk-full') throw cause;
			}
		}, COMPACTION_PAUSE).unref();
	}

	#need(id: string): TrackRecord {
		const record = this.get(id);
		if (!record) throw new EngineError('not-found', `There is no track ${id} in the catalogue.`);
		return record;
	}

	#needFolder(folder: string): void {
		if (!this.folders().includes(folder)) throw new RangeError(`folder ${folder} is not in the catalogue`);
	}

	#tracks(where: string, ...values: unknown[]): TrackRecord[] {
		return this.#all<TrackRow>(`${SELECT_TRACK} ${where}`, ...values).map(toRecord);
	}

	#all<Row>(sql: string, ...values: unknown[]): Row[] {
		return tellingDamage(() => this.#prepared(sql).all(...values) as Row[]);
	}

	#run(sql: string, ...values: unknown[]): void {
		this.#prepared(sql).run(...values);
	}

	#write<Result>(work: () => Result): Result {
		return tellingDamage(() => this.db.transaction(work).immediate());
	}

	/** Preparing costs more than most of these statements do. */
	#prepared(sql: string): Statement {
		const known = this.#statements.get(sql);
		if (known) return known;
		const statement = this.db.prepare(sql);
		this.#statements.set(sql, statement);
		return statement;
	}

	readonly #statements = new Map<string, Statement>();
}
