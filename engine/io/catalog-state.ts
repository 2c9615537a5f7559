import { ERRORS, type ErrorCode } from '../protocol/errors.js';
import type { CatalogState } from '../protocol/messages.js';
import type { SqliteCatalog } from './catalog/sqlite-catalog.js';
import type { Indexer } from './indexer.js';

/** What a catalogue holds and what indexing is doing. Counts in SQL: this is asked four times a second. */
export const stateOf = (catalog: SqliteCatalog, indexer: Indexer | null): CatalogState => {
	const counts = new Map(
		(
			catalog.db.prepare('SELECT folder, count(*) AS n FROM tracks GROUP BY folder').all() as {
				folder: string;
				n: number;
			}[]
		).map(({ folder, n }) => [folder, n]),
	);
	const indexing = indexer?.view ?? null;
	const problem = indexer?.problem;
	const folders = catalog.folders().map(path => ({
		path,
		tracks: counts.get(path) ?? 0,
		state: stateOfFolder(catalog.isReachable(path), indexing !== null, indexer?.isPaused ?? false),
		skipped: catalog.skipped(path).map(({ path, code, detail }) => ({ path, code: asCode(code), detail })),
	}));
	return { tracks: catalog.count(), folders, indexing, ...(problem && { problem }) };
};

const stateOfFolder = (reachable: boolean, indexing: boolean, paused: boolean): CatalogState['folders'][0]['state'] => {
	if (!reachable) return 'offline';
	if (paused) return 'paused';
	return indexing ? 'indexing' : 'ready';
};

/** Codes are stored as text, and a later version may have stored one that this one lacks. */
const asCode = (code: string): ErrorCode => (code in ERRORS ? (code as ErrorCode) : 'internal');
