import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { segVmNetTensors } from '../../../../engine/embeddings/seg-vm-net.js';
import { openOnnxTrainer } from '../../../../engine/io/training/onnx-trainer.js';
import { openTfjsTrainer } from '../../../../engine/io/training/tfjs-trainer.js';
import type { Objective } from '../../../../engine/training/objective.js';
import {
	initialState,
	type OpenTrainer,
	type Trainer,
	type TrainerState,
} from '../../../../engine/training/trainer.js';
import { plainBranch } from '../../../support/seg-vm-net.js';
import { randomBatch, TINY } from '../../../support/training.js';

const OPTIMISER = { learningRate: 3e-3, dropout: 0.5, batchNormMomentum: 0.9 };
const OBJECTIVES: readonly Objective[] = [
	{ margin: 0.3, weights: { videoToMusic: 1, musicToVideo: 1 }, mining: { kind: 'all' } },
	{ margin: 0.4, weights: { videoToMusic: 1, musicToVideo: 3 }, mining: { kind: 'hardest', count: 5 } },
];

beforeAll(() => tf.setBackend('cpu'));

const open = (trainer: OpenTrainer, state: TrainerState, objective = OBJECTIVES[0]!): Promise<Trainer> =>
	trainer({ architecture: TINY, objective, optimiser: OPTIMISER, state });

const steps = async (trainer: Trainer, from: number, to: number): Promise<number[]> => {
	const losses: number[] = [];
	for (let step = from; step < to; step++) losses.push(await trainer.step(randomBatch(TINY, 32, 40 + step, 0.5, step)));
	return losses;
};

const trainers: readonly { readonly name: string; readonly trainer: OpenTrainer }[] = [
	{ name: 'ONNX Runtime', trainer: openOnnxTrainer },
	{ name: 'TensorFlow.js', trainer: openTfjsTrainer(tf) },
];

describe.each(trainers)('the trainer on $name', ({ trainer }) => {
	test('goes on from a state to the same numbers as without a break', async () => {
		const whole = await open(trainer, initialState(TINY, 3));
		const losses = await steps(whole, 0, 6);
		const first = await open(trainer, initialState(TINY, 3));
		const before = await steps(first, 0, 3);
		const second = await open(trainer, await first.state());
		expect([...before, ...(await steps(second, 3, 6))]).toEqual(losses);
		expect(await second.state()).toEqual(await whole.state());
		for (const one of [whole, first, second]) await one.close();
	});

	test('a state is a copy: later steps leave it alone', async () => {
		const one = await open(trainer, initialState(TINY, 3));
		const state = await one.state();
		const before = structuredClone(state);
		await steps(one, 0, 2);
		expect(state).toEqual(before);
		await one.close();
	});

	test('embeds with running averages and without dropout', async () => {
		const one = await open(trainer, initialState(TINY, 3));
		await steps(one, 0, 4);
		const { tensors } = await one.state();
		for (const branch of ['music', 'video'] as const) {
			const features = randomBatch(TINY, 5, 9)[branch];
			const expected = plainBranch(tensors, branch, features).flat();
			const embedded = await one.embed(branch, features);
			expect([embedded.rows, embedded.cols]).toEqual([5, 4]);
			for (const [i, value] of expected.entries()) expect(Math.abs(embedded.data[i]! - value)).toBeLessThan(1e-5);
		}
		await one.close();
	});

	test('brings a network that can tell 40 pairs apart to that optimum', async () => {
		// Noise that picture and music have in common, so a loss of 0 exists.
		const batch = randomBatch(TINY, 40, 1);
		const shared = {
			...batch.music,
			data: batch.music.data.map((_, i) => batch.video.data[Math.floor(i / 6) * 5 + ((i % 6) % 5)]!),
		};
		const pairs = { ...batch, music: shared, clips: Float32Array.from({ length: 40 }, (_, k) => k) };
		const one = await trainer({
			architecture: { inputs: TINY.inputs, layers: { music: [32, 16, 8], video: [32, 8] } },
			objective: { ...OBJECTIVES[0]!, margin: 0.1 },
			optimiser: { ...OPTIMISER, dropout: 0, learningRate: 1e-2 },
			state: initialState({ inputs: TINY.inputs, layers: { music: [32, 16, 8], video: [32, 8] } }, 2),
		});
		const losses: number[] = [];
		for (let step = 0; step < 250; step++) losses.push(await one.step(pairs));
		expect(losses[0]).toBeGreaterThan(0.15);
		expect(losses.at(-1)).toBeLessThan(0.002);
		const [video, music] = [await one.embed('video', pairs.video), await one.embed('music', pairs.music)];
		const nearest = Array.from({ length: 40 }, (_, i) => {
			const similarity = (j: number) =>
				video.data.subarray(8 * i, 8 * i + 8).reduce((sum, value, c) => sum + value * music.data[8 * j + c]!, 0);
			return Array.from({ length: 40 }, (_, j) => j).reduce((best, j) => (similarity(j) > similarity(best) ? j : best));
		});
		expect(nearest.filter((j, i) => j === i).length).toBe(40);
		await one.close();
	});
});

describe.each(OBJECTIVES)('with mining $mining.kind', objective => {
	test('both trainers give the same losses and the same network', async () => {
		const onnx = await open(openOnnxTrainer, initialState(TINY, 3), objective);
		const tfjs = await open(openTfjsTrainer(tf), initialState(TINY, 3), objective);
		const [ours, theirs] = [await steps(onnx, 0, 8), await steps(tfjs, 0, 8)];
		for (const [k, loss] of ours.entries()) expect(loss).toBeCloseTo(theirs[k]!, 5);
		const [our, their] = [await onnx.state(), await tfjs.state()];
		expect([...our.tensors.keys()].sort()).toEqual([...their.tensors.keys()].sort());
		for (const { name } of segVmNetTensors(TINY)) {
			// Normalisation takes the last layer's bias away again: its gradient is rounding, which Adam makes large, and the mean with it.
			if (/music.dense3.bias|video.dense2.bias|norm.mean/.test(name)) continue;
			for (const [i, value] of our.tensors.get(name)!.data.entries()) {
				expect(Math.abs(value - their.tensors.get(name)!.data[i]!), `${name}[${i}]`).toBeLessThan(2e-4);
			}
		}
		await onnx.close();
		await tfjs.close();
	});
});

test('masks are the same for the same step, others for another, and leave out their share', () => {
	const wide = { inputs: TINY.inputs, layers: { music: [64, 64, 4], video: [64, 4] } };
	const masks = (dropout: number, step: number) => randomBatch(wide, 500, 7, dropout, step).masks;
	expect(masks(0.5, 4)).toEqual(masks(0.5, 4));
	expect(masks(0.5, 4)).not.toEqual(masks(0.5, 5));
	expect(masks(0, 4).size).toBe(0);
	for (const { data } of masks(0.25, 1).values()) {
		const kept = data.reduce((sum, value) => sum + value, 0) / data.length;
		expect(Math.abs(kept - 0.75)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / data.length));
	}
});
