import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimHome, dataHome, readEngineFile } from '../../../engine/io/home.js';

let home: string;
beforeEach(async () => {
	home = await mkdtemp(join(tmpdir(), 'segue-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('SEGUE_HOME names the data folder, relative or from the home folder too', () => {
	expect(dataHome({ SEGUE_HOME: 'data' })).toBe(resolve('data'));
	expect(dataHome({ SEGUE_HOME: '~/segue-data' })).toBe(join(homedir(), 'segue-data'));
	expect(dataHome({ SEGUE_HOME: ' ' })).toBe(dataHome({}));
});

test('1.4 engine.json says how to reach the engine, to its owner only', async () => {
	const claim = claimHome(home, '1.2.3');
	claim.serving(47_821);
	const content = JSON.parse(await readFile(join(home, 'engine.json'), 'utf8'));
	expect(content).toEqual({
		pid: process.pid,
		version: '1.2.3',
		protocol: expect.any(Number),
		port: 47_821,
		url: 'http://127.0.0.1:47821/',
		token: expect.stringMatching(/^[\w-]{43}$/),
	});
	if (process.platform !== 'win32') expect((await stat(join(home, 'engine.json'))).mode & 0o777).toBe(0o600);
	claim.release();
	expect(readEngineFile(home)).toMatchObject({ port: null, url: null });
});

test('1.7 a second claim is refused and names the first one’s address, until the first is released', () => {
	const first = claimHome(home, '1');
	first.serving(47_822);
	expect(() => claimHome(home, '1')).toThrow(
		expect.objectContaining({ code: 'engine-running', message: expect.stringContaining('http://127.0.0.1:47822/') }),
	);
	expect(readEngineFile(home)).toMatchObject({ port: 47_822 });
	first.release();
	claimHome(home, '1').release();
});

test('the token stays the same from run to run, and a damaged file gets a new one', async () => {
	const token = () => {
		const claim = claimHome(home, '1');
		claim.release();
		return claim.token;
	};
	const first = token();
	expect(token()).toBe(first);
	await writeFile(join(home, 'engine.json'), '{"token": "short"');
	expect(readEngineFile(home)).toBeNull();
	expect(token()).not.toBe(first);
});
