import type { OnnxGraph, TensorInfo } from '../embeddings/onnx-model.js';
import { type Architecture, BRANCHES, segVmNetTensors } from '../embeddings/seg-vm-net.js';
import { trainBranch } from './branch-graph.js';
import { GraphBuilder, type Value } from './graph-builder.js';
import { maskName } from './masks.js';
import { ADAM, type Objective, type Optimiser } from './objective.js';
import { firstMoment, secondMoment } from './trainer.js';
import { tripletLoss } from './triplet-graph.js';

/** Names of the inputs that are no tensors of the network. */
export const CLIPS = 'clips';
export const LEARNING_RATE = 'learning rate';
export const FIRST_CORRECTION = 'first correction';
export const SECOND_CORRECTION = 'second correction';

/** Under this name a tensor's new value leaves the graph, and under {@link gradientOf} its gradient. */
export const next = (name: string): string => `${name} next`;
export const gradientOf = (name: string): string => `${name} gradient`;

/**
 * One step of training as one graph: both branches forward, the loss, all gradients, Adam, and the running mean and
 * variance of batch normalisation.
 *
 * In: `video` and `music` (rows × features), `clips` (rows × 1), the dropout masks (rows × units, 0 or 1), the learning
 * rate, Adam's two bias corrections 1 / (1 - βᵗ), every tensor of the network and both moments of the trainable ones.
 * Out: `loss` before the step, and the next value of everything that changes.
 *
 * @param withGradients - let the gradients leave the graph too, for those who check them
 */
export const trainingGraph = (
	architecture: Architecture,
	objective: Objective,
	{ dropout, batchNormMomentum }: Optimiser,
	withGradients = false,
): OnnxGraph => {
	const g = new GraphBuilder();
	const inputs: Record<string, TensorInfo> = {
		[CLIPS]: float('rows', 1),
		[LEARNING_RATE]: float(),
		[FIRST_CORRECTION]: float(),
		[SECOND_CORRECTION]: float(),
	};
	const outputs: Record<string, TensorInfo> = { loss: float() };

	const [music, video] = BRANCHES.map(branch => {
		inputs[branch] = float('rows', architecture.inputs[branch]);
		const layers = architecture.layers[branch];
		return trainBranch(g, branch, branch, layers.length, dropout, layer => {
			const name = maskName(branch, layer);
			inputs[name] = { type: 'uint8', dims: ['rows', layers[layer - 1]!] };
			return name;
		});
	}) as [ReturnType<typeof trainBranch>, ReturnType<typeof trainBranch>];

	const triplets = tripletLoss(g, { video: video.embedding, music: music.embedding, clip: CLIPS }, objective);
	g.output('loss', triplets.loss);
	const gradients = new Map([...video.gradients(triplets.videoGradient), ...music.gradients(triplets.musicGradient)]);
	const running = new Map<string, Value>([
		['music.norm.mean', music.mean],
		['music.norm.variance', music.variance],
		['video.norm.mean', video.mean],
		['video.norm.variance', video.variance],
	]);

	for (const { name, shape, trainable } of segVmNetTensors(architecture)) {
		const info = float(...shape);
		const declare = (tensor: string, value: Value) => {
			inputs[tensor] = info;
			outputs[next(tensor)] = info;
			g.output(next(tensor), value);
		};
		if (!trainable) {
			declare(name, mixed(g, name, running.get(name)!, batchNormMomentum));
			continue;
		}
		const gradient = gradients.get(name)!;
		const first = mixed(g, firstMoment(name), gradient, ADAM.beta1);
		const second = mixed(g, secondMoment(name), g.square(gradient), ADAM.beta2);
		const step = g.divide(
			g.multiply(first, FIRST_CORRECTION),
			g.add(g.root(g.multiply(second, SECOND_CORRECTION)), g.scalar(ADAM.epsilon)),
		);
		declare(firstMoment(name), first);
		declare(secondMoment(name), second);
		declare(name, g.subtract(name, g.multiply(step, LEARNING_RATE)));
		if (withGradients) {
			g.output(gradientOf(name), gradient);
			outputs[gradientOf(name)] = info;
		}
	}
	return { name: 'seg-vm-net training', inputs, outputs, constants: g.constants, nodes: g.nodes };
};

/** A moving average: `kept` of the old value, the rest of the new one. */
const mixed = (g: GraphBuilder, old: Value, value: Value, kept: number): Value =>
	g.add(g.scale(old, kept), g.scale(value, 1 - kept));

const float = (...dims: readonly (number | string)[]): TensorInfo => ({ type: 'float32', dims });
