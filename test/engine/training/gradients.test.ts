import { describe, expect, test } from 'vitest';
import { awayFromKinks, graphGradients } from '../../../bench/gradients.js';
import { plainLoss } from '../../../bench/plain-loss.js';
import { segVmNetTensors } from '../../../engine/embeddings/seg-vm-net.js';
import type { Objective } from '../../../engine/training/objective.js';
import { initialState, weightsOf } from '../../../engine/training/trainer.js';
import { randomBatch, TINY } from '../../support/training.js';

const OPTIMISER = { learningRate: 1e-3, dropout: 0.5, batchNormMomentum: 0.9 };

const OBJECTIVES: readonly Objective[] = [
	{ margin: 0.3, weights: { videoToMusic: 1, musicToVideo: 1 }, mining: { kind: 'all' } },
	{ margin: 0.1, weights: { videoToMusic: 1, musicToVideo: 3 }, mining: { kind: 'all' } },
	{ margin: 0.4, weights: { videoToMusic: 3, musicToVideo: 1 }, mining: { kind: 'hardest', count: 5 } },
];

describe.each(OBJECTIVES)('with margin $margin, weights $weights, mining $mining.kind', objective => {
	test('loss and every gradient are those of central differences of the definition', async () => {
		const batch = randomBatch(TINY, 24, 5, 0.5);
		const state = initialState(TINY, 11);
		const weights = awayFromKinks(weightsOf(state, TINY));
		const run = await graphGradients(TINY, objective, OPTIMISER, batch, state, weights);
		const plain = new Map(
			[...weights].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
		);
		const lossNow = () => plainLoss(TINY, OPTIMISER.dropout, plain, batch, objective);
		expect(run.get('loss')![0]).toBeCloseTo(lossNow(), 5);

		for (const { name, trainable } of segVmNetTensors(TINY)) {
			if (!trainable) continue;
			const { data } = plain.get(name)!;
			const gradient = run.get(name)!;
			for (let i = 0; i < data.length; i++) {
				const [value, step] = [data[i]!, 1e-6];
				data[i] = value + step;
				const above = lossNow();
				data[i] = value - step;
				const below = lossNow();
				data[i] = value;
				expect(Math.abs(gradient[i]! - (above - below) / (2 * step)), `${name}[${i}]`).toBeLessThan(2e-5);
			}
		}
	});
});
