/** Σ a[k] b[k]. Four sums at a time: one alone waits for each addition before the next. */
export const dot = (a: Float64Array, b: Float64Array): number => {
	const n = a.length;
	const whole = n - (n % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	for (let k = 0; k < whole; k += 4) {
		s0 += a[k]! * b[k]!;
		s1 += a[k + 1]! * b[k + 1]!;
		s2 += a[k + 2]! * b[k + 2]!;
		s3 += a[k + 3]! * b[k + 3]!;
	}
	for (let k = whole; k < n; k++) s0 += a[k]! * b[k]!;
	return s0 + s1 + (s2 + s3);
};

/** target += factor · vector, in place. */
export const addScaled = (target: Float64Array, factor: number, vector: Float64Array): void => {
	for (let k = 0; k < target.length; k++) target[k] = target[k]! + factor * vector[k]!;
};

/** Euclidean length. */
export const norm = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));
