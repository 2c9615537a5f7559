/**
 * Indices of the `top` least finite values, least first; equal ones in order of id (by UTF-16 code unit), so that the
 * answer does not depend on the order in which tracks were added.
 */
export const shortlist = (values: Float32Array | Float64Array, ids: readonly string[], top: number): number[] => {
	const best: number[] = [];
	if (top < 1) return best;
	const precedes = (a: number, b: number): boolean =>
		values[a]! < values[b]! || (values[a] === values[b] && ids[a]! < ids[b]!);

	for (let index = 0; index < values.length; index++) {
		if (!Number.isFinite(values[index])) continue;
		if (best.length === top) {
			if (!precedes(index, best[top - 1]!)) continue;
			best.pop();
		}
		let low = 0;
		let high = best.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (precedes(index, best[middle]!)) high = middle;
			else low = middle + 1;
		}
		best.splice(low, 0, index);
	}
	return best;
};
