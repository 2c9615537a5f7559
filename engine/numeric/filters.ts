/**
 * Where a filter reads beyond either end: the values mirrored at the edge, the last one twice (d c b a | a b c d | d c b
 * a). SciPy calls this mode "reflect".
 */
export const reflected = (index: number, length: number): number => {
	const period = 2 * length;
	const within = ((index % period) + period) % period;
	return within < length ? within : period - 1 - within;
};

/**
 * Running median. Of an even window the later half reaches one value less far, and of the two middle values the larger
 * one is taken, as in scipy.ndimage.median_filter.
 *
 * @param size - values in the window, ≥ 1
 */
export const medianFilter = (values: ArrayLike<number>, size: number): Float64Array => {
	const n = values.length;
	const half = size >> 1;
	const out = new Float64Array(n);
	if (n === 0) return out;
	const window = Float64Array.from({ length: size }, (_, k) => values[reflected(k - half, n)]!).sort();
	out[0] = window[half]!;
	for (let i = 1; i < n; i++) {
		exchange(window, values[reflected(i - half - 1, n)]!, values[reflected(i - half + size - 1, n)]!);
		out[i] = window[half]!;
	}
	return out;
};

/** Takes one value out of a sorted window and puts another one in. */
const exchange = (sorted: Float64Array, leaving: number, entering: number): void => {
	let at = sorted.indexOf(leaving);
	while (at + 1 < sorted.length && sorted[at + 1]! < entering) {
		sorted[at] = sorted[at + 1]!;
		at++;
	}
	while (at > 0 && sorted[at - 1]! > entering) {
		sorted[at] = sorted[at - 1]!;
		at--;
	}
	sorted[at] = entering;
};

/**
 * Weights of a Gaussian smoothing filter, cut off at four standard deviations and adding up to one.
 *
 * @returns 2 · radius + 1 values, the middle one in the middle
 */
export const gaussianWeights = (sigma: number): Float64Array => {
	const radius = Math.trunc(4 * sigma + 0.5);
	const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, k) =>
		Math.exp((-0.5 * (k - radius) ** 2) / sigma ** 2),
	);
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	return weights.map(weight => weight / total);
};

/** Gaussian smoothing with mirrored ends, as scipy.ndimage.gaussian_filter1d. */
export const gaussianFilter = (values: ArrayLike<number>, sigma: number): Float64Array => {
	const weights = gaussianWeights(sigma);
	const radius = weights.length >> 1;
	const n = values.length;
	return Float64Array.from({ length: n }, (_, i) => {
		let sum = 0;
		for (let k = -radius; k <= radius; k++) sum += weights[k + radius]! * values[reflected(i + k, n)]!;
		return sum;
	});
};
