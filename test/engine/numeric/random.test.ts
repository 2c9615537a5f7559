import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../engine/numeric/random.js';

const COUNT = 20_000;

describe('a seeded stream', () => {
	test('is the same again for the same seed, and another for each part of it', () => {
		const first = (...seed: number[]) => seededRandom(...seed).uniform();
		expect(first(1, 2)).toBe(first(1, 2));
		expect(new Set([first(1, 2), first(2, 1), first(1, 3), first(1), first(2)]).size).toBe(5);
	});

	test('neighbouring seeds are unrelated', () => {
		const values = Array.from({ length: COUNT }, (_, seed) => seededRandom(seed).uniform());
		expect(correlation(values.slice(1), values.slice(0, -1))).toBeLessThan(0.03);
		expect(mean(values)).toBeCloseTo(0.5, 1.5);
	});

	test('normal numbers have mean 0, variance 1, and as many beyond 1.96 as they should', () => {
		const { normal } = seededRandom(5);
		const values = Array.from({ length: COUNT }, normal);
		expect(Math.abs(mean(values))).toBeLessThan(0.03);
		expect(mean(values.map(value => value * value))).toBeCloseTo(1, 1);
		expect(values.filter(value => Math.abs(value) > 1.96).length / COUNT).toBeCloseTo(0.05, 2);
	});

	test('whole numbers fall on each value alike', () => {
		const { index } = seededRandom(6);
		const counts = [0, 0, 0, 0];
		for (let k = 0; k < COUNT; k++) counts[index(4)]!++;
		for (const count of counts) expect(count / COUNT).toBeCloseTo(0.25, 1.5);
	});
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const correlation = (a: readonly number[], b: readonly number[]): number => {
	const [meanA, meanB] = [mean(a), mean(b)];
	const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
		mean(x.map((value, k) => (value - mx) * (y[k]! - my)));
	return Math.abs(product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB)));
};
