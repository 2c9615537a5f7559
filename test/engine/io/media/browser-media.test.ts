import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { playable, soundType } from '../../../../engine/io/media/browser-media.js';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import {
	childrenAlive,
	clipFolder,
	countedFrames,
	demo,
	inFolder,
	joinedSound,
	makeClip,
	rootMeanSquare,
} from './clips.js';

clipFolder();
const media = ffmpegMedia();

const BARS = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2'];
const TONE = ['-f', 'lavfi', '-i', 'sine=440:d=2'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
const PLAIN = ['-pix_fmt', 'yuv420p'];

describe('what Chromium plays as it is', () => {
	test.each([
		['H.264 and AAC in MP4', 'a.mp4', [...BARS, ...TONE, ...H264, ...PLAIN, '-c:a', 'aac'], true],
		['H.264 without sound in QuickTime', 'b.mov', [...BARS, ...H264, ...PLAIN], true],
		[
			'VP8 and Vorbis in WebM',
			'c.webm',
			[...BARS, ...TONE, '-c:v', 'libvpx', '-cpu-used', '8', '-c:a', 'libvorbis'],
			true,
		],
		['H.264 in 10 bits', 'd.mp4', [...BARS, ...H264, '-pix_fmt', 'yuv420p10le'], false],
		['H.264 in 4:4:4', 'e.mp4', [...BARS, ...H264, '-pix_fmt', 'yuv444p'], false],
		['MPEG-4 Part 2', 'f.avi', [...BARS, '-c:v', 'mpeg4'], false],
		['ProRes', 'g.mov', [...BARS, '-c:v', 'prores_ks'], false],
		['AC-3', 'h.mp4', [...BARS, ...TONE, ...H264, ...PLAIN, '-c:a', 'ac3'], false],
	])('%s: %s', async (_, name, args, expected) => {
		expect(playable(await media.probe(makeClip(name, ...args)))).toBe(expected);
	});

	test('of the demo: the films, and every track as sound', async () => {
		expect(playable(await media.probe(demo('cut/film.mp4')))).toBe(true);
		expect(playable(await media.probe(demo('cut/cut.mp4')))).toBe(true);
		expect(soundType(await media.probe(demo('music/hell.opus')))).toBe('audio/ogg');
		expect(soundType(await media.probe(demo('cut/cut.mp4')))).toBeNull();
	});
});

describe('the stand-in of a video', () => {
	test('plays in Chromium, has every frame once, and is at most 960 wide', async () => {
		const source = ['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=30000/1001:d=2', ...TONE];
		const path = makeClip('camera.mov', ...source, '-c:v', 'prores_ks', '-c:a', 'pcm_s24le');
		const shares: number[] = [];
		const out = inFolder('camera-proxy');
		await media.proxy(path, out, share => shares.push(share));
		const info = await media.probe(out);
		expect(playable(info)).toBe(true);
		expect(info.video).toMatchObject({ width: 960, height: 540, rate: { numerator: 30_000, denominator: 1001 } });
		expect(countedFrames(out)).toBe(countedFrames(path));
		expect(shares.every((share, i) => share >= (shares[i - 1] ?? 0) && share <= 1)).toBe(true);
		expect(shares.length).toBeGreaterThan(0);
		// The index stands before the data, so that playing can begin before all of it has arrived.
		const bytes = readFileSync(out);
		expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
		const sound = (await joinedSound(media.audio(out, [16_000]))).get(16_000)!;
		expect(rootMeanSquare(sound.subarray(4000, 28_000))).toBeCloseTo(0.125 / Math.SQRT2, 2);
	});

	test('has even sides, whatever the sides of its source', async () => {
		const path = makeClip('odd.mkv', '-f', 'lavfi', '-i', 'testsrc2=s=321x181:r=10:d=1', '-c:v', 'ffv1');
		await media.proxy(path, inFolder('odd.mp4'), () => {});
		const { video } = await media.probe(inFolder('odd.mp4'));
		expect([video!.width % 2, video!.height % 2]).toEqual([0, 0]);
		expect(video!.width).toBeLessThanOrEqual(321);
	});

	test('that is cancelled leaves nothing: no file, no part of one, no program', async () => {
		const path = makeClip(
			'lengthy.mkv',
			'-f',
			'lavfi',
			'-i',
			'testsrc2=s=1280x720:r=25:d=60',
			'-c:v',
			'mpeg4',
			'-q:v',
			'9',
		);
		const stop = new AbortController();
		const before = readdirSync(inFolder('.')).length;
		const running = media.proxy(path, inFolder('never.mp4'), () => stop.abort(), stop.signal);
		await expect(running).rejects.toMatchObject({ code: 'cancelled' });
		expect(existsSync(inFolder('never.mp4'))).toBe(false);
		expect(readdirSync(inFolder('.')).length).toBe(before);
		expect(childrenAlive()).toBe(0);
	});

	test('of what cannot be decoded is refused', async () => {
		await expect(media.proxy(demo('music/hell.opus'), inFolder('x.mp4'), () => {})).rejects.toMatchObject({
			code: 'no-video',
		});
	});
});

describe('the sound file for a browser', () => {
	test('is the track itself where browsers play it', async () => {
		const type = await media.soundFile(demo('music/hell.opus'), inFolder('same'));
		expect(type).toBe('audio/ogg');
		expect(Buffer.compare(readFileSync(inFolder('same')), readFileSync(demo('music/hell.opus')))).toBe(0);
	});

	test.each([
		['aiff', ['-c:a', 'pcm_s16be']],
		['wma', ['-c:a', 'wmav2']],
		['mka', ['-c:a', 'ac3']],
	])('is Opus in WebM for .%s, as long and as loud', async (extension, codec) => {
		const path = makeClip(`other.${extension}`, ...TONE, ...codec);
		const type = await media.soundFile(path, inFolder(`${extension}.webm`));
		expect(type).toBe('audio/webm');
		const info = await media.probe(inFolder(`${extension}.webm`));
		expect(soundType(info)).toBe('audio/webm');
		expect(info.duration).toBeCloseTo((await media.probe(path)).duration, 1);
		const [ours, theirs] = [await media.loudness(inFolder(`${extension}.webm`)), await media.loudness(path)];
		expect(Math.abs(ours.integrated - theirs.integrated)).toBeLessThan(0.7);
	});

	test('of six loud channels does not clip', async () => {
		const channels = Array.from({ length: 6 }, () => '0.9*sin(2*PI*440*t)').join('|');
		const source = ['-f', 'lavfi', '-i', `aevalsrc=${channels}:s=48000:d=2:c=5.1`, '-c:a', 'pcm_f32le'];
		await media.soundFile(makeClip('surround.mka', ...source), inFolder('surround.webm'));
		const { audio } = await media.probe(inFolder('surround.webm'));
		expect(audio?.channels).toBe(2);
		expect((await media.loudness(inFolder('surround.webm'))).truePeak).toBeLessThan(0);
	});

	test('of a film is its sound', async () => {
		const type = await media.soundFile(demo('cut/cut.mp4'), inFolder('cut.webm'));
		expect(type).toBe('audio/webm');
		expect((await media.probe(inFolder('cut.webm'))).video).toBeNull();
	});
});
