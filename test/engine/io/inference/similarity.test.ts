import proto from 'onnx-proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Inference, openInference } from '../../../../engine/io/inference/networks.js';
import type { Matrix32 } from '../../../../engine/numeric/matrix.js';
import { largestDifference } from './golden.js';

let inference: Inference;
beforeAll(() => {
	inference = openInference({ device: 'cpu' });
});
afterAll(() => inference.networks.close());

const matrix = (rows: number, cols: number, seed: number): Matrix32 => {
	let state = seed;
	const data = Float32Array.from({ length: rows * cols }, () => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		return (state >>> 16) / 32_768 - 1;
	});
	return { rows, cols, data };
};

const productByDefinition = (query: Matrix32, catalogue: Matrix32): number[] => {
	const product: number[] = [];
	for (let i = 0; i < query.rows; i++) {
		for (let j = 0; j < catalogue.rows; j++) {
			let sum = 0;
			for (let k = 0; k < query.cols; k++) sum += query.data[i * query.cols + k]! * catalogue.data[j * query.cols + k]!;
			product.push(sum);
		}
	}
	return product;
};

test('the product is that of its definition, for each of several catalogues in turn', async () => {
	const catalogues = [matrix(700, 64, 1), matrix(333, 64, 2)] as const;
	for (const [rows, which] of [
		[5, 0],
		[1, 0],
		[36, 1],
		[7, 0],
		[3, 1],
	] as const) {
		const query = matrix(rows, 64, rows);
		const product = await inference.similarity.similarity(query, catalogues[which]);
		expect([product.rows, product.cols]).toEqual([rows, catalogues[which].rows]);
		expect(largestDifference(productByDefinition(query, catalogues[which]), product.data)).toBeLessThan(1e-4);
	}
});

test('query and catalogue stay as they were', async () => {
	const [query, catalogue] = [matrix(3, 8, 1), matrix(4, 8, 2)];
	const before = structuredClone([query, catalogue]);
	await inference.similarity.similarity(query, catalogue);
	expect([query, catalogue]).toEqual(before);
});

test('an empty query or catalogue has an empty product', async () => {
	const { similarity } = inference.similarity;
	expect(await similarity(matrix(0, 8, 1), matrix(4, 8, 1))).toMatchObject({ rows: 0, cols: 4 });
	expect(await similarity(matrix(4, 8, 1), matrix(0, 8, 1))).toMatchObject({ rows: 4, cols: 0 });
});

test('vectors of different lengths are refused', async () => {
	await expect(inference.similarity.similarity(matrix(2, 8, 1), matrix(2, 9, 1))).rejects.toThrow(RangeError);
});

const sumGraph = (): Uint8Array => {
	const info = (name: string) => ({
		name,
		type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'rows' }, { dimParam: 'cols' }] } } },
	});
	return proto.onnx.ModelProto.encode({
		irVersion: 8,
		opsetImport: [{ domain: '', version: 17 }],
		graph: {
			name: 'sum',
			node: [
				{ opType: 'Add', input: ['a', 'b'], output: ['sum'] },
				{ opType: 'Sub', input: ['a', 'b'], output: ['difference'] },
			],
			input: [info('a'), info('b')],
			output: [info('sum'), info('difference')],
		},
	}).finish();
};

test('a graph of our own answers all its outputs, and leaves its inputs be', async () => {
	const graph = await inference.graphs.openGraph(sumGraph());
	const [a, b] = [matrix(2, 3, 1), matrix(2, 3, 2)];
	const { sum, difference } = await graph.run({ a, b });
	expect([sum!.rows, sum!.cols]).toEqual([2, 3]);
	expect([...sum!.data]).toEqual([...a.data].map((value, i) => Math.fround(value + b.data[i]!)));
	expect([...difference!.data]).toEqual([...a.data].map((value, i) => Math.fround(value - b.data[i]!)));
	await graph.close();
});

test('a graph that ONNX Runtime cannot read fails with a code, and so does a wrong input', async () => {
	const nonsense = await inference.graphs.openGraph(Uint8Array.of(1, 2, 3));
	await expect(nonsense.run({})).rejects.toMatchObject({ code: 'inference-failed' });
	const graph = await inference.graphs.openGraph(sumGraph());
	await expect(graph.run({ a: matrix(2, 3, 1), b: matrix(4, 5, 1) })).rejects.toMatchObject({
		code: 'inference-failed',
	});
	await expect(graph.run({ a: matrix(2, 3, 1) })).rejects.toMatchObject({ code: 'inference-failed' });
});
