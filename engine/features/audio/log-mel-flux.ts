import { POWER_FLOOR } from './decibels.js';
import type { SpectralKernel } from './kernel.js';
import { melFilters } from './mel.js';

const SAMPLE_RATE = 22_050;
const SIZE = 2048;
const BANDS = 128;

/** How far below the loudest band so far the decibels reach. */
const RANGE = 80;

/**
 * Rises of the mel bands from one spectrum to the next, in dB, as onset strength adds them up. The floor lies 80 dB
 * under the loudest band *so far*, since a stream does not know what is still to come.
 *
 * @returns called with each power spectrum, it gives 128 values ≥ 0 that change with the next call; at first all 0
 */
export const logMelRises = (kernel: SpectralKernel): ((powers: Float32Array) => Float32Array) => {
	const mel = kernel.bands(melFilters(SAMPLE_RATE, SIZE, BANDS));
	const bands = kernel.floats(BANDS);
	const rises = new Float32Array(BANDS);
	const before = new Float32Array(BANDS);
	let top = -Infinity;
	let first = true;
	return powers => {
		mel(powers, bands);
		kernel.decibels(bands, POWER_FLOOR, bands);
		for (let band = 0; band < BANDS; band++) top = Math.max(top, bands[band]!);
		const floor = top - RANGE;
		for (let band = 0; band < BANDS; band++) {
			const level = Math.max(floor, bands[band]!);
			rises[band] = first ? 0 : Math.max(0, level - Math.max(floor, before[band]!));
			before[band] = level;
		}
		first = false;
		return rises;
	};
};
