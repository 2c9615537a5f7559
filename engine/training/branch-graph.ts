import { BATCH_NORM_EPSILON, type Branch } from '../embeddings/seg-vm-net.js';
import type { GraphBuilder, Value } from './graph-builder.js';
import { LENGTH_EPSILON } from './objective.js';

/** A branch in training: its embeddings, and what a gradient with respect to them means for every weight. */
export type BranchPass = {
	readonly embedding: Value;
	/** Mean and variance of the batch before normalisation, each a vector. */
	readonly mean: Value;
	readonly variance: Value;
	/** Gradient of each trainable tensor, by name. */
	readonly gradients: (embeddingGradient: Value) => Map<string, Value>;
};

/**
 * Runs a branch forward as in training (paper, section III-B): dropout after every hidden layer, batch normalisation by the
 * batch's own mean and variance.
 *
 * @param layers - how many fully connected layers it has
 * @param dropout - share of hidden units that are left out
 * @param mask - of a hidden layer, 1 for units that are kept; not asked for where nothing is left out
 */
export const trainBranch = (
	g: GraphBuilder,
	branch: Branch,
	features: Value,
	layers: number,
	dropout: number,
	mask: (layer: number) => Value,
): BranchPass => {
	const weight = (layer: number) => `${branch}.dense${layer}.weight`;
	const bias = (layer: number) => `${branch}.dense${layer}.bias`;
	const [gamma, beta] = [`${branch}.norm.gamma`, `${branch}.norm.beta`];
	const rows = g.asFloat(g.op('Gather', [g.op('Shape', [features]), g.whole(0)]));
	const overBatch = (value: Value) => g.divide(g.overRows(value), rows);

	/** What goes into each layer, and by what its units' gradients are multiplied on the way back. */
	const inputs: Value[] = [features];
	const passes: Value[] = [];
	for (let layer = 1; layer < layers; layer++) {
		const sums = g.product(inputs.at(-1)!, weight(layer), {}, bias(layer));
		const active = g.isPositive(sums);
		// Kept units are scaled up, so that nothing has to change when none is left out later.
		const kept = dropout === 0 ? null : g.scale(g.asFloat(mask(layer)), 1 / (1 - dropout));
		const pass = kept === null ? active : g.multiply(active, kept);
		passes.push(pass);
		inputs.push(g.multiply(sums, pass));
	}
	const last = g.product(inputs.at(-1)!, weight(layers), {}, bias(layers));
	const mean = overBatch(last);
	const centred = g.subtract(last, mean);
	const variance = overBatch(g.square(centred));
	const inverse = g.divide(g.scalar(1), g.root(g.add(variance, g.scalar(BATCH_NORM_EPSILON))));
	const standard = g.multiply(centred, inverse);
	const shifted = g.add(g.multiply(standard, gamma), beta);
	const length = g.root(g.add(g.overColumns(g.square(shifted)), g.scalar(LENGTH_EPSILON)));
	const embedding = g.divide(shifted, length);

	const gradients = (embeddingGradient: Value): Map<string, Value> => {
		const found = new Map<string, Value>();
		// Only what is at right angles to the embedding changes it.
		const along = g.overColumns(g.multiply(embeddingGradient, embedding));
		const shiftedGradient = g.divide(g.subtract(embeddingGradient, g.multiply(embedding, along)), length);
		found.set(gamma, g.asVector(g.overRows(g.multiply(shiftedGradient, standard))));
		found.set(beta, g.asVector(g.overRows(shiftedGradient)));
		const standardGradient = g.multiply(shiftedGradient, gamma);
		const common = overBatch(standardGradient);
		const correlated = g.multiply(standard, overBatch(g.multiply(standardGradient, standard)));
		let here = g.multiply(g.subtract(g.subtract(standardGradient, common), correlated), inverse);
		for (let layer = layers; layer >= 1; layer--) {
			found.set(weight(layer), g.product(inputs[layer - 1]!, here, { left: true }));
			found.set(bias(layer), g.asVector(g.overRows(here)));
			if (layer > 1) here = g.multiply(g.product(here, weight(layer), { right: true }), passes[layer - 2]!);
		}
		return found;
	};
	return { embedding, mean: g.asVector(mean), variance: g.asVector(variance), gradients };
};
