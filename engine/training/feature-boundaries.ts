import { gaussianFilter } from '../numeric/filters.js';
import { type Matrix32, zeros } from '../numeric/matrix.js';
import { adaptivePeaks } from '../segments/peaks.js';
import type { Seconds } from '../time/time.js';

/** Rows either side of a boundary that are compared, and the kernel's deviation. Ours: segments of about 10 to 20 s. */
const HALF = 8;
const SIGMA = 5;
const SMOOTHING = 1;
const THRESHOLD_ROWS = 16;
const THRESHOLD_SHARE = 0.1;

/**
 * Boundaries where features that come once a second change, for data sets without media, in which no segmenter of sound or
 * picture can work: peaks of Foote's novelty (2000) with a checkerboard kernel along the diagonal of their distances.
 *
 * @returns inner boundaries in seconds, increasing, whole
 */
export const featureBoundaries = (features: Matrix32): Seconds[] => {
	const { rows } = features;
	if (rows < 2 * HALF + 1) return [];
	const novelty = new Float64Array(rows);
	const near = zeros(rows, 2 * HALF);
	for (let i = 0; i < rows; i++) {
		for (let lag = 1; lag < Math.min(2 * HALF, rows - i); lag++)
			near.data[i * near.cols + lag] = distance(features, i, i + lag);
	}
	for (let centre = HALF; centre <= rows - HALF; centre++) {
		let sum = 0;
		for (let a = -HALF; a < HALF; a++) {
			for (let b = a + 1; b < HALF; b++) {
				const sign = a < 0 && b >= 0 ? 1 : -1;
				const taper = Math.exp((-0.5 * ((a + 0.5) ** 2 + (b + 0.5) ** 2)) / SIGMA ** 2);
				sum += sign * taper * near.data[(centre + a) * near.cols + b - a]!;
			}
		}
		novelty[centre] = sum;
	}
	const smooth = gaussianFilter(novelty, SMOOTHING);
	const most = smooth.reduce((a, b) => Math.max(a, b), 0);
	return most > 0 ? adaptivePeaks(smooth, THRESHOLD_ROWS, THRESHOLD_SHARE * most) : [];
};

const distance = ({ cols, data }: Matrix32, i: number, j: number): number => {
	let sum = 0;
	for (let c = 0; c < cols; c++) sum += (data[i * cols + c]! - data[j * cols + c]!) ** 2;
	return Math.sqrt(sum);
};
