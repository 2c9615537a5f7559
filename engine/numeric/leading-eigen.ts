import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { row, zeros } from './matrix.js';
import { type Eigen, symmetricEigen } from './symmetric-eigen.js';
import { addScaled, dot, norm } from './vectors.js';

/** Vectors multiplied at a time: equal eigenvalues are told apart up to this many times over. */
const BLOCK = 8;
const TOLERANCE = 1e-6;

/**
 * The largest eigenvalues of a symmetric positive semi-definite matrix that is only known by what it does to a vector:
 * block Lanczos with full reorthogonalisation (Golub and Underwood 1977), grown until the wanted pairs hold to 1e-6 of
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
			next = Math.min(n, basis.length + 4 * BLOCK);
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
		let length = norm(fresh);
		const negligible = 1e-12 * length;
		// Rounding errors that a pass leaves weigh the more the less remains, and would grow as vectors converge: repeat
		// until a pass takes next to nothing away (Parlett 1980: twice is enough, as a rule).
		for (let before = Number.POSITIVE_INFINITY; length > negligible && length < 0.7 * before; ) {
			for (const known of basis) addScaled(fresh, -dot(fresh, known), known);
			before = length;
			length = norm(fresh);
		}
		if (!(length > negligible)) continue;
		for (let k = 0; k < n; k++) fresh[k] = fresh[k]! / length;
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
		for (let j = 0; j < m; j++) addScaled(target, vectors.data[i * m + j]!, basis[j]!);
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
		addScaled(image, -values[i]!, vector);
		worst = Math.max(worst, norm(image));
	}
	return worst;
};
