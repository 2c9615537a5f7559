import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import { childrenAlive, clipFolder, demo, makeClip } from './clips.js';

clipFolder();
const media = ffmpegMedia();
const film = demo('cut/film.mp4');
const song = demo('music/hell.opus');

/** What the process holds outside the JavaScript heap, where decoded media lies. */
const held = (): number => process.memoryUsage().external;

const MEGABYTE = 1 << 20;

describe('a stop', () => {
	afterEach(() => expect(childrenAlive()).toBe(0));

	test('before anything begins is refused at once', async () => {
		const signal = AbortSignal.abort();
		await expect(media.pictures(film, { frames: true }, signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
			code: 'cancelled',
		});
		await expect(media.loudness(song, signal)).rejects.toMatchObject({ code: 'cancelled' });
		await expect(media.still(film, 1, 64, signal)).rejects.toMatchObject({ code: 'cancelled' });
	});

	test('while pictures are read ends the program and rejects', async () => {
		const stop = new AbortController();
		const reading = (async () => {
			for await (const _ of media.pictures(film, { frames: true }, stop.signal)) stop.abort();
		})();
		await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
	});

	test('while nobody asks for the next run ends the program too', async () => {
		const stop = new AbortController();
		const runs = media.audio(song, [16_000, 22_050], stop.signal)[Symbol.asyncIterator]();
		await runs.next();
		expect(childrenAlive()).toBe(1);
		stop.abort();
		const deadline = Date.now() + 10_000;
		while (childrenAlive() > 0 && Date.now() < deadline) await delay(10);
		expect(childrenAlive()).toBe(0);
		await expect(runs.next()).rejects.toMatchObject({ code: 'cancelled' });
	});

	test('of a call that waits for its program ends it', async () => {
		const path = makeClip('steady.wav', '-f', 'lavfi', '-i', 'sine=440:r=48000:d=600');
		const stop = new AbortController();
		const running = media.loudness(path, stop.signal);
		setTimeout(() => stop.abort(), 150);
		await expect(running).rejects.toMatchObject({ code: 'cancelled' });
	});

	test('by a consumer that leaves the loop ends the program without an error', async () => {
		for await (const _ of media.pictures(film, { frames: true })) break;
		for await (const _ of media.audio(song, [16_000])) break;
	});

	test('by a consumer that fails ends the program and keeps the failure', async () => {
		const reading = (async () => {
			for await (const _ of media.audio(song, [16_000])) throw new Error('the consumer failed');
		})();
		await expect(reading).rejects.toThrow('the consumer failed');
	});

	test('of one reading leaves another be', async () => {
		const stop = new AbortController();
		const other = media.loudness(song);
		const stopped = media.loudness(song, stop.signal);
		stop.abort();
		await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
		expect((await other).integrated).toBeLessThan(0);
	});
});

describe('an hour', () => {
	test('of film streams through a few megabytes', { timeout: 240_000 }, async () => {
		const source = ['-f', 'lavfi', '-i', 'color=red:s=16x16:r=10:d=3600'];
		const path = makeClip('hour.avi', ...source, '-c:v', 'mpeg4', '-g', '600');
		const before = held();
		let [seconds, frames, most] = [0, 0, 0];
		for await (const run of media.pictures(path, { frames: true })) {
			if (run.kind === 'second') seconds++;
			else frames += run.pixels.length / (48 * 27 * 3);
			most = Math.max(most, held() - before);
		}
		expect([seconds, frames]).toEqual([3600, 36_000]);
		// 680 MB have gone through.
		expect(most).toBeLessThan(200 * MEGABYTE);
	});

	test('of sound that nobody takes further than the first run waits in the program', async () => {
		const path = makeClip('hour.wav', '-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono:d=3600', '-c:a', 'pcm_u8');
		const runs = media.audio(path, [44_100, 48_000])[Symbol.asyncIterator]();
		await runs.next();
		const before = held();
		await delay(1500);
		expect(held() - before).toBeLessThan(8 * MEGABYTE);
		await runs.return?.();
		expect(childrenAlive()).toBe(0);
	});
});
