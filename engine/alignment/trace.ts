import type { Matrix } from '../numeric/matrix.js';
import type { Pair } from './alignment.js';

/**
 * Trace: mean of the distances on the main diagonal, over K = min(n, m) segments (Prétet et al., arXiv 2306.07187).
 * The paper's words say sum; the mean is ours, since a sum favours tracks of few segments and cannot give the paper's
 * published ranks. {@link traceSum} is the literal reading, kept to show that.
 *
 * @param distance - Euclidean distances, n × m, at least 1 × 1
 */
export const trace = (distance: Matrix): number => diagonalSum(distance, 0) / diagonalLength(distance);

/** The literal reading of the paper's Trace: an ablation. */
export const traceSum = (distance: Matrix): number => diagonalSum(distance, 0);

export type BestDiagonal = {
	/** Mean distance along the diagonal. */
	readonly value: number;
	/** How many segments of the longer side come before the first of the shorter one, ≥ 0. */
	readonly shift: number;
};

/**
 * Best Trace: the least mean along any diagonal on which the shorter sequence lies wholly inside the longer one
 * (Prétet et al.; the mean is ours, as in {@link trace}). Of equal diagonals the first wins.
 *
 * @param distance - Euclidean distances, n × m, at least 1 × 1
 */
export const bestTrace = (distance: Matrix): BestDiagonal => {
	const shift = bestShift(distance);
	return { value: diagonalSum(distance, shift) / diagonalLength(distance), shift };
};

/** The literal reading of the paper's Best Trace: an ablation. */
export const bestTraceSum = (distance: Matrix): number => diagonalSum(distance, bestShift(distance));

/** The pairs on the diagonal that begins `shift` segments into the longer side. */
export const diagonalPairs = (distance: Matrix, shift: number): Pair[] =>
	Array.from({ length: diagonalLength(distance) }, (_, s) =>
		distance.rows <= distance.cols ? { query: s, candidate: s + shift } : { query: s + shift, candidate: s },
	);

// All diagonals have one length, so the least sum is the least mean.
const bestShift = (distance: Matrix): number => {
	const shifts = Math.abs(distance.rows - distance.cols) + 1;
	let best = 0;
	let least = diagonalSum(distance, 0);
	for (let shift = 1; shift < shifts; shift++) {
		const sum = diagonalSum(distance, shift);
		if (sum < least) {
			least = sum;
			best = shift;
		}
	}
	return best;
};

const diagonalSum = (distance: Matrix, shift: number): number =>
	diagonalPairs(distance, shift).reduce(
		(sum, pair) => sum + distance.data[pair.query * distance.cols + pair.candidate]!,
		0,
	);

const diagonalLength = ({ rows, cols }: Matrix): number => {
	if (rows === 0 || cols === 0) throw new RangeError(`no diagonal in a ${rows} × ${cols} matrix`);
	return Math.min(rows, cols);
};
