import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { planWithEnding } from '../../../../engine/crops/endings.js';
import { loudnessMeter } from '../../../../engine/features/audio/loudness.js';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import type { RenderOptions } from '../../../../engine/io/render/render-crop.js';
import { syntheticTrack } from '../../../support/analyses.js';
import { clipFolder, demo, floats, inFolder, makeClip, plainFfmpeg } from '../media/clips.js';

clipFolder();
const media = ffmpegMedia();
const RATE = 48_000;

const samplesOf = (path: string): Float32Array => floats(plainFfmpeg('-i', path, '-f', 'f32le', '-'));

const beats = (duration: number) => Array.from({ length: Math.floor(2 * duration) }, (_, k) => k / 2);
/** As far as joins are concerned, a song of 60 s at 120 BPM that sounds alike everywhere. */
const even = syntheticTrack(60, beats(60));

const optionsFor = (start: number, length: number, changes: Partial<RenderOptions> = {}): RenderOptions => ({
	plan: planWithEnding(even, start, length, 'hard'),
	length,
	format: 'wav',
	loudness: null,
	speech: [],
	...changes,
});

/** The lag, in samples, at which two sounds agree best, and how well they do there. */
const bestLag = (a: Float32Array, b: Float32Array, most: number): { lag: number; agreement: number } => {
	let best = { lag: 0, agreement: Number.NEGATIVE_INFINITY };
	const n = Math.min(a.length, b.length) - most;
	for (let lag = -most; lag <= most; lag++) {
		let product = 0;
		let squares = 0;
		let others = 0;
		for (let k = most; k < n; k += 3) {
			product += a[k]! * b[k + lag]!;
			squares += a[k]! ** 2;
			others += b[k + lag]! ** 2;
		}
		const agreement = product / Math.sqrt(squares * others);
		if (agreement > best.agreement) best = { lag, agreement };
	}
	return best;
};

describe('a rendered crop', () => {
	const song = demo('music/musicbox.opus');

	test('is exactly as long as its range at any frame rate, to the sample', async () => {
		const random = xoroshiro128plus(11);
		const noise = makeClip('noise.wav', '-f', 'lavfi', '-i', 'anoisesrc=d=50:r=48000:a=0.3:seed=1', '-ac', '2');
		const rates = [
			[24, 1],
			[25, 1],
			[30, 1],
			[60, 1],
			[24_000, 1001],
			[30_000, 1001],
			[60_000, 1001],
		] as const;
		for (let trial = 0; trial < 14; trial++) {
			const [numerator, denominator] = rates[trial % rates.length]!;
			const frames = uniformInt(random, 30, 600);
			const length = (frames * denominator) / numerator;
			const out = inFolder(`${trial}.wav`);
			const start = uniformFloat64(random) * 20;
			const { samples } = await media.crop(noise, optionsFor(start, length), out);
			expect(samples).toBe(Math.round((frames * denominator * RATE) / numerator));
			expect(samplesOf(out).length / 2).toBe(samples);
		}
	}, 120_000);

	test('is the original, from the sample that the crop starts at', async () => {
		const out = inFolder('straight.wav');
		await media.crop(song, optionsFor(7.25, 12), out);
		const original = samplesOf(song).subarray(2 * 7.25 * RATE, 2 * 19.25 * RATE);
		const rendered = samplesOf(out);
		expect(rendered.length).toBe(original.length);
		const { lag, agreement } = bestLag(rendered, original, 40);
		expect(lag).toBe(0);
		expect(agreement).toBeGreaterThan(0.995);
		// Between the fades not a sample differs by more than rounding to 24 bits, unless the whole is turned down.
		const worst = rendered
			.subarray(RATE, rendered.length - RATE)
			.reduce((most, value, k) => Math.max(most, Math.abs(value - original[RATE + k]!)), 0);
		expect(worst).toBeLessThan(2 ** -23);
	}, 90_000);

	test('holds the same samples as WAV and as FLAC, and the same bytes when made again', async () => {
		const [wav, flac, again] = ['a.wav', 'a.flac', 'b.wav'].map(name => inFolder(name)) as [string, string, string];
		const options = optionsFor(3.1, 9.7, { loudness: -20, speech: [{ start: 2, end: 4 }] });
		await media.crop(song, options, wav);
		await media.crop(song, { ...options, format: 'flac' }, flac);
		await media.crop(song, options, again);
		const bytes = (path: string) => plainFfmpeg('-i', path, '-f', 's32le', '-');
		expect(bytes(flac).equals(bytes(wav))).toBe(true);
		expect(bytes(again).equals(bytes(wav))).toBe(true);
	}, 90_000);

	test('plays every piece of a spliced plan from where the plan says', async () => {
		const plan = planWithEnding({ ...even, duration: 40 }, 2, 60, 'hard');
		expect(plan.pieces.length).toBeGreaterThan(1);
		const out = inFolder('spliced.wav');
		const { clips } = await media.crop(song, optionsFor(0, 60, { plan, loudness: null }), out);
		const original = samplesOf(song);
		const rendered = samplesOf(out);
		for (const clip of clips) {
			const from = clip.at + clip.fadeIn;
			const to = clip.at + (clip.out - clip.in) - clip.fadeOut;
			let worst = 0;
			for (let k = 2 * from; k < 2 * to; k++) {
				worst = Math.max(worst, Math.abs(rendered[k]! - original[k + 2 * (clip.in - clip.at)]!));
			}
			expect(worst).toBeLessThan(2 ** -23);
		}
	}, 90_000);

	test('comes to the loudness that is asked for, and steps back under speech', async () => {
		const out = inFolder('level.wav');
		const options = optionsFor(5, 20, { loudness: -26 });
		const { loudness } = await media.crop(song, options, out);
		expect(loudness).toBeCloseTo(-26, 1);
		const plain = samplesOf(out);
		await media.crop(song, { ...options, speech: [{ start: 8, end: 12 }] }, out);
		const ducked = samplesOf(out);
		const under = (from: number, to: number) => {
			const energy = (samples: Float32Array) =>
				samples.subarray(2 * from * RATE, 2 * to * RATE).reduce((sum, value) => sum + value * value, 0);
			return 10 * Math.log10(energy(ducked) / energy(plain));
		};
		expect(under(8, 12)).toBeCloseTo(-9, 1);
		expect(under(2, 7)).toBeCloseTo(0, 2);
		expect(under(13, 18)).toBeCloseTo(0, 2);
	}, 90_000);
});

test('the meter of rendered crops agrees with ffmpeg on a demo track', async () => {
	const { integrated } = await media.loudness(demo('music/hacienda.opus'));
	const samples = samplesOf(demo('music/hacienda.opus'));
	const channels = [0, 1].map(c => Float32Array.from({ length: samples.length / 2 }, (_, k) => samples[2 * k + c]!));
	const meter = loudnessMeter(RATE, 2);
	meter.push(channels);
	expect(meter.integrated()).toBeCloseTo(integrated, 0);
}, 90_000);
