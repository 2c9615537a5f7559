import { runningSums, sumUpTo } from '../numeric/running-sums.js';
import type { Span } from '../time/time.js';

/**
 * The mean of a curve over each of a new, coarser grid's steps, inside a span. A value that two steps share counts in each by its part.
 *
 * @param curve - value k covers k / rate to (k + 1) / rate
 * @param span - step j of the result starts at span.start + j / newRate; steps past the curve's end are left out
 * @returns as many values as whole steps fit the span
 */
export const meanPerStep = (curve: ArrayLike<number>, rate: number, newRate: number, span: Span): Float64Array => {
	const end = Math.min(span.end, curve.length / rate);
	// A step that misses the end by less than a hundredth is a whole one: lengths come from rounded media headers.
	const steps = Math.max(0, Math.floor((end - span.start) * newRate + 0.01));
	const sums = runningSums(curve);
	const means = new Float64Array(steps);
	for (let step = 0; step < steps; step++) {
		const from = (span.start + step / newRate) * rate;
		const to = Math.min(curve.length, from + rate / newRate);
		means[step] = (sumUpTo(sums, to) - sumUpTo(sums, from)) / (to - from);
	}
	return means;
};

/** Weighted mean with its neighbours, Gaussian, cut at three deviations; the ends are renormalised. */
export const gaussianSmooth = (values: Float64Array, deviation: number): Float64Array => {
	const radius = Math.ceil(3 * deviation);
	const taper = Float64Array.from({ length: radius + 1 }, (_, lag) => Math.exp(-0.5 * (lag / deviation) ** 2));
	return values.map((_, centre) => {
		let sum = 0;
		let weight = 0;
		for (let k = Math.max(0, centre - radius); k <= Math.min(values.length - 1, centre + radius); k++) {
			const w = taper[Math.abs(k - centre)]!;
			sum += w * values[k]!;
			weight += w;
		}
		return sum / weight;
	});
};
