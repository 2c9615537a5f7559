/**
 * Discrete Fourier transform of complex values, in place, by Cooley and Tukey, two of the radix-2 stages at a time: X[k] =
 * Σ x[n] e^(-2πikn/N).
 *
 * @param re - real parts; their number is a power of two
 * @param im - imaginary parts, as many
 */
export const fourierTransform = (re: Float64Array, im: Float64Array): void => {
	const size = re.length;
	const { cos, sin, reversed } = tablesOf(size);
	for (let k = 0; k < size; k++) {
		const other = reversed[k]!;
		if (other <= k) continue;
		const x = re[k]!;
		const y = im[k]!;
		re[k] = re[other]!;
		im[k] = im[other]!;
		re[other] = x;
		im[other] = y;
	}
	const isOdd = Math.log2(size) % 2 === 1;
	if (isOdd) firstStage(re, im);
	for (let quarter = isOdd ? 2 : 1; quarter < size; quarter *= 4) {
		const step = size / (4 * quarter);
		for (let start = 0; start < size; start += 4 * quarter) {
			for (let k = 0; k < quarter; k++) {
				const a = start + k;
				const b = a + quarter;
				const c = b + quarter;
				const d = c + quarter;
				// Twiddle factors of the first stage, and of the second for c; d has both.
				const cosB = cos[2 * k * step]!;
				const sinB = sin[2 * k * step]!;
				const cosC = cos[k * step]!;
				const sinC = sin[k * step]!;
				const cosD = cosB * cosC - sinB * sinC;
				const sinD = sinB * cosC + cosB * sinC;
				const bRe = re[b]! * cosB + im[b]! * sinB;
				const bIm = im[b]! * cosB - re[b]! * sinB;
				const cRe = re[c]! * cosC + im[c]! * sinC;
				const cIm = im[c]! * cosC - re[c]! * sinC;
				const dRe = re[d]! * cosD + im[d]! * sinD;
				const dIm = im[d]! * cosD - re[d]! * sinD;
				const sumRe = re[a]! + bRe;
				const sumIm = im[a]! + bIm;
				const differenceRe = re[a]! - bRe;
				const differenceIm = im[a]! - bIm;
				re[a] = sumRe + cRe + dRe;
				im[a] = sumIm + cIm + dIm;
				re[b] = differenceRe + cIm - dIm;
				im[b] = differenceIm - cRe + dRe;
				re[c] = sumRe - cRe - dRe;
				im[c] = sumIm - cIm - dIm;
				re[d] = differenceRe - cIm + dIm;
				im[d] = differenceIm + cRe - dRe;
			}
		}
	}
};

/** Neighbours added and subtracted: all that a stage of one value each comes to. */
const firstStage = (re: Float64Array, im: Float64Array): void => {
	for (let k = 0; k < re.length; k += 2) {
		const x = re[k + 1]!;
		const y = im[k + 1]!;
		re[k + 1] = re[k]! - x;
		im[k + 1] = im[k]! - y;
		re[k]! += x;
		im[k]! += y;
	}
};

type Tables = { readonly cos: Float64Array; readonly sin: Float64Array; readonly reversed: Uint32Array };

const tables = new Map<number, Tables>();

const tablesOf = (size: number): Tables => {
	const known = tables.get(size);
	if (known) return known;
	const bits = Math.log2(size);
	if (!Number.isInteger(bits)) throw new RangeError(`a transform has a power of two of values, not ${size}`);
	const made: Tables = {
		cos: Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size)),
		sin: Float64Array.from({ length: size / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / size)),
		reversed: Uint32Array.from({ length: size }, (_, k) => {
			let reversed = 0;
			for (let bit = 0; bit < bits; bit++) reversed |= ((k >> bit) & 1) << (bits - 1 - bit);
			return reversed;
		}),
	};
	tables.set(size, made);
	return made;
};
