import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANALYSIS_VERSION } from '../../features/track-analysis.js';
import { EngineError } from '../../protocol/errors.js';
import { readFolderList } from './folder-list.js';
import { tellingDamage } from './schema.js';
import { SqliteCatalog } from './sqlite-catalog.js';

export type VerifyReport = {
	readonly tracks: number;
	/** Distinct contents whose analysis was read. */
	readonly analyses: number;
	readonly problems: readonly CatalogProblem[];
};

export type CatalogProblem =
	/** A content whose analysis is missing, cut short, changed or unreadable. */
	| { readonly kind: 'analysis'; readonly hash: string; readonly paths: readonly string[] }
	/** A content whose vectors in a space are missing or changed. */
	| { readonly kind: 'vectors'; readonly hash: string; readonly space: string }
	/** A vector file that can't be opened. */
	| { readonly kind: 'vector-file' }
	/** A row of the database that belongs to no other: a content of no track, words of no track, a track without either. */
	| { readonly kind: 'stale-row'; readonly table: StaleTable; readonly key: string }
	/** A file that nothing refers to: what a kill left behind. Harmless. */
	| { readonly kind: 'stray'; readonly path: string };

type StaleTable = keyof typeof STALE_ROWS;

/** Rows that no program of ours leaves, and a restored copy or another program may. */
const STALE_ROWS = {
	blocks: 'SELECT hash AS key FROM blocks WHERE hash NOT IN (SELECT hash FROM contents)',
	tracks: 'SELECT id AS key FROM tracks WHERE hash NOT IN (SELECT hash FROM contents)',
	contents: 'SELECT hash AS key FROM contents WHERE hash NOT IN (SELECT hash FROM tracks)',
	words: 'SELECT rowid AS key FROM words WHERE rowid NOT IN (SELECT id FROM tracks)',
	'missing words': 'SELECT id AS key FROM tracks WHERE id NOT IN (SELECT rowid FROM words)',
} as const;

/**
 * Reads everything the catalogue refers to and compares it with its checksums. Analyses of an older version are not read:
 * the next indexing replaces them anyway.
 *
 * Throws EngineError 'catalog-damaged' where the database itself is damaged: then only {@link rebuildCatalog} helps.
 */
export const verify = (catalog: SqliteCatalog): VerifyReport => {
	const contents = tellingDamage(() => {
		const integrity = catalog.db.pragma('integrity_check', { simple: true });
		if (integrity !== 'ok') throw new EngineError('catalog-damaged', `The catalogue’s database: ${integrity}.`);
		return catalog.db.prepare('SELECT hash, analysis_version AS version FROM contents').all();
	}) as { hash: string; version: number }[];
	const current = contents.filter(({ version }) => version === ANALYSIS_VERSION);
	const strays = [...catalog.analyses.strays(new Set(contents.map(({ hash }) => hash))), ...catalog.vectors.strays()];
	return {
		tracks: (catalog.db.prepare('SELECT count(*) AS n FROM tracks').get() as { n: number }).n,
		analyses: current.length,
		problems: [
			...current
				.filter(({ hash }) => catalog.recall(hash) === null)
				.map(({ hash }) => ({
					kind: 'analysis' as const,
					hash,
					paths: catalog.withContent(hash).map(({ path }) => path),
				})),
			...catalog.vectors.damaged().map(damaged => ({ kind: 'vectors' as const, ...damaged })),
			...(catalog.vectors.unusable().length === 0 ? [] : [{ kind: 'vector-file' as const }]),
			...(Object.keys(STALE_ROWS) as StaleTable[]).flatMap(table =>
				(catalog.db.prepare(STALE_ROWS[table]).all() as { key: string | number }[]).map(({ key }) => ({
					kind: 'stale-row' as const,
					table,
					key: String(key),
				})),
			),
			...strays.map(path => ({ kind: 'stray' as const, path })),
		],
	};
};

/**
 * Removes what can't be trusted, so that indexing makes it again: tracks without a sound analysis are forgotten (their
 * files are found as new ones), damaged vectors are listed by `withoutVectors`, strays are deleted.
 */
export const repair = (catalog: SqliteCatalog, { problems }: VerifyReport): void => {
	for (const problem of problems) {
		switch (problem.kind) {
			case 'analysis':
				catalog.remove(catalog.withContent(problem.hash).map(({ id }) => id));
				break;
			case 'vectors':
				catalog.db.prepare('DELETE FROM blocks WHERE hash = ? AND space = ?').run(problem.hash, problem.space);
				break;
			case 'vector-file':
				catalog.vectors.dropUnusable();
				break;
			case 'stale-row':
				dropStaleRow(catalog, problem.table, problem.key);
				break;
			case 'stray':
				rmSync(problem.path, { force: true });
				break;
		}
	}
};

const dropStaleRow = (catalog: SqliteCatalog, table: StaleTable, key: string): void => {
	switch (table) {
		case 'blocks':
			catalog.db.prepare('DELETE FROM blocks WHERE hash = ?').run(key);
			break;
		case 'tracks':
			// What it held is not known any more: its file is found as a new one.
			catalog.db.prepare('DELETE FROM tracks WHERE id = ?').run(Number(key));
			catalog.db.prepare('DELETE FROM words WHERE rowid = ?').run(Number(key));
			break;
		case 'contents':
			catalog.db.prepare('DELETE FROM blocks WHERE hash = ?').run(key);
			catalog.db.prepare('DELETE FROM contents WHERE hash = ?').run(key);
			catalog.analyses.remove(key);
			break;
		case 'words':
			catalog.db.prepare('DELETE FROM words WHERE rowid = ?').run(Number(key));
			break;
		case 'missing words':
			catalog.indexAgain(key);
			break;
	}
};

/**
 * Puts a database that can't be read aside and begins a new one with the same folders. Stored analyses stay, so indexing
 * the folders again only has to read the files to know them by their content.
 */
export const rebuildCatalog = (home: string): SqliteCatalog => {
	const path = join(home, 'catalog.db');
	rmSync(`${path}-wal`, { force: true });
	rmSync(`${path}-shm`, { force: true });
	renameSync(path, `${path}.damaged`);
	rmSync(join(home, 'vectors'), { recursive: true, force: true });
	const catalog = new SqliteCatalog(home);
	for (const folder of readFolderList(home)) catalog.addFolder(folder);
	return catalog;
};
