import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';
import type { SpectralKernel } from './kernel.js';

/**
 * Triangular filters evenly spaced on the mel scale of Slaney's Auditory Toolbox (1998; linear below 1 kHz, logarithmic
 * above), each scaled to unit area. A band narrower than the bins' spacing may be empty.
 *
 * @param size - transform length
 * @returns bands × (size / 2 + 1) weights, from 0 Hz to half the sample rate
 */
export const melFilters = (sampleRate: number, size: number, bands: number): Matrix32 => {
	const filters = zeros32(bands, size / 2 + 1);
	const top = toMel(sampleRate / 2);
	const edges = Array.from({ length: bands + 2 }, (_, k) => fromMel((top * k) / (bands + 1)));
	for (let band = 0; band < bands; band++) {
		const [low, centre, high] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
		const weights = row(filters, band);
		for (let bin = 0; bin < filters.cols; bin++) {
			const frequency = (bin * sampleRate) / size;
			const rise = (frequency - low) / (centre - low);
			const fall = (high - frequency) / (high - centre);
			weights[bin] = Math.max(0, Math.min(rise, fall)) * (2 / (high - low));
		}
	}
	return filters;
};

const HERTZ_PER_MEL = 200 / 3;
const LOG_START = 1000;
const LOG_STEP = Math.log(6.4) / 27;

const toMel = (frequency: number): number =>
	frequency < LOG_START
		? frequency / HERTZ_PER_MEL
		: LOG_START / HERTZ_PER_MEL + Math.log(frequency / LOG_START) / LOG_STEP;

const fromMel = (mel: number): number =>
	mel < LOG_START / HERTZ_PER_MEL
		? mel * HERTZ_PER_MEL
		: LOG_START * Math.exp(LOG_STEP * (mel - LOG_START / HERTZ_PER_MEL));

/** Filters applied to each row: frames × bins to frames × filters. */
export const filterRows = (spectrogram: Matrix32, filters: Matrix32, kernel: SpectralKernel): Matrix32 => {
	const result = zeros32(spectrogram.rows, filters.rows);
	const apply = kernel.bands(filters);
	const spectrum = kernel.floats(spectrogram.cols);
	const out = kernel.floats(filters.rows);
	for (let frame = 0; frame < spectrogram.rows; frame++) {
		spectrum.set(row(spectrogram, frame));
		apply(spectrum, out);
		row(result, frame).set(out);
	}
	return result;
};
