import { PITCH_STEPS } from './key.js';

const SPACING = 22_050 / 2048;
const FIRST_BIN = Math.ceil(110 / SPACING);
const LAST_BIN = Math.floor(2500 / SPACING);

/** Peaks below this share of their frame's largest are left out. */
const PEAK_THRESHOLD = 0.1;

/** C0 on A = 440 Hz. */
const LOWEST_C = 440 * 2 ** (-57 / 12);

/**
 * Strength of pitches folded into one octave (after Gómez 2006): spectral peaks from 110 to 2500 Hz, refined by a
 * parabola, each weighing the square root of its magnitude so that loud moments do not decide alone.
 */
export const pitchHistogram = () => {
	const histogram = new Float64Array(PITCH_STEPS);
	return {
		/** Magnitudes of the harmonic part, 1025 bins at 22,050 Hz. */
		push: (magnitudes: Float32Array): void => {
			let largest = 0;
			for (let bin = FIRST_BIN; bin <= LAST_BIN; bin++) largest = Math.max(largest, magnitudes[bin]!);
			const least = Math.max(PEAK_THRESHOLD * largest, 1e-3);
			for (let bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
				const here = magnitudes[bin]!;
				const before = magnitudes[bin - 1]!;
				const after = magnitudes[bin + 1]!;
				if (here < least || here <= before || here < after) continue;
				const curvature = before + after - 2 * here;
				const shift = curvature < 0 ? (before - after) / (2 * curvature) : 0;
				const step = Math.round(PITCH_STEPS * Math.log2(((bin + shift) * SPACING) / LOWEST_C));
				histogram[step % PITCH_STEPS]! += Math.sqrt(here);
			}
		},
		/** {@link PITCH_STEPS} values from C up. */
		finish: (): Float64Array => histogram,
	};
};
