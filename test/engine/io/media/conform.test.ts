import { expect, test } from 'vitest';
import type { Edit, EditPicture } from '../../../../engine/io/media/edit.js';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import { clipFolder, demo, FRAME_BYTES, gatheredPictures, inFolder, makeClip, plainFfmpeg } from './clips.js';

clipFolder();
const media = ffmpegMedia();

const FILM = demo('cut/film.mp4');
const RATE = { numerator: 24, denominator: 1 };
const frameTime = (frame: number) => frame / 24;

const piece = (frames: number, first: number, more: { speed?: number; reversed?: boolean } = {}): EditPicture => ({
	frames,
	from: { path: FILM, at: frameTime(first), speed: 1, reversed: false, ...more },
});

/** Every frame of the film as the shot network sees it, decoded by a plain ffmpeg. */
const film = plainFfmpeg('-i', FILM, '-an', '-s', '48x27', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-');

const difference = (a: Uint8Array, b: Uint8Array): number =>
	a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

const filmFrame = (frame: number): Uint8Array => film.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES);

const conformed = async (edit: Edit, name: string) => {
	const out = inFolder(name);
	const told = await media.conform(edit, out, () => {});
	const { frames } = await gatheredPictures(media.pictures(out, { frames: true }));
	return { out, told, frame: (k: number): Uint8Array => frames.get(k)!, count: frames.size };
};

test('a conformed edit shows, frame by frame, what its pieces name: moved, faster, backwards, held, black', async () => {
	const pieces = [
		piece(30, 480),
		piece(20, 1000, { speed: 2 }),
		piece(24, 700, { reversed: true }),
		{ frames: 12, from: null },
		piece(10, 300, { speed: 0 }),
		piece(18, 95),
	];
	const { frame, count, told } = await conformed({ rate: RATE, pictures: pieces, sounds: [] }, 'moved.mp4');
	expect(told).toEqual({ unreadable: [], hasSound: false });
	expect(count).toBe(114);

	const wanted = [
		...Array.from({ length: 30 }, (_, k) => 480 + k),
		...Array.from({ length: 20 }, (_, k) => 1000 + 2 * k),
		...Array.from({ length: 24 }, (_, k) => 699 - k),
		...Array.from({ length: 12 }, () => null),
		...Array.from({ length: 10 }, () => 300),
		...Array.from({ length: 18 }, (_, k) => 95 + k),
	];
	for (const [k, source] of wanted.entries()) {
		const truth = source === null ? new Uint8Array(FRAME_BYTES) : filmFrame(source);
		// Twice compressed, and a frame of speed 2 may be the one before or after.
		const around = source === null ? [truth] : [-1, 0, 1].map(off => filmFrame(Math.max(0, source + off)));
		const nearest = Math.min(...around.map(other => difference(frame(k), other)));
		expect(nearest, `frame ${k}`).toBeLessThan(2.5);
	}
	// Where the picture moves, being one frame off would show.
	for (const k of [5, 15, 25]) expect(difference(frame(k), filmFrame(480 + k))).toBeLessThan(1);
});

test('a source that cannot be read is black and named; one that ends early holds its last frame', async () => {
	const broken = makeClip('broken.mp4', '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac');
	const short = makeClip('short.mp4', '-f', 'lavfi', '-i', 'color=white:s=320x180:r=24:d=0.5', '-c:v', 'libx264');
	const edit: Edit = {
		rate: RATE,
		pictures: [
			{ frames: 5, from: { path: broken, at: 0, speed: 1, reversed: false } },
			{ frames: 5, from: { path: inFolder('none.mp4'), at: 0, speed: 1, reversed: false } },
			{ frames: 24, from: { path: short, at: 0, speed: 1, reversed: false } },
		],
		sounds: [],
	};
	const { told, count, frame } = await conformed(edit, 'holes.mp4');
	expect(told.unreadable).toEqual([broken, inFolder('none.mp4')]);
	expect(count).toBe(34);
	expect(Math.max(...frame(2))).toBeLessThan(20);
	expect(Math.min(...frame(33))).toBeGreaterThan(235);
});

test('sounds are heard where they lie, at their own level, and add up', async () => {
	const tone = makeClip(
		'tone.wav',
		'-f',
		'lavfi',
		'-i',
		'sine=frequency=440:duration=3',
		'-af',
		'volume=4',
		'-ar',
		'48000',
	);
	const sounds = [
		{ path: tone, at: 0.5, speed: 1, start: 1, duration: 1 },
		{ path: tone, at: 0, speed: 1, start: 3, duration: 0.5 },
		{ path: tone, at: 0, speed: 1, start: 3, duration: 0.5 },
	];
	const { told, out } = await conformed({ rate: RATE, pictures: [{ frames: 96, from: null }], sounds }, 'heard.mp4');
	expect(told.hasSound).toBe(true);
	const raw = plainFfmpeg('-i', out, '-vn', '-ac', '1', '-ar', '8000', '-f', 'f32le', '-');
	const samples = new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4);
	const level = (from: number, to: number) => {
		const part = samples.subarray(Math.round(8000 * from), Math.round(8000 * to));
		return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
	};
	expect(level(0.1, 0.95)).toBeLessThan(1e-3);
	expect(level(2.1, 2.9)).toBeLessThan(1e-3);
	const once = level(1.1, 1.9);
	expect(once).toBeGreaterThan(0.2);
	expect(level(3.05, 3.45) / once).toBeCloseTo(2, 1);
});
