import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CutAnalysis } from '../../../engine/features/cut-analysis.js';
import { decodeCut, encodeCut } from '../../../engine/io/cut-file.js';
import { CutStore, type StoredCut } from '../../../engine/io/cut-store.js';

let folder: string;
let film: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-cuts-'));
	film = join(folder, 'film.mp4');
	await writeFile(film, 'frames');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const analysis: CutAnalysis = {
	duration: 2.5,
	rate: { numerator: 24_000, denominator: 1001 },
	boundaries: [{ frame: 30, seconds: 1.25125, from: 'picture', confidence: 0.75 }],
	segments: [
		{ start: 0, end: 1.25125 },
		{ start: 1.25125, end: 2.5 },
	],
	features: { rows: 3, cols: 2, data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 6) },
	curves: {
		motion: Float32Array.of(0, 0.5),
		brightness: Float32Array.of(0.25, 1),
		saturation: Float32Array.of(0, 0),
		contrast: Float32Array.of(0.125, 0.3),
	},
	speech: [{ start: 0.5, end: 1 }],
};
const stored = (id: string): StoredCut => ({
	id,
	path: film,
	name: 'film.mp4',
	hasSound: true,
	playable: true,
	timeline: null,
	sequence: null,
	offline: [],
	analysis,
});
const ids = ['0'.repeat(16), '1'.repeat(16), '2'.repeat(16)] as const;

test('a cut comes back from its bytes as it was', () => {
	expect(decodeCut(encodeCut(analysis))).toEqual(analysis);
});

test('bytes with any one flipped, or cut short, are refused', () => {
	const bytes = encodeCut(analysis);
	for (let k = 0; k < bytes.length; k++) {
		const damaged = Uint8Array.from(bytes);
		damaged[k]! ^= 0x10;
		expect(() => decodeCut(damaged)).toThrow(expect.objectContaining({ code: 'catalog-damaged' }));
		expect(() => decodeCut(bytes.slice(0, k))).toThrow(expect.objectContaining({ code: 'catalog-damaged' }));
	}
});

test('a changed file is another cut, an unchanged one the same', async () => {
	const store = new CutStore(join(folder, 'cuts'));
	const before = await store.idOf(film);
	expect(await store.idOf(film)).toBe(before);
	await utimes(film, new Date(), new Date(Date.now() + 5000));
	expect(await store.idOf(film)).not.toBe(before);
});

test('an absent file, a folder and an empty file are refused by their codes', async () => {
	const store = new CutStore(join(folder, 'cuts'));
	await writeFile(join(folder, 'empty.mp4'), '');
	await expect(store.idOf(join(folder, 'none.mp4'))).rejects.toMatchObject({ code: 'file-missing' });
	await expect(store.idOf(folder)).rejects.toMatchObject({ code: 'file-missing' });
	await expect(store.idOf(join(folder, 'empty.mp4'))).rejects.toMatchObject({ code: 'file-empty' });
});

test('a stored cut is found again; an unknown or damaged one counts as not stored', async () => {
	const store = new CutStore(join(folder, 'cuts'));
	await store.put(stored(ids[0]));
	expect(await store.get(ids[0])).toEqual(stored(ids[0]));
	expect(await store.get(ids[1])).toBeNull();
	expect(await store.get('../../film.mp4')).toBeNull();
	await writeFile(join(folder, 'cuts', ids[0], 'analysis.bin'), 'torn');
	expect(await store.get(ids[0])).toBeNull();
});

test('the cuts opened longest ago make room, the newest stays', async () => {
	const size = encodeCut(analysis).length;
	const store = new CutStore(join(folder, 'cuts'), 2.9 * size);
	await store.put(stored(ids[0]));
	await store.put(stored(ids[1]));
	const long = new Date(Date.now() - 60_000);
	await utimes(join(folder, 'cuts', ids[0]), long, long);
	await store.get(ids[0]);
	await utimes(join(folder, 'cuts', ids[1]), long, long);
	await store.put(stored(ids[2]));
	expect((await readdir(join(folder, 'cuts'))).sort()).toEqual([ids[0], ids[2]]);
});

test('a file beside a cut is made once, even where two ask at a time, and again after a failure', async () => {
	const store = new CutStore(join(folder, 'cuts'));
	await store.put(stored(ids[0]));
	const failing = store.file(ids[0], 'poster.jpg', () => Promise.reject(new Error('no picture')));
	await expect(failing).rejects.toThrow('no picture');
	let made = 0;
	const make = (out: string) => writeFile(out, `poster ${++made}`);
	const paths = await Promise.all([1, 2, 3].map(() => store.file(ids[0], 'poster.jpg', make)));
	expect(new Set(paths).size).toBe(1);
	expect(await readFile(paths[0]!, 'utf8')).toBe('poster 1');
	expect((await readdir(join(folder, 'cuts', ids[0]))).sort()).toEqual(['analysis.bin', 'cut.json', 'poster.jpg']);
});
