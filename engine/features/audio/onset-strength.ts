import type { Matrix32 } from '../../numeric/matrix.js';

/**
 * Onset strength by spectral flux (Böck and Widmer 2013, without their maximum filter): how much louder the mel bands
 * are than one hop before, falling bands counted as 0.
 *
 * @param logMel - frames × bands in dB
 * @param aggregate - {@link meanFlux} or {@link medianFlux}
 * @param delay - hops by which values move later, since a centred frame hears an onset half its size early
 * @returns one value a frame, ≥ 0; 0 for the first 1 + delay
 */
export const onsetStrength = (
	logMel: Matrix32,
	aggregate: (rises: Float32Array) => number,
	delay: number,
): Float32Array => {
	const strength = new Float32Array(logMel.rows);
	const rises = new Float32Array(logMel.cols);
	for (let frame = 1 + delay; frame < logMel.rows; frame++) {
		const now = (frame - delay) * logMel.cols;
		for (let band = 0; band < logMel.cols; band++) {
			rises[band] = Math.max(0, logMel.data[now + band]! - logMel.data[now - logMel.cols + band]!);
		}
		strength[frame] = aggregate(rises);
	}
	return strength;
};

export const meanFlux = (rises: Float32Array): number => {
	let sum = 0;
	for (const rise of rises) sum += rise;
	return sum / rises.length;
};

/** Robust against single loud bands: what beats are tracked on. Reorders `rises`. */
export const medianFlux = (rises: Float32Array): number => {
	const upper = select(rises, rises.length >> 1);
	if (rises.length % 2) return upper;
	let lower = rises[0]!;
	for (let k = 1; k < rises.length >> 1; k++) lower = Math.max(lower, rises[k]!);
	return (lower + upper) / 2;
};

/** The value of rank `k`, with all smaller ones moved before it (Hoare 1961). */
const select = (values: Float32Array, k: number): number => {
	let left = 0;
	let right = values.length - 1;
	while (left < right) {
		const pivot = values[k]!;
		let i = left;
		let j = right;
		while (i <= j) {
			while (values[i]! < pivot) i++;
			while (values[j]! > pivot) j--;
			if (i <= j) {
				const swapped = values[i]!;
				values[i++] = values[j]!;
				values[j--] = swapped;
			}
		}
		if (j < k) left = i;
		if (k < i) right = j;
	}
	return values[k]!;
};
