import type { Matrix32 } from '../../numeric/matrix.js';

/**
 * Numbers as 8 or 16 bits with a range, as YouTube-8M stores its features (Abu-El-Haija et al. 2016, section 3.3, there one
 * range for all). Code q stands for low + (high - low) · q / levels, so no value is off by more than half a step.
 */
export type Quantised = {
	readonly low: number;
	readonly high: number;
	readonly codes: Uint8Array | Uint16Array;
};

/** A curve in 16 bits: off by at most (high - low) / 131070, beside float32 rounding. All values finite, else RangeError. */
export const quantiseCurve = (values: Float32Array): Quantised => {
	const { low, high } = rangeOf(values, 0, 1);
	return { low, high, codes: Uint16Array.from(values, value => codeOf(value, low, high, 0xffff)) };
};

export const restoreCurve = ({ low, high, codes }: Quantised): Float32Array => {
	const levels = codes instanceof Uint8Array ? 0xff : 0xffff;
	return Float32Array.from(codes, code => low + ((high - low) * code) / levels);
};

/** A matrix in 8 bits with a range for each column; `ranges` holds low and high of column 0, of column 1, … */
export type QuantisedMatrix = {
	readonly rows: number;
	readonly cols: number;
	readonly ranges: Float32Array;
	/** Row-major. */
	readonly codes: Uint8Array;
};

/** Off by at most (high - low) / 510 of the column, beside float32 rounding. All values finite, else RangeError. */
export const quantiseMatrix = ({ rows, cols, data }: Matrix32): QuantisedMatrix => {
	const ranges = new Float32Array(2 * cols);
	const codes = new Uint8Array(rows * cols);
	for (let c = 0; c < cols; c++) {
		const { low, high } = rangeOf(data, c, cols);
		ranges[2 * c] = low;
		ranges[2 * c + 1] = high;
		for (let at = c; at < data.length; at += cols) codes[at] = codeOf(data[at]!, low, high, 0xff);
	}
	return { rows, cols, ranges, codes };
};

export const restoreMatrix = ({ rows, cols, ranges, codes }: QuantisedMatrix): Matrix32 => {
	const data = new Float32Array(rows * cols);
	for (let c = 0; c < cols; c++) {
		const low = ranges[2 * c]!;
		const range = ranges[2 * c + 1]! - low;
		for (let at = c; at < data.length; at += cols) data[at] = low + (range * codes[at]!) / 0xff;
	}
	return { rows, cols, data };
};

const codeOf = (value: number, low: number, high: number, levels: number): number =>
	high > low ? Math.round(((value - low) / (high - low)) * levels) : 0;

const rangeOf = (data: Float32Array, from: number, stride: number): { low: number; high: number } => {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (let at = from; at < data.length; at += stride) {
		const value = data[at]!;
		if (!Number.isFinite(value)) throw new RangeError(`value ${at} to be stored is ${value}, not a finite number`);
		if (value < low) low = value;
		if (value > high) high = value;
	}
	return low <= high ? { low, high } : { low: 0, high: 0 };
};
