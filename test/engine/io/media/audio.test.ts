import { readFileSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import {
	childrenAlive,
	clipFolder,
	demo,
	floats,
	joinedSound,
	makeClip,
	plainFfmpeg,
	rootMeanSquare,
} from './clips.js';

clipFolder();
const media = ffmpegMedia();

const sound = async (path: string, ...rates: number[]) => joinedSound(media.audio(path, rates));

/** Samples that differ by more than `tolerance`. */
const differences = (a: Float32Array, b: Float32Array, tolerance: number): number =>
	a.reduce((count, sample, i) => count + (Math.abs(sample - b[i]!) > tolerance ? 1 : 0), 0);

describe('decoded sound', () => {
	test('is the mean of the channels that a plain decode gives', async () => {
		const path = demo('music/musicbox.opus');
		const stereo = floats(plainFfmpeg('-i', path, '-f', 'f32le', '-'));
		const mean = Float32Array.from({ length: stereo.length / 2 }, (_, i) => (stereo[2 * i]! + stereo[2 * i + 1]!) / 2);
		const mono = (await sound(path, 48_000)).get(48_000)!;
		expect(mono.length).toBe(mean.length);
		expect(differences(mono, mean, 1e-6)).toBe(0);
	});

	test('comes at several rates from one pass, each as long as the track', async () => {
		const runs = await sound(demo('music/hell.opus'), 16_000, 22_050);
		expect([...runs.keys()].sort()).toEqual([16_000, 22_050]);
		const seconds = floats(plainFfmpeg('-i', demo('music/hell.opus'), '-ac', '1', '-f', 'f32le', '-')).length / 48_000;
		for (const [rate, samples] of runs) expect(Math.abs(samples.length - seconds * rate)).toBeLessThan(2);
	});

	test('at two rates is what each rate alone gives', async () => {
		const path = demo('music/musicbox.opus');
		const both = await sound(path, 16_000, 22_050);
		for (const rate of [16_000, 22_050]) {
			const alone = (await sound(path, rate)).get(rate)!;
			expect(alone.length).toBe(both.get(rate)!.length);
			expect(differences(alone, both.get(rate)!, 0)).toBe(0);
		}
	});

	test.each([
		['mono', 'mono', ['0.5*sin(2*PI*440*t)'], 0.5],
		['stereo, both alike', 'stereo', ['0.5*sin(2*PI*440*t)', '0.5*sin(2*PI*440*t)'], 0.5],
		['stereo, one silent', 'stereo', ['0.5*sin(2*PI*440*t)', '0'], 0.25],
		['5.1, only the low-frequency channel', '5.1', ['0', '0', '0', '0.6*sin(2*PI*440*t)', '0', '0'], 0.1],
	])('of %s keeps the mean level', async (name, layout, channels, amplitude) => {
		for (const format of ['pcm_s16le', 'pcm_f32le']) {
			const source = `aevalsrc=${channels.join('|')}:s=44100:d=1:c=${layout}`;
			const path = makeClip(`${name}-${format}.wav`.replaceAll(' ', '-'), '-f', 'lavfi', '-i', source, '-c:a', format);
			const samples = (await sound(path, 44_100)).get(44_100)!;
			expect(rootMeanSquare(samples)).toBeCloseTo(amplitude / Math.SQRT2, 3);
		}
	});

	test('resampled keeps a tone in its place, without an echo of what lies above the new range', async () => {
		// 1 kHz stays; 9.5 kHz lies above half of 16 kHz and must vanish instead of folding back to 6.5 kHz.
		const tones = '0.4*sin(2*PI*1000*t)+0.4*sin(2*PI*9500*t)';
		const path = makeClip('tones.wav', '-f', 'lavfi', '-i', `aevalsrc=${tones}:s=44100:d=2`, '-c:a', 'pcm_f32le');
		const samples = (await sound(path, 16_000)).get(16_000)!;
		const inner = samples.subarray(1600, samples.length - 1600);
		const expected = inner.map((_, i) => 0.4 * Math.sin((2 * Math.PI * 1000 * (i + 1600)) / 16_000));
		expect(samples.length).toBe(32_000);
		expect(differences(inner, expected, 2e-3)).toBe(0);
	});

	test.each([
		['flac', ['-c:a', 'flac'], 48_000],
		['mp3', ['-c:a', 'libmp3lame', '-q:a', '4'], 44_100],
		['ogg', ['-c:a', 'libvorbis'], 32_000],
		['m4a', ['-c:a', 'aac'], 22_050],
		['aiff', ['-c:a', 'pcm_s24be'], 96_000],
		['mka', ['-c:a', 'pcm_s16le'], 11_025],
	])('of .%s lasts as long as was recorded, at the level that was recorded', async (extension, codec, rate) => {
		const source = ['-f', 'lavfi', '-i', `aevalsrc=0.5*sin(2*PI*440*t):s=${rate}:d=3`];
		const samples = (await sound(makeClip(`tone.${extension}`, ...source, ...codec), 16_000)).get(16_000)!;
		// Codecs with blocks may add the rest of one.
		expect(samples.length / 16_000).toBeGreaterThan(2.95);
		expect(samples.length / 16_000).toBeLessThan(3.2);
		expect(rootMeanSquare(samples.subarray(8000, 40_000))).toBeCloseTo(0.5 / Math.SQRT2, 2);
	});

	test('of a film starts with its first frame, though it was recorded later', async () => {
		const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25:d=4'];
		const late = ['-itsoffset', '1.5', '-f', 'lavfi', '-i', 'sine=440:d=2'];
		const path = makeClip('late.mkv', ...picture, ...late, '-c:v', 'mpeg4', '-c:a', 'pcm_s16le');
		const samples = (await sound(path, 16_000)).get(16_000)!;
		expect(rootMeanSquare(samples.subarray(0, 23_900))).toBeLessThan(1e-6);
		expect(rootMeanSquare(samples.subarray(24_100, 40_000))).toBeGreaterThan(0.05);
	});

	test('of a track that was cut off is the part that is there', async () => {
		const source = ['-f', 'lavfi', '-i', 'sine=440:d=20'];
		const path = makeClip('cut-off.mp3', ...source, '-c:a', 'libmp3lame', '-b:a', '128k');
		truncateSync(path, Math.floor(readFileSync(path).length / 2));
		const samples = (await sound(path, 16_000)).get(16_000)!;
		expect(samples.length / 16_000).toBeCloseTo(10, 0);
	});

	test('at no rate, or twice at one rate, is a mistake of the caller', async () => {
		for (const rates of [[], [16_000, 16_000]]) {
			await expect(sound(demo('music/hell.opus'), ...rates)).rejects.toThrow(RangeError);
		}
	});

	test('without the SoX resampler is nearly the same', async () => {
		const plain = ffmpegMedia(() => ({ ...findFfmpeg()!, soxr: false }));
		const path = demo('music/musicbox.opus');
		const without = (await joinedSound(plain.audio(path, [16_000]))).get(16_000)!;
		const withIt = (await sound(path, 16_000)).get(16_000)!;
		expect(Math.abs(without.length - withIt.length)).toBeLessThan(64);
		const shorter = Math.min(without.length, withIt.length);
		const error = without.subarray(0, shorter).map((sample, i) => sample - withIt[i]!);
		expect(rootMeanSquare(error)).toBeLessThan(0.02 * rootMeanSquare(withIt));
	});

	test('leaves no program behind', () => expect(childrenAlive()).toBe(0));
});

describe('loudness', () => {
	test('of a 997 Hz sine at -20 dBFS in both channels is -20 LUFS (EBU Tech 3341), peak -20 dBFS', async () => {
		const tone = '0.1*sin(2*PI*997*t)';
		const source = ['-f', 'lavfi', '-i', `aevalsrc=${tone}|${tone}:s=48000:d=10`, '-c:a', 'pcm_s24le'];
		const { integrated, truePeak } = await media.loudness(makeClip('reference.wav', ...source));
		expect(Math.abs(integrated + 20)).toBeLessThanOrEqual(0.1);
		expect(Math.abs(truePeak + 20)).toBeLessThanOrEqual(0.2);
	});

	test('of digital silence is -Infinity, peak and all', async () => {
		const path = makeClip('silence.wav', '-f', 'lavfi', '-i', 'anullsrc=d=2');
		expect(await media.loudness(path)).toEqual({ integrated: -Infinity, truePeak: -Infinity });
	});

	test('of sound too soft for the gate is the gate', async () => {
		const source = ['-f', 'lavfi', '-i', 'aevalsrc=0.00005*sin(2*PI*997*t):s=48000:d=3', '-c:a', 'pcm_s24le'];
		const { integrated, truePeak } = await media.loudness(makeClip('soft.wav', ...source));
		expect(integrated).toBe(-70);
		expect(truePeak).toBeLessThan(-80);
	});

	test('of a demo track is a sensible master', async () => {
		const { integrated, truePeak } = await media.loudness(demo('music/hell.opus'));
		expect(integrated).toBeGreaterThan(-30);
		expect(integrated).toBeLessThan(-5);
		expect(truePeak).toBeGreaterThan(integrated);
	});
});
