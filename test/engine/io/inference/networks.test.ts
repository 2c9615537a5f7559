import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { levelOfLogMel } from '../../../../engine/features/log-mel.js';
import { MUSIC_TAGS } from '../../../../engine/features/music-tag-names.js';
import { bundledModels } from '../../../../engine/io/inference/models.js';
import { type Inference, openInference } from '../../../../engine/io/inference/networks.js';
import { row } from '../../../../engine/numeric/matrix.js';
import { goldenBytes, goldenNumbers, goldenSamples, largestDifference } from './golden.js';

const PICTURE = 224 * 224 * 3;
const SAMPLE_RATE = 16_000;

let inference: Inference;
beforeAll(() => {
	inference = openInference({ device: 'cpu' });
});
afterAll(() => inference.networks.close());

test('shot ends are those of the original network, window by window', async () => {
	const golden = JSON.parse(new TextDecoder().decode(goldenBytes('vision/transnetv2.json'))) as {
		clip2: { single: number[] };
	};
	const ends = await inference.networks.shotEnds(goldenBytes('vision/clip2.48x27.rgb.u8.gz'));
	expect(largestDifference(golden.clip2.single, ends)).toBeLessThan(1e-3);
});

test('image features are those of the original network', async () => {
	const expected = goldenNumbers('vision/efficientnet-lite0.features.f32');
	const pictures = goldenBytes('vision/pictures.224x224.rgb.u8.gz');
	const features = await inference.networks.imageFeatures(pictures);
	expect([features.rows, features.cols]).toEqual([2, 1280]);
	expect(largestDifference(expected, features.data)).toBeLessThan(5e-3);
	for (const picture of [0, 1]) {
		const truth = expected.subarray(picture * 1280, (picture + 1) * 1280);
		expect(cosine(truth, row(features, picture))).toBeGreaterThan(0.9999);
	}
});

test('image features do not depend on the other pictures of a batch', async () => {
	const two = goldenBytes('vision/pictures.224x224.rgb.u8.gz');
	const eleven = new Uint8Array(11 * PICTURE);
	for (let i = 0; i < 11; i++) eleven.set(two.subarray((i % 2) * PICTURE, ((i % 2) + 1) * PICTURE), i * PICTURE);
	const [pair, many] = await Promise.all([
		inference.networks.imageFeatures(two),
		inference.networks.imageFeatures(eleven),
	]);
	for (let i = 0; i < 11; i++) expect(largestDifference(row(pair, i % 2), row(many, i))).toBeLessThan(1e-4);
});

describe.each(['caribbean', 'media-threat'])('%s sounds as the original networks hear it', name => {
	test('log-mel, tags and features', async () => {
		const logMel = await inference.networks.logMel(goldenSamples(`music/${name}.wav`));
		expect([logMel.rows, logMel.cols]).toEqual([1501, 96]);
		const everyTenth = Array.from({ length: 151 }, (_, k) => [...row(logMel, 10 * k)]).flat();
		expect(largestDifference(goldenNumbers(`music/${name}.log-mel-every-10th.f32`), everyTenth)).toBeLessThan(2e-4);

		const starts = Array.from({ length: 22 }, (_, k) => Math.floor(62.5 * k));
		const { tags, features } = await inference.networks.musicTags(logMel, starts);
		expect(largestDifference(goldenNumbers(`music/${name}.tags.f32`), tags.data)).toBeLessThan(1e-3);
		expect(largestDifference(goldenNumbers(`music/${name}.features.f32`), features.data)).toBeLessThan(5e-3);
	});
});

test('a log-mel made in stretches equals that of each stretch alone, away from its ends', async () => {
	// 3000 rows make a stretch, so this has two seams.
	const samples = noise(SAMPLE_RATE * 100, 0.1);
	const whole = await inference.networks.logMel(samples);
	expect(whole.rows).toBe(1 + 100 * 62.5);
	for (const seam of [3000, 6000]) {
		const around = await inference.networks.logMel(samples.subarray((seam - 40) * 256, (seam + 40) * 256));
		for (let r = 2; r < 78; r++)
			expect(largestDifference(row(around, r), row(whole, seam - 40 + r))).toBeLessThan(1e-4);
	}
});

