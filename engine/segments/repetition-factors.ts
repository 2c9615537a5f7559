import { leadingEigen } from '../numeric/leading-eigen.js';
import { type Matrix, row, zeros } from '../numeric/matrix.js';
import type { Linking, Recurrence } from './recurrence.js';

/** Rows this near in time are no repetition. */
const WIDTH = 3;
/** Repetitions shorter than half of this are taken for chance. */
const MEDIAN_ROWS = 7;

/**
 * Latent repetition (McFee and Ellis 2014, section 2.1): what repeats at which lag, as a few factors over time. A
 * recurrence matrix of the rows, each joined with the one before, is cleaned of short lines and reduced to its leading
 * left singular vectors; each factor is that vector's activation over time, over the largest singular value.
 *
 * The sign of a singular vector is arbitrary; here its largest value is positive. Where there is less repetition than
 * `count` factors, the remaining ones are 0.
 *
 * @returns count × rows
 */
export const repetitionFactors = (rows: Matrix, count: number, link: Linking): Matrix => {
	const n = rows.rows;
	const factors = zeros(count, n);
	if (n <= WIDTH) return factors;
	const lines = longLines(link(withPrevious(rows), 2 * Math.ceil(Math.sqrt(n)), WIDTH), n);
	if (lines.size === 0) return factors;
	// With L the lags × rows matrix, L Lᵀ u = λ u gives the factor uᵀL = √λ vᵀ, and v is an eigenvector of LᵀL.
	const held = [...lines.values()];
	const { values, vectors } = leadingEigen(
		(vector, out) => {
			out.fill(0);
			for (const times of held) {
				let sum = 0;
				for (const time of times) sum += vector[time]!;
				for (const time of times) out[time] = out[time]! + sum;
			}
		},
		n,
		Math.min(count, n),
	);
	for (let f = 0; f < vectors.rows; f++) {
		const scale = Math.sqrt(Math.max(0, values[f]!) / values[0]!);
		const vector = row(vectors, f);
		const peak = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
		const sign = peak < 0 ? -1 : 1;
		for (let t = 0; t < n; t++) factors.data[f * n + t] = sign * scale * vector[t]!;
	}
	return factors;
};

/** Moments at which something recurs, by lag, after a running median along time; lags without any are left out. */
const longLines = (recurrence: Recurrence, n: number): Map<number, number[]> => {
	const byLag = new Map<number, Uint8Array>();
	recurrence.forEach((others, time) => {
		for (const other of others) {
			const lag = other - time;
			const line = byLag.get(lag) ?? new Uint8Array(n);
			line[time] = 1;
			byLag.set(lag, line);
		}
	});
	const lines = new Map<number, number[]>();
	for (const lag of [...byLag.keys()].sort((a, b) => a - b)) {
		const kept = majority(byLag.get(lag)!);
		if (kept.length > 0) lines.set(lag, kept);
	}
	return lines;
};

/** Where more than half of the window around is set, the line counting as unset beyond its ends. */
const majority = (line: Uint8Array): number[] => {
	const half = MEDIAN_ROWS >> 1;
	const kept: number[] = [];
	let sum = 0;
	for (let ahead = 0; ahead < line.length + half; ahead++) {
		sum += (line[ahead] ?? 0) - (line[ahead - MEDIAN_ROWS] ?? 0);
		if (ahead >= half && sum > half) kept.push(ahead - half);
	}
	return kept;
};

/** Each row joined with the one before it; before the first lies silence. */
const withPrevious = (rows: Matrix): Matrix => {
	const out = zeros(rows.rows, 2 * rows.cols);
	for (let r = 0; r < rows.rows; r++) {
		out.data.set(row(rows, r), r * out.cols);
		if (r > 0) out.data.set(row(rows, r - 1), r * out.cols + rows.cols);
	}
	return out;
};
