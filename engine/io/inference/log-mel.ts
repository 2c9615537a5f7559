import { LOG_MEL_BANDS, LOG_MEL_HOP } from '../../features/log-mel.js';
import { type Matrix32, zeros32 } from '../../numeric/matrix.js';
import { runBatches } from './batches.js';
import type { RunNetwork } from './run-network.js';

/** Rows made in one run: 48 s of sound, which bounds the memory that a long track takes. */
const STRETCH = 3000;

/** The network reflects what it is given at both ends, which takes this many samples. */
const FEWEST_SAMPLES = LOG_MEL_HOP + 1;

/**
 * The taggers' log-mel: 96 mel bands of windows of 512 samples, as log10(10000 power + 1). Row k is centred on sample
 * 256 k; at either end the sound is mirrored.
 *
 * @param samples - mono, 16 kHz, in [-1, 1]; fewer than 257 are filled up with silence
 * @returns 1 + floor(samples / 256) rows × 96
 */
export const logMel = async (run: RunNetwork, samples: Float32Array, signal?: AbortSignal): Promise<Matrix32> => {
	const rows = 1 + Math.floor(samples.length / LOG_MEL_HOP);
	const result = zeros32(rows, LOG_MEL_BANDS);

	const runStretch = (stretch: number) => {
		const data = samplesOfStretch(samples, rows, stretch);
		return run('log-mel', { samples: { type: 'float32', dims: [1, data.length], data } }, ['log_mel'], signal);
	};
	await runBatches(Math.ceil(rows / STRETCH), runStretch, (outputs, stretch) => {
		const first = stretch * STRETCH;
		const end = Math.min(first + STRETCH, rows);
		// Inside the track a stretch begins one row early: the mirrored row, which is dropped.
		const skipped = stretch > 0 ? 1 : 0;
		const made = outputs.log_mel!.data;
		const kept = made.subarray(skipped * LOG_MEL_BANDS, (skipped + end - first) * LOG_MEL_BANDS);
		result.data.set(kept, first * LOG_MEL_BANDS);
	});
	return result;
};

/** The samples that the rows of a stretch look at, and one hop more on either side inside the track. */
const samplesOfStretch = (samples: Float32Array, rows: number, stretch: number): Float32Array<ArrayBuffer> => {
	const start = Math.max(stretch * STRETCH - 1, 0) * LOG_MEL_HOP;
	const lastRow = Math.min((stretch + 1) * STRETCH, rows) - 1;
	const end = lastRow === rows - 1 ? samples.length : (lastRow + 1) * LOG_MEL_HOP;
	const data = new Float32Array(Math.max(end - start, FEWEST_SAMPLES));
	data.set(samples.subarray(start, end));
	return data;
};
