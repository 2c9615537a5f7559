import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { correlations } from '../../../engine/crops/correlations.js';
import { dynamicsAgreement } from '../../../engine/crops/dynamics-agreement.js';
import { gaussianSmooth, meanPerStep } from '../../../engine/crops/resample.js';

/** Pearson's correlation as the textbook has it. */
const pearson = (a: readonly number[], b: readonly number[]): number => {
	const mean = (x: readonly number[]) => x.reduce((s, v) => s + v, 0) / x.length;
	const [ma, mb] = [mean(a), mean(b)];
	let ab = 0;
	let aa = 0;
	let bb = 0;
	for (let i = 0; i < a.length; i++) {
		ab += (a[i]! - ma) * (b[i]! - mb);
		aa += (a[i]! - ma) ** 2;
		bb += (b[i]! - mb) ** 2;
	}
	return ab / Math.sqrt(aa * bb);
};

test('every offset has the textbook correlation with its window', () => {
	const values = fc.integer({ min: -8000, max: 8000 }).map(hundredths => hundredths / 100);
	fc.assert(
		fc.property(
			fc.array(values, { minLength: 3, maxLength: 12 }),
			fc.array(values, { minLength: 12, maxLength: 40 }),
			(shorter, longer) => {
				const all = correlations(Float64Array.from(shorter), Float64Array.from(longer));
				expect(all).toHaveLength(longer.length - shorter.length + 1);
				all.forEach((r, offset) => {
					const expected = pearson(shorter, longer.slice(offset, offset + shorter.length));
					// A window that is constant but for rounding has no correlation to speak of.
					if (Number.isFinite(expected) && r !== 0) expect(r).toBeCloseTo(expected, 4);
				});
			},
		),
		{ seed: 5, numRuns: 300 },
	);
});

test('a curve correlates perfectly with itself where it lies, and with nothing constant', () => {
	const shape = Float64Array.from([0, 1, 0, 3, 2, 5]);
	const longer = new Float64Array(20);
	longer.set(
		shape.map(value => 7 + 3 * value),
		9,
	);
	const r = correlations(shape, longer);
	expect(r[9]).toBeCloseTo(1, 9);
	expect(r.indexOf(Math.max(...r))).toBe(9);
	expect(r[0]).toBe(0);
	expect(correlations(new Float64Array(6).fill(2), longer).every(value => value === 0)).toBe(true);
});

test('a longer picture than song has no offset', () => {
	expect(correlations(new Float64Array(5), new Float64Array(4))).toHaveLength(0);
});

test('means per step keep the mean of the whole and its places', () => {
	const ramp = Float32Array.from({ length: 400 }, (_, k) => k / 400);
	const means = meanPerStep(ramp, 40, 4, { start: 0, end: 10 });
	expect(means).toHaveLength(40);
	means.forEach((mean, step) => {
		expect(mean).toBeCloseTo((step * 10 + 4.5) / 400, 6);
	});
	expect(meanPerStep(ramp, 40, 4, { start: 2.5, end: 5 })[0]).toBeCloseTo((100 + 4.5) / 400, 6);
	expect(meanPerStep(ramp, 40, 4, { start: 9, end: 99 })).toHaveLength(4);
});

test('a value that two steps share counts in each by its part', () => {
	// Five values in four steps: each step has one whole value and a part of the next, or two parts.
	const means = meanPerStep([1, 2, 3, 4, 5], 5, 4, { start: 0, end: 1 });
	const expected = [1 + 0.25 * 2, 0.75 * 2 + 0.5 * 3, 0.5 * 3 + 0.75 * 4, 0.25 * 4 + 5].map(sum => sum / 1.25);
	means.forEach((mean, step) => {
		expect(mean).toBeCloseTo(expected[step]!, 12);
	});
});

test('smoothing keeps a constant, ends included, and spreads a spike evenly', () => {
	expect(gaussianSmooth(new Float64Array(9).fill(3), 2).every(value => Math.abs(value - 3) < 1e-12)).toBe(true);
	const spike = new Float64Array(41);
	spike[20] = 1;
	const smooth = gaussianSmooth(spike, 3);
	expect(smooth[17]).toBeCloseTo(smooth[23]!, 12);
	expect(smooth.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
	expect(smooth[23]! / smooth[20]!).toBeCloseTo(Math.exp(-0.5), 9);
});

test('agreement worked out through spectra is that of the plain correlations', () => {
	const random = xoroshiro128plus(17);
	const curve = (length: number) => Float64Array.from({ length }, () => uniformFloat64(random));
	for (const [n, long] of [
		[240, 700],
		[100, 1024],
		[333, 999],
	] as const) {
		const cut = { motion: curve(n), quickMotion: curve(n), cutting: curve(n) };
		const track = { level: curve(long), quickLevel: curve(long), quickOnsets: curve(long) };
		const [a, b, c] = [
			correlations(cut.quickMotion, track.quickOnsets),
			correlations(cut.quickMotion, track.quickLevel),
			correlations(cut.cutting, track.level),
		];
		const agreement = dynamicsAgreement(cut, track);
		expect(agreement).toHaveLength(long - n + 1);
		agreement.forEach((value, k) => {
			expect(value).toBeCloseTo(Math.atanh(a![k]!) + 0.2 * Math.atanh(b![k]!) + 0.1 * Math.atanh(c![k]!), 5);
		});
	}
});
