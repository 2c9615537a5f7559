/**
 * Discrete Fourier transform of complex values, in place, by Cooley and Tukey's radix 2: X[k] = Σ x[n] e^(-2πikn/N).
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
		[re[k], re[other]] = [re[other]!, re[k]!];
		[im[k], im[other]] = [im[other]!, im[k]!];
	}
	for (let half = 1; half < size; half *= 2) {
		const step = size / (2 * half);
		for (let start = 0; start < size; start += 2 * half) {
			for (let k = 0; k < half; k++) {
				const a = start + k;
				const b = a + half;
				const c = cos[k * step]!;
				const s = sin[k * step]!;
				const x = re[b]! * c + im[b]! * s;
				const y = im[b]! * c - re[b]! * s;
				re[b] = re[a]! - x;
				im[b] = im[a]! - y;
				re[a]! += x;
				im[a]! += y;
			}
		}
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
