import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../protocol/errors.js';
import { SqliteCatalog } from './catalog/sqlite-catalog.js';
import { rebuildCatalog } from './catalog/verify.js';

/** 'rebuild' writes too, and where the database is damaged begins a new one with the same folders. */
export type CatalogMode = 'read' | 'write' | 'rebuild';

/** Throws 'catalog-damaged', 'version-mismatch', or for readers 'catalog-empty' where there is none yet. */
export const openCatalog = (home: string, mode: CatalogMode): SqliteCatalog => {
	if (mode === 'read' && !existsSync(join(home, 'catalog.db'))) {
		throw new EngineError('catalog-empty', 'There is no catalogue yet.');
	}
	try {
		return new SqliteCatalog(home, mode === 'read' ? 'read' : 'write');
	} catch (error) {
		if (mode !== 'rebuild' || !(error instanceof EngineError) || error.code !== 'catalog-damaged') throw error;
		return rebuildCatalog(home);
	}
};
