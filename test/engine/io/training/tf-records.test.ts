import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTfRecord, tfRecords } from '../../../../engine/io/training/data-sets/tf-records.js';
import { labelNumber, youTube8m } from '../../../../engine/io/training/data-sets/youtube8m.js';
import { type PairClip, SPLITS } from '../../../../engine/training/data-set.js';

const SHARD = 'test/golden/youtube8m/shard.tfrecord';
let folder = '';

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'segue-tfrecords-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, change: (bytes: Buffer) => Buffer = bytes => bytes): string => {
	const path = join(folder, name);
	writeFileSync(path, change(readFileSync(SHARD)));
	return path;
};

const flipped = (at: number) => (bytes: Buffer) => {
	bytes[at] = bytes[at]! ^ 0x10;
	return bytes;
};

const placesIn = async (path: string): Promise<{ places: number[]; damaged: number[] }> => {
	const damaged: number[] = [];
	const places: number[] = [];
	for await (const { at } of tfRecords(path, where => damaged.push(where))) places.push(at);
	return { places, damaged };
};

describe('a shard written by another implementation', () => {
	test('is read record by record, and each again by its place', async () => {
		const { places, damaged } = await placesIn(SHARD);
		expect(places.length).toBe(3);
		expect(damaged).toEqual([]);
		for await (const { at, data } of tfRecords(SHARD, () => {})) expect(await readTfRecord(SHARD, at)).toEqual(data);
	});

	test('with a flipped byte in the data of one record still gives the others', async () => {
		const { places } = await placesIn(SHARD);
		const path = written('data.tfrecord', flipped(places[1]! + 500));
		expect(await placesIn(path)).toEqual({ places: [places[0], places[2]], damaged: [places[1]] });
		await expect(readTfRecord(path, places[1]!)).rejects.toMatchObject({ code: 'data-damaged' });
	});

	test.each([0, 8])(
		'with a flipped byte %i of a length, or of its checksum, gives what came before and says where',
		async byte => {
			const { places } = await placesIn(SHARD);
			const path = written('length.tfrecord', flipped(places[1]! + byte));
			await expect(placesIn(path)).rejects.toMatchObject({
				code: 'data-damaged',
				message: expect.stringContaining(`${places[1]}`),
			});
		},
	);

	test('that is cut short says so', async () => {
		const path = written('short.tfrecord', bytes => bytes.subarray(0, bytes.length - 3));
		await expect(placesIn(path)).rejects.toMatchObject({ code: 'data-damaged' });
	});
});

describe('YouTube-8M', () => {
	const clipsOf = async (source: string, label: number | null) => {
		const { set, skipped } = await youTube8m(source, label, join(folder, 'notes'), () => {});
		const clips: PairClip[] = [];
		for (const split of SPLITS) for await (const clip of set.clips(split)) clips.push(clip);
		expect(SPLITS.reduce((sum, split) => sum + set.count(split), 0)).toBe(clips.length);
		return { clips: clips.sort((a, b) => (a.id < b.id ? -1 : 1)), skipped };
	};

	test('gives the numbers that the codes stand for, a row a second', async () => {
		const { clips } = await clipsOf('test/golden/youtube8m', null);
		expect(clips.map(({ id, duration }) => ({ id, duration }))).toEqual([
			{ id: 'video-0', duration: 40 },
			{ id: 'video-1', duration: 25 },
			{ id: 'video-2', duration: 12 },
		]);
		// The formula of the fixture's script.
		const code = (video: number, second: number, column: number) =>
			(7 * video + 13 * second + 3 * column + (second >= 20 ? 97 : 0)) % 256;
		const { picture, music } = clips[1]!;
		for (const [second, column] of [
			[0, 0],
			[3, 100],
			[24, 1023],
		] as const) {
			expect(picture.features.data[second * 1024 + column]).toBeCloseTo(
				code(1, second, column) * (4 / 255) + 4 / 512 - 2,
				6,
			);
		}
		expect(music.features.data[24 * 128 + 127]).toBeCloseTo(code(2, 24, 127) * (4 / 255) + 4 / 512 - 2, 6);
	});

	test('keeps only videos with a label, whose number the vocabulary tells', async () => {
		const vocabulary = join(folder, 'vocabulary.csv');
		writeFileSync(
			vocabulary,
			'Index,TrainVideoCount,KnowledgeGraphId,Name\n3,100,/m/1,Concert\n11,90,/m/2,Music video\n',
		);
		expect(await labelNumber(vocabulary, 'Music video')).toBe(11);
		await expect(labelNumber(vocabulary, 'Opera')).rejects.toMatchObject({ code: 'data-unreadable' });
		const { clips } = await clipsOf('test/golden/youtube8m', 11);
		expect(clips.map(({ id }) => id)).toEqual(['video-0', 'video-2']);
	});

	test('with a damaged record leaves it out, says so, and a second look says the same', async () => {
		const { places } = await placesIn(SHARD);
		const source = mkdtempSync(join(folder, 'damaged-'));
		writeFileSync(join(source, 'shard.tfrecord'), flipped(places[0]! + 900)(readFileSync(SHARD)));
		const first = await clipsOf(source, null);
		expect(first.clips.map(({ id }) => id)).toEqual(['video-1', 'video-2']);
		expect(first.skipped).toMatchObject([{ code: 'data-damaged' }]);
		expect(await clipsOf(source, null)).toEqual(first);
	});
});
