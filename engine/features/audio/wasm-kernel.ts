import type { Matrix32 } from '../../numeric/matrix.js';
import { checkTransformSize, nonZeroSpans, type RealTransform, type SpectralKernel } from './kernel.js';

/** What the module compiled from spectral.as.ts exports. Numbers that name memory are byte offsets. */
export type SpectralExports = {
	readonly memory: { readonly buffer: ArrayBuffer };
	reserve(bytes: number): number;
	realForward(
		size: number,
		frame: number,
		window: number,
		twiddles: number,
		untangle: number,
		work: number,
		re: number,
		im: number,
	): void;
	realInverse(
		size: number,
		re: number,
		im: number,
		twiddles: number,
		untangle: number,
		work: number,
		frame: number,
	): void;
	powers(re: number, im: number, out: number, length: number): void;
	squareRoots(values: number, out: number, length: number): void;
	multiply(a: number, b: number, out: number, length: number): void;
	decibels(values: number, floor: number, out: number, length: number): void;
	harmonicMask(harmonic: number, percussive: number, out: number, length: number): void;
	bands(layout: number, weights: number, count: number, spectrum: number, out: number): void;
	transpose(from: number, stride: number, rows: number, columns: number, to: number, toStride: number): void;
	mediansOf31(from: number, stride: number, columns: number, outputs: number, to: number, toStride: number): void;
};

/** Enough for a track's front-end with room to spare. */
const CAPACITY = 12 * 2 ** 20;

/**
 * The compiled kernel over one fresh instance of its module. Results equal the plain twin's within 1e-6 of the largest
 * value of each output.
 *
 * @param exports - of an instance that nothing else uses
 */
export const wasmKernel = (exports: SpectralExports): SpectralKernel => {
	let next = exports.reserve(CAPACITY);
	const end = next + CAPACITY;
	const buffer = exports.memory.buffer;

	// Whole vectors are read and written, so every array ends on a vector's boundary, with one to spare.
	const allocate = (length: number): number => {
		const start = next;
		next += padded(length) * 4 + 16;
		if (next > end) throw new RangeError(`the kernel has no room for ${length} more values`);
		return start;
	};
	const floats = (length: number) => new Float32Array(buffer, allocate(length), length);
	const at = (values: Float32Array): number => {
		if (values.buffer !== buffer) throw new TypeError("the array is not from this kernel's floats()");
		return values.byteOffset;
	};
	const filled = (values: ArrayLike<number>) => {
		const array = floats(values.length);
		array.set(values);
		return array;
	};

	const transforms = new Map<number, RealTransform>();
	const transform = (size: number): RealTransform => {
		const twiddles = at(filled(stockhamTwiddles(size / 2)));
		const untangle = at(filled(untanglingFactors(size)));
		const work = allocate(2 * size);
		return {
			size,
			forward: (frame, window, re, im) =>
				exports.realForward(size, at(frame), at(window), twiddles, untangle, work, at(re), at(im)),
			inverse: (re, im, frame) => exports.realInverse(size, at(re), at(im), twiddles, untangle, work, at(frame)),
		};
	};

	return {
		floats,
		transform: size => {
			checkTransformSize(size);
			const made = transforms.get(size) ?? transform(size);
			transforms.set(size, made);
			return made;
		},
		powers: (re, im, out) => exports.powers(at(re), at(im), at(out), padded(out.length)),
		squareRoots: (values, out) => exports.squareRoots(at(values), at(out), padded(out.length)),
		multiply: (a, b, out) => exports.multiply(at(a), at(b), at(out), padded(out.length)),
		decibels: (values, floor, out) => exports.decibels(at(values), floor, at(out), padded(out.length)),
		harmonicMask: (harmonic, percussive, out) =>
			exports.harmonicMask(at(harmonic), at(percussive), at(out), padded(out.length)),
		bands: filters => {
			const { layout, weights } = packBands(filters);
			const layoutAt = allocate(layout.length);
			new Uint32Array(buffer, layoutAt, layout.length).set(layout);
			const weightsAt = at(filled(weights));
			return (spectrum, out) => exports.bands(layoutAt, weightsAt, filters.rows, at(spectrum), at(out));
		},
		transpose: (source, stride, rows, columns, out, outStride) =>
			exports.transpose(at(source), stride, rows, columns, at(out), outStride),
		mediansOf31: (source, stride, columns, outputs, out, outStride) =>
			exports.mediansOf31(at(source), stride, columns, outputs, at(out), outStride),
	};
};

const padded = (length: number): number => (length + 3) & ~3;

/** For each radix-4 stage of length n: cos and −sin of 2πp/n, 2·2πp/n and 3·2πp/n, p < n / 4. */
const stockhamTwiddles = (length: number): number[] => {
	const factors: number[] = [];
	for (let n = length; n > 2; n /= 4) {
		for (let power = 1; power <= 3; power++) {
			for (const part of [Math.cos, (angle: number) => -Math.sin(angle)]) {
				for (let p = 0; p < n / 4; p++) factors.push(part((2 * Math.PI * power * p) / n));
			}
		}
	}
	return factors;
};

/** cos, then sin, of 2πk / size for k < size / 2. */
const untanglingFactors = (size: number): number[] =>
	[Math.cos, Math.sin].flatMap(part => Array.from({ length: size / 2 }, (_, k) => part((2 * Math.PI * k) / size)));

/** Each filter's first bin and count, widened to multiples of 4, and the weights of all filters in a row. */
const packBands = (filters: Matrix32): { layout: number[]; weights: number[] } => {
	const layout: number[] = [];
	const weights: number[] = [];
	nonZeroSpans(filters).forEach(([first, end], band) => {
		const start = first & ~3;
		const count = padded(end - start);
		layout.push(start, count);
		for (let k = start; k < start + count; k++) {
			weights.push(k < filters.cols ? filters.data[band * filters.cols + k]! : 0);
		}
	});
	return { layout, weights };
};