test('tags do not depend on the order or the neighbours of a patch', async () => {
	const logMel = await inference.networks.logMel(goldenSamples('music/caribbean.wav'));
	const forwards = await inference.networks.musicTags(logMel, [0, 300, 1300]);
	const backwards = await inference.networks.musicTags(logMel, [1300, 300, 0]);
	for (const k of [0, 1, 2]) {
		expect(largestDifference(row(forwards.tags, k), row(backwards.tags, 2 - k))).toBeLessThan(1e-4);
	}
});

test('silence has no tags, and quiet music has', async () => {
	const music = goldenSamples('music/caribbean.wav').subarray(0, 6 * SAMPLE_RATE);
	const scaled = (gain: number) => music.map(sample => sample * gain);
	const tagsOf = async (samples: Float32Array) =>
		(await inference.networks.musicTags(await inference.networks.logMel(samples), [0])).tags.data;
	expect(Math.max(...(await tagsOf(new Float32Array(6 * SAMPLE_RATE))))).toBe(0);
	expect(Math.max(...(await tagsOf(scaled(1e-4))))).toBe(0);
	expect(Math.max(...(await tagsOf(scaled(0.03))))).toBeGreaterThan(0.05);
});

test('a patch past the end hears silence there', async () => {
	const samples = goldenSamples('music/caribbean.wav').subarray(0, 2 * SAMPLE_RATE);
	const short = await inference.networks.logMel(samples);
	const rows = 187;
	const padded = { rows, cols: 96, data: new Float32Array(rows * 96) };
	padded.data.set(short.data);
	const [stickingOut, filledUp] = await Promise.all([
		inference.networks.musicTags(short, [0]),
		inference.networks.musicTags(padded, [0]),
	]);
	expect(stickingOut).toEqual(filledUp);
});

test('the level read from a log-mel is that of the sound', async () => {
	for (const gain of [1, 0.1, 1e-3]) {
		const sounds = { noise: noise(SAMPLE_RATE, gain), tone: tone(SAMPLE_RATE, 997, gain) };
		for (const samples of Object.values(sounds)) {
			const logMel = await inference.networks.logMel(samples);
			const level = levelOfLogMel(logMel, 2, 58);
			expect(Math.abs(level - rmsLevel(samples))).toBeLessThan(0.8);
		}
	}
});

test('almost no sound still has a log-mel', async () => {
	expect((await inference.networks.logMel(new Float32Array(0))).rows).toBe(1);
	expect((await inference.networks.logMel(new Float32Array(257))).rows).toBe(2);
});

test('nothing in, nothing out', async () => {
	const { networks } = inference;
	expect((await networks.shotEnds(new Uint8Array(0))).length).toBe(0);
	expect((await networks.imageFeatures(new Uint8Array(0))).rows).toBe(0);
	expect((await networks.musicTags({ rows: 200, cols: 96, data: new Float32Array(200 * 96) }, [])).tags.rows).toBe(0);
});

test('half a picture, half a frame and patches outside the track are refused', async () => {
	const { networks } = inference;
	await expect(networks.imageFeatures(new Uint8Array(1000))).rejects.toThrow(RangeError);
	await expect(networks.shotEnds(new Uint8Array(1000))).rejects.toThrow(RangeError);
	const logMel = { rows: 200, cols: 96, data: new Float32Array(200 * 96) };
	for (const start of [-1, 200, 1.5]) await expect(networks.musicTags(logMel, [start])).rejects.toThrow(RangeError);
});

test('aborting one call leaves the others be', async () => {
	const pictures = new Uint8Array(40 * PICTURE);
	const controller = new AbortController();
	const aborted = inference.networks.imageFeatures(pictures, controller.signal);
	const other = inference.networks.imageFeatures(pictures.subarray(0, PICTURE));
	controller.abort();
	await expect(aborted).rejects.toMatchObject({ code: 'cancelled' });
	expect((await other).rows).toBe(1);
	await expect(inference.networks.shotEnds(new Uint8Array(3888), controller.signal)).rejects.toMatchObject({
		code: 'cancelled',
	});
});

