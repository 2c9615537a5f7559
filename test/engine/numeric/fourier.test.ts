import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { fourierTransform } from '../../../engine/numeric/fourier.js';

test('the transform is its defining sum', () => {
	const random = xoroshiro128plus(2);
	for (const size of [1, 2, 4, 8, 32, 64]) {
		const re = Float64Array.from({ length: size }, () => uniformFloat64(random) - 0.5);
		const im = Float64Array.from({ length: size }, () => uniformFloat64(random) - 0.5);
		const [x, y] = [re.slice(), im.slice()];
		fourierTransform(x, y);
		for (let k = 0; k < size; k++) {
			let [sumRe, sumIm] = [0, 0];
			for (let n = 0; n < size; n++) {
				const angle = (-2 * Math.PI * k * n) / size;
				sumRe += re[n]! * Math.cos(angle) - im[n]! * Math.sin(angle);
				sumIm += re[n]! * Math.sin(angle) + im[n]! * Math.cos(angle);
			}
			expect(x[k]).toBeCloseTo(sumRe, 10);
			expect(y[k]).toBeCloseTo(sumIm, 10);
		}
	}
});

test('a number of values that is no power of two is refused', () => {
	expect(() => fourierTransform(new Float64Array(12), new Float64Array(12))).toThrow(RangeError);
});
