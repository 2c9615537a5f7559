import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { poolOverSpans } from '../../../engine/embeddings/pool.js';
import {
	architectureOf,
	branchModel,
	PAPER_INPUTS,
	PAPER_LAYERS,
	parameterCount,
} from '../../../engine/embeddings/seg-vm-net.js';
import { plainBranch, randomWeights } from '../../support/seg-vm-net.js';

test('for the paper’s inputs the network has the paper’s number of parameters', () => {
	expect(parameterCount({ inputs: PAPER_INPUTS, layers: PAPER_LAYERS })).toBe(6_037_504);
});

describe.each(['music', 'video'] as const)('the %s branch', branch => {
	test('as a graph gives what the paper’s description gives neuron by neuron', async () => {
		const inputs = { music: 24, video: 40 };
		const weights = randomWeights({ inputs, layers: PAPER_LAYERS }, 3);
		const features = {
			rows: 3,
			cols: inputs[branch],
			data: new Float32Array(3 * inputs[branch]).map((_, i) => Math.sin(i)),
		};
		const session = await InferenceSession.create(branchModel(weights, branch));
		const { embedding } = await session.run({
			features: new Tensor('float32', features.data, [features.rows, features.cols]),
		});
		const expected = plainBranch(weights, branch, features);
		expect(embedding!.dims).toEqual([3, 512]);
		expected.flat().forEach((value, i) => {
			expect(Math.abs((embedding!.data as Float32Array)[i]! - value)).toBeLessThan(2e-6);
		});
	});
});

test('weights of the wrong shape are refused by name', () => {
	const architecture = { inputs: { music: 8, video: 8 }, layers: PAPER_LAYERS };
	const weights = new Map(randomWeights(architecture, 1));
	expect(architectureOf(weights)).toEqual(architecture);
	weights.set('video.dense2.bias', { shape: [511], data: new Float32Array(511) });
	expect(() => architectureOf(weights)).toThrow(/video.dense2.bias should be 512, found 511/);
	weights.delete('video.dense2.bias');
	expect(() => architectureOf(weights)).toThrow(/video.dense2.bias should be 512, found none/);
});

describe('pooling over spans', () => {
	test('weighs every row by how much of it lies in the span, row by row, wherever spans lie', () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 6, maxLength: 40 }),
				fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
					minLength: 1,
					maxLength: 12,
				}),
				(values, ends) => {
					const rows = values.length >> 1;
					const features = { rows, cols: 2, data: Float32Array.from(values.slice(0, 2 * rows)) };
					const spans = ends.map(([a, b]) => {
						const start = Math.min(a, b) * (rows - 0.01);
						return { start, end: Math.min(rows, Math.max(Math.max(a, b) * rows, start + 0.01)) };
					});
					const pooled = poolOverSpans(features, spans);
					spans.forEach(({ start, end }, s) => {
						for (let c = 0; c < 2; c++) {
							let sum = 0;
							for (let row = 0; row < rows; row++) {
								const share = Math.max(0, Math.min(row + 1, end) - Math.max(row, start));
								sum += share * features.data[2 * row + c]!;
							}
							expect(pooled.data[2 * s + c]).toBeCloseTo(sum / (end - start), 4);
						}
					});
				},
			),
			{ seed: 77, numRuns: 200 },
		);
	});

	const features = { rows: 4, cols: 2, data: Float32Array.from([0, 10, 1, 20, 2, 30, 3, 40]) };

	test('is the mean of whole seconds', () => {
		expect([...poolOverSpans(features, [{ start: 1, end: 3 }]).data]).toEqual([1.5, 25]);
	});

	test('counts seconds by how much of them lies inside', () => {
		const [first] = poolOverSpans(features, [{ start: 0.5, end: 1.25 }]).data;
		expect(first).toBeCloseTo((0.5 * 0 + 0.25 * 1) / 0.75, 6);
	});

	test('of a span shorter than a second, or past the end, is the second it lies in', () => {
		expect([...poolOverSpans(features, [{ start: 2.2, end: 2.4 }]).data]).toEqual([2, 30]);
		expect([...poolOverSpans(features, [{ start: 7, end: 9 }]).data]).toEqual([3, 40]);
	});
});
