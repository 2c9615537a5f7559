import * as ort from 'onnxruntime-node';
import { onnxModel } from '../../embeddings/onnx-model.js';
import { branchModel } from '../../embeddings/seg-vm-net.js';
import { ADAM } from '../../training/objective.js';
import type { OpenTrainer, TrainerState } from '../../training/trainer.js';
import { weightsOf } from '../../training/trainer.js';
import {
	CLIPS,
	FIRST_CORRECTION,
	LEARNING_RATE,
	next,
	SECOND_CORRECTION,
	trainingGraph,
} from '../../training/training-graph.js';

/**
 * The trainer that comes with the program: a step is one run of one graph in ONNX Runtime. It runs where it is called, as
 * training has its process for itself and a thread would cost a copy of all weights each step.
 */
export const openOnnxTrainer: OpenTrainer = async ({ architecture, objective, optimiser, state }) => {
	const session = await ort.InferenceSession.create(onnxModel(trainingGraph(architecture, objective, optimiser)), {
		executionProviders: ['cpu'],
		logSeverityLevel: 4,
		extra: { session: { 'intra_op.allow_spinning': '0' } },
	});
	// Each step writes where the one before the last has read, so nothing is allocated or copied.
	let current = tensorsOf(state.tensors);
	let spare = tensorsOf(state.tensors);
	let steps = state.steps;

	const snapshot = (): TrainerState => ({
		steps,
		tensors: new Map(
			Object.entries(current).map(([name, { dims, data }]) => [
				name,
				{ shape: dims, data: data.slice() as Float32Array },
			]),
		),
	});
	return {
		step: async ({ video, music, clips, masks }) => {
			steps++;
			const feeds: Record<string, ort.Tensor> = {
				video: new ort.Tensor('float32', video.data, [video.rows, video.cols]),
				music: new ort.Tensor('float32', music.data, [music.rows, music.cols]),
				[CLIPS]: new ort.Tensor('float32', clips, [clips.length, 1]),
				[LEARNING_RATE]: scalar(optimiser.learningRate),
				[FIRST_CORRECTION]: scalar(1 / (1 - ADAM.beta1 ** steps)),
				[SECOND_CORRECTION]: scalar(1 / (1 - ADAM.beta2 ** steps)),
				...current,
			};
			for (const [name, { rows, cols, data }] of masks) feeds[name] = new ort.Tensor('uint8', data, [rows, cols]);
			const fetches: Record<string, ort.Tensor | null> = { loss: null };
			for (const [name, tensor] of Object.entries(spare)) fetches[next(name)] = tensor;
			const { loss } = await session.run(feeds, fetches);
			[current, spare] = [spare, current];
			return (loss!.data as Float32Array)[0]!;
		},
		embed: async (branch, features) => {
			const model = branchModel(weightsOf(snapshot(), architecture), branch);
			const embedder = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
			try {
				const { embedding } = await embedder.run({
					features: new ort.Tensor('float32', features.data, [features.rows, features.cols]),
				});
				const [rows, cols] = embedding!.dims as [number, number];
				return { rows, cols, data: embedding!.data as Float32Array };
			} finally {
				await embedder.release();
			}
		},
		state: async () => snapshot(),
		close: () => session.release(),
	};
};

const tensorsOf = (tensors: TrainerState['tensors']): Record<string, ort.Tensor> =>
	Object.fromEntries(
		[...tensors].map(([name, { shape, data }]) => [name, new ort.Tensor('float32', data.slice(), shape)]),
	);

const scalar = (value: number): ort.Tensor => new ort.Tensor('float32', Float32Array.of(value), []);
