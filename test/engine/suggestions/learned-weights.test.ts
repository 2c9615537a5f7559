import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { weightedSum } from '../../../engine/crops/judge.js';
import { TERM_WEIGHTS, TERMS, type TermValues } from '../../../engine/crops/terms.js';
import { type Judged, learnedWeights } from '../../../engine/suggestions/learned-weights.js';

const PER_LIST = 6;

/** A simulated editor: suggestions with random terms come in the documented order; chosen is by other weights, with noise. */
const simulated = (weights: TermValues, lists: number, seed: number): Judged[] => {
	const random = xoroshiro128plus(seed);
	const next = () => uniformFloat64(random);
	const gaussian = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
	const judged: Judged[] = [];
	for (let k = 0; k < lists; k++) {
		const list = Array.from(
			{ length: PER_LIST },
			() => Object.fromEntries(TERMS.map(term => [term, term === 'wishes' ? 0 : gaussian()])) as TermValues,
		).sort((a, b) => weightedSum(b, TERM_WEIGHTS) - weightedSum(a, TERM_WEIGHTS));
		// Gumbel's noise makes the choice a conditional logit.
		const liking = list.map(terms => weightedSum(terms, weights) - Math.log(-Math.log(next())));
		const chosen = liking.indexOf(Math.max(...liking));
		judged.push({ isKept: true, terms: list[chosen]!, above: list.slice(0, chosen) });
		const left = list[liking.indexOf(Math.min(...liking))]!;
		judged.push({ isKept: false, terms: left, above: [] });
	}
	return judged;
};

const apart = (a: TermValues, b: TermValues): number => Math.hypot(...TERMS.map(term => a[term] - b[term]));

const sizeOf = (weights: TermValues): number =>
	Math.hypot(...TERMS.map(term => (term === 'wishes' ? 0 : weights[term])));

/** The same proportions, their squares adding up to those of the documented ones. */
const sized = (weights: TermValues): TermValues => {
	const scale = sizeOf(TERM_WEIGHTS) / sizeOf(weights);
	const scaled = Object.fromEntries(TERMS.map(term => [term, scale * weights[term]])) as TermValues;
	return { ...scaled, wishes: TERM_WEIGHTS.wishes };
};

/** Share of simulated choices in which the kept suggestion has the highest sum of all that it was preferred to. */
const foretold = (weights: TermValues, judged: readonly Judged[]): number => {
	const kept = judged.filter(({ isKept, above }) => isKept && above.length > 0);
	const right = kept.filter(({ terms, above }) =>
		above.every(other => weightedSum(terms, weights) > weightedSum(other, weights)),
	);
	return right.length / kept.length;
};

/** An editor who cuts to the beat, minds no singing, and looks for mood more than for movement. */
const beatLover: TermValues = { ...TERM_WEIGHTS, movement: 0.4, content: 0.8, beats: 0.9, voices: 0 };

describe('weights learned from simulated judgements', () => {
	test('are the documented ones where nothing was judged', () => {
		expect(learnedWeights([])).toEqual(TERM_WEIGHTS);
	});

	test('come near the proportions of those that the judgements were made with, and nearer the more there are', () => {
		const truth = sized(beatLover);
		const distances = [60, 300, 1500].map(lists => apart(learnedWeights(simulated(beatLover, lists, 4)), truth));
		expect(distances[0]).toBeLessThan(apart(TERM_WEIGHTS, truth));
		expect(distances[1]).toBeLessThan(distances[0]!);
		expect(distances[2]).toBeLessThan(distances[1]!);
		expect(distances[2]).toBeLessThan(0.25 * apart(TERM_WEIGHTS, truth));
	});

	test('foretell choices that were not learned from better than the documented ones', () => {
		const weights = learnedWeights(simulated(beatLover, 300, 5));
		const others = simulated(beatLover, 600, 6);
		expect(foretold(weights, others)).toBeGreaterThan(foretold(TERM_WEIGHTS, others) + 0.05);
	});

	test('stay near the documented ones for an editor who chooses by those', () => {
		const weights = learnedWeights(simulated(TERM_WEIGHTS, 600, 7));
		for (const term of TERMS) expect(Math.abs(weights[term] - TERM_WEIGHTS[term])).toBeLessThan(0.2);
	});

	test('hardly move for three judgements', () => {
		for (let seed = 20; seed < 40; seed++) {
			const weights = learnedWeights(simulated(beatLover, 2, seed).slice(0, 3));
			for (const term of TERMS) expect(Math.abs(weights[term] - TERM_WEIGHTS[term])).toBeLessThan(0.15);
		}
	});

	test('are never negative, and as large together as the documented ones, however one-sided the judgements', () => {
		const contrary = { ...TERM_WEIGHTS, content: -0.8, accents: -0.5, rises: 4 };
		const weights = learnedWeights(simulated(contrary, 1000, 9));
		for (const term of TERMS) expect(weights[term]).toBeGreaterThanOrEqual(0);
		expect(weights.content).toBe(0);
		expect(weights.accents).toBe(0);
		expect(sizeOf(weights)).toBeCloseTo(sizeOf(TERM_WEIGHTS), 9);
		expect(weights.wishes).toBe(TERM_WEIGHTS.wishes);
	});

	test('are the most probable proportions: no small change of any makes the judgements likelier', () => {
		const judged = simulated(beatLover, 40, 8);
		const sum = (terms: TermValues, weights: TermValues) =>
			TERMS.reduce((all, term) => all + weights[term] * Math.max(-3, Math.min(3, terms[term])), 0);
		const grid = (from: number, to: number, count: number) =>
			Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
		const habits = grid(-3, 3, 61);
		// The definition written out; size and both habits found by trying.
		const cost = (weights: TermValues) => {
			const sums = judged.map(({ isKept, terms, above }) => ({
				isKept,
				own: sum(terms, weights),
				others: above.map(other => sum(other, weights)),
			}));
			const costs = grid(0.5, 2, 61).map(size => {
				let prior = 0;
				for (const term of TERMS) {
					if (term !== 'wishes') prior += (size * weights[term] - TERM_WEIGHTS[term]) ** 2 / (2 * 0.15 ** 2);
				}
				const keeping = habits.map(habit =>
					sums.reduce(
						(all, { isKept, own }) => all + Math.log1p(Math.exp((isKept ? -1 : 1) * (size * own + habit))),
						habit ** 2 / 8,
					),
				);
				const passingOver = habits.map(habit =>
					sums.reduce(
						(all, { own, others }) =>
							all + Math.log(1 + others.reduce((likely, other) => likely + Math.exp(size * (other - own) + habit), 0)),
						habit ** 2 / 8,
					),
				);
				return prior + Math.min(...keeping) + Math.min(...passingOver);
			});
			return Math.min(...costs);
		};
		const best = learnedWeights(judged);
		const least = cost(best);
		for (const term of TERMS) {
			if (term === 'wishes') continue;
			for (const change of [-0.15, 0.15]) {
				const other = { ...best, [term]: Math.max(0, best[term] + change) };
				if (other[term] !== best[term]) expect(cost(other)).toBeGreaterThan(least);
			}
		}
	});
});
