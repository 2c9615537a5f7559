import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	compare,
	decimalFraction,
	floorOf,
	fraction,
	magnitude,
	minus,
	nearestWhole,
	over,
	plus,
	simplest,
	times,
	toNumber,
} from '../../../engine/timelines/fraction.js';
import { exactRange, rangeDuration, rangeStart, rateFromDecimal } from '../../../engine/timelines/rates.js';

const SEED = { seed: 20_260_301 };
const fractions = fc
	.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
	.map(([above, below]) => fraction(above, below));

test('adding and multiplying can be undone exactly', () => {
	fc.assert(
		fc.property(fractions, fractions, (a, b) => {
			expect(minus(plus(a, b), b)).toEqual(a);
			if (b.numerator !== 0n) expect(over(times(a, b), b)).toEqual(a);
		}),
		SEED,
	);
});

test('the floor is the whole number just below, and the nearest is at most a half away', () => {
	fc.assert(
		fc.property(fractions, a => {
			const floor = fraction(floorOf(a));
			expect(compare(floor, a) <= 0 && compare(a, plus(floor, fraction(1))) < 0).toBe(true);
			expect(compare(magnitude(minus(a, fraction(nearestWhole(a)))), fraction(1, 2)) <= 0).toBe(true);
		}),
		SEED,
	);
});

test('the simplest fraction is the nearest of all with so small a denominator', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: -5000, max: 5000 }),
			fc.integer({ min: 1, max: 3000 }),
			fc.integer({ min: 1, max: 40 }),
			(n, d, largest) => {
				const value = fraction(n, d);
				const distance = (candidate: ReturnType<typeof fraction>) => magnitude(minus(candidate, value));
				const found = simplest(value, BigInt(largest));
				expect(found.denominator <= BigInt(largest)).toBe(true);
				for (let below = 1; below <= largest; below++) {
					const best = fraction(nearestWhole(times(value, fraction(below))), below);
					expect(compare(distance(found), distance(best)) <= 0).toBe(true);
				}
			},
		),
		SEED,
	);
	expect(simplest(decimalFraction('0.8545454551724138')!, 100_000n)).toEqual(fraction(47, 55));
});

test('decimals are read exactly, and nothing else is', () => {
	expect(decimalFraction('0.1')).toEqual(fraction(1, 10));
	expect(decimalFraction('-2.5e3')).toEqual(fraction(-2500));
	expect(decimalFraction('.5')).toEqual(fraction(1, 2));
	for (const text of ['', '.', 'e3', '1e9999', 'NaN', 'Infinity', '0x10', '1,5'])
		expect(decimalFraction(text)).toBeNull();
	expect(toNumber(fraction(1, 3))).toBe(1 / 3);
});

test.each([
	['23.976', 24_000, 1001],
	['23.98', 24_000, 1001],
	['23.976023976023978', 24_000, 1001],
	['29.97', 30_000, 1001],
	['59.94', 60_000, 1001],
	['119.88', 120_000, 1001],
	['24', 24, 1],
	['25.0', 25, 1],
	['12.5', 25, 2],
	['48000', 48_000, 1],
])('the rate %s is %i/%i', (text, numerator, denominator) => {
	expect(rateFromDecimal(text)).toEqual({ numerator, denominator });
});

test('a range is exact at some rate, and at the one asked for where it is whole there', () => {
	const frames = { numerator: 30_000, denominator: 1001 };
	const at = (units: number) => fraction(BigInt(units) * 1001n, 30_000n);
	expect(exactRange(at(7), at(5), frames, 'It')).toEqual({ start: 7, duration: 5, rate: frames });
	fc.assert(
		fc.property(
			fc.integer({ min: -1_000_000, max: 1_000_000 }),
			fc.nat(1_000_000),
			fc.constantFrom(44_100, 48_000, 96_000),
			(start, duration, rate) => {
				const [from, length] = [fraction(start, rate), fraction(duration, rate)];
				const range = exactRange(from, length, frames, 'It');
				expect([rangeStart(range), rangeDuration(range)]).toEqual([from, length]);
			},
		),
		SEED,
	);
});
