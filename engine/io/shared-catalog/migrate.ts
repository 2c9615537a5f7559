import { readdirSync } from 'node:fs';
import { runner } from 'node-pg-migrate';
import type { Pool, PoolClient } from 'pg';
import { EngineError } from '../../protocol/errors.js';
import { projectPath } from '../project.js';
import type { SharedAddress } from './address.js';

const FOLDER = projectPath('engine', 'io', 'shared-catalog', 'migrations');
const TABLE = 'segue_migrations';

/**
 * Brings a studio's database up to date; readers only look whether it is. Several engines may do so at once: node-pg-migrate
 * has them wait for each other.
 *
 * Throws EngineError 'version-mismatch' where a later Segue made it, 'catalog-unsafe' where the role is above row level
 * security or the database lacks pgvector, for readers 'catalog-empty' where there is no catalogue yet.
 */
export const migrate = async (pool: Pool, { access }: SharedAddress): Promise<void> => {
	const client = await pool.connect();
	let failure: Error | undefined;
	try {
		await checkRole(client);
		const wanted = readdirSync(FOLDER).length;
		const done = await applied(client);
		if (done > wanted) {
			throw new EngineError('version-mismatch', 'The shared catalogue was made by a later version of Segue.');
		}
		if (done === wanted) return;
		if (access === 'read') throw new EngineError('catalog-empty', 'There is no shared catalogue yet.');
		await checkVectors(client);
		await runner({
			dbClient: client,
			dir: FOLDER,
			migrationsTable: TABLE,
			direction: 'up',
			log: () => {},
		});
	} catch (error) {
		failure = error as Error;
		throw error;
	} finally {
		client.release(failure);
	}
};

const applied = async (client: PoolClient): Promise<number> => {
	const there = await client.query('SELECT to_regclass($1) IS NOT NULL AS there', [TABLE]);
	if (!there.rows[0].there) return 0;
	return (await client.query(`SELECT count(*)::int AS n FROM ${TABLE}`)).rows[0].n;
};

const checkRole = async (client: PoolClient): Promise<void> => {
	const { rows } = await client.query(
		'SELECT rolname, rolsuper OR rolbypassrls AS above FROM pg_roles WHERE rolname = current_user',
	);
	if (!rows[0].above) return;
	throw new EngineError(
		'catalog-unsafe',
		`The database’s role ${rows[0].rolname} would see the catalogues of all teams.`,
	);
};

/** Installing pgvector takes a superuser, which we are not to be. */
const checkVectors = async (client: PoolClient): Promise<void> => {
	const { rows } = await client.query("SELECT 1 FROM pg_extension WHERE extname = 'vector'");
	if (rows.length > 0) return;
	throw new EngineError(
		'catalog-unsafe',
		'The database lacks pgvector: a superuser has to run “CREATE EXTENSION vector” in it once.',
	);
};
