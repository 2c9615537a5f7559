import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFile, musicFiles, scanFolder } from '../../../engine/io/music-files.js';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'segue-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, content = 'x'): string => {
	mkdirSync(join(root, path, '..'), { recursive: true });
	writeFileSync(join(root, path), content);
	return join(root, path);
};
const scanned = async (folder = root) => {
	const scan = await scanFolder(folder);
	if (scan.state !== 'scanned') throw new Error('offline');
	return { ...scan, names: scan.files.map(({ path }) => relative(root, path)) };
};

test('music is found by extension in any case, at any depth, with size and time', async () => {
	const path = write('deep/er/Song.MP3', 'four');
	utimesSync(path, 1, 1.5);
	for (const name of ['a.wav', 'b.flac', 'c.m4a', 'd.opus', 'e.aif', 'cover.jpg', 'notes.txt', 'mp3', 'clip.mp4']) {
		write(name);
	}
	const { files, names, empty } = await scanned();
	expect(names).toEqual(['a.wav', 'b.flac', 'c.m4a', 'd.opus', 'deep/er/Song.MP3', 'e.aif'].map(name => join(name)));
	expect(files[4]!.stamp).toEqual({ size: 4, modified: 1500 });
	expect(await musicFiles.stamp(path)).toEqual({ size: 4, modified: 1500 });
	expect(empty).toBe(false);
});

test('hidden files and folders and the companions that macOS leaves are left out', async () => {
	for (const name of ['._a.mp3', '.hidden.mp3', '.Trash/a.mp3', 'a.mp3']) write(name);
	expect((await scanned()).names).toEqual(['a.mp3']);
});

test('links are followed, loops end, and a linked folder is known by its own path', async () => {
	write('z/real.mp3');
	symlinkSync(join(root, 'z'), join(root, 'a-link'));
	symlinkSync(root, join(root, 'z', 'loop'));
	symlinkSync(join(root, 'nowhere'), join(root, 'broken.mp3'));
	symlinkSync(join(root, 'z', 'real.mp3'), join(root, 'alias.mp3'));
	const { names, unread } = await scanned();
	expect(names).toEqual(['alias.mp3', join('z', 'real.mp3')]);
	expect(unread).toEqual([]);
});

test('a folder that isn’t there, or is a file, is offline; one that holds nothing is empty', async () => {
	expect(await scanFolder(join(root, 'none'))).toEqual({ state: 'offline' });
	expect(await scanFolder(write('file.mp3'))).toEqual({ state: 'offline' });
	mkdirSync(join(root, 'bare'));
	expect(await scanned(join(root, 'bare'))).toMatchObject({ files: [], empty: true });
	write('with/notes.txt');
	expect(await scanned(join(root, 'with'))).toMatchObject({ files: [], empty: false });
});

test('a scan stops when it is cancelled', async () => {
	await expect(scanFolder(root, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});

test('the hash is SHA-256 of the whole file', async () => {
	const content = 'segue '.repeat(500_000);
	const path = write('big.wav', content);
	expect(await hashFile(path)).toBe(createHash('sha256').update(content).digest('hex'));
	await expect(hashFile(join(root, 'none.wav'))).rejects.toMatchObject({ code: 'file-missing' });
	await expect(hashFile(root)).rejects.toMatchObject({ code: 'media-unreadable' });
	await expect(hashFile(path, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
	expect(await musicFiles.stamp(join(root, 'none.wav'))).toBeNull();
});
