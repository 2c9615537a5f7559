import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { analysisBytes, BoundedCache } from '../../../engine/io/bounded-cache.js';
import { makeRoom } from '../../../engine/io/bounded-folder.js';
import { listFolders } from '../../../engine/io/folders.js';
import { harmlessName } from '../../../engine/io/server/uploads.js';
import { someTrackAnalysis } from '../../support/example-analyses.js';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-stores-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a bounded folder', () => {
	const put = async (name: string, size: number, age: number) => {
		const path = join(folder, name);
		await writeFile(path, Buffer.alloc(size));
		const used = new Date(Date.now() - 1000 * age);
		await utimes(path, used, used);
	};

	test('loses what was used longest ago, and no more than it must', async () => {
		await put('old', 10, 30);
		await put('older', 10, 40);
		await put('new', 10, 1);
		await makeRoom(folder, 20);
		expect((await readdir(folder)).sort()).toEqual(['new', 'old']);
		await makeRoom(folder, 20);
		expect(await readdir(folder)).toHaveLength(2);
	});

	test('keeps what is spared, whatever its age and size', async () => {
		await put('spared', 100, 99);
		await put('new', 10, 1);
		await makeRoom(folder, 50, 'spared');
		expect(await readdir(folder)).toEqual(['spared']);
	});

	test('counts a folder inside as one entry with all its files', async () => {
		await mkdir(join(folder, 'cut'));
		await writeFile(join(folder, 'cut', 'a'), Buffer.alloc(30));
		await writeFile(join(folder, 'cut', 'b'), Buffer.alloc(30));
		await makeRoom(folder, 60);
		expect(await readdir(join(folder, 'cut'))).toHaveLength(2);
		await makeRoom(folder, 59);
		expect(await readdir(folder)).toEqual([]);
	});
});

describe('analyses in memory', () => {
	const analysis = someTrackAnalysis(10);
	const size = analysis.features.data.byteLength + analysis.tags.data.byteLength + 4 * analysis.curves.level.byteLength;

	test('are read once while they fit, and the least used one is read again where they do not', async () => {
		const cache = new BoundedCache(analysisBytes, 2.5 * size);
		const read: string[] = [];
		const get = (content: string) =>
			cache.get(content, () => {
				read.push(content);
				return analysis;
			});
		for (const content of ['a', 'b', 'a', 'c', 'a', 'b']) await get(content);
		expect(read).toEqual(['a', 'b', 'c', 'b']);
		cache.clear();
		await get('b');
		expect(read).toHaveLength(5);
	});
});

describe('a name that is made harmless', () => {
	test.each([
		['film.mp4', 'film.mp4'],
		['../../etc/passwd', 'passwd'],
		['C:\\cuts\\film.MOV', 'film.MOV'],
		['..', 'upload'],
		['', 'upload'],
		['.mp4', 'mp4'],
		['a\0b;rm -rf $(x).mp4', 'a_b_rm -rf __x_.mp4'],
		['Été à Zürich 夏.mp4', 'Été à Zürich 夏.mp4'],
	])('%j becomes %j', (name, harmless) => expect(harmlessName(name)).toBe(harmless));

	test('never leads anywhere, is never empty or long, and stays as it is when made harmless again', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), name => {
				const harmless = harmlessName(name);
				expect(harmless).toMatch(/^[\p{L}\p{N}_-][\p{L}\p{N}._ -]*$/u);
				expect([...harmless].length).toBeLessThanOrEqual(80);
				expect(harmlessName(harmless)).toBe(harmless);
			}),
			{ seed: 20_261_124, numRuns: 500 },
		);
	});
});

describe('folders to choose from', () => {
	test('are those inside, hidden ones and files left out, with the way up', async () => {
		for (const name of ['b', 'a', '.hidden']) await mkdir(join(folder, name));
		await writeFile(join(folder, 'file'), '');
		expect(await listFolders(folder)).toEqual({
			path: folder,
			parent: tmpdir(),
			folders: [join(folder, 'a'), join(folder, 'b')],
		});
		expect((await listFolders('/')).parent).toBeNull();
	});

	test('of a place that is not there, or not named from the root, are refused', async () => {
		await expect(listFolders(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-missing' });
		await expect(listFolders('music')).rejects.toMatchObject({ code: 'bad-request' });
	});
});
