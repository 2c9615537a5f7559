import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type Architecture, PAPER_INPUTS, PAPER_LAYERS } from '../engine/embeddings/seg-vm-net.js';
import { openOnnxTrainer } from '../engine/io/training/onnx-trainer.js';
import { openTfjsTrainer } from '../engine/io/training/tfjs-trainer.js';
import { seededRandom } from '../engine/numeric/random.js';
import { dropoutMasks } from '../engine/training/masks.js';
import { DEFAULT_BATCH, DEFAULT_OBJECTIVE, DEFAULT_OPTIMISER } from '../engine/training/objective.js';
import { initialState, type Trainer, type TrainingBatch } from '../engine/training/trainer.js';
import { type Bench, type Figure, figure } from './figures.js';

const ARCHITECTURE: Architecture = { inputs: PAPER_INPUTS, layers: PAPER_LAYERS };
const SEED = 1;
/** Segments of one clip. */
const SEGMENTS = 12;

/**
 * `npm run bench -- training [--batch N]`: steps a second of the paper's network at the paper's batch, dropout and Adam, in
 * our one graph and in TensorFlow.js on its WebAssembly backend, the fastest it has without a native package. On random
 * features: the time of a step does not depend on them.
 */
export const training: Bench = {
	name: 'training',
	run: async ({ arguments: words, say }) => {
		const rows = words[0] === '--batch' ? Number(words[1]) : DEFAULT_BATCH;
		const package_ = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
		setWasmPaths(join(dirname(package_), 'dist', '/'));
		await tf.setBackend('wasm');
		await tf.ready();
		const options = {
			architecture: ARCHITECTURE,
			objective: DEFAULT_OBJECTIVE,
			optimiser: DEFAULT_OPTIMISER,
			state: initialState(ARCHITECTURE, SEED),
		};
		const batches = Array.from({ length: 3 }, (_, step) => randomBatch(rows, step));
		say('ONNX Runtime …');
		const ours = await secondsOf(await openOnnxTrainer(options), batches, 8);
		say('TensorFlow.js …');
		const theirs = await secondsOf(await openTfjsTrainer(tf)(options), batches, 2);
		const figures: Figure[] = [
			figure(
				`batch ${rows}: ONNX Runtime`,
				'steps/s',
				ours.times.map(time => 1 / time),
			),
			figure(
				`batch ${rows}: TensorFlow.js ${tf.version.tfjs}, WebAssembly`,
				'steps/s',
				theirs.times.map(time => 1 / time),
			),
			figure(
				'TensorFlow.js / ONNX Runtime',
				'times as long',
				theirs.times.map((time, k) => time / ours.times[k]!),
			),
			figure('loss of the first step, difference', '', [Math.abs(ours.firstLoss - theirs.firstLoss)]),
		];
		return figures;
	},
};

/** Times of steps after one that warms up. */
const secondsOf = async (trainer: Trainer, batches: readonly TrainingBatch[], runs: number) => {
	const firstLoss = await trainer.step(batches[0]!);
	const times: number[] = [];
	for (let run = 1; run <= runs; run++) {
		const start = performance.now();
		await trainer.step(batches[run % batches.length]!);
		times.push((performance.now() - start) / 1000);
	}
	await trainer.close();
	return { firstLoss, times };
};

const randomBatch = (rows: number, step: number): TrainingBatch => {
	const random = seededRandom(SEED, step);
	const matrix = (cols: number) => ({
		rows,
		cols,
		data: Float32Array.from({ length: rows * cols }, () => random.normal()),
	});
	return {
		video: matrix(PAPER_INPUTS.video),
		music: matrix(PAPER_INPUTS.music),
		clips: Float32Array.from({ length: rows }, (_, r) => Math.floor(r / SEGMENTS)),
		masks: dropoutMasks(ARCHITECTURE, DEFAULT_OPTIMISER.dropout, rows, SEED, step),
	};
};
