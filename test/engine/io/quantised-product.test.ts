import { expect, test } from 'vitest';
import { openQuantisedProduct } from '../../../engine/io/quantised-product.js';
import { QUERY_LEVELS, quantiseQuery } from '../../../engine/ranking/quantised-product.js';
import { normals, unitRows } from '../ranking/catalogues.js';

test.each(['columns', 'rows'] as const)(
	'the product in ONNX Runtime of %s is exact, at the largest magnitudes too',
	async layout => {
		const product = await openQuantisedProduct(1);
		const [n, rows, cols] = [3, 16, 512];
		const normal = normals(8);
		const random = Int8Array.from({ length: cols * rows }, () =>
			Math.max(-127, Math.min(127, Math.round(normal() * 60))),
		);
		const extreme = new Int8Array(cols * rows).fill(127);
		const queries = [
			quantiseQuery(unitRows(n, cols, normal)),
			{ rows: n, cols, data: new Int8Array(n * cols).fill(QUERY_LEVELS), scale: 1 },
			{ rows: n, cols, data: new Int8Array(n * cols).fill(-QUERY_LEVELS), scale: 1 },
		];
		for (const query of queries) {
			for (const data of [random, extreme]) {
				const products = new Int32Array(n * rows);
				await product.multiply(query, { rows, cols, data, scale: 1, layout }, products);
				for (let i = 0; i < n; i++) {
					for (let j = 0; j < rows; j++) {
						let sum = 0;
						for (let c = 0; c < cols; c++)
							sum += query.data[i * cols + c]! * data[layout === 'columns' ? c * rows + j : j * cols + c]!;
						expect(products[i * rows + j]).toBe(sum);
					}
				}
			}
		}
	},
);
