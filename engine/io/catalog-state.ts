import type { Catalog } from '../jobs/catalog.js';
import { ERRORS, type ErrorCode } from '../protocol/errors.js';
import type { CatalogState } from '../protocol/messages.js';
import type { Indexer } from './indexer.js';

/** What a catalogue holds and what indexing is doing. */
export const stateOf = async (catalog: Catalog, indexer: Indexer | null): Promise<CatalogState> => {
	const overview = await catalog.overview();
	// Asked for after the folders, which may take a while: the indexing is to be told as it is now.
	const indexing = indexer?.view ?? null;
	const problem = indexer?.problem;
	const folders = overview.map(({ path, tracks, reachable, skipped }) => ({
		path,
		tracks,
		state: stateOfFolder(reachable, indexing !== null, indexer?.isPaused ?? false),
		skipped: skipped.map(({ path, code, detail }) => ({ path, code: asCode(code), detail })),
	}));
	const tracks = overview.reduce((sum, folder) => sum + (folder.reachable ? folder.tracks : 0), 0);
	return { tracks, folders, indexing, ...(problem && { problem }) };
};

const stateOfFolder = (reachable: boolean, indexing: boolean, paused: boolean): CatalogState['folders'][0]['state'] => {
	if (!reachable) return 'offline';
	if (paused) return 'paused';
	return indexing ? 'indexing' : 'ready';
};

/** Codes are stored as text, and a later version may have stored one that this one lacks. */
const asCode = (code: string): ErrorCode => (code in ERRORS ? (code as ErrorCode) : 'internal');
