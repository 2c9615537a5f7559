import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClipFile, makeCorpus, type Order } from '../../bench/visualiser/corpus.js';
import { type Bands, moodOf } from '../../bench/visualiser/mood.js';
import { shotsOf } from '../../bench/visualiser/shots.js';
import { randomStyle } from '../../bench/visualiser/style.js';
import { findFfmpeg } from '../../engine/io/media/find-ffmpeg.js';
import { ffmpegMedia } from '../../engine/io/media/media.js';
import { readTimelineCut } from '../../engine/io/timeline-cut.js';
import { pairsInTable } from '../../engine/io/training/data-sets/pair-lists.js';
import { seededRandom } from '../../engine/numeric/random.js';

const FPS = 10;

/** Half quiet and slow, half loud with a sound every half second. */
const twoHalves = (seconds: number): Bands => {
	const level = (k: number) => (k < (seconds * FPS) / 2 ? 0.01 : k % 5 === 0 ? 0.4 : 0.1);
	const band = Float64Array.from({ length: seconds * FPS }, (_, k) => level(k));
	return { low: band, mid: band, high: band };
};

describe('cutting', () => {
	const style = randomStyle(seededRandom(3));
	const mood = moodOf(twoHalves(600), FPS);

	test('shots cover the clip without gap or overlap', () => {
		const shots = shotsOf(mood, FPS, style, 'music', seededRandom(1));
		expect(shots[0]!.start).toBe(0);
		expect(shots.at(-1)!.end).toBe(6000);
		shots.slice(1).forEach((shot, k) => {
			expect(shot.start).toBe(shots[k]!.end);
		});
	});

	test('there are more cuts where more happens, and no more where cutting is independent', () => {
		const later = (cutting: 'music' | 'independent') => {
			const shots = shotsOf(mood, FPS, style, cutting, seededRandom(1));
			return shots.filter(({ start }) => start >= 3000).length / shots.length;
		};
		expect(later('music')).toBeGreaterThan(0.65);
		expect(later('independent')).toBeGreaterThan(0.4);
		expect(later('independent')).toBeLessThan(0.6);
	});

	test('independent cuts stay where they are when the music changes', () => {
		const starts = (bands: Bands) =>
			shotsOf(moodOf(bands, FPS), FPS, style, 'independent', seededRandom(1)).map(({ start }) => start);
		const reversed = twoHalves(600).low.slice().reverse();
		expect(starts({ low: reversed, mid: reversed, high: reversed })).toEqual(starts(twoHalves(600)));
	});
});

describe('a rendered corpus', () => {
	const folder = mkdtempSync(join(tmpdir(), 'segue-visualiser-'));
	const programs = findFfmpeg()!;
	const order: Order = {
		music: join(folder, 'music'),
		clips: join(folder, 'clips'),
		seconds: 20,
		shortest: 10,
		fps: FPS,
		width: 64,
		limit: 10,
		cutting: 'music',
		seed: 1,
	};
	let clips: ClipFile[];

	beforeAll(async () => {
		mkdirSync(order.music);
		// Ten quiet seconds of a low tone, then ten loud ones of noise; and a track that is too short.
		const halves = ['sine=f=110:d=10', 'anoisesrc=d=10:a=0.5:seed=1'].flatMap(source => ['-f', 'lavfi', '-i', source]);
		const joined = ['-filter_complex', '[0]volume=-30dB[a];[a][1]concat=n=2:v=0:a=1'];
		spawnSync(programs.ffmpeg, ['-v', 'error', ...halves, ...joined, join(order.music, 'halves.wav')]);
		spawnSync(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=3', join(order.music, 'short.wav')]);
		clips = await makeCorpus(order, programs, () => {}, new AbortController().signal);
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	test('leaves out tracks that are too short, and lists the rest as they are', () => {
		expect(clips.map(({ music, duration }) => [music, duration])).toEqual([['halves.wav', 20]]);
		expect(JSON.parse(readFileSync(join(order.clips, 'corpus.json'), 'utf8'))).toEqual(clips);
	});

	test('the picture moves more where the music is loud', () => {
		const pixels = grey(programs.ffmpeg, join(order.clips, clips[0]!.video));
		const cuts = new Set(clips[0]!.shots.map(({ start }) => Math.round(start * FPS)));
		const motion = (first: number, last: number): number => {
			let sum = 0;
			let frames = 0;
			for (let frame = first; frame < last; frame++) {
				if (cuts.has(frame)) continue;
				frames++;
				for (let k = 0; k < SIZE; k++) {
					sum += Math.abs(pixels[frame * SIZE + k]! - pixels[(frame - 1) * SIZE + k]!);
				}
			}
			return sum / frames / SIZE;
		};
		expect(pixels.length).toBe(200 * SIZE);
		expect(motion(110, 195)).toBeGreaterThan(2 * motion(5, 90));
	});

	test('its timeline says the cuts that its list says, and the table of pairs names both', async () => {
		const { boundaries, picture } = await readTimelineCut(join(order.clips, 'halves.wav.otio'), ffmpegMedia());
		expect(picture).toEqual({ kind: 'rendered', path: join(order.clips, 'halves.wav.mp4') });
		expect(boundaries.map(({ seconds }) => seconds)).toEqual(
			clips[0]!.shots.slice(1).map(({ start }) => expect.closeTo(start, 6)),
		);
		const [pair] = await pairsInTable(join(order.clips, 'pairs.csv'));
		expect(pair).toMatchObject({
			group: 'halves.wav',
			picture: { path: join(order.clips, 'halves.wav.otio') },
			music: { path: join(order.clips, 'halves.wav.mp4') },
		});
	});

	test('the clip carries its own music from the start', () => {
		const { stdout } = spawnSync(programs.ffprobe, [
			...['-v', 'error', '-select_streams', 'a', '-show_entries', 'stream=duration', '-of', 'csv=p=0'],
			join(order.clips, clips[0]!.video),
		]);
		expect(Number(stdout.toString())).toBeCloseTo(20, 0);
	});

	test('a second run keeps what is there', async () => {
		const video = join(order.clips, clips[0]!.video);
		const before = statSync(video).mtimeMs;
		expect(await makeCorpus(order, programs, () => {}, new AbortController().signal)).toEqual(clips);
		expect(statSync(video).mtimeMs).toBe(before);
	});
});

const SIZE = 64 * 36;

const grey = (ffmpeg: string, path: string): Uint8Array =>
	spawnSync(ffmpeg, ['-v', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'], {
		maxBuffer: 100_000_000,
	}).stdout;
