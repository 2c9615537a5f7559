import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainKernel, type SpectralKernel } from '../../../../engine/features/audio/kernel.js';
import { hann } from '../../../../engine/features/audio/stft.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import { noise, relativeError } from '../../../support/audio.js';

const compiled = spectralKernel();
const plain = plainKernel();

/** An array of the kernel's own, holding these values. */
const held = (kernel: SpectralKernel, values: ArrayLike<number>): Float32Array => {
	const array = kernel.floats(values.length);
	array.set(values);
	return array;
};

const random = (length: number, seed: number): Float32Array => Float32Array.from({ length }, noise(seed));

/** What an operation leaves in `length` values of output, on each kernel. */
const onBoth = (length: number, operate: (kernel: SpectralKernel, out: Float32Array) => void) =>
	[plain, compiled].map(kernel => {
		const out = kernel.floats(length);
		operate(kernel, out);
		return out;
	}) as [Float32Array, Float32Array];

describe('transforms', () => {
	test.each([64, 128, 256, 512, 1024, 2048, 4096, 8192])('of %i samples equal the plain twin, there and back', size => {
		const frame = random(size, size);
		const [expected, actual] = [plain, compiled].map(kernel => {
			const re = kernel.floats(size / 2 + 1);
			const im = kernel.floats(size / 2 + 1);
			const back = kernel.floats(size);
			const transform = kernel.transform(size);
			transform.forward(held(kernel, frame), held(kernel, hann(size)), re, im);
			transform.inverse(re, im, back);
			return { re, im, back };
		});
		expect(relativeError(expected!.re, actual!.re)).toBeLessThan(1e-6);
		expect(relativeError(expected!.im, actual!.im)).toBeLessThan(1e-6);
		expect(relativeError(expected!.back, actual!.back)).toBeLessThan(1e-6);
	});

	test('equal the sum that defines them', () => {
		const size = 64;
		const frame = random(size, 1);
		const re = plain.floats(size / 2 + 1);
		const im = plain.floats(size / 2 + 1);
		plain.transform(size).forward(frame, new Float32Array(size).fill(1), re, im);
		for (let bin = 0; bin <= size / 2; bin++) {
			const angle = (k: number) => (2 * Math.PI * bin * k) / size;
			expect(re[bin]).toBeCloseTo(
				frame.reduce((sum, value, k) => sum + value * Math.cos(angle(k)), 0),
				5,
			);
			expect(im[bin]).toBeCloseTo(
				frame.reduce((sum, value, k) => sum - value * Math.sin(angle(k)), 0),
				5,
			);
		}
	});

	test.each([compiled, plain])('refuse sizes that are no power of two from 64 to 8192', kernel => {
		for (const size of [32, 100, 16_384, 0, Number.NaN]) expect(() => kernel.transform(size)).toThrow(RangeError);
	});
});

test('medians of 31 are exactly the middle of the sorted windows', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.nat(), (groups, batches, seed) => {
			const [columns, outputs] = [4 * groups, 8 * batches];
			// Few different values, so that ties are common.
			const source = random((outputs + 30) * columns, seed).map(value => Math.round(4 * Math.abs(value)));
			const [expected, actual] = onBoth(outputs * columns, (kernel, out) =>
				kernel.mediansOf31(held(kernel, source), columns, columns, outputs, out, columns),
			);
			expect(actual).toEqual(expected);
		}),
		{ seed: 31, numRuns: 60 },
	);
});

test('a transpose moves every element', () => {
	const source = random(8 * 20, 2);
	const [expected, actual] = onBoth(20 * 8, (kernel, out) => kernel.transpose(held(kernel, source), 20, 8, 20, out, 8));
	expect(actual).toEqual(expected);
	expect(expected[3 * 8 + 5]).toBe(source[5 * 20 + 3]);
});

test('powers, square roots and products equal the plain twin', () => {
	const [a, b] = [random(1025, 3), random(1025, 4)];
	const [powers, compiledPowers] = onBoth(1025, (kernel, out) => kernel.powers(held(kernel, a), held(kernel, b), out));
	expect(relativeError(powers, compiledPowers)).toBeLessThan(1e-6);
	const [roots, compiledRoots] = onBoth(1025, (kernel, out) => kernel.squareRoots(held(kernel, powers), out));
	expect(relativeError(roots, compiledRoots)).toBeLessThan(1e-6);
	const [products, compiledProducts] = onBoth(1025, (kernel, out) =>
		kernel.multiply(held(kernel, a), held(kernel, b), out),
	);
	expect(compiledProducts).toEqual(products);
});

test('decibels equal ten logarithms over the whole range of floats, and stop at the floor', () => {
	const values = Float32Array.from({ length: 1000 }, (_, k) => 10 ** (k / 14 - 36));
	const [expected, actual] = onBoth(1000, (kernel, out) => kernel.decibels(held(kernel, values), 1e-10, out));
	for (let k = 0; k < 1000; k++) expect(Math.abs(actual[k]! - expected[k]!)).toBeLessThan(5e-5);
	expect(actual[0]).toBeCloseTo(-100, 4);
});

test('harmonic shares equal the plain twin; where nothing sounds both parts get half', () => {
	const [h, p] = [random(64, 5).map(Math.abs), random(64, 6).map(Math.abs)];
	h[0] = p[0] = 0;
	h[1] = 0;
	p[2] = 0;
	const [expected, actual] = onBoth(64, (kernel, out) => kernel.harmonicMask(held(kernel, h), held(kernel, p), out));
	expect(relativeError(expected, actual)).toBeLessThan(1e-6);
	expect([...actual.subarray(0, 3)]).toEqual([0.5, 0, 1]);
});

test('filter banks equal the plain twin, empty and edge-touching filters included', () => {
	const filters = { rows: 4, cols: 1025, data: new Float32Array(4 * 1025) };
	filters.data.set(random(7, 7), 3);
	filters.data.set(random(9, 8), 2 * 1025 - 9);
	filters.data.set(random(1025, 9), 3 * 1025);
	const spectrum = random(1025, 10);
	const [expected, actual] = onBoth(4, (kernel, out) => kernel.bands(filters)(held(kernel, spectrum), out));
	expect(relativeError(expected, actual)).toBeLessThan(1e-6);
	expect(actual[2]).toBe(0);
});

test('a compiled kernel refuses arrays that are not its own', () => {
	expect(() => compiled.squareRoots(new Float32Array(4), compiled.floats(4))).toThrow(TypeError);
});

test('a compiled kernel says when its memory is used up', () => {
	expect(() => spectralKernel().floats(2 ** 24)).toThrow(RangeError);
});
