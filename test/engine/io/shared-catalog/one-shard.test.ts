import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedAddress } from '../../../../engine/io/shared-catalog/address.js';
import { SharedDatabase } from '../../../../engine/io/shared-catalog/database.js';
import { PostgresCatalog } from '../../../../engine/io/shared-catalog/postgres-catalog.js';
import { PostgresServer, withoutPostgres } from '../../../support/postgres.js';
import { hashOf, someAnalysis, someSections, someTrack } from '../../../support/tracks.js';

/**
 * Stands in for a cluster: every table is cut by the key that Citus would distribute it by, into this many partitions, and
 * PostgreSQL's own planner then says which of them a statement reads. Primary and foreign keys hold across partitions only
 * where they hold across shards: with the key in them.
 */
const SHARDS = 4;
const KEYS: Readonly<Record<string, string>> = {
	contents: 'hash',
	analyses: 'hash',
	blocks: 'hash',
	sections: 'hash',
	tracks: 'hash',
	track_hashes: 'id',
	track_paths: 'path',
	skipped: 'path',
};
const EVERYWHERE = ['folders', 'spaces'];

type Asked = { readonly text: string; readonly values: readonly unknown[] };
type Plan = { readonly 'Relation Name'?: string; readonly Plans?: readonly Plan[] };

