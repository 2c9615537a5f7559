import { readFileSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import {
	clipFolder,
	countedFrames,
	demo,
	FRAME_BYTES,
	gatheredPictures,
	makeClip,
	type Pictures,
	plainFfmpeg,
	variableRate,
} from './clips.js';

clipFolder();
const media = ffmpegMedia();

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const RAW = ['-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];

const pictures = async (path: string, options = { frames: true }) => gatheredPictures(media.pictures(path, options));

let film: Promise<Pictures> | null = null;

/** Every picture of the demo film, read once for all tests that compare with it. */
const wholeFilm = (): Promise<Pictures> => {
	film ??= pictures(demo('cut/film.mp4'));
	return film;
};

const numbers = (count: number, first = 0): number[] => Array.from({ length: count }, (_, k) => first + k);

/** All frames as TransNet V2's reference reads them. */
const plainFrames = (path: string): Buffer => plainFfmpeg('-i', `file:${path}`, '-an', '-s', '48x27', ...RAW);

/** One frame by its number, cropped and scaled as TensorFlow does for ImageNet, of a video of 640 × 360. */
const plainPicture = (path: string, frame: number): Buffer => {
	const filters = `select=eq(n\\,${frame}),crop=315:315:163:23:exact=1,scale=224:224:flags=bicubic`;
	return plainFfmpeg('-i', `file:${path}`, '-vf', filters, '-frames:v', '1', ...RAW);
};

/** Grey whose brightness tells the frame's number: 25 a second, then the value repeats after 8 s. */
const counting = (seconds: number, ...codec: string[]): string[] => [
	...['-f', 'lavfi', '-i', `color=black:s=16x16:r=25:d=${seconds},format=gray,geq=lum='mod(N,200)+20',scale=320:180`],
	...['-pix_fmt', 'yuv420p', ...codec],
];

const brightness = (pixels: Buffer): number => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;

describe('the frames of a video', () => {
	test.each(['cut/film.mp4', 'cut/cut.mp4'])('of %s are those of a plain decode, byte for byte', async name => {
		const { frames } = await pictures(demo(name));
		const plain = plainFrames(demo(name));
		expect([...frames.keys()]).toEqual(numbers(plain.length / FRAME_BYTES));
		expect(Buffer.compare(Buffer.concat([...frames.values()]), plain)).toBe(0);
	});

	test.each([
		['24000/1001', 'mp4', H264],
		['24000/1001', 'mkv', H264],
		['30000/1001', 'mov', [...H264, '-bf', '2', '-g', '250']],
		['60000/1001', 'mkv', H264],
		['25', 'avi', ['-c:v', 'mpeg4']],
		['30', 'webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8']],
		['50', 'ts', H264],
		['25', 'mxf', ['-c:v', 'mpeg2video', '-pix_fmt', 'yuv422p']],
	])('at a constant %s in .%s each come once', async (rate, extension, codec) => {
		const source = ['-f', 'lavfi', '-i', `testsrc2=s=128x72:r=${rate}:d=5`];
		const path = makeClip(`each-${rate.replace('/', '-')}.${extension}`, ...source, ...codec);
		const { frames, seconds } = await pictures(path);
		expect([...frames.keys()]).toEqual(numbers(countedFrames(path)));
		const [numerator, denominator = 1] = rate.split('/').map(Number);
		expect([...seconds.keys()]).toEqual(numbers(Math.ceil((frames.size * denominator) / numerator!)));
	});

	test('of 10 bits come as well as any', async () => {
		const source = ['-f', 'lavfi', '-i', 'testsrc2=s=128x72:r=25:d=2', '-pix_fmt', 'yuv420p10le'];
		const path = makeClip('ten-bits.mkv', ...source, '-c:v', 'ffv1');
		const { frames } = await pictures(path);
		expect(Buffer.compare(Buffer.concat([...frames.values()]), plainFrames(path))).toBe(0);
	});

	test('at a varying rate keep time: repeated where the video holds', async () => {
		// One second at 25 a second, then every fifth frame only. Brightness tells the frame's original number.
		const filters = "geq=lum='2*N+20',scale=320:180,select='lt(t,1)+not(mod(n,5))'";
		const source = ['-f', 'lavfi', '-i', 'color=black:s=16x16:r=25:d=4,format=gray', '-vf', filters];
		const path = makeClip('varying.mp4', ...source, ...variableRate(), '-pix_fmt', 'yuv420p', ...H264, '-qp', '0');
		expect(countedFrames(path)).toBe(25 + 15);
		const { video, duration } = await media.probe(path);
		const { frames } = await pictures(path);
		expect(frames.size).toBeGreaterThan(35);
		for (const [number, pixels] of frames) {
			const recorded = (brightness(pixels) - 20) / 2 / 25;
			const shown = (number * video!.rate.denominator) / video!.rate.numerator;
			// A frame is held for 0.2 s at most; the constant rate and the grey add about half a tenth each.
			expect(shown - recorded).toBeGreaterThan(-0.1);
			expect(shown - recorded).toBeLessThan(0.3);
			expect(shown).toBeLessThan(duration);
		}
	});
});

describe('the picture at each second', () => {
	test('is the frame on show then, cropped and scaled as the image network wants it', async () => {
		const { seconds } = await wholeFilm();
		expect([...seconds.keys()]).toEqual(numbers(73));
		for (const second of [0, 1, 7, 36, 72]) {
			expect(
				Buffer.compare(seconds.get(second)!, plainPicture(demo('cut/film.mp4'), second * 24)),
				`second ${second}`,
			).toBe(0);
		}
	});

	test('is the same when no frames are wanted', async () => {
		const alone = await pictures(demo('cut/film.mp4'), { frames: false });
		expect(alone.frames.size).toBe(0);
		const both = await wholeFilm();
		expect(alone.seconds.size).toBe(both.seconds.size);
		for (const [second, pixels] of both.seconds) expect(Buffer.compare(alone.seconds.get(second)!, pixels)).toBe(0);
	});

	test('is the frame before, at a rate with no frame at the second itself', async () => {
		const source = [
			'-f',
			'lavfi',
			'-i',
			"color=black:s=16x16:r=24000/1001:d=4,format=gray,geq=lum='N+20',scale=640:360",
		];
		const path = makeClip('film-rate.mp4', ...source, '-pix_fmt', 'yuv420p', ...H264, '-qp', '0');
		const { seconds } = await pictures(path);
		// Second 1 falls between frames 23 (0.959 s) and 24 (1.001 s).
		for (const [second, frame] of [0, 23, 47, 71].entries()) {
			expect(Buffer.compare(seconds.get(second)!, plainPicture(path, frame)), `second ${second}`).toBe(0);
		}
	});

	test('of a turned video is upright, and of one with wide pixels as wide as it is shown', async () => {
		// Left half black, right half white, in pixels twice as wide as high: shown 640 wide and 180 high.
		const half = ['-f', 'lavfi', '-i', "color=black:s=320x180:r=5:d=1,format=gray,geq=lum='if(lt(X,170),0,255)'"];
		const path = makeClip('wide.mkv', ...half, '-vf', 'setsar=2', '-pix_fmt', 'yuv420p', '-c:v', 'ffv1');
		const { seconds } = await pictures(path);
		const middle = seconds.get(0)!.subarray(112 * 224 * 3, 113 * 224 * 3);
		// The square is 157 high and so 78.5 stored pixels wide, from 120.75 on: the edge at 170 lies at 140 of 224.
		const edge = numbers(224).find(x => middle[3 * x]! > 127)!;
		expect(Math.abs(edge - 140)).toBeLessThan(4);
	});
});

describe('a range of a video', () => {
	test.each([
		[10.5, 12.2],
		[0, 3],
		[3, 4],
		[30.2, 30.4],
		[71.9, 80],
	])('from %d to %d s is that part of the whole', async (start, end) => {
		const whole = await wholeFilm();
		const part = await gatheredPictures(media.pictures(demo('cut/film.mp4'), { frames: true, range: { start, end } }));
		const last = Math.min(end, 72.5);
		expect([...part.seconds.keys()]).toEqual(numbers(Math.ceil(last) - Math.floor(start), Math.floor(start)));
		const firstFrame = Math.floor(start * 24);
		expect([...part.frames.keys()]).toEqual(numbers(Math.ceil(last * 24) - firstFrame, firstFrame));
		for (const [second, pixels] of part.seconds) {
			expect(Buffer.compare(pixels, whole.seconds.get(second)!), `second ${second}`).toBe(0);
		}
		for (const [frame, pixels] of part.frames) {
			expect(Buffer.compare(pixels, whole.frames.get(frame)!), `frame ${frame}`).toBe(0);
		}
	});

	test.each(['mkv', 'mov', 'avi', 'ts'])('is the same part in .%s, far from any key frame', async extension => {
		const codec = extension === 'avi' ? ['-c:v', 'mpeg4', '-g', '200', '-q:v', '2'] : [...H264, '-g', '200'];
		const path = makeClip(`range.${extension}`, ...counting(14, ...codec));
		const whole = await pictures(path);
		const options = { frames: true, range: { start: 9.3, end: 11 } };
		const part = await gatheredPictures(media.pictures(path, options));
		expect([...part.seconds.keys()]).toEqual([9, 10]);
		expect([...part.frames.keys()]).toEqual(numbers(275 - 232, 232));
		for (const [frame, pixels] of part.frames) {
			expect(Buffer.compare(pixels, whole.frames.get(frame)!), `frame ${frame}`).toBe(0);
		}
		expect(Buffer.compare(part.seconds.get(10)!, whole.seconds.get(10)!)).toBe(0);
	});

	test('that is empty or begins before 0 is a mistake of the caller', async () => {
		for (const range of [
			{ start: 2, end: 2 },
			{ start: -1, end: 2 },
			{ start: Number.NaN, end: 2 },
		]) {
			const runs = media.pictures(demo('cut/film.mp4'), { frames: false, range });
			await expect(gatheredPictures(runs)).rejects.toThrow(RangeError);
		}
	});

	test('beyond the end holds nothing that can be decoded', async () => {
		const runs = media.pictures(demo('cut/film.mp4'), { frames: false, range: { start: 100, end: 110 } });
		await expect(gatheredPictures(runs)).rejects.toMatchObject({ code: 'media-unreadable' });
	});
});

describe('damage', () => {
	test('a film cut off after its index gives the frames that are there', async () => {
		const path = makeClip('early-index.mp4', ...counting(20, ...H264), '-movflags', '+faststart');
		truncateSync(path, Math.floor(readFileSync(path).length / 2));
		const { frames, seconds } = await pictures(path);
		expect(frames.size).toBeGreaterThan(100);
		expect(frames.size).toBeLessThan(500);
		expect(seconds.size).toBe(Math.ceil(frames.size / 25));
	});

	test('older ffmpegs, which know another option for it, give every frame once too', async () => {
		const older = ffmpegMedia(() => ({ ...findFfmpeg()!, fpsMode: false }));
		const runs = older.pictures(demo('cut/clip2.mp4'), { frames: true });
		expect((await gatheredPictures(runs)).frames.size).toBe(countedFrames(demo('cut/clip2.mp4')));
	});
});
