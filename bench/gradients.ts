import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { onnxModel } from '../engine/embeddings/onnx-model.js';
import {
	type Architecture,
	PAPER_INPUTS,
	PAPER_LAYERS,
	segVmNetTensors,
	type Weights,
} from '../engine/embeddings/seg-vm-net.js';
import { openOnnxTrainer } from '../engine/io/training/onnx-trainer.js';
import { openTfjsTrainer } from '../engine/io/training/tfjs-trainer.js';
import { seededRandom } from '../engine/numeric/random.js';
import { dropoutMasks } from '../engine/training/masks.js';
import {
	ADAM,
	DEFAULT_OBJECTIVE,
	DEFAULT_OPTIMISER,
	type Objective,
	type Optimiser,
	VM_NET_WEIGHTS,
} from '../engine/training/objective.js';
import {
	firstMoment,
	initialState,
	type OpenTrainer,
	type TrainerState,
	type TrainingBatch,
	weightsOf,
} from '../engine/training/trainer.js';
import {
	CLIPS,
	FIRST_CORRECTION,
	gradientOf,
	LEARNING_RATE,
	SECOND_CORRECTION,
	trainingGraph,
} from '../engine/training/training-graph.js';
import { type Bench, type Figure, figure } from './figures.js';
import { plainLoss } from './plain-loss.js';

/** Small enough for the definition to be computed twice for each of its weights. */
const SMALL: Architecture = { inputs: { music: 6, video: 5 }, layers: { music: [8, 7, 4], video: [9, 4] } };
const PAPER: Architecture = { inputs: PAPER_INPUTS, layers: PAPER_LAYERS };
/** Rows of the paper's network's batch: TensorFlow.js computes it on one core. */
const ROWS = 120;
const SEED = 1;

const OBJECTIVES: readonly { readonly name: string; readonly objective: Objective }[] = [
	{ name: 'all triplets', objective: DEFAULT_OBJECTIVE },
	{
		name: 'hardest, music thrice',
		objective: { ...DEFAULT_OBJECTIVE, weights: VM_NET_WEIGHTS, mining: { kind: 'hardest', count: 10 } },
	},
];

/**
 * `npm run bench -- gradients`: how far the gradients of the training graph, which are written out by hand, lie from central
 * differences of the loss's definition in float64, and from those that TensorFlow.js derives by itself. Of every tensor the
 * largest difference, in shares of its largest gradient; the spread is over tensors.
 */
export const gradients: Bench = {
	name: 'gradients',
	run: async ({ say }) => {
		const figures: Figure[] = [];
		for (const { name, objective } of OBJECTIVES) {
			say(`central differences, ${name} …`);
			figures.push(figure(`central differences: ${name}`, 'of the largest', await againstDifferences(objective)));
		}
		await tf.setBackend('cpu');
		for (const { name, objective } of OBJECTIVES) {
			say(`TensorFlow.js, ${name} …`);
			figures.push(figure(`TensorFlow.js ${tf.version.tfjs}: ${name}`, 'of the largest', await againstTfjs(objective)));
		}
		return figures;
	},
};

const againstDifferences = async (objective: Objective): Promise<number[]> => {
	const batch = randomBatch(SMALL, 24);
	const state = initialState(SMALL, SEED);
	const weights = awayFromKinks(weightsOf(state, SMALL));
	const found = await graphGradients(SMALL, objective, DEFAULT_OPTIMISER, batch, state, weights);
	const plain = new Map(
		[...weights].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
	);
	const lossNow = () => plainLoss(SMALL, DEFAULT_OPTIMISER.dropout, plain, batch, objective);
	return checked(SMALL).map(name => {
		const { data } = plain.get(name)!;
		const expected = Array.from(data, (value, i) => {
			data[i] = value + STEP;
			const above = lossNow();
			data[i] = value - STEP;
			const below = lossNow();
			data[i] = value;
			return (above - below) / (2 * STEP);
		});
		return farthest(found.get(name)!, expected);
	});
};

const STEP = 1e-6;

/** Biases and shifts begin at 0, where a unit with nothing coming in sits on the kink of its ReLU: none has a slope there. */
export const awayFromKinks = (weights: Weights): Weights =>
	new Map(
		[...weights].map(([name, { shape, data }]) => [
			name,
			name.endsWith('.weight')
				? { shape, data }
				: { shape, data: data.map((value, i) => value + 0.3 * Math.sin(i + name.length)) },
		]),
	);

/** After one step of Adam its first moment is (1 - β₁) times the gradient, and both trainers hand it out. */
const againstTfjs = async (objective: Objective): Promise<number[]> => {
	const batch = randomBatch(PAPER, ROWS);
	const after = async (open: OpenTrainer): Promise<TrainerState> => {
		const state = initialState(PAPER, SEED);
		const trainer = await open({ architecture: PAPER, objective, optimiser: DEFAULT_OPTIMISER, state });
		await trainer.step(batch);
		const moved = await trainer.state();
		await trainer.close();
		return moved;
	};
	const [ours, theirs] = [await after(openOnnxTrainer), await after(openTfjsTrainer(tf))];
	const gradient = ({ tensors }: TrainerState, name: string) =>
		tensors.get(firstMoment(name))!.data.map(value => value / (1 - ADAM.beta1));
	return checked(PAPER).map(name => farthest(gradient(ours, name), gradient(theirs, name)));
};

/** Normalisation takes the last layer's bias away again, so that its gradient is 0 but for rounding. */
const checked = (architecture: Architecture): string[] => {
	const last = (['music', 'video'] as const).map(branch => `${branch}.dense${architecture.layers[branch].length}.bias`);
	return segVmNetTensors(architecture)
		.filter(({ name, trainable }) => trainable && !last.includes(name))
		.map(({ name }) => name);
};

/** The largest difference, in shares of the largest of the expected values. */
const farthest = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
	let difference = 0;
	let largest = 0;
	for (let i = 0; i < expected.length; i++) {
		difference = Math.max(difference, Math.abs(found[i]! - expected[i]!));
		largest = Math.max(largest, Math.abs(expected[i]!));
	}
	return difference / largest;
};

/** Loss and gradients of one batch by the training graph itself: gradients by tensor, the loss as 'loss'. */
export const graphGradients = async (
	architecture: Architecture,
	objective: Objective,
	optimiser: Optimiser,
	batch: TrainingBatch,
	state: TrainerState,
	weights: Weights,
): Promise<ReadonlyMap<string, Float32Array>> => {
	const session = await InferenceSession.create(onnxModel(trainingGraph(architecture, objective, optimiser, true)));
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
	const named = (name: string, output: string) => [name, outputs[output]!.data as Float32Array] as const;
	return new Map([
		named('loss', 'loss'),
		...segVmNetTensors(architecture)
			.filter(({ trainable }) => trainable)
			.map(({ name }) => named(name, gradientOf(name))),
	]);
};

/** Segments of five clips. */
const randomBatch = (architecture: Architecture, rows: number): TrainingBatch => {
	const random = seededRandom(SEED, rows);
	const matrix = (cols: number) => ({
		rows,
		cols,
		data: Float32Array.from({ length: rows * cols }, () => random.normal()),
	});
	return {
		video: matrix(architecture.inputs.video),
		music: matrix(architecture.inputs.music),
		clips: Float32Array.from({ length: rows }, (_, r) => r % 5),
		masks: dropoutMasks(architecture, DEFAULT_OPTIMISER.dropout, rows, SEED, 0),
	};
};
