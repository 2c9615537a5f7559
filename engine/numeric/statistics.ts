export type Moments = { readonly mean: number; readonly deviation: number };

/** Mean and population standard deviation; both 0 for no values. */
export const moments = (values: ArrayLike<number>): Moments => {
	const n = values.length;
	if (n === 0) return { mean: 0, deviation: 0 };
	let sum = 0;
	for (let i = 0; i < n; i++) sum += values[i]!;
	const mean = sum / n;
	let squares = 0;
	for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
	return { mean, deviation: Math.sqrt(squares / n) };
};

/** How many deviations `value` lies above the mean; 0 where everything is equal. */
export const standardised = (value: number, { mean, deviation }: Moments): number =>
	deviation > 0 ? (value - mean) / deviation : 0;

/** The value below which the share `q` of `values` lies, with linear interpolation between neighbours; NaN for none. */
export const quantile = (values: ArrayLike<number>, q: number): number => {
	if (values.length === 0) return Number.NaN;
	const sorted = Float64Array.from(values).sort();
	const position = q * (sorted.length - 1);
	const below = Math.floor(position);
	const next = Math.min(below + 1, sorted.length - 1);
	return sorted[below]! + (position - below) * (sorted[next]! - sorted[below]!);
};
