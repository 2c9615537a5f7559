import { type Matrix32, row } from '../../numeric/matrix.js';

/** One value a frame, describing how a spectrum's magnitudes lie over frequency. */
export type FrameValues = Float32Array;

/** Mean frequency in Hz, weighted by magnitude; 0 in silence. */
export const spectralCentroid = (magnitudes: Matrix32, sampleRate: number): FrameValues =>
	perFrame(magnitudes, spectrum => centroidBin(spectrum) * spacing(magnitudes, sampleRate));

/** Magnitude-weighted standard deviation around the centroid, in Hz. */
export const spectralBandwidth = (magnitudes: Matrix32, sampleRate: number): FrameValues =>
	perFrame(magnitudes, spectrum => {
		const centre = centroidBin(spectrum);
		let total = 0;
		let spread = 0;
		for (let bin = 0; bin < spectrum.length; bin++) {
			total += spectrum[bin]!;
			spread += spectrum[bin]! * (bin - centre) ** 2;
		}
		return total > 0 ? Math.sqrt(spread / total) * spacing(magnitudes, sampleRate) : 0;
	});

/** Frequency in Hz below which 85 % of the summed magnitude lies; 0 in silence. */
export const spectralRolloff = (magnitudes: Matrix32, sampleRate: number): FrameValues =>
	perFrame(magnitudes, spectrum => {
		let total = 0;
		for (const magnitude of spectrum) total += magnitude;
		let sum = 0;
		let bin = 0;
		for (; bin < spectrum.length - 1; bin++) {
			sum += spectrum[bin]!;
			if (sum >= 0.85 * total) break;
		}
		return bin * spacing(magnitudes, sampleRate);
	});

/** Geometric over arithmetic mean of the powers, in (0, 1]: 1 for a flat spectrum, and for silence. */
export const spectralFlatness = (magnitudes: Matrix32): FrameValues =>
	perFrame(magnitudes, spectrum => {
		let logs = 0;
		let sum = 0;
		for (const magnitude of spectrum) {
			const power = Math.max(1e-10, magnitude ** 2);
			logs += Math.log(power);
			sum += power;
		}
		return Math.exp(logs / spectrum.length) / (sum / spectrum.length);
	});

/**
 * Coefficients of the polynomial of `order` 1 or 2 fitted to magnitude over frequency in Hz, highest power first.
 *
 * @returns order + 1 curves, one value a frame each
 */
export const spectralPolynomial = (magnitudes: Matrix32, sampleRate: number, order: 1 | 2): FrameValues[] => {
	const bins = magnitudes.cols;
	const step = spacing(magnitudes, sampleRate);
	const middle = (bins - 1) / 2;
	// Fitted in polynomials that are orthogonal over the bins (1, t, t² − mean t²), so that no system is solved.
	const squares = (bins * bins - 1) / 12;
	const curves = Array.from({ length: order + 1 }, () => new Float32Array(magnitudes.rows));
	for (let frame = 0; frame < magnitudes.rows; frame++) {
		const spectrum = row(magnitudes, frame);
		let constant = 0;
		let linear = 0;
		let quadratic = 0;
		for (let bin = 0; bin < bins; bin++) {
			const t = bin - middle;
			constant += spectrum[bin]!;
			linear += spectrum[bin]! * t;
			quadratic += spectrum[bin]! * (t * t - squares);
		}
		constant /= bins;
		linear /= bins * squares;
		quadratic /= (bins * (bins * bins - 1) * (bins * bins - 4)) / 180;
		const c2 = order === 2 ? quadratic : 0;
		const coefficients = [
			c2 / step ** 2,
			(linear - 2 * c2 * middle) / step,
			constant - linear * middle + c2 * (middle * middle - squares),
		];
		curves.forEach((curve, k) => {
			curve[frame] = coefficients[k + 2 - order]!;
		});
	}
	return curves;
};

const perFrame = (magnitudes: Matrix32, measure: (spectrum: Float32Array) => number): FrameValues =>
	Float32Array.from({ length: magnitudes.rows }, (_, frame) => measure(row(magnitudes, frame)));

const spacing = (magnitudes: Matrix32, sampleRate: number): number => sampleRate / (2 * (magnitudes.cols - 1));

/** Mean bin, weighted by magnitude; 0 in silence. */
export const centroidBin = (spectrum: Float32Array): number => {
	let total = 0;
	let moment = 0;
	for (let bin = 0; bin < spectrum.length; bin++) {
		total += spectrum[bin]!;
		moment += spectrum[bin]! * bin;
	}
	return total > 0 ? moment / total : 0;
};
