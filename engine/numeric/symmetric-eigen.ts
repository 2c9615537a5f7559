import { type Matrix, zeros } from './matrix.js';
import { addScaled, dot } from './vectors.js';

export type Eigen = {
	/** Descending. */
	readonly values: Float64Array;
	/** Row i is the unit eigenvector of value i: n × n. */
	readonly vectors: Matrix;
};

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to tridiagonal form, then implicitly
 * shifted QL steps (Golub and Van Loan, Matrix Computations, 8.3). Signs of the vectors are arbitrary.
 *
 * @param matrix - n × n; only its lower triangle is read
 */
export const symmetricEigen = (matrix: Matrix): Eigen => {
	const n = matrix.rows;
	if (matrix.cols !== n) throw new RangeError(`a symmetric matrix is square, not ${n} × ${matrix.cols}`);
	const { diagonal, below, basis } = tridiagonalise(matrix);
	diagonalise(diagonal, below, basis);
	const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => diagonal[b]! - diagonal[a]!);
	const vectors = zeros(n, n);
	order.forEach((from, to) => {
		vectors.data.set(basis.data.subarray(from * n, (from + 1) * n), to * n);
	});
	return { values: Float64Array.from(order, i => diagonal[i]!), vectors };
};

type Tridiagonal = { diagonal: Float64Array; below: Float64Array; basis: Matrix };

/** `basis` has one vector a row: basis · matrix · basisᵀ is tridiagonal, with `below[i]` between rows i and i + 1. */
const tridiagonalise = (matrix: Matrix): Tridiagonal => {
	const n = matrix.rows;
	const a = Float64Array.from(matrix.data);
	for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j]!;
	const basis = zeros(n, n);
	for (let i = 0; i < n; i++) basis.data[i * n + i] = 1;
	const rows = Array.from({ length: n }, (_, i) => a.subarray(i * n, (i + 1) * n));
	const basisRows = Array.from({ length: n }, (_, i) => basis.data.subarray(i * n, (i + 1) * n));

	for (let step = 0; step + 2 < n; step++) {
		const mirror = householder(a, n, step);
		if (mirror === null) continue;
		// a ← (1 - 2vvᵀ) a (1 - 2vvᵀ), as the rank-two update a - vwᵀ - wvᵀ.
		const product = new Float64Array(n);
		for (let i = step + 1; i < n; i++) product[i] = dot(rows[i]!, mirror);
		const overlap = dot(mirror, product);
		for (let i = step + 1; i < n; i++) product[i] = 2 * (product[i]! - overlap * mirror[i]!);
		for (let i = step + 1; i < n; i++) {
			const active = rows[i]!.subarray(step + 1);
			addScaled(active, -mirror[i]!, product.subarray(step + 1));
			addScaled(active, -product[i]!, mirror.subarray(step + 1));
		}
		const sums = new Float64Array(n);
		for (let i = step + 1; i < n; i++) addScaled(sums, mirror[i]!, basisRows[i]!);
		for (let i = step + 1; i < n; i++) addScaled(basisRows[i]!, -2 * mirror[i]!, sums);
	}
	return {
		diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!),
		below: Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? a[(i + 1) * n + i]! : 0)),
		basis,
	};
};

/** The unit vector whose reflection clears column `step` below the subdiagonal, written there; null where it is clear. */
const householder = (a: Float64Array, n: number, step: number): Float64Array | null => {
	let rest = 0;
	for (let i = step + 2; i < n; i++) rest += a[i * n + step]! ** 2;
	if (rest === 0) return null;
	const first = a[(step + 1) * n + step]!;
	const length = Math.sqrt(first * first + rest);
	const target = first > 0 ? -length : length;
	const mirror = new Float64Array(n);
	mirror[step + 1] = first - target;
	for (let i = step + 2; i < n; i++) mirror[i] = a[i * n + step]!;
	const norm = Math.sqrt((first - target) ** 2 + rest);
	for (let i = step + 1; i < n; i++) mirror[i] = mirror[i]! / norm;
	a[(step + 1) * n + step] = target;
	for (let i = step + 2; i < n; i++) a[i * n + step] = 0;
	return mirror;
};

/** QL steps with Wilkinson's shift until the matrix is diagonal; the rows of `basis` become eigenvectors. */
const diagonalise = (diagonal: Float64Array, below: Float64Array, basis: Matrix): void => {
	const n = diagonal.length;
	for (let top = 0; top < n; top++) {
		for (let bottom = firstGap(diagonal, below, top); bottom > top; bottom = firstGap(diagonal, below, top)) {
			qlStep(diagonal, below, basis, top, bottom);
		}
	}
};

/** The first row at or after `top` that hangs together with the next one only by rounding error. */
const firstGap = (diagonal: Float64Array, below: Float64Array, top: number): number => {
	let row = top;
	while (row + 1 < diagonal.length) {
		const size = Math.abs(diagonal[row]!) + Math.abs(diagonal[row + 1]!);
		if (Math.abs(below[row]!) <= Number.EPSILON * size) break;
		row++;
	}
	return row;
};

const qlStep = (d: Float64Array, e: Float64Array, basis: Matrix, top: number, bottom: number): void => {
	const half = (d[top + 1]! - d[top]!) / (2 * e[top]!);
	const root = Math.hypot(half, 1);
	let g = d[bottom]! - d[top]! + e[top]! / (half + (half >= 0 ? root : -root));
	let sine = 1;
	let cosine = 1;
	let shift = 0;
	for (let i = bottom - 1; i >= top; i--) {
		const f = sine * e[i]!;
		const b = cosine * e[i]!;
		const length = Math.hypot(f, g);
		e[i + 1] = length;
		if (length === 0) {
			d[i + 1] = d[i + 1]! - shift;
			e[bottom] = 0;
			return;
		}
		sine = f / length;
		cosine = g / length;
		g = d[i + 1]! - shift;
		const turn = (d[i]! - g) * sine + 2 * cosine * b;
		shift = sine * turn;
		d[i + 1] = g + shift;
		g = cosine * turn - b;
		rotateRows(basis, i, sine, cosine);
	}
	d[top] = d[top]! - shift;
	e[top] = g;
	e[bottom] = 0;
};

const rotateRows = ({ cols: n, data }: Matrix, i: number, sine: number, cosine: number): void => {
	const upper = i * n;
	const lower = upper + n;
	for (let k = 0; k < n; k++) {
		const f = data[lower + k]!;
		data[lower + k] = sine * data[upper + k]! + cosine * f;
		data[upper + k] = cosine * data[upper + k]! - sine * f;
	}
};
