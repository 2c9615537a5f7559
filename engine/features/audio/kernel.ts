import type { Matrix32 } from '../../numeric/matrix.js';

/**
 * The heavy loops of signal analysis, as one set of functions with two implementations: WebAssembly SIMD and the plain
 * twin below. Arrays given to them must come from {@link SpectralKernel.floats} of the same kernel, and outputs must
 * not overlap inputs unless said. One kernel serves one front-end: its memory is fixed and never given back.
 */
export interface SpectralKernel {
	/** Zeroed working memory. RangeError when the kernel has no more. */
	floats(length: number): Float32Array;
	/** Fourier transform of real frames of `size` samples, a power of two from 64 to 8192. */
	transform(size: number): RealTransform;
	/** re² + im². */
	powers(re: Float32Array, im: Float32Array, out: Float32Array): void;
	squareRoots(values: Float32Array, out: Float32Array): void;
	/** Element by element; `out` may be either factor. */
	multiply(a: Float32Array, b: Float32Array, out: Float32Array): void;
	/** 10 log10 max(floor, x). */
	decibels(values: Float32Array, floor: number, out: Float32Array): void;
	/** h² / (h² + p²), the soft mask of harmonic-percussive separation; a half where both are 0. */
	harmonicMask(harmonic: Float32Array, percussive: Float32Array, out: Float32Array): void;
	/** A bank of filters over a spectrum, given as filters × bins: applying it gives one weighted sum a filter. */
	bands(filters: Matrix32): (spectrum: Float32Array, out: Float32Array) => void;
	/** Rows become columns: element (r, c) of the source block goes to (c, r). Both counts are multiples of 4. */
	transpose(
		source: Float32Array,
		stride: number,
		rows: number,
		columns: number,
		out: Float32Array,
		outStride: number,
	): void;
	/**
	 * Medians of 31 values down the columns of a row-major block: output (k, c) is the median of source rows k to k + 30
	 * at column c. `columns` is a multiple of 4, `outputs` of 8; values are not NaN.
	 */
	mediansOf31(
		source: Float32Array,
		stride: number,
		columns: number,
		outputs: number,
		out: Float32Array,
		outStride: number,
	): void;
}

export interface RealTransform {
	readonly size: number;
	/** Bins 0 … size / 2 of `frame` times `window`. */
	forward(frame: Float32Array, window: Float32Array, re: Float32Array, im: Float32Array): void;
	/** The frame whose unwindowed spectrum this is. */
	inverse(re: Float32Array, im: Float32Array, frame: Float32Array): void;
}

/** The plain twin: slow, obvious, and what the compiled kernel is held to. */
export const plainKernel = (): SpectralKernel => ({
	floats: length => new Float32Array(length),
	transform: plainTransform,
	powers: (re, im, out) => {
		for (let k = 0; k < out.length; k++) out[k] = re[k]! * re[k]! + im[k]! * im[k]!;
	},
	squareRoots: (values, out) => {
		for (let k = 0; k < out.length; k++) out[k] = Math.sqrt(values[k]!);
	},
	multiply: (a, b, out) => {
		for (let k = 0; k < out.length; k++) out[k] = a[k]! * b[k]!;
	},
	decibels: (values, floor, out) => {
		for (let k = 0; k < out.length; k++) out[k] = 10 * Math.log10(Math.max(floor, values[k]!));
	},
	harmonicMask: (harmonic, percussive, out) => {
		for (let k = 0; k < out.length; k++) {
			const h = harmonic[k]! ** 2;
			const p = percussive[k]! ** 2;
			out[k] = h + p > 0 ? h / (h + p) : 0.5;
		}
	},
	bands: filters => {
		const spans = nonZeroSpans(filters);
		return (spectrum, out) => {
			for (let band = 0; band < filters.rows; band++) {
				const [first, end] = spans[band]!;
				let sum = 0;
				for (let k = first; k < end; k++) sum += filters.data[band * filters.cols + k]! * spectrum[k]!;
				out[band] = sum;
			}
		};
	},
	transpose: (source, stride, rows, columns, out, outStride) => {
		for (let r = 0; r < rows; r++) {
			for (let c = 0; c < columns; c++) out[c * outStride + r] = source[r * stride + c]!;
		}
	},
	mediansOf31: (source, stride, columns, outputs, out, outStride) => {
		const window = new Float32Array(31);
		for (let k = 0; k < outputs; k++) {
			for (let c = 0; c < columns; c++) {
				for (let row = 0; row < 31; row++) window[row] = source[(k + row) * stride + c]!;
				out[k * outStride + c] = window.sort()[15]!;
			}
		}
	},
});

/** First bin and one past the last bin that each filter weighs; equal for an empty filter. */
export const nonZeroSpans = (filters: Matrix32): [number, number][] =>
	Array.from({ length: filters.rows }, (_, band) => {
		const weights = filters.data.subarray(band * filters.cols, (band + 1) * filters.cols);
		const first = weights.findIndex(weight => weight !== 0);
		return first < 0 ? [0, 0] : [first, weights.findLastIndex(weight => weight !== 0) + 1];
	});

export const checkTransformSize = (size: number): void => {
	if (!(size >= 64 && size <= 8192 && Number.isInteger(Math.log2(size)))) {
		throw new RangeError(`a transform size is a power of two from 64 to 8192, not ${size}`);
	}
};

/** Textbook radix-2 transform in double precision, of the real frame as a complex one: slow and obvious. */
const plainTransform = (size: number): RealTransform => {
	checkTransformSize(size);
	const bits = Math.log2(size);
	const reversed = Uint32Array.from({ length: size }, (_, k) => reverseBits(k, bits));
	const cos = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
	const sin = Float64Array.from({ length: size }, (_, k) => Math.sin((2 * Math.PI * k) / size));
	const x = new Float64Array(size);
	const y = new Float64Array(size);

	const butterflies = () => {
		for (let half = 1; half < size; half *= 2) {
			const step = size / (2 * half);
			for (let start = 0; start < size; start += 2 * half) {
				for (let k = 0; k < half; k++) {
					const a = start + k;
					const b = a + half;
					const re = x[b]! * cos[k * step]! + y[b]! * sin[k * step]!;
					const im = y[b]! * cos[k * step]! - x[b]! * sin[k * step]!;
					x[b] = x[a]! - re;
					y[b] = y[a]! - im;
					x[a]! += re;
					y[a]! += im;
				}
			}
		}
	};

	return {
		size,
		forward: (frame, window, re, im) => {
			for (let k = 0; k < size; k++) {
				x[reversed[k]!] = frame[k]! * window[k]!;
				y[k] = 0;
			}
			butterflies();
			for (let k = 0; k <= size / 2; k++) {
				re[k] = x[k]!;
				im[k] = y[k]!;
			}
		},
		inverse: (re, im, frame) => {
			// The conjugate's forward transform is the inverse's conjugate, and the frame is real.
			for (let k = 0; k < size; k++) {
				const mirrored = k > size / 2;
				x[reversed[k]!] = re[mirrored ? size - k : k]!;
				y[reversed[k]!] = mirrored ? im[size - k]! : k % (size / 2) === 0 ? 0 : -im[k]!;
			}
			butterflies();
			for (let k = 0; k < size; k++) frame[k] = x[k]! / size;
		},
	};
};

const reverseBits = (value: number, bits: number): number => {
	let reversed = 0;
	for (let bit = 0; bit < bits; bit++) reversed |= ((value >> bit) & 1) << (bits - 1 - bit);
	return reversed;
};