describe.skipIf(withoutPostgres)('on many shards', () => {
	let server: PostgresServer;
	let catalog: PostgresCatalog;
	let client: pg.Client;
	beforeAll(async () => {
		server = await PostgresServer.start();
		const address = sharedAddress(await server.database('cluster'))!;
		catalog = new PostgresCatalog(new SharedDatabase(address));
		await catalog.count();
		client = new pg.Client({ connectionString: address.url, options: '-c segue.team=studio' });
		await client.connect();
		await partition(client);
	});
	afterAll(async () => {
		await client?.end();
		await catalog?.close();
		await server?.stop();
	});

	/** The statements that some work asks of the catalogue's tables. */
	const statementsOf = async (work: () => Promise<unknown>): Promise<Asked[]> => {
		const asked: Asked[] = [];
		const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
		pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
			const [text, values] = args;
			if (typeof text === 'string' && /\b(FROM|INTO|UPDATE)\b/.test(text)) {
				asked.push({ text, values: Array.isArray(values) ? values : [] });
			}
			return query.apply(this, args);
		} as typeof pg.Client.prototype.query;
		try {
			await work();
		} finally {
			pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
		}
		return asked;
	};

	/** The partitions that a statement reads or writes, by table; tables that are everywhere don't count. */
	const shardsOf = async ({ text, values }: Asked): Promise<Map<string, Set<string>>> => {
		await client.query('BEGIN');
		try {
			const explained = await client.query(`EXPLAIN (FORMAT JSON, COSTS OFF) ${text}`, [...values]);
			const touched = new Map<string, Set<string>>();
			const visit = (plan: Plan): void => {
				const part = /^(.*)_shard_\d+$/.exec(plan['Relation Name'] ?? '');
				if (part) touched.set(part[1]!, (touched.get(part[1]!) ?? new Set()).add(part[0]));
				for (const inner of plan.Plans ?? []) visit(inner);
			};
			visit(explained.rows[0]['QUERY PLAN'][0].Plan);
			return touched;
		} finally {
			await client.query('ROLLBACK');
		}
	};

	/** How many shards each statement of some work reads or changes rows of. */
	const widths = async (work: () => Promise<unknown>): Promise<number[]> => {
		const asked = await statementsOf(work);
		expect(asked.length).toBeGreaterThan(0);
		const widths: number[] = [];
		for (const statement of asked) {
			const parts = [...(await shardsOf(statement)).values()].flatMap(touched => [...touched]);
			widths.push(new Set(parts.map(part => part.split('_shard_')[1])).size);
		}
		return widths;
	};

	const put = (seed: number) =>
		catalog.put(someTrack(seed), someAnalysis(seed, 2), new Map([['space', someSections(seed)]]));
	const place = (path: string) => ({ ...someTrack(1), path });

	test('every statement that concerns one track or one content stays on one shard', async () => {
		await catalog.addFolder('/music');
		const { id } = await put(1);
		const works: Record<string, () => Promise<unknown>> = {
			put: () => put(2),
			'put at a known path': () =>
				catalog.put(someTrack(3, { path: '/music/2.mp3' }), someAnalysis(3, 2), new Map([['space', someSections(3)]])),
			get: () => catalog.get(id),
			'at path': () => catalog.atPath('/music/1.mp3'),
			'with content': () => catalog.withContent(hashOf(1)),
			analysis: () => catalog.analysis(id),
			recall: () => catalog.recall(hashOf(1)),
			'put vectors': () => catalog.putVectors(id, 'other', someSections(4)),
			copy: () => catalog.copy(id, place('/music/copy.mp3')),
			move: () => catalog.move(id, place('/music/moved.mp3')),
			skip: () =>
				catalog.skip('/music', { size: 1, modified: 1 }, { path: '/music/x.mp3', code: 'no-audio', detail: '' }),
			'forget skipped': () => catalog.forgetSkipped(['/music/x.mp3']),
			remove: () => catalog.remove([id]),
		};
		for (const [name, work] of Object.entries(works)) {
			for (const shards of await widths(work)) expect([name, shards]).toEqual([name, expect.toSatisfy(n => n <= 1)]);
		}
	});

	test('statements about many tracks join only what lies on one shard', async () => {
		for (let seed = 10; seed < 30; seed++) await put(seed);
		expect(await widths(() => catalog.tracks())).toContain(SHARDS);
		for (const work of [
			() => catalog.tracks(),
			() => catalog.tracks('/music'),
			() => catalog.search('track', 0, 5),
			() => catalog.withoutVectors('another'),
			() => catalog.sectionVectors('space'),
		]) {
			for (const { text } of await statementsOf(work)) {
				// Joins of partitioned tables name their partition key on both sides, or they would not be colocated.
				const joined = [...text.matchAll(/JOIN (\w+) (\w) ON ([^\n]+)/g)].filter(([, table]) => table! in KEYS);
				for (const [, table, , on] of joined) {
					expect([text, KEYS[table!]]).toEqual([text, 'hash']);
					expect(on).toMatch(/(\w)\.team = (\w)\.team AND \1\.hash = \2\.hash/);
				}
			}
		}
	});

	test('analyses that are asked for at once come by one statement, and one that is missing fails alone', async () => {
		const { id: one } = await put(40);
		const { id: other } = await put(41);
		let answers: PromiseSettledResult<unknown>[] = [];
		const asked = await statementsOf(async () => {
			answers = await Promise.allSettled([one, '999999', other].map(id => catalog.analysis(id)));
		});
		expect(asked.filter(({ text }) => text.includes('FROM analyses'))).toHaveLength(1);
		expect(answers).toEqual([
			{ status: 'fulfilled', value: await catalog.analysis(one) },
			{ status: 'rejected', reason: expect.objectContaining({ code: 'not-found' }) },
			{ status: 'fulfilled', value: await catalog.analysis(other) },
		]);
		expect(answers[0]).not.toEqual(answers[2]);
	});

	test('what tells a shard apart is in every primary key, and no foreign key leaves its shard', async () => {
		const { rows } = await client.query<{ table: string; type: string; columns: string[]; other: string | null }>(
			`
			SELECT c.conrelid::regclass::text AS table, c.contype AS type, c.confrelid::regclass::text AS other,
				ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) AS columns
			FROM pg_constraint c WHERE c.contype IN ('p', 'f', 'u') AND c.conparentid = 0 AND c.conrelid::regclass::text = ANY ($1)`,
			[Object.keys(KEYS)],
		);
		expect(rows.filter(({ type }) => type === 'p')).toHaveLength(Object.keys(KEYS).length);
		for (const { table, type, columns, other } of rows) {
			if (type !== 'f') expect([table, columns]).toEqual([table, expect.arrayContaining([KEYS[table]!])]);
			else if (!EVERYWHERE.includes(other!)) {
				expect([table, other, KEYS[other!], columns]).toEqual([
					table,
					other,
					KEYS[table],
					expect.arrayContaining(['hash']),
				]);
			}
		}
	});
});

/** Puts partitioned tables in the place of the plain ones, with the same columns, defaults, indexes and foreign keys. */
const partition = async (client: pg.Client): Promise<void> => {
	const { rows } = await client.query<{ table: string; name: string; definition: string }>(
		`
		SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
		FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY ($1)`,
		[Object.keys(KEYS)],
	);
	for (const table of Object.keys(KEYS)) {
		await client.query(`ALTER TABLE ${table} RENAME TO ${table}_plain`);
		await client.query(`CREATE TABLE ${table} (LIKE ${table}_plain INCLUDING ALL) PARTITION BY HASH (${KEYS[table]})`);
		for (let shard = 0; shard < SHARDS; shard++) {
			await client.query(`CREATE TABLE ${table}_shard_${shard} PARTITION OF ${table}
				FOR VALUES WITH (MODULUS ${SHARDS}, REMAINDER ${shard})`);
		}
	}
	for (const { table, name, definition } of rows) {
		await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
	}
	for (const table of Object.keys(KEYS).reverse()) await client.query(`DROP TABLE ${table}_plain CASCADE`);
	await client.query('SET enable_partitionwise_join = on');
};
