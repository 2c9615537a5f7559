import { contingency, type LabelledSpan, margins } from './contingency.js';
import { entropy } from './segment-labels.js';

export type MutualInformation = {
	/** In nats. */
	readonly information: number;
	/** Less what chance gives, over the larger of the two entropies so reduced (Vinh, Epps and Bailey 2010). */
	readonly adjusted: number;
	/** Over the geometric mean of the two entropies. */
	readonly normalised: number;
};

/** How much one labelling of a track's moments says about the other; mir_eval's `segment.mutual_information`. */
export const mutualInformation = (
	reference: readonly LabelledSpan[],
	estimated: readonly LabelledSpan[],
): MutualInformation => {
	const table = contingency(reference, estimated);
	const { rows, cols, total } = margins(table);
	const left = entropy(rows, total);
	const right = entropy(cols, total);
	const information = left + right - entropy(table.data, total);
	// One label each: no information, and yet a perfect match.
	if (rows.length <= 1 && cols.length <= 1) return { information: 0, adjusted: 1, normalised: 1 };
	const expected = expectedInformation(rows, cols, total);
	return {
		information,
		adjusted: (information - expected) / (Math.max(left, right) - expected),
		normalised: information / Math.max(Math.sqrt(left * right), 1e-10),
	};
};

/** Mean information of two labellings with these label counts, all arrangements being equally likely (Vinh et al., eq. 24). */
const expectedInformation = (rows: Float64Array, cols: Float64Array, total: number): number => {
	const logFactorial = logFactorials(total);
	let sum = 0;
	for (const a of rows) {
		for (const b of cols) {
			for (let n = Math.max(1, a + b - total); n <= Math.min(a, b); n++) {
				const logProbability =
					logFactorial[a]! +
					logFactorial[b]! +
					logFactorial[total - a]! +
					logFactorial[total - b]! -
					logFactorial[total]! -
					logFactorial[n]! -
					logFactorial[a - n]! -
					logFactorial[b - n]! -
					logFactorial[total - a - b + n]!;
				sum += (n / total) * Math.log((total * n) / (a * b)) * Math.exp(logProbability);
			}
		}
	}
	return sum;
};

const logFactorials = (largest: number): Float64Array => {
	const table = new Float64Array(largest + 1);
	for (let n = 2; n <= largest; n++) table[n] = table[n - 1]! + Math.log(n);
	return table;
};
