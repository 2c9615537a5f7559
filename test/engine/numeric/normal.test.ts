import { expect, test } from 'vitest';
import { logNormalCdf } from '../../../engine/numeric/normal.js';

test('the logarithm of the normal distribution function equals published values, deep tail included', () => {
	// R: pnorm(z, log.p = TRUE)
	const published: readonly (readonly [number, number])[] = [
		[-20, -203.917155371097],
		[-8, -35.013437159914],
		[-5, -15.0649983939887],
		[-2, -3.78318433368203],
		[-1, -1.84102164500926],
		[0, -Math.LN2],
		[1, -0.172753779023449],
		[3, -0.00135080996474819],
	];
	for (const [z, value] of published) {
		expect(Math.abs(logNormalCdf(z) / value - 1), `at ${z}`).toBeLessThan(2e-4);
	}
});

test('the logarithm of the normal distribution function never falls', () => {
	let before = Number.NEGATIVE_INFINITY;
	for (let z = -30; z <= 8; z += 0.01) {
		const here = logNormalCdf(z);
		expect(here).toBeGreaterThanOrEqual(before - 1e-6);
		before = here;
	}
});
