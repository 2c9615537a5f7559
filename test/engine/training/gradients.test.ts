import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { onnxModel } from '../../../engine/embeddings/onnx-model.js';
import {
	BATCH_NORM_EPSILON,
	type Branch,
	segVmNetTensors,
	type Weights,
} from '../../../engine/embeddings/seg-vm-net.js';
import { maskName } from '../../../engine/training/masks.js';
import type { Objective } from '../../../engine/training/objective.js';
import { initialState, type TrainingBatch, weightsOf } from '../../../engine/training/trainer.js';
import {
	CLIPS,
	FIRST_CORRECTION,
	gradientOf,
	LEARNING_RATE,
	SECOND_CORRECTION,
	trainingGraph,
} from '../../../engine/training/training-graph.js';
import { randomBatch, TINY } from '../../support/training.js';

const OPTIMISER = { learningRate: 1e-3, dropout: 0.5, batchNormMomentum: 0.9 };

const OBJECTIVES: readonly Objective[] = [
	{ margin: 0.3, weights: { videoToMusic: 1, musicToVideo: 1 }, mining: { kind: 'all' } },
	{ margin: 0.1, weights: { videoToMusic: 1, musicToVideo: 3 }, mining: { kind: 'all' } },
	{ margin: 0.4, weights: { videoToMusic: 3, musicToVideo: 1 }, mining: { kind: 'hardest', count: 5 } },
];

describe.each(OBJECTIVES)('with margin $margin, weights $weights, mining $mining.kind', objective => {
	test('loss and every gradient are those of central differences of the definition', async () => {
		const batch = randomBatch(TINY, 24, 5, 0.5);
		const state = initialState(TINY, 11);
		const weights = new Map(
			[...weightsOf(state, TINY)].map(([name, { shape, data }]) => [name, { shape, data: shifted(name, data) }]),
		);
		const run = await runGraph(objective, batch, weights);
		const plain = new Map(
			[...weights].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
		);
		expect((run.loss as Float32Array)[0]).toBeCloseTo(plainLoss(plain, batch, objective), 5);

		for (const { name, trainable } of segVmNetTensors(TINY)) {
			if (!trainable) continue;
			const { data } = plain.get(name)!;
			const gradient = run[gradientOf(name)] as Float32Array;
			for (let i = 0; i < data.length; i++) {
				const [value, step] = [data[i]!, 1e-6];
				data[i] = value + step;
				const above = plainLoss(plain, batch, objective);
				data[i] = value - step;
				const below = plainLoss(plain, batch, objective);
				data[i] = value;
				expect(Math.abs(gradient[i]! - (above - below) / (2 * step)), `${name}[${i}]`).toBeLessThan(2e-5);
			}
		}
	});
});

/** Away from zero, so that biases and shifts take part. */
const shifted = (name: string, data: Float32Array): Float32Array =>
	name.endsWith('.weight') ? data : data.map((value, i) => value + 0.3 * Math.sin(i + name.length));

const runGraph = async (objective: Objective, batch: TrainingBatch, weights: Weights) => {
	const session = await InferenceSession.create(onnxModel(trainingGraph(TINY, objective, OPTIMISER, true)));
	const state = initialState(TINY, 11);
	const feeds: Record<string, Tensor> = {
		video: new Tensor('float32', batch.video.data, [batch.video.rows, batch.video.cols]),
		music: new Tensor('float32', batch.music.data, [batch.music.rows, batch.music.cols]),
		[CLIPS]: new Tensor('float32', batch.clips, [batch.clips.length, 1]),
	};
	for (const name of [LEARNING_RATE, FIRST_CORRECTION, SECOND_CORRECTION]) {
		feeds[name] = new Tensor('float32', Float32Array.of(1), []);
	}
	for (const [name, { shape, data }] of [...state.tensors, ...weights])
		feeds[name] = new Tensor('float32', data, shape);
	for (const [name, { rows, cols, data }] of batch.masks) feeds[name] = new Tensor('uint8', data, [rows, cols]);
	const outputs = await session.run(feeds);
	return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
};

type PlainWeights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float64Array }>;

/** The loss as the paper defines it, one number at a time in float64. */
const plainLoss = (
	weights: PlainWeights,
	batch: TrainingBatch,
	{ margin, weights: sides, mining }: Objective,
): number => {
	const video = plainBranch(weights, 'video', batch);
	const music = plainBranch(weights, 'music', batch);
	const distance = (i: number, j: number) => Math.hypot(...video[i]!.map((value, c) => value - music[j]![c]!));
	const rows = video.length;
	const direction = (between: (anchor: number, other: number) => number): number => {
		const triplets: number[] = [];
		for (let anchor = 0; anchor < rows; anchor++) {
			const violations: number[] = [];
			for (let other = 0; other < rows; other++) {
				if (batch.clips[anchor] === batch.clips[other]) continue;
				violations.push(Math.max(0, between(anchor, anchor) - between(anchor, other) + margin));
			}
			if (mining.kind === 'all') triplets.push(...violations);
			else triplets.push(...violations.sort((a, b) => b - a).slice(0, mining.count));
		}
		return triplets.reduce((sum, value) => sum + value, 0) / triplets.length;
	};
	return (
		sides.videoToMusic * direction((anchor, other) => distance(anchor, other)) +
		sides.musicToVideo * direction((anchor, other) => distance(other, anchor))
	);
};

const plainBranch = (weights: PlainWeights, branch: Branch, batch: TrainingBatch): number[][] => {
	const layers = TINY.layers[branch];
	const features = batch[branch];
	const last = Array.from({ length: features.rows }, (_, r) =>
		layers.reduce<number[]>(
			(here, units, k) => {
				const { data } = weights.get(`${branch}.dense${k + 1}.weight`)!;
				const bias = weights.get(`${branch}.dense${k + 1}.bias`)!.data;
				return Array.from({ length: units }, (_, unit) => {
					const sum = here.reduce((total, value, i) => total + value * data[i * units + unit]!, bias[unit]!);
					if (k === layers.length - 1) return sum;
					const kept = batch.masks.get(maskName(branch, k + 1))!.data[r * units + unit]!;
					return (Math.max(0, sum) * kept) / (1 - OPTIMISER.dropout);
				});
			},
			[...features.data.subarray(r * features.cols, (r + 1) * features.cols)],
		),
	);
	const mean = last[0]!.map((_, c) => last.reduce((sum, row) => sum + row[c]!, 0) / last.length);
	const variance = mean.map((m, c) => last.reduce((sum, row) => sum + (row[c]! - m) ** 2, 0) / last.length);
	const [gamma, beta] = ['gamma', 'beta'].map(part => weights.get(`${branch}.norm.${part}`)!.data);
	return last.map(row => {
		const normal = row.map(
			(value, c) => (gamma![c]! * (value - mean[c]!)) / Math.sqrt(variance[c]! + BATCH_NORM_EPSILON) + beta![c]!,
		);
		const length = Math.hypot(...normal);
		return normal.map(value => value / length);
	});
};
