import { type Matrix, row, zeros } from '../numeric/matrix.js';
import { dot } from '../numeric/vectors.js';
import type { Seconds } from '../time/time.js';
import { clusterNeighbours, type Dendrogram } from './neighbour-clustering.js';
import { type Linking, linkAsReference } from './recurrence.js';
import { repetitionFactors } from './repetition-factors.js';
import { type BeatFeatures, requireBeatFeatures, type Segmentation, type Segmenter } from './segmenter.js';

const FACTORS = 32;
/** 14 MFCC, 12 chroma, 32 timbre and 32 chroma repetition factors, 4 of time. */
export const OLDA_FEATURES = 94;
const SHORTEST_MEAN: Seconds = 10;
const LONGEST_MEAN: Seconds = 45;

/**
 * Ordinal linear discriminant analysis (McFee and Ellis 2014, "Learning to segment songs with ordinal linear discriminant
 * analysis"): {@link oldaInput} through a learnt transform, then Ward's clustering of neighbours, with the number of
 * sections between what mean lengths of 10 and 45 s give. As MSAF 0.1.80, except that nothing is swallowed: where MSAF
 * answers one section because of an error inside, missing repetition counts as none and there are at most as many
 * sections as rows. It never answers fewer than two sections, save for tracks of fewer than three rows.
 *
 * @param transform - 94 × 94, from the models folder
 */
export const olda = (transform: Matrix, link: Linking = linkAsReference): Segmenter => {
	if (transform.rows !== OLDA_FEATURES || transform.cols !== OLDA_FEATURES) {
		throw new RangeError(
			`the transform is ${OLDA_FEATURES} × ${OLDA_FEATURES}, not ${transform.rows} × ${transform.cols}`,
		);
	}
	const project = (features: BeatFeatures) => transformRows(transform, oldaInput(features, link));
	return {
		name: 'olda',
		segment: features => clusterSections(project(features), features.edges.at(-1)!),
		picture: features => closeness(project(features)),
	};
};

/**
 * What the transform takes: one row per beat interval of 94 values.
 *
 * @returns rows × 94
 */
export const oldaInput = (features: BeatFeatures, link: Linking = linkAsReference): Matrix => {
	requireBeatFeatures(features);
	const { mfcc, edges } = features;
	const n = mfcc.rows;
	const pitch = decibelChroma(features.chroma);
	const timbreFactors = unitRange(repetitionFactors(mfcc, FACTORS, link));
	const pitchFactors = unitRange(repetitionFactors(pitch, FACTORS, link));
	const input = zeros(n, OLDA_FEATURES);
	for (let r = 0; r < n; r++) {
		const out = row(input, r);
		out.set(row(mfcc, r), 0);
		out.set(row(pitch, r), 14);
		for (let f = 0; f < FACTORS; f++) {
			out[26 + f] = timbreFactors.data[f * n + r]!;
			out[58 + f] = pitchFactors.data[f * n + r]!;
		}
		// The transform was learnt with the times at which rows end.
		out.set([edges[r + 1]!, edges[r + 1]! / edges[n]!, r, r / n], 90);
	}
	return input;
};

/**
 * The sections of features already transformed: from ceil(duration / 10 s) sections downwards, as long as a cost of
 * Akaike's kind falls, to floor(duration / 45 s) + 1. The novelty of a row is what it costs to join across its start.
 *
 * @param rows - n × 94
 */
export const clusterSections = (rows: Matrix, duration: Seconds): Segmentation => {
	const dendrogram = clusterNeighbours(rows);
	const boundaries = rows.rows < 3 ? [] : bestSplit(rows, dendrogram, duration);
	return { boundaries, novelty: fusion(dendrogram, rows.rows) };
};

