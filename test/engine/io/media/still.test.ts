import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import { clipFolder, demo, inFolder, makeClip, plainFfmpeg } from './clips.js';

clipFolder();
const media = ffmpegMedia();

const grey = (jpeg: Uint8Array): { width: number; height: number; pixels: Buffer } => {
	const path = inFolder('still.jpg');
	writeFileSync(path, jpeg);
	const { width, height } = sizeOf(jpeg);
	return { width, height, pixels: plainFfmpeg('-i', path, '-pix_fmt', 'gray', '-f', 'rawvideo', '-') };
};

/** From the frame header of a baseline JPEG (ISO/IEC 10918-1, B.2.2). */
const sizeOf = (jpeg: Uint8Array): { width: number; height: number } => {
	const bytes = Buffer.from(jpeg);
	let at = 2;
	while (bytes.readUInt16BE(at) !== 0xffc0) at += 2 + bytes.readUInt16BE(at + 2);
	return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
};

const meanDifference = (a: Buffer, b: Buffer): number =>
	a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

describe('a still', () => {
	test.each([
		[0, 0],
		[5, 120],
		// Just before frame 241 appears, frame 240 is still on show.
		[10.04, 240],
		[241 / 24, 241],
		[500, 1739],
	])('at %d s shows frame %d of the film', async (at, frame) => {
		const film = demo('cut/film.mp4');
		const still = grey(await media.still(film, at, 320));
		expect([still.width, still.height]).toEqual([320, 180]);
		const filters = `select=eq(n\\,${frame}),scale=320:180:flags=bicubic`;
		const plain = plainFfmpeg('-i', film, '-vf', filters, '-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo', '-');
		// What JPEG and the range of grey values leave.
		expect(meanDifference(still.pixels, plain)).toBeLessThan(10);
		expect(still.pixels.length).toBe(plain.length);
	});

	test('where the picture ends before the sound is of one of its last frames', async () => {
		const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25:d=2'];
		const sound = ['-f', 'lavfi', '-i', 'sine=440:d=15'];
		const path = makeClip('short-picture.mkv', ...picture, ...sound, '-c:v', 'ffv1', '-c:a', 'pcm_s16le');
		expect(sizeOf(await media.still(path, 14, 64))).toEqual({ width: 64, height: 36 });
	});

	test('of wide pixels is as wide as it is shown', async () => {
		const source = ['-f', 'lavfi', '-i', 'testsrc2=s=180x144:r=25:d=1', '-vf', 'setsar=64/45'];
		const path = makeClip('anamorphic.mkv', ...source, '-c:v', 'ffv1');
		expect(sizeOf(await media.still(path, 0, 320))).toEqual({ width: 320, height: 180 });
	});

	test('before the beginning or without a width is a mistake of the caller', async () => {
		await expect(media.still(demo('cut/film.mp4'), -1, 320)).rejects.toThrow(RangeError);
		await expect(media.still(demo('cut/film.mp4'), 1, 0)).rejects.toThrow(RangeError);
		await expect(media.still(demo('cut/film.mp4'), Number.NaN, 320)).rejects.toThrow(RangeError);
	});
});
