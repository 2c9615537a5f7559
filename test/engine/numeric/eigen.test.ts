import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leadingEigen } from '../../../engine/numeric/leading-eigen.js';
import { type Matrix, row, zeros } from '../../../engine/numeric/matrix.js';
import { type Eigen, symmetricEigen } from '../../../engine/numeric/symmetric-eigen.js';
import { dot } from '../../../engine/numeric/vectors.js';

const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
	rows: rows.length,
	cols: rows.length,
	data: Float64Array.from(rows.flat()),
});

/** AᵀA of a matrix of integers: symmetric, positive semi-definite, often of low rank and with repeated eigenvalues. */
const gram = fc
	.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
	.chain(([n, k]) =>
		fc.array(fc.integer({ min: -2, max: 2 }), { minLength: n * k, maxLength: n * k }).map(a => ({ n, k, a })),
	)
	.map(({ n, k, a }) => {
		const out = zeros(n, n);
		for (let i = 0; i < n; i++) {
			for (let j = 0; j < n; j++) {
				for (let r = 0; r < k; r++) out.data[i * n + j] = out.data[i * n + j]! + a[r * n + i]! * a[r * n + j]!;
			}
		}
		return out;
	});

const times = (matrix: Matrix) => (vector: Float64Array, out: Float64Array) => {
	for (let i = 0; i < matrix.rows; i++) out[i] = dot(row(matrix, i), vector);
};

const expectEigen = (matrix: Matrix, { values, vectors }: Eigen, digits: number) => {
	const image = new Float64Array(matrix.rows);
	for (let i = 0; i < vectors.rows; i++) {
		times(matrix)(row(vectors, i), image);
		for (let k = 0; k < image.length; k++) {
			expect(image[k]!).toBeCloseTo(values[i]! * vectors.data[i * vectors.cols + k]!, digits);
		}
		for (let j = 0; j <= i; j++) expect(dot(row(vectors, i), row(vectors, j))).toBeCloseTo(i === j ? 1 : 0, digits);
		if (i > 0) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]! + 1e-12);
	}
};

describe('all eigenvalues of a symmetric matrix', () => {
	test('a worked example: [[2, 1], [1, 2]] has 3 along (1, 1) and 1 along (1, -1)', () => {
		const { values, vectors } = symmetricEigen(
			matrixOf([
				[2, 1],
				[1, 2],
			]),
		);
		expect(values[0]).toBeCloseTo(3, 14);
		expect(values[1]).toBeCloseTo(1, 14);
		expect(vectors.data[0]! / vectors.data[1]!).toBeCloseTo(1, 14);
		expect(vectors.data[2]! / vectors.data[3]!).toBeCloseTo(-1, 14);
	});

	test('the second difference of n points has 2 - 2 cos(π k / (n + 1))', () => {
		const n = 30;
		const matrix = zeros(n, n);
		for (let i = 0; i < n; i++) {
			matrix.data[i * n + i] = 2;
			if (i > 0) {
				matrix.data[i * n + i - 1] = -1;
				matrix.data[(i - 1) * n + i] = -1;
			}
		}
		symmetricEigen(matrix).values.forEach((value, k) => {
			expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (n - k)) / (n + 1)), 12);
		});
	});

	test('vectors are orthonormal and the matrix only stretches them, equal and zero eigenvalues included', () => {
		fc.assert(
			fc.property(gram, matrix => expectEigen(matrix, symmetricEigen(matrix), 9)),
			{ seed: 3, numRuns: 80 },
		);
	});

	test('a matrix that is not square is refused', () => {
		expect(() => symmetricEigen(zeros(2, 3))).toThrow(RangeError);
	});
});

describe('the leading eigenvalues of a matrix known by its products', () => {
	test('are those of the whole matrix', () => {
		fc.assert(
			fc.property(gram, fc.integer({ min: 1, max: 12 }), (matrix, wanted) => {
				const count = Math.min(wanted, matrix.rows);
				const found = leadingEigen(times(matrix), matrix.rows, count);
				const all = symmetricEigen(matrix);
				expectEigen(matrix, found, 7);
				// What was not found has no weight.
				for (let i = 0; i < count; i++) expect(found.values[i] ?? 0).toBeCloseTo(all.values[i]!, 8);
			}),
			{ seed: 5, numRuns: 80 },
		);
	});

	test('are found one by one where several are equal, without searching the whole space', () => {
		const n = 400;
		const diagonal = Float64Array.from({ length: n }, (_, i) => (i < 6 ? 5 : i < 12 ? 4 : 1 / (1 + i)));
		const { values } = leadingEigen(
			(vector, out) => {
				for (let k = 0; k < n; k++) out[k] = diagonal[k]! * vector[k]!;
			},
			n,
			12,
		);
		expect([...values].map(value => value.toFixed(6))).toEqual([
			...Array(6).fill('5.000000'),
			...Array(6).fill('4.000000'),
		]);
	});
});
