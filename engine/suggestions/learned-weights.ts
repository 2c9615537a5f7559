import { TERM_WEIGHTS, TERMS, type Term, type TermValues } from '../crops/terms.js';

/** A suggestion that the editor kept or left, by its terms in deviations. */
export type Judged = {
	readonly isKept: boolean;
	readonly terms: TermValues;
	/** Of suggestions that stood above it in the list. A kept one was preferred to them. */
	readonly above: readonly TermValues[];
};

/** Of a documented weight, how far it is expected to lie from an editor's own: about a hundred judgements count as much. */
const PRIOR_DEVIATION = 0.15;
/**
 * How readily anything is kept at all, and a suggestion that stands lower than another preferred to it, is told apart from
 * which ones are: only those who pass something over are heard to do so.
 */
const HABITS = 2;
const HABIT_DEVIATION = 2;
/** Terms further out than this are taken as this: one wild suggestion shall not decide alone. */
const FURTHEST = 3;

/** Wishes count as they were wished. */
const LEARNT: readonly Term[] = TERMS.filter(term => term !== 'wishes');

/**
 * Weights of terms learned from what an editor kept and left. Each judgement is a choice by conditional logit (McFadden
 * 1974), utility being the weighted sum of terms: a kept suggestion was chosen among those that stood above it; and
 * keeping or leaving it was chosen against the other. The most probable weights are found, which stay near the documented
 * ones until many judgements say otherwise, and are never negative. Only their proportions are kept: how plainly somebody
 * chooses says nothing of what counts. Their squares add up to what those of the documented ones do, which bounds each. Ours.
 */
export const learnedWeights = (judged: readonly Judged[]): TermValues => {
	const choices = laidOut(judged.flatMap(choicesOf));
	const documented = LEARNT.map(term => TERM_WEIGHTS[term]);
	const parameters = Float64Array.from([...documented, ...new Array<number>(HABITS).fill(0)]);
	for (const [c, value] of parameters.entries()) moveUtilities(choices, c, value);
	for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
		let furthest = 0;
		for (const [c, before] of parameters.entries()) {
			const isWeight = c < LEARNT.length;
			const precision = 1 / (isWeight ? PRIOR_DEVIATION : HABIT_DEVIATION) ** 2;
			const { slope, curvature } = costAlong(choices, c);
			const gone = before - (isWeight ? documented[c]! : 0);
			const stepped = before - (slope + precision * gone) / (curvature + precision);
			parameters[c] = isWeight ? Math.max(0, stepped) : stepped;
			moveUtilities(choices, c, parameters[c]! - before);
			furthest = Math.max(furthest, Math.abs(parameters[c]! - before));
		}
		if (furthest < STILL) break;
	}
	const size = Math.hypot(...parameters.subarray(0, LEARNT.length));
	if (size === 0) return TERM_WEIGHTS;
	const scale = Math.hypot(...documented) / size;
	return { ...TERM_WEIGHTS, ...Object.fromEntries(LEARNT.map((term, c) => [term, scale * parameters[c]!])) };
};

const MOST_SWEEPS = 1000;
const STILL = 1e-6;

/** What could have been chosen, what was chosen first: learnt terms, 1 for keeping anything at all, 1 for standing above. */
type Row = readonly number[];

const choicesOf = ({ isKept, terms, above }: Judged): Row[][] => {
	const own = rowOf(terms, 1, 0);
	const nothing = own.map(() => 0);
	if (!isKept) return [[nothing, own]];
	const kept = [own, nothing];
	return above.length === 0 ? [kept] : [kept, [rowOf(terms, 0, 0), ...above.map(other => rowOf(other, 0, 1))]];
};

const rowOf = (terms: TermValues, keeping: 0 | 1, standsAbove: 0 | 1): Row => [
	...LEARNT.map(term => Math.max(-FURTHEST, Math.min(FURTHEST, terms[term]))),
	keeping,
	standsAbove,
];

type Choices = {
	/** Choice k has rows starts[k] to starts[k + 1]. */
	readonly starts: Uint32Array;
	/** By parameter, one value a row. */
	readonly columns: readonly Float64Array[];
	/** Of each row, for the parameters as they are. */
	readonly utilities: Float64Array;
};

const laidOut = (choices: readonly (readonly Row[])[]): Choices => {
	const starts = new Uint32Array(choices.length + 1);
	for (const [k, rows] of choices.entries()) starts[k + 1] = starts[k]! + rows.length;
	const rows = choices.flat();
	const columns = Array.from({ length: LEARNT.length + HABITS }, (_, c) => Float64Array.from(rows, row => row[c]!));
	return { starts, columns, utilities: new Float64Array(rows.length) };
};

const moveUtilities = ({ columns, utilities }: Choices, c: number, by: number): void => {
	const column = columns[c]!;
	for (let r = 0; r < column.length; r++) utilities[r]! += by * column[r]!;
};

/**
 * Along one parameter, the slope of minus the log likelihood, and a bound on its curvature: steps by the two never lead
 * uphill (Böhning 1992).
 */
const costAlong = ({ starts, columns, utilities }: Choices, c: number) => {
	const column = columns[c]!;
	let slope = 0;
	let curvature = 0;
	for (let k = 0; k + 1 < starts.length; k++) {
		const [first, end] = [starts[k]!, starts[k + 1]!];
		let total = 0;
		let expected = 0;
		let least = column[first]!;
		let most = column[first]!;
		for (let r = first; r < end; r++) {
			// Utilities are sums of a few bounded products: nothing overflows.
			const likelihood = Math.exp(utilities[r]!);
			total += likelihood;
			expected += likelihood * column[r]!;
			if (column[r]! < least) least = column[r]!;
			if (column[r]! > most) most = column[r]!;
		}
		slope += expected / total - column[first]!;
		curvature += (most - least) ** 2 / 4;
	}
	return { slope, curvature };
};
