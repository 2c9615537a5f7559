import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { EngineError } from '../../protocol/errors.js';

export type Db = Database.Database;

/**
 * Opens the catalogue's database and brings its tables up to date. Writers make it if it is absent; readers never write.
 *
 * Throws EngineError 'catalog-damaged' where it can't be read, 'version-mismatch' where a later Segue made it.
 */
export const openDatabase = (path: string, mode: 'write' | 'read'): Db =>
	tellingDamage(() => {
		if (mode === 'read' && !existsSync(path)) throw new EngineError('catalog-empty', 'There is no catalogue yet.');
		const db = new Database(path, { readonly: mode === 'read', timeout: 10_000 });
		try {
			if (mode === 'write') {
				db.pragma('journal_mode = WAL');
				// A record that was reported as stored must survive a power cut, so every commit is flushed.
				db.pragma('synchronous = FULL');
			}
			db.pragma('foreign_keys = ON');
			migrate(db, path, mode);
			return db;
		} catch (cause) {
			db.close();
			throw cause;
		}
	});

/** Runs database work; what SQLite says of a damaged file or a full disk becomes an EngineError. */
export const tellingDamage = <Result>(work: () => Result): Result => {
	try {
		return work();
	} catch (cause) {
		const code = cause instanceof Database.SqliteError ? cause.code : '';
		if (/^SQLITE_(CORRUPT|NOTADB|CANTOPEN)/.test(code)) {
			throw new EngineError('catalog-damaged', 'The catalogue’s database cannot be read.', { cause });
		}
		if (code.startsWith('SQLITE_FULL')) {
			throw new EngineError('disk-full', 'There is no space left for the catalogue.', { cause });
		}
		throw cause;
	}
};

const migrate = (db: Db, path: string, mode: 'write' | 'read'): void => {
	const version = db.pragma('user_version', { simple: true }) as number;
	if (version > MIGRATIONS.length) {
		throw new EngineError('version-mismatch', `The catalogue ${path} was made by a later version of Segue.`);
	}
	if (mode === 'read') {
		if (version < MIGRATIONS.length) throw new EngineError('catalog-empty', 'There is no catalogue yet.');
		return;
	}
	for (let next = version; next < MIGRATIONS.length; next++) {
		db.transaction(() => {
			db.exec(MIGRATIONS[next]!);
			db.pragma(`user_version = ${next + 1}`);
		})();
	}
};

/** Migration k leads from user_version k to k + 1. One that has been released is never changed. */
const MIGRATIONS: readonly string[] = [
	`
	CREATE TABLE folders (path TEXT PRIMARY KEY, reachable INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;

	-- What is known of a content, however many files hold it.
	CREATE TABLE contents (
		hash TEXT PRIMARY KEY,
		analysis_version INTEGER NOT NULL,
		duration REAL NOT NULL,
		tempo REAL NOT NULL,
		tempo_confidence REAL NOT NULL,
		loudness REAL NOT NULL,
		labels TEXT NOT NULL,
		vocals REAL NOT NULL
	) STRICT, WITHOUT ROWID;

	-- AUTOINCREMENT, since an id must never be given to another track.
	CREATE TABLE tracks (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		path TEXT NOT NULL UNIQUE,
		folder TEXT NOT NULL REFERENCES folders (path),
		size INTEGER NOT NULL,
		modified REAL NOT NULL,
		hash TEXT NOT NULL REFERENCES contents (hash),
		title TEXT NOT NULL,
		artist TEXT,
		album TEXT,
		licence TEXT,
		has_cover INTEGER NOT NULL
	) STRICT;
	CREATE INDEX tracks_hash ON tracks (hash, path);
	CREATE INDEX tracks_folder ON tracks (folder, path);

	CREATE TABLE skipped (
		path TEXT PRIMARY KEY,
		folder TEXT NOT NULL REFERENCES folders (path),
		size INTEGER NOT NULL,
		modified REAL NOT NULL,
		code TEXT NOT NULL,
		detail TEXT NOT NULL
	) STRICT, WITHOUT ROWID;

	-- The vector file that holds a space, and which of its rows belong to which content. Rows of nobody are dead.
	CREATE TABLE spaces (space TEXT PRIMARY KEY, dimensions INTEGER NOT NULL, file TEXT NOT NULL) STRICT, WITHOUT ROWID;
	CREATE TABLE blocks (
		hash TEXT NOT NULL REFERENCES contents (hash),
		space TEXT NOT NULL REFERENCES spaces (space),
		first_row INTEGER NOT NULL,
		rows INTEGER NOT NULL,
		checksum INTEGER NOT NULL,
		spans BLOB NOT NULL,
		PRIMARY KEY (hash, space)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX blocks_space ON blocks (space, first_row);

	-- Words as searchWords gives them; the row of a track has the track's id.
	CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, prefix = '1 2 3');
	`,
];
