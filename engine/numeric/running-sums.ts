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
