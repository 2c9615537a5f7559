import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Awaitable, Catalog } from '../jobs/catalog.js';
import { EngineError } from '../protocol/errors.js';
import { SqliteCatalog } from './catalog/sqlite-catalog.js';
import { rebuildCatalog, repair, type VerifyReport, verify } from './catalog/verify.js';

/** 'rebuild' writes too, and where the database is damaged begins a new one with the same folders. */
export type CatalogMode = 'read' | 'write' | 'rebuild';

/** A catalogue wherever it is kept, with what checks that all of it can be trusted. */
export type OpenCatalog = {
	readonly catalog: Catalog;
	/** Compares everything stored with its checksums; changes nothing. */
	verify(): Awaitable<VerifyReport>;
	/** Removes what can't be trusted, so that indexing makes it again. */
	repair(report: VerifyReport): Awaitable<void>;
};

/** Throws 'catalog-damaged', 'version-mismatch', or for readers 'catalog-empty' where there is none yet. */
export const openCatalog = (home: string, mode: CatalogMode): OpenCatalog => {
	const catalog = openSqlite(home, mode);
	return { catalog, verify: () => verify(catalog), repair: report => repair(catalog, report) };
};

const openSqlite = (home: string, mode: CatalogMode): SqliteCatalog => {
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
