import { afterAll, beforeAll, describe } from 'vitest';
import { sharedAddress } from '../../../../engine/io/shared-catalog/address.js';
import { SharedDatabase } from '../../../../engine/io/shared-catalog/database.js';
import { PostgresCatalog } from '../../../../engine/io/shared-catalog/postgres-catalog.js';
import { catalogContract } from '../../../contracts/catalog.js';
import { PostgresServer, withoutPostgres } from '../../../support/postgres.js';

describe.skipIf(withoutPostgres)('a shared catalogue', () => {
	let server: PostgresServer;
	let url: string;
	let teams = 0;
	beforeAll(async () => {
		server = await PostgresServer.start();
		url = await server.database('studio');
	});
	afterAll(() => server?.stop());

	const open = (team: string, access = 'write') =>
		new PostgresCatalog(new SharedDatabase(sharedAddress(`${url}?team=${team}&access=${access}`)!));

	// A team of its own for each test: they see nothing of each other.
	catalogContract('the catalogue in PostgreSQL', () => {
		const catalog = open(`team_${++teams}`);
		return { catalog, end: () => catalog.close() };
	});
});
