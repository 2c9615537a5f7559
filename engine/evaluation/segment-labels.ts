import type { Matrix } from '../numeric/matrix.js';
import { contingency, type LabelledSpan, margins } from './contingency.js';
import { type DetectionScore, harmonicMean } from './matching.js';

/**
 * Pairwise agreement of section labels: of all pairs of moments with one label in the estimate, the share that has one
 * label in the reference (precision), and the reverse (recall). Levy and Sandler 2008; mir_eval's `segment.pairwise`.
 *
 * @param reference - sections covering the track from 0; see {@link contingency}
 */
export const pairwiseScore = (
	reference: readonly LabelledSpan[],
	estimated: readonly LabelledSpan[],
): DetectionScore => {
	const pairs = countPairs(contingency(reference, estimated));
	const precision = ratio(pairs.both, pairs.estimated);
	const recall = ratio(pairs.both, pairs.reference);
	return { precision, recall, f: harmonicMean(precision, recall) };
};

/** Share of pairs of moments on which both agree, be it that they match or that they don't (Rand 1971). */
export const randIndex = (reference: readonly LabelledSpan[], estimated: readonly LabelledSpan[]): number => {
	const pairs = countPairs(contingency(reference, estimated));
	return ratio(pairs.all + 2 * pairs.both - pairs.reference - pairs.estimated, pairs.all);
};

/** Rand index less what chance gives, 1 at best (Hubert and Arabie 1985). */
export const adjustedRandIndex = (reference: readonly LabelledSpan[], estimated: readonly LabelledSpan[]): number => {
	const table = contingency(reference, estimated);
	const pairs = countPairs(table);
	const { total } = margins(table);
	// Nothing to tell apart, or every moment on its own: the two agree by necessity.
	if (table.rows === table.cols && (table.rows <= 1 || table.rows === total)) return 1;
	const chance = (pairs.reference * pairs.estimated) / pairs.all;
	return (pairs.both - chance) / ((pairs.reference + pairs.estimated) / 2 - chance);
};

export type ClusteringScore = {
	/** Low where the estimate splits what belongs together. */
	readonly over: number;
	/** Low where the estimate joins what should be apart. */
	readonly under: number;
	readonly f: number;
};

/**
 * Conditional entropies normalised by those of equally frequent labels (Lukashevich 2008); mir_eval's `segment.nce`. A
 * side with a single label scores 0.
 */
export const normalizedConditionalEntropy = (
	reference: readonly LabelledSpan[],
	estimated: readonly LabelledSpan[],
): ClusteringScore => {
	const table = contingency(reference, estimated);
	return entropyScore(table, Math.log(table.cols), Math.log(table.rows));
};

/** The same, normalised by the entropies of the labels as they occur (Rosenberg and Hirschberg 2007). */
export const vMeasure = (reference: readonly LabelledSpan[], estimated: readonly LabelledSpan[]): ClusteringScore => {
	const table = contingency(reference, estimated);
	const { rows, cols, total } = margins(table);
	return entropyScore(table, entropy(cols, total), entropy(rows, total));
};

/** Entropy in nats of a distribution given as counts. */
export const entropy = (counts: ArrayLike<number>, total: number): number => {
	let sum = 0;
	for (let k = 0; k < counts.length; k++) {
		const share = counts[k]! / total;
		if (share > 0) sum -= share * Math.log(share);
	}
	return sum;
};

const entropyScore = (table: Matrix, mostOver: number, mostUnder: number): ClusteringScore => {
	const { rows, cols, total } = margins(table);
	const joint = entropy(table.data, total);
	// H(estimated | reference) = H(both) - H(reference), and the reverse.
	const over = mostOver > 0 ? 1 - (joint - entropy(rows, total)) / mostOver : 0;
	const under = mostUnder > 0 ? 1 - (joint - entropy(cols, total)) / mostUnder : 0;
	return { over, under, f: harmonicMean(over, under) };
};

const countPairs = (table: Matrix): { both: number; reference: number; estimated: number; all: number } => {
	const { rows, cols, total } = margins(table);
	const within = (counts: Float64Array) => counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
	return { both: within(table.data), reference: within(rows), estimated: within(cols), all: (total * (total - 1)) / 2 };
};

/** 0 where there is nothing to divide by: tracks of less than two samples. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
