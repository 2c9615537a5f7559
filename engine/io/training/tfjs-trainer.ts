import type * as tfjs from '@tensorflow/tfjs';
import {
	type Architecture,
	BATCH_NORM_EPSILON,
	BRANCHES,
	type Branch,
	segVmNetTensors,
} from '../../embeddings/seg-vm-net.js';
import { maskName } from '../../training/masks.js';
import { ADAM, DISTANCE_EPSILON, LENGTH_EPSILON, type Objective } from '../../training/objective.js';
import { firstMoment, type OpenTrainer, secondMoment, type TrainerState } from '../../training/trainer.js';

type Tf = typeof tfjs;

/** Variables are known to TensorFlow by name, for all trainers of a process together. */
let trainers = 0;

/**
 * The same trainer on TensorFlow.js, whichever package of it is given: with `@tensorflow/tfjs-node-gpu` it runs on an NVIDIA
 * card. TensorFlow derives the gradients itself.
 */
export const openTfjsTrainer =
	(tf: Tf): OpenTrainer =>
	async ({ architecture, objective, optimiser, state }) => {
		const prefix = `trainer ${++trainers}/`;
		const specs = segVmNetTensors(architecture);
		const trainable = specs.filter(spec => spec.trainable).map(({ name }) => name);
		const tensorOf = (name: string): tfjs.Tensor => {
			const { shape, data } = state.tensors.get(name)!;
			return tf.tensor(data, [...shape], 'float32');
		};
		const variables = new Map(
			specs.map(spec => [spec.name, tf.variable(tensorOf(spec.name), spec.trainable, prefix + spec.name)]),
		);
		const adam = tf.train.adam(optimiser.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
		await adam.setWeights([
			{ name: 'iter', tensor: tf.scalar(state.steps, 'int32') },
			...[firstMoment, secondMoment].flatMap(moment =>
				trainable.map(name => ({ name: prefix + moment(name), tensor: tensorOf(moment(name)) })),
			),
		]);
		let steps = state.steps;
		const variable = (name: string) => variables.get(name)!;
		const list = trainable.map(variable);

		return {
			step: async ({ video, music, clips, masks }) => {
				steps++;
				const loss = tf.tidy(() => {
					const inputs = { video: tf.tensor2d(video.data, [video.rows, video.cols]), music: musicTensor(tf, music) };
					const scale = 1 / (1 - optimiser.dropout);
					const kept = (branch: Branch, layer: number) => {
						const mask = masks.get(maskName(branch, layer));
						return mask && tf.tensor2d(Float32Array.from(mask.data), [mask.rows, mask.cols]).mul(scale);
					};
					const moments = new Map<string, tfjs.Tensor>();
					const { value, grads } = tf.variableGrads(() => {
						const [m, v] = BRANCHES.map(branch => {
							const last = dense(tf, architecture, branch, inputs[branch], variable, layer => kept(branch, layer));
							const { mean, variance } = tf.moments(last, 0);
							moments.set(`${branch}.norm.mean`, tf.keep(mean.clone()));
							moments.set(`${branch}.norm.variance`, tf.keep(variance.clone()));
							return normalised(tf, branch, last, mean, variance, variable);
						}) as [tfjs.Tensor, tfjs.Tensor];
						return tripletLoss(tf, v, m, clips, objective);
					}, list);
					adam.applyGradients(list.map(({ name }) => ({ name, tensor: grads[name]! })));
					for (const [name, moment] of moments) {
						const kept = optimiser.batchNormMomentum;
						variable(name).assign(
							variable(name)
								.mul(kept)
								.add(moment.mul(1 - kept)),
						);
						moment.dispose();
					}
					return value;
				});
				const [value] = await loss.data();
				loss.dispose();
				return value!;
			},
			embed: async (branch, features) => {
				const embedding = tf.tidy(() => {
					const input = tf.tensor2d(features.data, [features.rows, features.cols]);
					const last = dense(tf, architecture, branch, input, variable, () => undefined);
					const [mean, variance] = ['mean', 'variance'].map(part => variable(`${branch}.norm.${part}`));
					return normalised(tf, branch, last, mean!, variance!, variable);
				});
				const data = Float32Array.from(await embedding.data());
				const [rows, cols] = embedding.shape as [number, number];
				embedding.dispose();
				return { rows, cols, data };
			},
			state: async (): Promise<TrainerState> => {
				const tensors = new Map(
					await Promise.all(
						specs.map(async ({ name, shape }) => [name, { shape, data: await valuesOf(variable(name)) }] as const),
					),
				);
				const [, ...moments] = await adam.getWeights();
				for (const [k, name] of trainable.entries()) {
					const { shape } = tensors.get(name)!;
					tensors.set(firstMoment(name), { shape, data: await valuesOf(moments[k]!.tensor) });
					tensors.set(secondMoment(name), { shape, data: await valuesOf(moments[trainable.length + k]!.tensor) });
				}
				return { steps, tensors };
			},
			close: async () => {
				adam.dispose();
				for (const one of variables.values()) one.dispose();
			},
		};
	};

const musicTensor = (tf: Tf, { rows, cols, data }: { rows: number; cols: number; data: Float32Array }) =>
	tf.tensor2d(data, [rows, cols]);

const valuesOf = async (tensor: tfjs.Tensor): Promise<Float32Array> => Float32Array.from(await tensor.data());

/** The fully connected layers of a branch, rectified and masked but for the last. */
const dense = (
	tf: Tf,
	{ layers }: Architecture,
	branch: Branch,
	features: tfjs.Tensor2D,
	variable: (name: string) => tfjs.Tensor,
	mask: (layer: number) => tfjs.Tensor | undefined,
): tfjs.Tensor =>
	layers[branch].reduce<tfjs.Tensor>((here, _, k) => {
		const name = `${branch}.dense${k + 1}`;
		const sums = tf.add(tf.matMul(here, variable(`${name}.weight`)), variable(`${name}.bias`));
		if (k === layers[branch].length - 1) return sums;
		const kept = mask(k + 1);
		return kept ? tf.mul(tf.relu(sums), kept) : tf.relu(sums);
	}, features);

const normalised = (
	tf: Tf,
	branch: Branch,
	last: tfjs.Tensor,
	mean: tfjs.Tensor,
	variance: tfjs.Tensor,
	variable: (name: string) => tfjs.Tensor,
): tfjs.Tensor => {
	const standard = last.sub(mean).div(variance.add(BATCH_NORM_EPSILON).sqrt());
	const shifted = standard.mul(variable(`${branch}.norm.gamma`)).add(variable(`${branch}.norm.beta`));
	return shifted.div(tf.sum(tf.square(shifted), 1, true).add(LENGTH_EPSILON).sqrt());
};

const tripletLoss = (
	tf: Tf,
	video: tfjs.Tensor,
	music: tfjs.Tensor,
	clips: Float32Array,
	{ margin, weights, mining }: Objective,
): tfjs.Scalar => {
	const similarity = tf.matMul(video, music, false, true);
	const distance = tf
		.relu(tf.sub(2, similarity.mul(2)))
		.add(DISTANCE_EPSILON)
		.sqrt();
	const clip = tf.tensor2d(clips, [clips.length, 1]);
	const otherClip = tf.notEqual(clip, clip.transpose()).toFloat();
	const positives = tf.sum(distance.mul(tf.eye(clips.length)), 1, true);
	const direction = (distances: tfjs.Tensor, weight: number): tfjs.Tensor => {
		const violations = tf.relu(positives.sub(distances).add(margin)).mul(otherClip);
		if (mining.kind === 'all') return violations.sum().div(otherClip.sum().maximum(1)).mul(weight);
		const count = Math.min(mining.count, clips.length);
		// Which triplets are the hardest is a choice, through which no gradient flows.
		const chosen = tf.customGrad(x => {
			const rows = tf.range(0, clips.length, 1, 'int32').expandDims(1).tile([1, count]);
			const places = tf.stack([rows, tf.topk(x as tfjs.Tensor, count).indices], 2).reshape([-1, 2]);
			const ones = tf.ones([clips.length * count]);
			return {
				value: tf.scatterND(places.toInt(), ones, [clips.length, clips.length]),
				gradFunc: dy => tf.zerosLike(dy as tfjs.Tensor),
			};
		})(violations);
		return violations
			.mul(chosen)
			.sum()
			.mul(weight / (clips.length * count));
	};
	return direction(distance, weights.videoToMusic)
		.add(direction(distance.transpose(), weights.musicToVideo))
		.asScalar();
};
