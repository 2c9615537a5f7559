import type { Matrix32 } from '../../numeric/matrix.js';

/** Where pitches are looked for, in Hz. */
const LOWEST = 150;
const HIGHEST = 4000;

/** Peaks below this share of their frame's largest value are left out. */
const PEAK_THRESHOLD = 0.1;

/**
 * How far the music's pitches lie from a scale tuned to A = 440 Hz, in fractions of a scale step: the commonest
 * residual of the stronger half of all spectral peaks, each refined by a parabola (Smith and Serra 1987).
 *
 * @param spectrogram - magnitudes or powers, frames × (size / 2 + 1)
 * @param stepsPerOctave - 12 for semitones
 * @returns in [-0.5, 0.5), in hundredths; 0 where there are no peaks
 */
export const estimateTuning = (spectrogram: Matrix32, sampleRate: number, stepsPerOctave: number): number => {
	const peaks = spectralPeaks(spectrogram, sampleRate);
	const magnitudes = Float64Array.from(peaks, peak => peak.magnitude).sort();
	const middle = magnitudes.length >> 1;
	const median = magnitudes.length % 2 ? magnitudes[middle]! : (magnitudes[middle - 1]! + magnitudes[middle]!) / 2;
	const counts = new Uint32Array(100);
	for (const { frequency, magnitude } of peaks) {
		if (magnitude < median) continue;
		const step = stepsPerOctave * Math.log2(frequency / 27.5);
		const residual = step - Math.floor(step);
		counts[Math.floor(100 * (residual >= 0.5 ? residual - 0.5 : residual + 0.5))]!++;
	}
	return peaks.length === 0 ? 0 : (counts.indexOf(Math.max(...counts)) - 50) / 100;
};

type Peak = { readonly frequency: number; readonly magnitude: number };

const spectralPeaks = ({ rows, cols, data }: Matrix32, sampleRate: number): Peak[] => {
	const peaks: Peak[] = [];
	const spacing = sampleRate / (2 * (cols - 1));
	for (let frame = 0; frame < rows; frame++) {
		const at = frame * cols;
		let largest = 0;
		for (let bin = 0; bin < cols; bin++) largest = Math.max(largest, data[at + bin]!);
		const least = PEAK_THRESHOLD * largest;
		const highest = Math.min(cols - 1, Math.ceil(Math.min(HIGHEST, sampleRate / 2) / spacing));
		for (let bin = Math.max(1, Math.ceil(LOWEST / spacing)); bin < highest; bin++) {
			const here = data[at + bin]!;
			const before = data[at + bin - 1]!;
			const after = data[at + bin + 1]!;
			if (here <= least || here <= before || here < after) continue;
			const slope = (after - before) / 2;
			const curvature = before + after - 2 * here;
			const shift = Math.abs(slope) < Math.abs(curvature) ? -slope / curvature : 0;
			peaks.push({ frequency: (bin + shift) * spacing, magnitude: here + 0.5 * slope * shift });
		}
	}
	return peaks;
};
