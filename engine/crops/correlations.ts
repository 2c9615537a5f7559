/**
 * Pearson's correlation of a short curve with every window of a longer one.
 *
 * @returns longer - shorter + 1 values in [-1, 1]; 0 where either side is constant
 */
export const correlations = (shorter: Float64Array, longer: Float64Array): Float64Array => {
	const n = shorter.length;
	const offsets = longer.length - n + 1;
	if (n === 0 || offsets <= 0) return new Float64Array(0);
	const unit = centredUnit(shorter);
	const spreads = windowSpreads(longer, n);
	const found = windowProducts(unit, longer, offsets);
	for (let offset = 0; offset < offsets; offset++) found[offset] = correlation(found[offset]!, spreads[offset]!);
	return found;
};

/** Of a centred curve of length 1 with a window: their product over the root of the window's spread. In [-1, 1]; 0 for a constant one. */
export const correlation = (product: number, spread: number): number =>
	spread === 0 ? 0 : Math.max(-1, Math.min(1, product / Math.sqrt(spread)));

/** Sum of squared deviations of every window of `n` values, by running sums; 0 for a constant one. */
export const windowSpreads = (curve: Float64Array, n: number): Float64Array => {
	const spreads = new Float64Array(curve.length - n + 1);
	let sum = 0;
	let squares = 0;
	for (let k = 0; k < n; k++) {
		sum += curve[k]!;
		squares += curve[k]! ** 2;
	}
	for (let offset = 0; offset < spreads.length; offset++) {
		const spread = squares - (sum * sum) / n;
		// The running sums leave rounding errors of about 1e-12 of the squares: a window that flat is constant.
		spreads[offset] = spread > 1e-9 * squares + 1e-12 ? spread : 0;
		const leaving = curve[offset]!;
		const entering = curve[offset + n] ?? 0;
		sum += entering - leaving;
		squares += entering ** 2 - leaving ** 2;
	}
	return spreads;
};

/** Sum of products of a curve with every window of a longer one, up to `offsets` of them. */
export const windowProducts = (unit: Float64Array, curve: Float64Array, offsets: number): Float64Array => {
	const found = new Float64Array(offsets);
	for (let offset = 0; offset < offsets; offset++) {
		let sum = 0;
		for (let k = 0; k < unit.length; k++) sum += unit[k]! * curve[offset + k]!;
		found[offset] = sum;
	}
	return found;
};

/** The curve less its mean, at length 1; all zero for a constant curve. */
export const centredUnit = (curve: Float64Array): Float64Array => {
	const n = curve.length;
	let sum = 0;
	for (let k = 0; k < n; k++) sum += curve[k]!;
	const centred = new Float64Array(n);
	let squares = 0;
	for (let k = 0; k < n; k++) {
		centred[k] = curve[k]! - sum / n;
		squares += centred[k]! ** 2;
	}
	const norm = Math.sqrt(squares);
	if (norm <= 1e-12) return new Float64Array(n);
	for (let k = 0; k < n; k++) centred[k]! /= norm;
	return centred;
};
