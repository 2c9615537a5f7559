import { gaussianFilter, medianFilter } from '../numeric/filters.js';
import { type Matrix, zeros } from '../numeric/matrix.js';
import { adaptivePeaks } from './peaks.js';
import { type BeatFeatures, requireBeatFeatures, type Segmenter } from './segmenter.js';

/** Rows under the checkerboard kernel, half of them on either side of a boundary; MSAF 0.1.80's default, as all below. */
const KERNEL_ROWS = 66;
const HALF = KERNEL_ROWS / 2;
const KERNEL_SIGMA = 22;
const MEDIAN_ROWS = 12;
const SMOOTHING_SIGMA = 4;
const THRESHOLD_ROWS = 64;
const THRESHOLD_SHARE = 1 / 20;

/**
 * Foote 2000, "Automatic audio segmentation using a measure of audio novelty": a checkerboard kernel slides along the
 * diagonal of the self-similarity matrix of smoothed pitch-class profiles. Parameters as MSAF 0.1.80, to which it is
 * identical. Tracks of less than 66 rows have no place for the kernel: they are one section, as is constant music.
 */
export const foote: Segmenter = {
	name: 'foote',
	segment: features => {
		requireBeatFeatures(features);
		const novelty = scaled(checkerboardNovelty(standardise(smoothProfiles(features))));
		const mean = novelty.reduce((sum, value) => sum + value, 0) / novelty.length;
		const smoothed = gaussianFilter(novelty, SMOOTHING_SIGMA);
		return { boundaries: adaptivePeaks(smoothed, THRESHOLD_ROWS, mean * THRESHOLD_SHARE), novelty };
	},
	picture: features => {
		requireBeatFeatures(features);
		return selfSimilarity(standardise(smoothProfiles(features)));
	},
};

/** 1 - D / max D, D the standardised Euclidean distance of all rows: n × n values in [0, 1], all 1 for constant music. */
const selfSimilarity = (rows: Matrix): Matrix => {
	const n = rows.rows;
	const largest = largestDistance(rows) || 1;
	const similarity = zeros(n, n);
	for (let i = 0; i < n; i++) {
		for (let j = 0; j < n; j++) similarity.data[i * n + j] = 1 - distance(rows, i, j) / largest;
	}
	return similarity;
};

/**
 * Sum of the kernel times the self-similarity matrix around each row; rows without a whole kernel around them get 0. The
 * kernel adds up to zero and the diagonal of D is zero, so only the distances above the diagonal and within the kernel's
 * reach are needed: a band of n × 65, which keeps hour-long tracks in memory.
 */
const checkerboardNovelty = (rows: Matrix): Float64Array => {
	const n = rows.rows;
	const novelty = new Float64Array(n);
	const largest = largestDistance(rows);
	if (n < KERNEL_ROWS || largest === 0) return novelty;
	const band = zeros(n, KERNEL_ROWS);
	for (let i = 0; i < n; i++) {
		const reach = Math.min(KERNEL_ROWS, n - i);
		for (let lag = 1; lag < reach; lag++) band.data[i * KERNEL_ROWS + lag] = distance(rows, i, i + lag);
	}
	const kernel = checkerboard();
	for (let centre = HALF; centre <= n - HALF; centre++) {
		let sum = 0;
		for (let a = 0; a < KERNEL_ROWS; a++) {
			const from = (centre - HALF + a) * KERNEL_ROWS - a;
			for (let b = a + 1; b < KERNEL_ROWS; b++) sum += kernel.data[a * KERNEL_ROWS + b]! * band.data[from + b]!;
		}
		novelty[centre] = (-2 * sum) / largest;
	}
	return novelty;
};

/** Positive within either half, negative across, tapered by a Gaussian. */
const checkerboard = (): Matrix => {
	const taper = Float64Array.from({ length: KERNEL_ROWS }, (_, k) =>
		Math.exp(-0.5 * ((k - (KERNEL_ROWS - 1) / 2) / KERNEL_SIGMA) ** 2),
	);
	const kernel = zeros(KERNEL_ROWS, KERNEL_ROWS);
	for (let a = 0; a < KERNEL_ROWS; a++) {
		for (let b = 0; b < KERNEL_ROWS; b++) {
			kernel.data[a * KERNEL_ROWS + b] = (a < HALF === b < HALF ? 1 : -1) * taper[a]! * taper[b]!;
		}
	}
	return kernel;
};

/**
 * The reference adds the minimum instead of taking it away, and divides by the maximum. Where that leaves nothing
 * positive, it would turn the curve upside down; there is no novelty then.
 */
const scaled = (novelty: Float64Array): Float64Array => {
	const least = novelty.reduce((a, b) => Math.min(a, b), 0);
	const most = novelty.reduce((a, b) => Math.max(a, b), 0) + least;
	return most > 0 ? novelty.map(value => (value + least) / most) : new Float64Array(novelty.length);
};

/** Profiles divided by each pitch class's maximum, after taking the overall minimum away; then a running median. */
const smoothProfiles = ({ chroma }: BeatFeatures): Matrix => {
	const least = chroma.data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	return byColumn(chroma, column => {
		const most = column.reduce((a, b) => Math.max(a, b), 0) - least;
		return medianFilter(most > 0 ? column.map(value => (value - least) / most) : column.fill(0), MEDIAN_ROWS);
	});
};

/** Columns divided by their standard deviation (n - 1); constant columns tell nothing and become 0. */
const standardise = (matrix: Matrix): Matrix =>
	byColumn(matrix, column => {
		const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
		const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
		const deviation = Math.sqrt(squares / (column.length - 1));
		return deviation > 0 ? column.map(value => value / deviation) : column.fill(0);
	});

const byColumn = (matrix: Matrix, change: (column: Float64Array) => Float64Array): Matrix => {
	const out = zeros(matrix.rows, matrix.cols);
	for (let c = 0; c < matrix.cols; c++) {
		const column = change(Float64Array.from({ length: matrix.rows }, (_, r) => matrix.data[r * matrix.cols + c]!));
		for (let r = 0; r < matrix.rows; r++) out.data[r * matrix.cols + c] = column[r]!;
	}
	return out;
};

const largestDistance = (rows: Matrix): number => {
	let largest = 0;
	for (let i = 0; i < rows.rows; i++) {
		for (let j = i + 1; j < rows.rows; j++) largest = Math.max(largest, squaredDistance(rows, i, j));
	}
	return Math.sqrt(largest);
};

const distance = (rows: Matrix, i: number, j: number): number => Math.sqrt(squaredDistance(rows, i, j));

const squaredDistance = ({ cols, data }: Matrix, i: number, j: number): number => {
	let sum = 0;
	for (let c = 0; c < cols; c++) {
		const difference = data[i * cols + c]! - data[j * cols + c]!;
		sum += difference * difference;
	}
	return sum;
};
