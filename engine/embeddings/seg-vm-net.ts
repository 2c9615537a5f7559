import { type OnnxGraph, type OnnxNode, onnxModel } from './onnx-model.js';

/** Sizes of what goes in. The paper's: 1,024 ImageNet features a second, 128 music features a second. */
export type SegVmNetInputs = { readonly video: number; readonly music: number };

export const PAPER_INPUTS: SegVmNetInputs = { video: 1024, music: 128 };

export type Branch = keyof SegVmNetInputs;

/** Units of the fully connected layers of each branch, in order. Both end with as many. */
export type SegVmNetLayers = Readonly<Record<Branch, readonly number[]>>;

/** The paper's (section III-B). */
export const PAPER_LAYERS: SegVmNetLayers = { music: [2048, 1024, 512], video: [2048, 512] };

export type Architecture = { readonly inputs: SegVmNetInputs; readonly layers: SegVmNetLayers };

export const BRANCHES: readonly Branch[] = ['music', 'video'];

/** Keeps the normalisation finite where a channel never varied. Ours: the paper leaves it to its framework. */
export const BATCH_NORM_EPSILON = 1e-3;

export type TensorSpec = { readonly name: string; readonly shape: readonly number[]; readonly trainable: boolean };

/**
 * Every tensor of Seg-VM-Net, in order: two branches of fully connected layers with biases, the last followed by batch
 * normalisation with scale and shift. Running mean and variance are kept but not trained. Weights are input × output.
 */
export const segVmNetTensors = ({ inputs, layers }: Architecture): TensorSpec[] =>
	BRANCHES.flatMap(branch => {
		const sizes = [inputs[branch], ...layers[branch]];
		const dense = layers[branch].flatMap((units, layer) => [
			{ name: `${branch}.dense${layer + 1}.weight`, shape: [sizes[layer]!, units], trainable: true },
			{ name: `${branch}.dense${layer + 1}.bias`, shape: [units], trainable: true },
		]);
		const norm = (['gamma', 'beta', 'mean', 'variance'] as const).map(part => ({
			name: `${branch}.norm.${part}`,
			shape: [sizes.at(-1)!],
			trainable: part === 'gamma' || part === 'beta',
		}));
		return [...dense, ...norm];
	});

/** Trainable parameters: 6,037,504 for the paper's inputs, the number that the paper states. */
export const parameterCount = (architecture: Architecture): number =>
	segVmNetTensors(architecture)
		.filter(({ trainable }) => trainable)
		.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

export type Weights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** What the weights are. @throws RangeError where a tensor is missing or has the wrong shape */
export const architectureOf = (weights: Weights): Architecture => {
	const input = (branch: Branch) => weights.get(`${branch}.dense1.weight`)?.shape[0] ?? 0;
	const units = (branch: Branch) => {
		const found: number[] = [];
		for (let layer = 1; weights.has(`${branch}.dense${layer}.weight`); layer++) {
			found.push(weights.get(`${branch}.dense${layer}.weight`)!.shape[1] ?? 0);
		}
		return found;
	};
	const architecture: Architecture = {
		inputs: { music: input('music'), video: input('video') },
		layers: { music: units('music'), video: units('video') },
	};
	const { music, video } = architecture.layers;
	if (music.length === 0 || video.length === 0) throw new RangeError('these are no weights of Seg-VM-Net');
	if (music.at(-1) !== video.at(-1)) {
		throw new RangeError(`the branches end with ${music.at(-1)} and ${video.at(-1)} units, not with as many`);
	}
	for (const { name, shape } of segVmNetTensors(architecture)) {
		const found = weights.get(name)?.shape;
		if (!found || found.join() !== shape.join()) {
			throw new RangeError(`tensor ${name} should be ${shape.join(' × ')}, found ${found?.join(' × ') ?? 'none'}`);
		}
	}
	return architecture;
};

/** Length of an embedding. */
export const embeddingSize = ({ layers }: Architecture): number => layers.music.at(-1)!;

/**
 * One branch as an ONNX file: input `features` (segments × features), output `embedding` (segments × units of the last layer, unit length).
 * Rectified after every layer but the last; dropout is left out, as it is at inference (paper, section III-B).
 */
export const branchModel = (weights: Weights, branch: Branch): Uint8Array => {
	const architecture = architectureOf(weights);
	const names = segVmNetTensors(architecture)
		.map(({ name }) => name)
		.filter(name => name.startsWith(`${branch}.`));
	const nodes: OnnxNode[] = [];
	const last = architecture.layers[branch].length;
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
		inputs: { features: architecture.inputs[branch] },
		outputs: { embedding: embeddingSize(architecture) },
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
