import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import { projectPath } from '../../../../engine/io/project.js';
import { sharedAddress } from '../../../../engine/io/shared-catalog/address.js';
import { SharedDatabase } from '../../../../engine/io/shared-catalog/database.js';
import { SharedQueue } from '../../../../engine/io/shared-catalog/file-queue.js';
import { PostgresCatalog } from '../../../../engine/io/shared-catalog/postgres-catalog.js';
import { verifyShared } from '../../../../engine/io/shared-catalog/verify.js';
import type { FileToIndex } from '../../../../engine/jobs/index-file.js';
import { EngineError } from '../../../../engine/protocol/errors.js';
import { PostgresServer, withoutPostgres } from '../../../support/postgres.js';
import { SegueProcess } from '../../../support/segue.js';

const TRACKS = ['west', 'celtic', 'palace', 'hell'] as const;

describe.skipIf(withoutPostgres)('workers of a shared catalogue', () => {
	let folder: string;
	let music: string;
	let server: PostgresServer;
	let url: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'segue-workers-'));
		music = join(folder, 'music');
		await mkdir(music);
		const { ffmpeg } = findFfmpeg()!;
		for (const name of TRACKS) {
			const from = projectPath('demo', 'music', `${name}.opus`);
			execFileSync(ffmpeg, ['-v', 'error', '-t', '8', '-i', from, '-c', 'copy', join(music, `${name}.opus`)]);
		}
		server = await PostgresServer.start();
		url = await server.database('studio');
	});
	afterAll(async () => {
		await server?.stop();
		await rm(folder, { recursive: true, force: true });
	});

	const segue = (...args: string[]): SegueProcess =>
		new SegueProcess(join(folder, 'home'), args, { SEGUE_CATALOG: url });
	const file = async (name: string): Promise<FileToIndex> => {
		const path = join(music, `${name}.opus`);
		const { size, mtimeMs } = await stat(path);
		return { path, folder: music, stamp: { size, modified: mtimeMs } };
	};
	const until = async (holds: () => Promise<boolean>): Promise<void> => {
		while (!(await holds())) await sleep(20);
	};

	test('three workers share the files; one is killed in the middle of its tracks and the server crashes, and all is done', async () => {
		const address = sharedAddress(url)!;
		const catalog = new PostgresCatalog(new SharedDatabase(address));
		const queue = new SharedQueue(address, { lease: 3, retryDelay: 1, retries: 5 });
		await catalog.addFolder(music);
		await queue.add(await Promise.all(TRACKS.map(file)));
		await queue.add(await Promise.all(TRACKS.map(file)));
		expect(await queue.state()).toEqual({ waiting: TRACKS.length, active: 0, setAside: [] });

		const first = segue('work');
		await until(async () => (await queue.state()).active > 0);
		const others = [segue('work', '--until-empty', '--json'), segue('work', '--until-empty', '--json')];
		first.kill('SIGKILL');
		await first.ended;
		expect(first.err).not.toContain('added');
		expect((await queue.state()).active).toBeGreaterThan(0);

		await until(async () => (await catalog.count()) > 0);
		await server.crash();
		await sleep(300);
		await server.resume();

		const ended = await Promise.all(others.map(({ ended }) => ended));
		expect(ended.map(({ code, err }) => [code, err])).toEqual([
			[0, ''],
			[0, ''],
		]);
		expect((await catalog.tracks()).map(({ path }) => path)).toEqual(
			[...TRACKS].sort().map(name => join(music, `${name}.opus`)),
		);
		expect(await verifyShared(catalog.database)).toEqual({ tracks: 4, analyses: 4, problems: [] });
		expect(await queue.state()).toEqual({ waiting: 0, active: 0, setAside: [] });
		await queue.close();
		await catalog.close();
	});

	test('with SEGUE_CATALOG set, everything else is asked and answered as before', async () => {
		const indexed = await segue('index', music, '--json').ended;
		expect([indexed.code, JSON.parse(indexed.out).tracks]).toEqual([0, TRACKS.length]);
		const cut = join(folder, 'cut.mp4');
		const whole = projectPath('demo', 'cut', 'clip2.mp4');
		execFileSync(findFfmpeg()!.ffmpeg, ['-v', 'error', '-t', '6', '-i', whole, '-c', 'copy', cut]);
		const shared = await segue('suggest', cut, '--json').ended;
		// The same analyses and vectors in a data folder of one's own, which the cut's analysis is in already.
		const own = join(folder, 'home');
		await new SegueProcess(own, ['index', music]).ended;
		const alone = await new SegueProcess(own, ['suggest', cut, '--json']).ended;
		expect(shared.code).toBe(0);
		expect(JSON.parse(shared.out).suggestions.length).toBeGreaterThan(0);
		expect(JSON.parse(shared.out)).toEqual(JSON.parse(alone.out));
	});

	test('a file that fails at every attempt is set aside with its reason, and offered again when asked or when it has changed', async () => {
		const address = sharedAddress(`${url}?team=torn`)!;
		const queue = new SharedQueue(address, { lease: 5, retryDelay: 1, retries: 1 });
		const [good, bad] = [await file('west'), await file('hell')];
		await queue.add([good, bad]);
		const taken: string[] = [];
		const index = async ({ path }: FileToIndex): Promise<void> => {
			taken.push(path);
			if (path === bad.path) throw new Error('torn');
		};
		await queue.drain(index, 2, () => {});
		expect(taken.filter(path => path === bad.path)).toHaveLength(2);
		const since = expect.any(String);
		expect((await queue.state()).setAside).toEqual([{ path: bad.path, reason: 'torn', since }]);

		const shown = new SegueProcess(join(folder, 'home'), ['catalog', 'queue', '--json'], {
			SEGUE_CATALOG: `${url}?team=torn`,
		});
		expect(JSON.parse((await shown.ended).out)).toMatchObject({ waiting: 0, setAside: [{ path: bad.path }] });
		// Found again as it was, it would only fail again; changed, it deserves another try.
		await queue.add([bad]);
		expect((await queue.state()).waiting).toBe(0);
		expect(await queue.retry()).toBe(1);
		expect(await queue.state()).toEqual({ waiting: 1, active: 0, setAside: [] });
		await queue.drain(index, 1, () => {});
		expect((await queue.state()).setAside).toHaveLength(1);
		await queue.add([{ ...bad, stamp: { ...bad.stamp, modified: 1 } }]);
		expect(await queue.state()).toEqual({ waiting: 1, active: 0, setAside: [] });
		await queue.close();
	});

	test('a failure that would hit every file ends the worker and leaves the files to others', async () => {
		const address = sharedAddress(`${url}?team=broken`)!;
		const queue = new SharedQueue(address, { lease: 5, retryDelay: 1, retries: 3 });
		await queue.add(await Promise.all(TRACKS.map(file)));
		const index = async (): Promise<void> => {
			throw new EngineError('ffmpeg-missing', 'no ffmpeg here');
		};
		await expect(queue.drain(index, 1, () => {})).rejects.toMatchObject({ code: 'ffmpeg-missing' });
		expect(await queue.state()).toEqual({ waiting: TRACKS.length, active: 0, setAside: [] });
		await queue.close();
	});

	test('a worker that is told to stop gives back what it had begun', async () => {
		const address = sharedAddress(`${url}?team=stopped`)!;
		const queue = new SharedQueue(address);
		await queue.add([await file('west')]);
		const stop = new AbortController();
		const index = async (): Promise<void> => {
			stop.abort();
			throw new EngineError('cancelled', 'stopped');
		};
		await queue.drain(index, 1, () => {}, stop.signal);
		expect(await queue.state()).toEqual({ waiting: 1, active: 0, setAside: [] });
		await queue.close();
	});
});
