import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../../engine/io/cli/program.js';
import { ERRORS } from '../../../../engine/protocol/errors.js';

let home: string;
beforeEach(async () => {
	home = await mkdtemp(join(tmpdir(), 'segue-cli-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const run = (...args: string[]) => runWith({}, ...args);

const runWith = async (env: Record<string, string>, ...args: string[]) => {
	const said = { out: '', err: '' };
	const code = await runCommandLine(args, {
		env: { SEGUE_HOME: home, SEGUE_DEVICE: 'cpu', ...env },
		stdout: { write: text => (said.out += text) },
		stderr: { write: text => (said.err += text) },
		signal: new AbortController().signal,
	});
	return { code, ...said };
};

describe('help', () => {
	test('names every exit code with the codes that failures carry', async () => {
		const { code, out } = await run('--help');
		expect(code).toBe(0);
		for (const [name, { exit }] of Object.entries(ERRORS)) {
			expect(out).toMatch(new RegExp(`^ {2}${exit} .*\\b${name}\\b`, 'm'));
		}
	});

	test('is the answer to no command at all', async () => {
		expect(await run()).toEqual(await run('--help'));
	});

	test.each([
		['serve'],
		['index'],
		['catalog', 'list'],
		['suggest'],
		['place'],
		['shots'],
		['sections'],
		['beats'],
		['features'],
		['evaluate'],
		['explain'],
	])('of %s %s shows an example and the shape of its JSON', async (...command) => {
		const { code, out } = await run(...command, '--help');
		expect(code).toBe(0);
		expect(out).toMatch(new RegExp(`Examples?:\\n {2}segue ${command.join(' ')}`));
		expect(out).toContain('With --json');
	});
});

describe('a call that is wrong is one sentence with its code and a remedy, and exit code 2', () => {
	test.each([
		[['frob'], 'unknown command'],
		[['sugest'], 'Did you mean suggest'],
		[['catalog'], 'one more word'],
		[['suggest'], 'name a cut'],
		[['render'], "missing required argument 'cut'"],
		[['suggest', 'cut.mp4', '--top', 'all'], 'whole number'],
		[['suggest', 'cut.mp4', '--distance', 'euclid'], 'Allowed choices'],
		[['serve', '--port', '99999'], '0 to 65535'],
		[['sections', 'a.mp3', '--algorithm', 'guess'], 'Allowed choices'],
		[['beats', 'a.mp3', '--plot', 'a.gif'], '.png or .svg'],
		[['shots', 'a.mp4', '--frob'], 'unknown option'],
		[['shots', 'a.mp4', 'b.mp4'], 'too many arguments'],
	])('%j', async (args, words) => {
		const { code, out, err } = await run(...args);
		expect([code, out]).toEqual([2, '']);
		expect(err).toMatch(/^segue: [^\n]+\. \(bad-request\) See --help for what this takes\.\n$/);
		expect(err).toContain(words);
	});

	test('a device that does not exist', async () => {
		const { code, err } = await runWith({ SEGUE_DEVICE: 'abacus' }, 'catalog', 'verify');
		expect(code).toBe(2);
		expect(err).toContain('SEGUE_DEVICE');
	});
});

describe('failures of the world', () => {
	test('carry their own code and exit code, and with --json an object on standard output', async () => {
		const missing = join(home, 'none.mp4');
		const { code, out, err } = await run('shots', missing, '--json');
		expect(code).toBe(3);
		expect(JSON.parse(out)).toEqual({
			error: {
				code: 'file-missing',
				detail: expect.stringContaining(missing),
				remedy: ERRORS['file-missing'].remedy,
			},
		});
		expect(err).toContain('(file-missing)');
	});

	test('show no stack unless --verbose asks for it', async () => {
		expect((await run('index', join(home, 'none'))).err).not.toContain('    at ');
		expect((await run('index', join(home, 'none'), '--verbose')).err).toMatch(/\n {4}at .*[\s\S]*Caused by: .*ENOENT/);
	});

	test('suggesting without any music says so before it looks at the cut', async () => {
		const { code, err } = await run('suggest', join(home, 'none.mp4'));
		expect(code).toBe(3);
		expect(err).toContain('(catalog-empty) Add a folder of music');
	});
});

test('an empty catalogue lists nothing', async () => {
	expect(await run('catalog', 'list', '--json')).toEqual({ code: 0, out: '{"total":0,"tracks":[]}\n', err: '' });
});

test('removing a folder that is not there is not-found and changes nothing', async () => {
	const { code, err } = await run('catalog', 'remove', join(home, 'music'));
	expect(code).toBe(2);
	expect(err).toContain('(not-found)');
});
