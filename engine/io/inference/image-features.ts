import { type Matrix32, zeros32 } from '../../numeric/matrix.js';
import { runBatches } from './batches.js';
import type { RunNetwork } from './run-network.js';

const SIDE = 224;
const PICTURE_BYTES = SIDE * SIDE * 3;
const FEATURES = 1280;

/** Pictures in one run: larger batches were not faster on a CPU, and take more memory. */
const BATCH = 4;

/**
 * EfficientNet-Lite0's features of pictures: the mean over the picture of its last layer before the classifier, in
 * [0, 6] (Tan and Le 2019, arXiv:1905.11946, and the Lite variants of TensorFlow).
 *
 * @param pictures - any number, 224 × 224 RGB
 * @returns pictures × 1280
 */
export const imageFeatures = async (run: RunNetwork, pictures: Uint8Array, signal?: AbortSignal): Promise<Matrix32> => {
	const count = pictures.length / PICTURE_BYTES;
	if (!Number.isInteger(count)) throw new RangeError(`pictures: ${pictures.length} bytes are no whole number of them`);
	const features = zeros32(count, FEATURES);

	const runBatch = (batch: number) => {
		const data = pictures.slice(batch * BATCH * PICTURE_BYTES, (batch + 1) * BATCH * PICTURE_BYTES);
		const images = { type: 'uint8' as const, dims: [data.length / PICTURE_BYTES, SIDE, SIDE, 3], data };
		return run('efficientnet-lite0', { images }, ['features'], signal);
	};
	await runBatches(Math.ceil(count / BATCH), runBatch, (outputs, batch) => {
		features.data.set(outputs.features!.data, batch * BATCH * FEATURES);
	});
	return features;
};
