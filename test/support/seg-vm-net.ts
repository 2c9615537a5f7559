import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
	type Architecture,
	BATCH_NORM_EPSILON,
	type Branch,
	segVmNetTensors,
	type Weights,
} from '../../engine/embeddings/seg-vm-net.js';
import type { Matrix32 } from '../../engine/numeric/matrix.js';

/** Seeded weights of a plausible size; variances are positive. */
export const randomWeights = (architecture: Architecture, seed: number): Weights => {
	const generator = xoroshiro128plus(seed);
	return new Map(
		segVmNetTensors(architecture).map(({ name, shape }) => {
			const length = shape.reduce((product, size) => product * size, 1);
			const scale = shape.length === 2 ? Math.sqrt(6 / shape[0]!) : 0.5;
			const data = Float32Array.from({ length }, () => scale * (2 * uniformFloat64(generator) - 1));
			return [name, { shape, data: name.endsWith('variance') ? data.map(value => value * value + 0.1) : data }];
		}),
	);
};

/** The network as the paper describes it, one neuron at a time, in float64. */
export const plainBranch = (weights: Weights, branch: Branch, features: Matrix32): number[][] => {
	const tensor = (name: string) => weights.get(`${branch}.${name}`)!;
	return Array.from({ length: features.rows }, (_, r) => {
		let here = Array.from(features.data.subarray(r * features.cols, (r + 1) * features.cols));
		for (let layer = 1; weights.has(`${branch}.dense${layer}.weight`); layer++) {
			const { shape, data } = tensor(`dense${layer}.weight`);
			const bias = tensor(`dense${layer}.bias`).data;
			const last = !weights.has(`${branch}.dense${layer + 1}.weight`);
			here = Array.from({ length: shape[1]! }, (_, unit) => {
				const sum = here.reduce((total, value, i) => total + value * data[i * shape[1]! + unit]!, bias[unit]!);
				return last ? sum : Math.max(0, sum);
			});
		}
		const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
			part => tensor(`norm.${part}`).data,
		);
		const normal = here.map(
			(value, c) => (gamma![c]! * (value - mean![c]!)) / Math.sqrt(variance![c]! + BATCH_NORM_EPSILON) + beta![c]!,
		);
		const length = Math.hypot(...normal);
		return normal.map(value => value / length);
	});
};
