import { type OnnxGraph, type OnnxNode, onnxModel } from './onnx-model.js';

/** Sizes of what goes in. The paper's: 1,024 ImageNet features a second, 128 music features a second. */
export type SegVmNetInputs = { readonly video: number; readonly music: number };

export const PAPER_INPUTS: SegVmNetInputs = { video: 1024, music: 128 };

export type Branch = keyof SegVmNetInputs;

/** Units of the fully connected layers of each branch, in order (paper, section III-B). */
const LAYERS: Readonly<Record<Branch, readonly number[]>> = { music: [2048, 1024, 512], video: [2048, 512] };

/** Length of an embedding. */
export const EMBEDDING_SIZE = 512;

/** Keeps the normalisation finite where a channel never varied. Ours: the paper leaves it to its framework. */
export const BATCH_NORM_EPSILON = 1e-3;

export type TensorSpec = { readonly name: string; readonly shape: readonly number[]; readonly trainable: boolean };

/**
 * Every tensor of Seg-VM-Net, in order: two branches of fully connected layers with biases, the last followed by batch
 * normalisation with scale and shift. Running mean and variance are kept but not trained. Weights are input × output.
 */
export const segVmNetTensors = (inputs: SegVmNetInputs): TensorSpec[] =>
	(['music', 'video'] as const).flatMap(branch => {
		const sizes = [inputs[branch], ...LAYERS[branch]];
		const dense = LAYERS[branch].flatMap((units, layer) => [
			{ name: `${branch}.dense${layer + 1}.weight`, shape: [sizes[layer]!, units], trainable: true },
			{ name: `${branch}.dense${layer + 1}.bias`, shape: [units], trainable: true },
		]);
		const norm = (['gamma', 'beta', 'mean', 'variance'] as const).map(part => ({
			name: `${branch}.norm.${part}`,
			shape: [EMBEDDING_SIZE],
			trainable: part === 'gamma' || part === 'beta',
		}));
		return [...dense, ...norm];
	});

/** Trainable parameters: 6,037,504 for the paper's inputs, the number that the paper states. */
export const parameterCount = (inputs: SegVmNetInputs): number =>
	segVmNetTensors(inputs)
		.filter(({ trainable }) => trainable)
		.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

export type Weights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** What the weights were made for. @throws RangeError where a tensor is missing or has the wrong shape */
export const inputsOf = (weights: Weights): SegVmNetInputs => {
	const inputs = {
		music: weights.get('music.dense1.weight')?.shape[0] ?? 0,
		video: weights.get('video.dense1.weight')?.shape[0] ?? 0,
	};
	for (const { name, shape } of segVmNetTensors(inputs)) {
		const found = weights.get(name)?.shape;
		if (!found || found.join() !== shape.join()) {
			throw new RangeError(`tensor ${name} should be ${shape.join(' × ')}, found ${found?.join(' × ') ?? 'none'}`);
		}
	}
	return inputs;
};

/**
 * One branch as an ONNX file: input `features` (segments × features), output `embedding` (segments × 512, unit length).
 * Rectified after every layer but the last; dropout is left out, as it is at inference (paper, section III-B).
 */
export const branchModel = (weights: Weights, branch: Branch): Uint8Array => {
	const inputs = inputsOf(weights);
	const names = segVmNetTensors(inputs)
		.map(({ name }) => name)
		.filter(name => name.startsWith(`${branch}.`));
	const nodes: OnnxNode[] = [];
	const last = LAYERS[branch].length;
	let here = 'features';
	for (let layer = 1; layer <= last; layer++) {
		const dense = `${branch}.dense${layer}`;
		nodes.push({ op: 'Gemm', inputs: [here, `${dense}.weight`, `${dense}.bias`], output: dense });
		here = dense;
		if (layer < last) {
			nodes.push({ op: 'Relu', inputs: [here], output: `${dense}.relu` });
			here = `${dense}.relu`;
		}
	}
	const norm = `${branch}.norm`;
	nodes.push(
		{
			op: 'BatchNormalization',
			inputs: [here, ...['gamma', 'beta', 'mean', 'variance'].map(part => `${norm}.${part}`)],
			output: norm,
			attributes: { epsilon: { float: BATCH_NORM_EPSILON } },
		},
		{ op: 'LpNormalization', inputs: [norm], output: 'embedding', attributes: { axis: { int: 1 }, p: { int: 2 } } },
	);
	const graph: OnnxGraph = {
		name: `seg-vm-net ${branch}`,
		inputs: { features: inputs[branch] },
		outputs: { embedding: EMBEDDING_SIZE },
		constants: Object.fromEntries(
			names.map(name => {
				const { shape, data } = weights.get(name)!;
				return [name, { dims: shape, data }];
			}),
		),
		nodes,
	};
	return onnxModel(graph);
};
