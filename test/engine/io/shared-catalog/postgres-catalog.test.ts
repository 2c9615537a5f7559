import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedCatalogue } from '../../../../engine/io/cli/diagnosis.js';
import { sharedAddress } from '../../../../engine/io/shared-catalog/address.js';
import { SharedDatabase } from '../../../../engine/io/shared-catalog/database.js';
import { PostgresCatalog } from '../../../../engine/io/shared-catalog/postgres-catalog.js';
import { repairShared, verifyShared } from '../../../../engine/io/shared-catalog/verify.js';
import { catalogContract } from '../../../contracts/catalog.js';
import { PostgresServer, withoutPostgres } from '../../../support/postgres.js';
import { hashOf, someAnalysis, someSections, someTrack } from '../../../support/tracks.js';

describe.skipIf(withoutPostgres)('a shared catalogue', () => {
	let server: PostgresServer;
	let url: string;
	let teams = 0;
	const opened: PostgresCatalog[] = [];
	beforeAll(async () => {
		server = await PostgresServer.start();
		url = await server.database('studio');
	});
	afterAll(async () => {
		// Each is waited for: it ends once no connection of it is in use any more.
		for (const catalog of opened) await catalog.close();
		await server?.stop();
	});

	const open = (team: string, access = 'write'): PostgresCatalog => {
		const catalog = new PostgresCatalog(new SharedDatabase(sharedAddress(`${url}?team=${team}&access=${access}`)!));
		opened.push(catalog);
		return catalog;
	};
	/** A team of its own for each test: they see nothing of each other. */
	const newTeam = (): string => `team_${++teams}`;
	const put = (catalog: PostgresCatalog, seed: number) =>
		catalog.put(someTrack(seed), someAnalysis(seed), new Map([['space', someSections(seed)]]));
	const asSegue = async <Row extends object>(sql: string, settings = ''): Promise<Row[]> => {
		const client = new pg.Client({ connectionString: url, options: settings });
		await client.connect();
		try {
			return (await client.query(sql)).rows as Row[];
		} finally {
			await client.end();
		}
	};

	catalogContract('the catalogue in PostgreSQL', () => ({ catalog: open(newTeam()), end: () => {} }));

	test('doctor says what the shared catalogue holds and as whom, or why it cannot be asked, never the address', async () => {
		const team = newTeam();
		const catalog = open(team);
		await catalog.addFolder('/music');
		await put(catalog, 1);
		expect(await sharedCatalogue(`${url}?team=${team}&access=read`)).toEqual({
			name: 'shared catalogue',
			state: 'good',
			detail: `team ${team}, for reading only; tracks: 1, folders: 1`,
			fix: null,
		});
		const refused = await sharedCatalogue(url.replace('segue@', 'nobody:secret@'));
		expect(refused).toMatchObject({ name: 'shared catalogue', state: 'missing', fix: expect.any(String) });
		expect(JSON.stringify(refused)).not.toContain('secret');
		expect(await sharedCatalogue('mysql://x')).toMatchObject({ state: 'missing' });
	});

	test('two engines see what the other one committed, vectors too', async () => {
		const team = newTeam();
		const [one, two] = [open(team), open(team)];
		await one.addFolder('/music');
		await put(one, 1);
		const before = await two.sectionVectors('space');
		expect(before.ids).toHaveLength(1);
		expect(await two.sectionVectors('space')).toBe(before);
		const { id } = await put(one, 2);
		await Promise.all(['space', 'other', 'third'].map(space => two.sectionVectors(space)));
		const after = await two.sectionVectors('space');
		expect(after.ids[1]).toBe(id);
		expect([...after.vectors.data]).toEqual([1, 2].flatMap(seed => [...someSections(seed).vectors.data]));
		await two.remove([id]);
		expect((await one.sectionVectors('space')).ids).toEqual(before.ids);
	});

	test('many engines that put the same paths and contents at once leave one track a path and one analysis a content', async () => {
		const team = newTeam();
		const engines = [open(team), open(team), open(team)];
		await Promise.all(engines.map(engine => engine.addFolder('/music')));
		// Each engine puts every path, and contents are shared between pairs of paths.
		await Promise.all(
			engines.flatMap(engine =>
				[1, 2, 3, 4, 5, 6].map(n =>
					engine.put(
						someTrack(n, { contentHash: hashOf(n % 3) }),
						someAnalysis(n % 3, 2),
						new Map([['space', someSections(n % 3)]]),
					),
				),
			),
		);
		const [catalog] = engines as [PostgresCatalog];
		const tracks = await catalog.tracks();
		expect(tracks.map(({ path }) => path)).toEqual([1, 2, 3, 4, 5, 6].map(n => `/music/${n}.mp3`));
		for (const track of tracks) expect(await catalog.atPath(track.path)).toEqual(track);
		expect((await catalog.sectionVectors('space')).ids).toHaveLength(3);
		expect((await verifyShared(catalog.database)).problems).toEqual([]);
		await catalog.removeFolder('/music');
		const left = await asSegue<{ n: string }>('SELECT count(*) AS n FROM contents', `-c segue.team=${team}`);
		expect(left).toEqual([{ n: '0' }]);
	});

	test('a team sees and changes nothing of another one, even by statements that name no team', async () => {
		const [ours, theirs] = [newTeam(), newTeam()];
		const [one, two] = [open(ours), open(theirs)];
		for (const catalog of [one, two]) await catalog.addFolder('/music');
		const { id } = await put(one, 1);
		expect(await two.get(id)).toBeNull();
		expect(await two.atPath('/music/1.mp3')).toBeNull();
		expect(await two.recall(hashOf(1))).toBeNull();
		await put(two, 1);
		await two.removeFolder('/music');
		expect((await one.get(id))?.path).toBe('/music/1.mp3');
		const tables = ['contents', 'analyses', 'blocks', 'sections', 'tracks', 'track_hashes', 'track_paths', 'spaces'];
		for (const table of tables) {
			const seen = await asSegue<{ team: string }>(`SELECT DISTINCT team FROM ${table}`, `-c segue.team=${ours}`);
			expect([table, seen]).toEqual([table, [{ team: ours }]]);
			await expect(asSegue(`SELECT * FROM ${table}`)).rejects.toThrow(/segue\.team/);
		}
		await expect(
			asSegue(`INSERT INTO folders (team, path) VALUES ('${theirs}', '/x')`, `-c segue.team=${ours}`),
		).rejects.toThrow(/row-level security/);
	});

	test('a role above row level security is refused, as it would see all teams', async () => {
		const address = sharedAddress(url.replace('segue@', 'postgres@'))!;
		const catalog = new PostgresCatalog(new SharedDatabase(address));
		opened.push(catalog);
		await expect(catalog.count()).rejects.toMatchObject({ code: 'catalog-unsafe' });
	});

	test('a catalogue opened for reading answers everything and changes nothing, whoever tries', async () => {
		const team = newTeam();
		const writer = open(team);
		await writer.addFolder('/music');
		const track = await put(writer, 1);
		const reader = open(team, 'read');
		expect(await reader.tracks()).toEqual([track]);
		expect((await reader.sectionVectors('space')).ids).toEqual([track.id]);
		expect((await reader.analysis(track.id)).beats).toEqual(someAnalysis(1).beats);
		for (const change of [() => reader.addFolder('/x'), () => reader.remove([track.id]), () => put(reader, 2)]) {
			await expect(change()).rejects.toMatchObject({ code: 'catalog-read-only' });
		}
		// The server refuses as well.
		await expect(reader.database.read('DELETE FROM skipped')).rejects.toMatchObject({ code: 'catalog-read-only' });
		await expect(open(newTeam(), 'read').count()).resolves.toBe(0);
	});

	test('connections that are cut off in the middle of anything are made again, and nothing is lost or done twice', async () => {
		const team = newTeam();
		const catalog = open(team);
		await catalog.addFolder('/music');
		const cutOff = `
			WITH cut AS MATERIALIZED (SELECT pg_terminate_backend(pid), state FROM pg_stat_activity WHERE application_name = 'segue')
			SELECT count(*) FILTER (WHERE state <> 'idle')::int AS busy FROM cut`;
		let busy = 0;
		const reported: string[] = [];
		for (let seed = 1; seed <= 20; seed++) {
			const asked = put(catalog, seed);
			await sleep((seed * 3.7) % 13);
			busy += (await server.admin<{ busy: number }>(cutOff))[0]!.busy;
			reported.push((await asked).id);
			if (seed % 3 === 0) await catalog.remove([reported.pop()!]);
			expect((await catalog.sectionVectors('space')).ids).toEqual(reported);
		}
		// The cuts did fall into the middle of writing.
		expect(busy).toBeGreaterThan(0);
		expect((await catalog.tracks()).map(({ id }) => id).sort()).toEqual([...reported].sort());
		expect((await verifyShared(catalog.database)).problems).toEqual([]);
	});

	test('a server that crashes and comes back is waited for', async () => {
		const catalog = open(newTeam());
		await catalog.addFolder('/music');
		const { id } = await put(catalog, 1);
		await server.crash();
		const asked = Promise.all([catalog.get(id), put(catalog, 2), catalog.sectionVectors('space')]);
		await sleep(300);
		await server.resume();
		const [found, second] = await asked;
		expect(found?.id).toBe(id);
		expect((await catalog.tracks()).map(track => track.id)).toEqual([id, second.id]);
		expect((await catalog.sectionVectors('space')).ids).toEqual([id, second.id]);
	});

	test('damaged analyses and missing vectors are found, and cost only what they concern', async () => {
		const team = newTeam();
		const catalog = open(team);
		await catalog.addFolder('/music');
		for (const seed of [1, 2, 3]) await put(catalog, seed);
		const damage = `UPDATE analyses SET bytes = set_byte(bytes, 700, get_byte(bytes, 700) # 16) WHERE hash = '${hashOf(1)}'`;
		await asSegue(damage, `-c segue.team=${team}`);
		await asSegue(`DELETE FROM sections WHERE hash = '${hashOf(2)}' AND position = 0`, `-c segue.team=${team}`);
		const report = await verifyShared(catalog.database);
		expect(report).toEqual({
			tracks: 3,
			analyses: 3,
			problems: [
				{ kind: 'analysis', hash: hashOf(1), paths: ['/music/1.mp3'] },
				{ kind: 'vectors', hash: hashOf(2), space: 'space' },
			],
		});
		await repairShared(catalog, report);
		expect((await catalog.tracks()).map(({ path }) => path)).toEqual(['/music/2.mp3', '/music/3.mp3']);
		expect(await catalog.withoutVectors('space')).toEqual([(await catalog.atPath('/music/2.mp3'))!.id]);
		expect((await verifyShared(catalog.database)).problems).toEqual([]);
	});

	test.each([
		['mysql://db/studio', 'bad-request'],
		['no address', 'bad-request'],
		['postgres://db/studio?team=No%20Name', 'bad-request'],
		['postgres://db/studio?access=maybe', 'bad-request'],
	])('the address %s is refused', (address, code) => {
		expect(() => sharedAddress(address)).toThrow(expect.objectContaining({ code }));
	});
});
