import type { Tensor } from '../embeddings/safetensors.js';
import { type Architecture, type Branch, segVmNetTensors, type Weights } from '../embeddings/seg-vm-net.js';
import type { Matrix32 } from '../numeric/matrix.js';
import { seededRandom } from '../numeric/random.js';
import type { Mask } from './masks.js';
import type { Objective, Optimiser } from './objective.js';

/**
 * Something that trains Seg-VM-Net, a step at a time. ONNX Runtime and TensorFlow stand behind it, and the same tests say
 * that they do the same.
 */
export interface Trainer {
	/**
	 * One step of Adam on a batch, which also moves the running averages of batch normalisation.
	 *
	 * @returns the batch's loss before the step
	 */
	step(batch: TrainingBatch): Promise<number>;
	/** Unit embeddings of segments as after training: running averages, no dropout. */
	embed(branch: Branch, features: Matrix32): Promise<Matrix32>;
	/** A copy of all that training goes on from. */
	state(): Promise<TrainerState>;
	close(): Promise<void>;
}

export type OpenTrainer = (options: {
	readonly architecture: Architecture;
	readonly objective: Objective;
	readonly optimiser: Optimiser;
	readonly state: TrainerState;
}) => Promise<Trainer>;

/** Row k of both matrices is one segment; at least two clips. */
export type TrainingBatch = {
	readonly video: Matrix32;
	readonly music: Matrix32;
	/** Which clip each row is of. */
	readonly clips: Float32Array;
	readonly masks: ReadonlyMap<string, Mask>;
};

/** @property tensors - of the network and, as {@link firstMoment} and {@link secondMoment}, Adam's moments */
export type TrainerState = { readonly steps: number; readonly tensors: ReadonlyMap<string, Tensor> };

export const firstMoment = (name: string): string => `${name} first`;
export const secondMoment = (name: string): string => `${name} second`;

export const weightsOf = ({ tensors }: TrainerState, architecture: Architecture): Weights =>
	new Map(segVmNetTensors(architecture).map(({ name }) => [name, tensors.get(name)!]));

/** Where training starts: a normal distribution cut off at two deviations, σ = √(2 / inputs) [VM-Net]; biases are 0. */
export const initialState = (architecture: Architecture, seed: number): TrainerState => {
	const random = seededRandom(seed);
	const normal = (): number => {
		for (;;) {
			const value = random.normal();
			if (Math.abs(value) <= 2) return value;
		}
	};
	const tensors = new Map<string, Tensor>();
	for (const { name, shape, trainable } of segVmNetTensors(architecture)) {
		const length = shape.reduce((product, size) => product * size, 1);
		const data = new Float32Array(length);
		if (name.endsWith('.weight')) {
			const deviation = Math.sqrt(2 / shape[0]!);
			for (let i = 0; i < length; i++) data[i] = deviation * normal();
		} else if (name.endsWith('.gamma') || name.endsWith('.variance')) {
			data.fill(1);
		}
		tensors.set(name, { shape, data });
		if (!trainable) continue;
		tensors.set(firstMoment(name), { shape, data: new Float32Array(length) });
		tensors.set(secondMoment(name), { shape, data: new Float32Array(length) });
	}
	return { steps: 0, tensors };
};