const bestSplit = (rows: Matrix, { order }: Dendrogram, duration: Seconds): number[] => {
	const fewest = Math.max(1, Math.floor(duration / LONGEST_MEAN));
	const most = Math.min(rows.rows, Math.max(2, Math.ceil(duration / SHORTEST_MEAN)));
	// The reference can't tell a section that is the last row alone from the end of the track.
	const split = (sections: number) =>
		order
			.slice(order.length - (sections - 1))
			.filter(first => first < rows.rows - 1)
			.sort((a, b) => a - b);

	let best = split(most);
	let least = clusteringCost(rows, best);
	for (let sections = most - 1; sections > fewest; sections--) {
		const boundaries = split(sections);
		const cost = clusteringCost(rows, boundaries);
		if (cost >= least) break;
		least = cost;
		best = boundaries;
	}
	return best;
};

/**
 * -2 log likelihood per row plus 2 parameters per dimension and section, each section a Gaussian of unit variance around
 * its mean. The last row is in no section, as in the reference.
 */
const clusteringCost = (rows: Matrix, boundaries: readonly number[]): number => {
	const n = rows.rows;
	const ends = [...boundaries, n - 1];
	let start = 0;
	let logLikelihood = 0;
	for (const end of ends) {
		logLikelihood += gaussianLogLikelihood(rows, start, end);
		start = end;
	}
	return (-2 * logLikelihood) / n + 2 * rows.cols * ends.length;
};

const gaussianLogLikelihood = (rows: Matrix, start: number, end: number): number => {
	const n = end - start;
	if (n < 2) return 0;
	let squares = 0;
	for (let c = 0; c < rows.cols; c++) {
		let mean = 0;
		for (let r = start; r < end; r++) mean += rows.data[r * rows.cols + c]!;
		mean /= n;
		for (let r = start; r < end; r++) squares += (rows.data[r * rows.cols + c]! - mean) ** 2;
	}
	return -0.5 * rows.cols * n * Math.log(2 * Math.PI) - 0.5 * squares;
};

/** Pitch classes in decibels below the loudest of each row, scaled so that a tenth is -80; the reference's formula. */
const decibelChroma = (chroma: Matrix): Matrix => {
	const least = chroma.data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const out = zeros(chroma.rows, chroma.cols);
	for (let r = 0; r < chroma.rows; r++) {
		const profile = row(chroma, r);
		const most = profile.reduce((a, b) => Math.max(a, b), 0);
		for (let c = 0; c < chroma.cols; c++) {
			out.data[r * chroma.cols + c] = 80 * Math.log10((profile[c]! + least + 0.1) / (most + least + 0.1));
		}
	}
	return out;
};

/** (x + min) / max: the reference's scaling, sign slip included, since the transform was learnt with it. */
const unitRange = (matrix: Matrix): Matrix => {
	const least = matrix.data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const most = matrix.data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + least;
	return most > 0 ? { ...matrix, data: matrix.data.map(value => (value + least) / most) } : matrix;
};

/** Each row times the transform: rows × 94. */
export const transformRows = (transform: Matrix, rows: Matrix): Matrix => {
	const out = zeros(rows.rows, transform.rows);
	for (let r = 0; r < rows.rows; r++) {
		for (let i = 0; i < transform.rows; i++) out.data[r * out.cols + i] = dot(row(transform, i), row(rows, r));
	}
	return out;
};

/** Where boundaries last longest: the cost of the join that removes each, as a share of the largest. */
const fusion = ({ order, increase }: Dendrogram, rows: number): Float64Array => {
	const novelty = new Float64Array(rows);
	const largest = increase.reduce((a, b) => Math.max(a, b), 0);
	if (largest > 0) {
		order.forEach((first, k) => {
			novelty[first] = increase[k]! / largest;
		});
	}
	return novelty;
};

/** 1 - distance / largest distance of all transformed rows. */
const closeness = (rows: Matrix): Matrix => {
	const n = rows.rows;
	const out = zeros(n, n);
	for (let i = 0; i < n; i++) {
		for (let j = 0; j < n; j++) {
			let squares = 0;
			for (let c = 0; c < rows.cols; c++)
				squares += (rows.data[i * rows.cols + c]! - rows.data[j * rows.cols + c]!) ** 2;
			out.data[i * n + j] = Math.sqrt(squares);
		}
	}
	const largest = out.data.reduce((a, b) => Math.max(a, b), 0) || 1;
	return { ...out, data: out.data.map(value => 1 - value / largest) };
};
