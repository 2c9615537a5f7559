import { describe, expect, test } from 'vitest';
import { poolOverSpans } from '../../../engine/embeddings/pool.js';
import { seededRandom } from '../../../engine/numeric/random.js';
import { clipSegments, type PairClip, requireClip } from '../../../engine/training/data-set.js';
import { simulate } from '../../../engine/training/simulated.js';
import { simulatedBoundaries } from '../../../engine/training/simulated-boundaries.js';
import { LATENT, simulatedLatents } from '../../../engine/training/simulated-latents.js';

const SMALL = { seed: 4, counts: { train: 3, validation: 2, test: 8 }, columns: { picture: 48, music: 40 } };

const clipsOf = async (options: Parameters<typeof simulate>[0], split: 'train' | 'validation' | 'test') => {
	const clips: PairClip[] = [];
	for await (const clip of simulate(options).dataSet.clips(split)) clips.push(clip);
	return clips;
};

describe('a simulated data set', () => {
	test('says that it is simulated, counts its clips, and every clip is sound', async () => {
		const { dataSet } = simulate(SMALL);
		expect(dataSet.origin).toBe('simulated');
		const clips = await clipsOf(SMALL, 'test');
		expect(clips.length).toBe(dataSet.count('test'));
		for (const clip of clips) requireClip(clip, dataSet.inputs);
	});

	test('is the same every time, other for another seed, and its splits share no clip', async () => {
		const first = async (options: Parameters<typeof simulate>[0], split: 'train' | 'test') =>
			(await clipsOf(options, split))[0]!;
		expect(await first(SMALL, 'test')).toEqual(await first(SMALL, 'test'));
		expect((await first({ ...SMALL, seed: 5 }, 'test')).duration).not.toBe((await first(SMALL, 'test')).duration);
		expect((await first(SMALL, 'train')).duration).not.toBe((await first(SMALL, 'test')).duration);
	});

	test('embeds both sides as unit vectors, a clip’s own music nearer to its picture than others’ in most cases', async () => {
		const { embed } = simulate(SMALL);
		const clips = await clipsOf(SMALL, 'test');
		const whole = ({ duration }: PairClip) => [{ start: 0, end: duration }];
		const pictures = clips.map(clip => embed.picture(poolOverSpans(clip.picture.features, whole(clip))).data);
		const music = clips.map(clip => embed.music(poolOverSpans(clip.music.features, whole(clip))).data);
		const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
		expect(pictures[0]!.length).toBe(LATENT);
		for (const vector of [...pictures, ...music]) expect(dot(vector, vector)).toBeCloseTo(1, 5);
		const wins = pictures.flatMap((picture, k) =>
			music.map((other, j) => (j === k ? 0 : Number(dot(picture, music[k]!) > dot(picture, other)))),
		);
		expect(wins.reduce((sum, win) => sum + win, 0) / (8 * 7)).toBeGreaterThan(0.7);
	});
});

test('lengths are those of the paper’s clips: 3 min 54 s, sections of 18.6 s, shots of 6.6 s', () => {
	const clips = Array.from({ length: 300 }, (_, k) => simulatedLatents(seededRandom(k)));
	const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const lengths = (side: 'sections' | 'shots') =>
		clips.flatMap(clip => clipSegments(clip[side], clip.duration).map(({ start, end }) => end - start));
	expect(mean(clips.map(({ duration }) => duration))).toBeGreaterThan(226);
	expect(mean(clips.map(({ duration }) => duration))).toBeLessThan(242);
	expect(Math.abs(mean(lengths('sections')) - 18.6)).toBeLessThan(1);
	expect(Math.abs(mean(lengths('shots')) - 6.6)).toBeLessThan(0.5);
});

test('segmenters are as right as published runs: hit rates within 3 s and 0.5 s', () => {
	const truth = Array.from({ length: 2000 }, (_, k) => 20 * (k + 1));
	const { music } = simulatedBoundaries(truth, [], 40_020, seededRandom(8));
	const recall = (found: readonly number[], window: number) =>
		truth.filter(time => found.some(other => Math.abs(other - time) <= window)).length / truth.length;
	// What was put in at random lies within 3 s of a boundary now and then as well.
	expect(Math.abs(recall(music.olda, 0.5) - 0.359)).toBeLessThan(0.05);
	expect(recall(music.olda, 3)).toBeGreaterThan(0.52);
	expect(recall(music.olda, 3)).toBeLessThan(0.68);
	expect(recall(music.foote, 0.5)).toBeLessThan(recall(music.olda, 0.5));
	expect(Math.abs(music.olda.length / truth.length - 1)).toBeLessThan(0.12);
});
