import { gaussianWeights, reflected } from '../numeric/filters.js';
import { type Matrix, row, zeros } from '../numeric/matrix.js';
import { adaptivePeaks } from './peaks.js';
import { type Linking, linkAsReference, mutual, type Recurrence } from './recurrence.js';
import { type BeatFeatures, requireBeatFeatures, type Segmenter } from './segmenter.js';

/** Rows joined into one point of the embedding; MSAF 0.1.80's default, as all below. */
const EMBEDDED_ROWS = 3;
const NEIGHBOUR_SHARE = 0.04;
const TIME_SIGMA = 13.5;
const LAG_SIGMA = 0.5;
const THRESHOLD_ROWS = 28;
const THRESHOLD_SHARE = 0.05;
/** An embedded point covers three rows; a boundary between two points lies before the third row of the first. */
const SHIFT = 2;
const FEWEST_ROWS = 20;

/**
 * Structural features (Serrà, Müller, Grosche and Arcos 2012, "Unsupervised detection of music boundaries by time series
 * structure features"): rows resemble other rows at certain lags, and where those lags change, a section begins.
 * Parameters as MSAF 0.1.80, to which it is identical with {@link linkAsReference}. Tracks of 20 rows or less, those too
 * short for any neighbours (24), and those in which every row is the same are one section.
 */
export const structuralFeatures = (link: Linking): Segmenter => ({
	name: 'sf',
	segment: features => {
		requireBeatFeatures(features);
		const curve = embeddedNovelty(features, link);
		const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
		const novelty = new Float64Array(features.chroma.rows);
		if (curve.length > 0) novelty.set(curve, SHIFT);
		return {
			boundaries: adaptivePeaks(curve, THRESHOLD_ROWS, mean * THRESHOLD_SHARE).map(peak => peak + SHIFT),
			novelty,
		};
	},
	picture: features => {
		requireBeatFeatures(features);
		const n = features.chroma.rows;
		const out = zeros(n, n);
		for (const { time, lags } of lagColumns(features, link)) out.data.set(lags, (time + SHIFT) * n);
		const largest = out.data.reduce((a, b) => Math.max(a, b), 0) || 1;
		return { ...out, data: out.data.map(value => value / largest) };
	},
});

export const sf: Segmenter = structuralFeatures(linkAsReference);

/** Distance between successive columns of the time-lag matrix over its maximum; the last is 0. */
const embeddedNovelty = (features: BeatFeatures, link: Linking): Float64Array => {
	if (!hasStructure(features)) return new Float64Array(0);
	const novelty = new Float64Array(features.chroma.rows - EMBEDDED_ROWS);
	let before: Float64Array | null = null;
	for (const { time, lags } of lagColumns(features, link)) {
		if (before !== null) {
			let squares = 0;
			for (let lag = 0; lag < lags.length; lag++) squares += (lags[lag]! - before[lag]!) ** 2;
			novelty[time - 1] = Math.sqrt(squares);
		}
		before = lags;
	}
	const largest = novelty.reduce((a, b) => Math.max(a, b), 0);
	return largest > 0 ? novelty.map(value => value / largest) : novelty;
};

/**
 * The smoothed circular time-lag matrix, one moment after the other: at each embedded row the strength of its resemblance
 * to the row `lag` later, counted around the end. Made from the few links rather than from the whole square, so an hour
 * of music fits in memory.
 */
function* lagColumns(features: BeatFeatures, link: Linking): Generator<{ time: number; lags: Float64Array }> {
	if (!hasStructure(features)) return;
	const points = embed(features.chroma);
	const k = Math.trunc(NEIGHBOUR_SHARE * features.chroma.rows);
	const recurrence = mutual(link(points, k, 1));
	const alongTime = gaussianWeights(TIME_SIGMA);
	const alongLag = gaussianWeights(LAG_SIGMA);
	for (let time = 0; time < points.rows; time++) {
		yield { time, lags: smooth(lagsAround(recurrence, time, alongTime), alongLag) };
	}
}

/** Constant rows are all equally near, so their nearest neighbours would be a matter of how they are counted. */
const hasStructure = ({ chroma }: BeatFeatures): boolean =>
	chroma.rows > FEWEST_ROWS && chroma.data.some((value, i) => value !== chroma.data[i % chroma.cols]);

/** Smoothing along time of the links that rows around `time` have, by lag. */
const lagsAround = (recurrence: Recurrence, time: number, weights: Float64Array): Float64Array => {
	const n = recurrence.length;
	const radius = weights.length >> 1;
	const lags = new Float64Array(n);
	for (let offset = -radius; offset <= radius; offset++) {
		const at = reflected(time + offset, n);
		for (const other of recurrence[at]!) {
			const lag = other < at ? other - at + n : other - at;
			lags[lag] = lags[lag]! + weights[offset + radius]!;
		}
	}
	return lags;
};

const smooth = (values: Float64Array, weights: Float64Array): Float64Array => {
	const n = values.length;
	const radius = weights.length >> 1;
	const out = new Float64Array(n);
	for (let i = 0; i < n; i++) {
		const value = values[i]!;
		// Most lags have no links: spreading the few values is less work than gathering for every lag.
		if (value === 0) continue;
		for (let k = -radius; k <= radius; k++) {
			const to = reflected(i + k, n);
			out[to] = out[to]! + value * weights[k + radius]!;
		}
	}
	return out;
};

/** Each row joined with the two after it, after division by its largest value; a silent row stays 0. */
const embed = (chroma: Matrix): Matrix => {
	const { cols } = chroma;
	const scaled = zeros(chroma.rows, cols);
	for (let r = 0; r < chroma.rows; r++) {
		const profile = row(chroma, r);
		const largest = profile.reduce((a, b) => Math.max(a, b), 0) || 1;
		for (let c = 0; c < cols; c++) scaled.data[r * cols + c] = profile[c]! / largest;
	}
	const points = zeros(chroma.rows - EMBEDDED_ROWS, cols * EMBEDDED_ROWS);
	for (let i = 0; i < points.rows; i++) {
		points.data.set(scaled.data.subarray(i * cols, i * cols + points.cols), i * points.cols);
	}
	return points;
};
