/**
 * Sums of the first k values, so that the sum of any stretch is one difference.
 *
 * @param of - what counts of each value; the value itself unless given
 * @returns one more than there are values, from 0
 */
export const runningSums = (
	values: ArrayLike<number>,
	of: (value: number) => number = value => value,
): Float64Array => {
	const sums = new Float64Array(values.length + 1);
	for (let k = 0; k < values.length; k++) sums[k + 1] = sums[k]! + of(values[k]!);
	return sums;
};

/**
 * The sum up to a place between values, of which the last counts by the share that lies before it.
 *
 * @param sums - {@link runningSums}
 * @param place - in values from the start; outside of them their ends
 */
export const sumUpTo = (sums: Float64Array, place: number): number => {
	const inside = Math.max(0, Math.min(sums.length - 1, place));
	const whole = Math.floor(inside);
	const next = sums[whole + 1];
	return next === undefined ? sums[whole]! : sums[whole]! + (inside - whole) * (next - sums[whole]!);
};
