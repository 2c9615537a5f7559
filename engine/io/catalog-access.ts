import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Awaitable, Catalog, SectionVectors } from '../jobs/catalog.js';
import type { Matrix32 } from '../numeric/matrix.js';
import { EngineError } from '../protocol/errors.js';
import { SqliteCatalog } from './catalog/sqlite-catalog.js';
import { rebuildCatalog, repair, type VerifyReport, verify } from './catalog/verify.js';
import type { SharedAddress } from './shared-catalog/address.js';
import { buildVectorIndex, type CandidateFilter, candidateSections } from './shared-catalog/candidates.js';
import { SharedDatabase } from './shared-catalog/database.js';
import { SharedQueue } from './shared-catalog/file-queue.js';
import { PostgresCatalog } from './shared-catalog/postgres-catalog.js';
import { repairShared, verifyShared } from './shared-catalog/verify.js';

/** 'rebuild' writes too, and where the database is damaged begins a new one with the same folders. */
export type CatalogMode = 'read' | 'write' | 'rebuild';

/** Up to so many tracks the engine has all sections in its memory and compares them all: half a gigabyte of a trained space. */
const COMPARE_ALL = 20_000;

/** So many tracks are compared exactly where the database picks them: some 25 MB to be fetched for each question. */
const CANDIDATES = 1_000;

/** A catalogue wherever it is kept, with what checks that all of it can be trusted. */
export type OpenCatalog = {
	readonly catalog: Catalog;
	/** Compares everything stored with its checksums; changes nothing. */
	verify(): Awaitable<VerifyReport>;
	/** Removes what can't be trusted, so that indexing makes it again. */
	repair(report: VerifyReport): Awaitable<void>;
	/**
	 * The sections that are worth comparing with a cut, where the catalogue's database finds them: null where it holds so few
	 * that all are compared.
	 *
	 * @param segments - the cut's, as unit vectors of the space
	 */
	candidates(space: string, segments: Matrix32, filter: CandidateFilter): Promise<SectionVectors | null>;
	/** Prepares the database for that, where it is not yet. */
	accelerate(space: string): Promise<void>;
	/** Where the catalogue is shared: the files that wait to be indexed. */
	readonly queue: SharedQueue | null;
	readonly access: 'read' | 'write';
};

/**
 * A studio's catalogue where one is named, else the one in the data folder.
 *
 * Throws 'catalog-damaged', 'version-mismatch', or for readers 'catalog-empty' where there is none yet; a shared catalogue
 * is reached, and says so, when it is first asked.
 */
export const openCatalog = (home: string, mode: CatalogMode, shared: SharedAddress | null = null): OpenCatalog => {
	if (shared !== null) return openShared({ ...shared, access: mode === 'read' ? 'read' : shared.access });
	const catalog = openSqlite(home, mode);
	return {
		catalog,
		verify: () => verify(catalog),
		repair: report => repair(catalog, report),
		candidates: async () => null,
		accelerate: async () => {
			throw new EngineError('bad-request', 'SEGUE_CATALOG names no shared catalogue.');
		},
		queue: null,
		access: mode === 'read' ? 'read' : 'write',
	};
};

const openShared = (address: SharedAddress): OpenCatalog => {
	const database = new SharedDatabase(address);
	const catalog = new PostgresCatalog(database);
	return {
		catalog,
		verify: () => verifyShared(database),
		repair: report => repairShared(catalog, report),
		candidates: async (space, segments, filter) => {
			if (segments.rows === 0 || (await catalog.count()) <= COMPARE_ALL) return null;
			return candidateSections(database, space, segments, CANDIDATES, filter);
		},
		accelerate: space => buildVectorIndex(database, space),
		queue: address.access === 'read' ? null : new SharedQueue(address),
		access: address.access,
	};
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