test('what was given in stays as it was', async () => {
	const pictures = goldenBytes('vision/pictures.224x224.rgb.u8.gz');
	const before = pictures.slice();
	await inference.networks.imageFeatures(pictures);
	expect(pictures).toEqual(before);
});

test('closing rejects what is under way, and everything after', async () => {
	const closing = openInference({ device: 'cpu' });
	const running = closing.networks.shotEnds(new Uint8Array(3888 * 200));
	const rejected = expect(running).rejects.toMatchObject({ code: 'cancelled' });
	await closing.networks.close();
	await rejected;
	await expect(closing.networks.logMel(new Float32Array(1000))).rejects.toMatchObject({ code: 'cancelled' });
	await closing.networks.close();
});

describe('files of the networks', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'segue-models-'));
	});
	afterAll(() => rm(folder, { recursive: true }));

	test('are refused one by one: missing, damaged, and right again once repaired', async () => {
		const { networks } = openInference({ device: 'cpu', models: folder });
		const logMel = () => networks.logMel(new Float32Array(1000));
		await expect(logMel()).rejects.toMatchObject({ code: 'model-missing' });

		await writeFile(join(folder, 'models.json'), '{"models": [{"id": "log-mel"}]}');
		await expect(logMel()).rejects.toMatchObject({ code: 'model-damaged' });

		await copyFile(join(bundledModels(), 'models.json'), join(folder, 'models.json'));
		await expect(logMel()).rejects.toMatchObject({ code: 'model-missing' });

		const bytes = await readFile(join(bundledModels(), 'log-mel.onnx'));
		const damaged = Buffer.from(bytes);
		damaged[300_000]! ^= 1;
		await writeFile(join(folder, 'log-mel.onnx'), damaged);
		await expect(logMel()).rejects.toMatchObject({ code: 'model-damaged' });

		await writeFile(join(folder, 'log-mel.onnx'), bytes);
		expect((await logMel()).rows).toBe(4);
		await networks.close();
	});

	test('come with the licence that models.json names, the stated size and the tags that the engine knows', async () => {
		const list = JSON.parse(await readFile(join(bundledModels(), 'models.json'), 'utf8')) as {
			models: { file: string; bytes: number; licenceFile: string; tags?: { mtt: string[]; msd: string[] } }[];
		};
		for (const { file, bytes, licenceFile } of list.models) {
			expect((await readFile(join(bundledModels(), file))).length).toBe(bytes);
			expect((await readFile(join(bundledModels(), licenceFile), 'utf8')).length).toBeGreaterThan(100);
		}
		const { mtt, msd } = list.models.find(({ tags }) => tags)!.tags!;
		expect([...mtt, ...msd]).toEqual(MUSIC_TAGS);
	});
});

const cosine = (a: Float32Array, b: Float32Array): number => {
	let [ab, aa, bb] = [0, 0, 0];
	for (let i = 0; i < a.length; i++) {
		ab += a[i]! * b[i]!;
		aa += a[i]! ** 2;
		bb += b[i]! ** 2;
	}
	return ab / Math.sqrt(aa * bb);
};

/** Uniform noise, always the same, band-limited by a moving mean so that little lies above the highest band. */
const noise = (length: number, gain: number): Float32Array => {
	let state = 1;
	let last = 0;
	return Float32Array.from({ length }, () => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		const value = (state >>> 16) / 65_536 - 0.5;
		const mean = (value + last) / 2;
		last = value;
		return gain * mean;
	});
};

const tone = (length: number, hertz: number, gain: number): Float32Array =>
	Float32Array.from({ length }, (_, i) => gain * Math.sin((2 * Math.PI * hertz * i) / SAMPLE_RATE));

const rmsLevel = (samples: Float32Array): number =>
	10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
