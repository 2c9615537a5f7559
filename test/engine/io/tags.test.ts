import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readCover, readTags, titleFromName } from '../../../engine/io/tags.js';

const folder = mkdtempSync(join(tmpdir(), 'segue-tags-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An ID3v2.3 tag with these frames, before one frame of silent MPEG audio. */
const mp3 = (name: string, frames: Record<string, Uint8Array | string>): string => {
	const body = Buffer.concat(
		Object.entries(frames).map(([id, value]) => {
			const content = typeof value === 'string' ? Buffer.from(`\u0000${value}`, 'latin1') : Buffer.from(value);
			const header = Buffer.alloc(10);
			header.write(id, 'latin1');
			header.writeUInt32BE(content.length, 4);
			return Buffer.concat([header, content]);
		}),
	);
	const header = Buffer.from('ID3\u0003\u0000\u0000', 'latin1');
	const size = Buffer.from([21, 14, 7, 0].map(shift => (body.length >> shift) & 0x7f));
	const silence = Buffer.alloc(417);
	silence.set([0xff, 0xfb, 0x90, 0x64]);
	const path = join(folder, name);
	writeFileSync(path, Buffer.concat([header, size, body, silence]));
	return path;
};
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const picture = Buffer.concat([Buffer.from('\u0000image/png\u0000\u0003\u0000', 'latin1'), png]);

test('title, artist, album, licence and cover come from the tags', async () => {
	const path = mp3('x.mp3', { TIT2: 'A Title', TPE1: 'Somebody', TALB: 'Songs', TCOP: '2020 CC-BY', APIC: picture });
	expect(await readTags(path)).toEqual({
		title: 'A Title',
		artist: 'Somebody',
		album: 'Songs',
		licence: '2020 CC-BY',
		hasCover: true,
	});
	expect(await readCover(path)).toMatchObject({ type: 'image/png' });
	expect([...(await readCover(path))!.bytes]).toEqual([...png]);
});

test('blank tags are no tags', async () => {
	expect(await readTags(mp3('07 - night_ride.mp3', { TIT2: '  ', TPE1: '' }))).toEqual({
		title: 'night ride',
		artist: null,
		album: null,
		licence: null,
		hasCover: false,
	});
});

test('the demo’s own music says who made it', async () => {
	const path = fileURLToPath(new URL('../../../demo/music/palace.opus', import.meta.url));
	expect((await readTags(path)).title).not.toBe('');
	expect(await readCover(path)).toBeNull();
});

describe('a file whose tags can’t be read is named after its file', () => {
	test.each([
		['nothing', ''],
		['text', 'no music at all'],
		['half a tag', 'ID3\u0003\u0000\u0000\u0000\u0000\u007f\u007fTIT2'],
		['a torn flac', 'fLaC\u0000\u0000\u0000\u0022'],
	])('%s', async (_, content) => {
		const path = join(folder, '03. Torn_Song.flac');
		writeFileSync(path, content, 'latin1');
		expect(await readTags(path)).toMatchObject({ title: 'Torn Song', hasCover: false });
		expect(await readCover(path)).toBeNull();
	});

	test('one that is not there', async () => {
		expect((await readTags(join(folder, 'gone.mp3'))).title).toBe('gone');
	});
});

test('titles from names lose extension, track number and underscores, and nothing else', () => {
	const titles = {
		'/m/01 - First Light.mp3': 'First Light',
		'/m/03.Rain_on_Tin.flac': 'Rain on Tin',
		'/m/12) Closing.wav': 'Closing',
		'/m/07 Seven.ogg': 'Seven',
		'/m/99 Red Balloons.mp3': '99 Red Balloons',
		'/m/1999.mp3': '1999',
		'/m/01.mp3': '01',
		'/m/2 4 6 8.mp3': '2 4 6 8',
		'/m/a.b.c.mp3': 'a.b.c',
		'/m/___.mp3': '___.mp3',
	};
	for (const [path, title] of Object.entries(titles)) expect(titleFromName(path), path).toBe(title);
});
