import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { row, zeros } from './matrix.js';
import { type Eigen, symmetricEigen } from './symmetric-eigen.js';

/** Vectors multiplied at a time: equal eigenvalues are told apart up to this many times over. */
const BLOCK = 8;
const TOLERANCE = 1e-10;

/**
 * The largest eigenvalues of a symmetric positive semi-definite matrix that is only known by what it does to a vector:
 * block Lanczos with full reorthogonalisation (Golub and Underwood 1977), grown until the wanted pairs hold to 1e-10 of
 * the largest eigenvalue. Deterministic: it starts from seeded random vectors.
 *
 * @param apply - writes the matrix times `vector` to `out`
 * @param n - size of the matrix
 * @param count - how many are wanted, ≤ n; where the rank is lower, fewer may come back, the missing values being 0
 * @returns values descending; vectors min(count, found) × n, unit rows of arbitrary sign
 */
export const leadingEigen = (
	apply: (vector: Float64Array, out: Float64Array) => void,
	n: number,
	count: number,
): Eigen => {
	const basis: Float64Array[] = [];
	const images: Float64Array[] = [];
	let block = randomBlock(n);
	let next = Math.min(n, 2 * count + 4 * BLOCK);
	for (;;) {
		const added = extend(basis, block, n);
		block = basis.slice(basis.length - added).map(vector => {
			const image = new Float64Array(n);
			apply(vector, image);
			images.push(image);
			return image;
		});
		const exhausted = added === 0 || basis.length === n;
		if (exhausted || basis.length >= next) {
			const found = rayleighRitz(basis, images, count);
			if (exhausted || worstResidual(found, apply) <= TOLERANCE * Math.max(found.values[0] ?? 0, Number.MIN_VALUE)) {
				return found;
			}
			next = Math.min(n, basis.length + Math.max(4 * BLOCK, basis.length >> 1));
		}
	}
};

const randomBlock = (n: number): Float64Array[] => {
	const random = xoroshiro128plus(1);
	return Array.from({ length: Math.min(BLOCK, n) }, () =>
		Float64Array.from({ length: n }, () => uniformFloat64(random) - 0.5),
	);
};

/** Appends what is new in `block` as orthonormal vectors; returns how many. */
const extend = (basis: Float64Array[], block: readonly Float64Array[], n: number): number => {
	const before = basis.length;
	for (const vector of block) {
		if (basis.length === n) break;
		const fresh = Float64Array.from(vector);
		const length = norm(fresh);
		// Twice is enough (Kahan; Parlett 1980): once leaves rounding errors that grow as vectors converge.
		for (let pass = 0; pass < 2; pass++) {
			for (const known of basis) subtractProjection(fresh, known);
		}
		const rest = norm(fresh);
		if (!(rest > 1e-12 * length)) continue;
		for (let k = 0; k < n; k++) fresh[k] = fresh[k]! / rest;
		// What is left of a vector that was nearly known already is mostly rounding error, so not yet orthogonal.
		for (const known of basis) subtractProjection(fresh, known);
		const last = norm(fresh);
		for (let k = 0; k < n; k++) fresh[k] = fresh[k]! / last;
		basis.push(fresh);
	}
	return basis.length - before;
};

/** The best approximations within the span of the basis. */
const rayleighRitz = (basis: readonly Float64Array[], images: readonly Float64Array[], count: number): Eigen => {
	const m = basis.length;
	const n = basis[0]?.length ?? 0;
	const small = zeros(m, m);
	for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) small.data[i * m + j] = dot(basis[i]!, images[j]!);
	const { values, vectors } = symmetricEigen(small);
	const kept = Math.min(count, m);
	const out = zeros(kept, n);
	for (let i = 0; i < kept; i++) {
		const target = row(out, i);
		for (let j = 0; j < m; j++) {
			const weight = vectors.data[i * m + j]!;
			for (let k = 0; k < n; k++) target[k] = target[k]! + weight * basis[j]![k]!;
		}
	}
	return { values: values.slice(0, kept), vectors: out };
};

const worstResidual = (
	{ values, vectors }: Eigen,
	apply: (vector: Float64Array, out: Float64Array) => void,
): number => {
	const image = new Float64Array(vectors.cols);
	let worst = 0;
	for (let i = 0; i < vectors.rows; i++) {
		const vector = row(vectors, i);
		apply(vector, image);
		let squares = 0;
		for (let k = 0; k < image.length; k++) squares += (image[k]! - values[i]! * vector[k]!) ** 2;
		worst = Math.max(worst, Math.sqrt(squares));
	}
	return worst;
};

const subtractProjection = (vector: Float64Array, unit: Float64Array): void => {
	const share = dot(vector, unit);
	for (let k = 0; k < vector.length; k++) vector[k] = vector[k]! - share * unit[k]!;
};

const norm = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

const dot = (a: Float64Array, b: Float64Array): number => {
	let sum = 0;
	for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
	return sum;
};
