import { runBatches } from './batches.js';
import type { RunNetwork } from './run-network.js';

/** Bytes of one 48 × 27 RGB frame. */
export const SMALL_FRAME_BYTES = 48 * 27 * 3;

/** Frames in a window, and those of its middle that are kept (Souček and Lokoč 2020, and their published code). */
const WINDOW = 100;
const STRIDE = 50;
const LEAD = (WINDOW - STRIDE) / 2;

/**
 * TransNet V2 over a whole video: windows of 100 frames, 50 apart, the middle 50 of each kept. Beyond either end the
 * first or last frame is repeated. Other windows would give other numbers, as the network compares frames up to 50 apart.
 *
 * @param frames - every frame, 48 × 27 RGB
 * @returns for each frame the probability that it is the last of its shot
 */
export const shotEnds = async (run: RunNetwork, frames: Uint8Array, signal?: AbortSignal): Promise<Float32Array> => {
	const count = frames.length / SMALL_FRAME_BYTES;
	if (!Number.isInteger(count)) throw new RangeError(`frames: ${frames.length} bytes are no whole number of frames`);
	const probabilities = new Float32Array(count);

	const runWindow = (window: number) =>
		run('transnetv2', { frames: windowTensor(frames, count, window) }, ['single'], signal);
	await runBatches(Math.ceil(count / STRIDE), runWindow, (outputs, window) => {
		const kept = Math.min(STRIDE, count - window * STRIDE);
		probabilities.set(outputs.single!.data.subarray(LEAD, LEAD + kept), window * STRIDE);
	});
	return probabilities;
};

const windowTensor = (frames: Uint8Array, count: number, window: number) => {
	const data = new Uint8Array(WINDOW * SMALL_FRAME_BYTES);
	for (let i = 0; i < WINDOW; i++) {
		const frame = Math.min(Math.max(window * STRIDE - LEAD + i, 0), count - 1);
		const start = frame * SMALL_FRAME_BYTES;
		data.set(frames.subarray(start, start + SMALL_FRAME_BYTES), i * SMALL_FRAME_BYTES);
	}
	return { type: 'uint8' as const, dims: [WINDOW, 27, 48, 3], data };
};
