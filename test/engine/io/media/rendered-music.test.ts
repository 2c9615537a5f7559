import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import { clipFolder, floats, inFolder, makeClip, plainFfmpeg, rootMeanSquare } from './clips.js';

clipFolder();

const media = ffmpegMedia(findFfmpeg);
const RATE = { numerator: 44_100, denominator: 1 };
const sweep = (name: string) =>
	makeClip(name, '-f', 'lavfi', '-i', 'aevalsrc=0.3*sin(2*PI*(200+40*t)*t):s=44100:d=8:c=stereo', '-c:a', 'pcm_s16le');
const soundOf = (path: string, ...filter: string[]) =>
	floats(plainFfmpeg('-i', path, '-af', ['pan=mono|c0=c0', ...filter].join(','), '-f', 'f32le', 'pipe:1'));
const pictureHash = (path: string) =>
	plainFfmpeg('-i', path, '-map', '0:v', '-c', 'copy', '-f', 'streamhash', 'pipe:1').toString();

test('a crop as WAV is the song’s own samples, from the one to the other', async () => {
	const song = sweep('song.wav');
	await media.wav(song, { start: 10_007, duration: 33_333, rate: RATE }, inFolder('crop.wav'));
	const [whole, crop] = [soundOf(song), soundOf(inFolder('crop.wav'))];
	expect(crop).toEqual(whole.subarray(10_007, 43_340));
});

test('a mix keeps the picture bit by bit, and the music begins at its sample', async () => {
	const song = sweep('music.wav');
	const video = makeClip(
		'silent.mp4',
		...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=5', '-f', 'lavfi', '-i', 'sine=f=3000:d=5'],
		...['-c:v', 'libx264', '-c:a', 'aac'],
	);
	const out = inFolder('mix.mp4');
	const crop = { start: 44_100, duration: 2 * 44_100, rate: RATE };
	await media.mix({ path: video, speech: [] }, { path: song, crop, channels: 2, at: 1.5 }, out);
	expect(pictureHash(out)).toBe(pictureHash(video));
	const mixed = soundOf(out, 'aresample=44100');
	const second = (from: number, to: number) => mixed.subarray(from * 44_100, to * 44_100);
	expect(rootMeanSquare(second(0, 1.4))).toBeLessThan(0.003);
	expect(rootMeanSquare(second(3.6, 5))).toBeLessThan(0.003);
	const heard = second(1.6, 3.4);
	const wanted = soundOf(song).subarray(44_100 + 0.1 * 44_100, 44_100 + 1.9 * 44_100);
	const difference = heard.map((sample, k) => sample - wanted[k]!);
	expect(rootMeanSquare(difference)).toBeLessThan(0.1 * rootMeanSquare(wanted));
});

test('under speech the video’s own sound stays as loud as it was and the music goes down by nine decibels', async () => {
	const song = makeClip('tone.wav', '-f', 'lavfi', '-i', 'sine=f=500:r=44100:d=8', '-ac', '2');
	const video = makeClip(
		'spoken.mp4',
		...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=6', '-f', 'lavfi', '-i', 'sine=f=3000:r=48000:d=6'],
		...['-c:v', 'libx264', '-c:a', 'aac'],
	);
	const out = inFolder('ducked.mp4');
	const crop = { start: 0, duration: 6 * 44_100, rate: RATE };
	await media.mix({ path: video, speech: [{ start: 2, end: 4 }] }, { path: song, crop, channels: 2, at: 0 }, out);
	const band = (path: string, frequency: number, from: number, to: number) => {
		const filter = `atrim=${from}:${to},bandpass=f=${frequency}:width_type=h:w=200`;
		return 20 * Math.log10(rootMeanSquare(soundOf(path, filter)));
	};
	expect(band(out, 500, 2.4, 3.6) - band(out, 500, 0.5, 1.5)).toBeCloseTo(-9, 0);
	expect(band(out, 3000, 2.4, 3.6) - band(video, 3000, 2.4, 3.6)).toBeCloseTo(0, 0);
});

test('two sounds that are loud already don’t clip together, and each is still heard', async () => {
	const song = makeClip('loud.wav', '-f', 'lavfi', '-i', 'aevalsrc=0.9*sin(2*PI*500*t):s=44100:d=6:c=stereo');
	const video = makeClip(
		'loud.mp4',
		...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=6'],
		...['-f', 'lavfi', '-i', 'aevalsrc=0.9*sin(2*PI*3000*t):s=48000:d=6:c=stereo', '-c:v', 'libx264', '-c:a', 'aac'],
	);
	const out = inFolder('limited.mp4');
	const crop = { start: 0, duration: 6 * 44_100, rate: RATE };
	await media.mix({ path: video, speech: [{ start: 3, end: 4 }] }, { path: song, crop, channels: 2, at: 0 }, out);
	const mixed = soundOf(out);
	expect(mixed.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThan(1);
	// Half as loud each, where 1.8 had to become 0.89.
	const band = (frequency: number) =>
		rootMeanSquare(soundOf(out, `atrim=0.5:2,bandpass=f=${frequency}:width_type=h:w=200`)) * Math.SQRT2;
	expect(band(500)).toBeCloseTo(0.45, 1);
	expect(band(3000)).toBeCloseTo(0.45, 1);
});

test('what can’t be read leaves nothing behind', async () => {
	const crop = { start: 0, duration: 100, rate: RATE };
	const before = readdirSync(inFolder('.'));
	await expect(media.wav(inFolder('none.wav'), crop, inFolder('out.wav'))).rejects.toMatchObject({
		code: 'media-unreadable',
	});
	expect(readdirSync(inFolder('.'))).toEqual(before);
});
