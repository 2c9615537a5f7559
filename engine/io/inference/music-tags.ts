import { LOG_MEL_BANDS, levelOfLogMel } from '../../features/log-mel.js';
import type { MusicTags } from '../../jobs/ports.js';
import { type Matrix32, zeros32 } from '../../numeric/matrix.js';
import { runBatches } from './batches.js';
import type { RunNetwork } from './run-network.js';
import type { Tensor } from './thread-messages.js';

/** Rows of a patch: 3 s (Pons and Serra 2019, arXiv:1909.06654, and their published code). */
export const PATCH_ROWS = 187;

/** Patches whose sound is below this are silent: the taggers give silence confident tags. */
const SILENCE_DBFS = -60;

/** Patches in one run: twice as many were no faster on two cores, and took 150 MB more. */
const BATCH = 8;

/** Rows from the first patch of a run to its last: the convolutions run once over all rows between. */
const MAX_SPAN = 1000;

const TAGS_PER_HEAD = 50;
const FEATURES_PER_HEAD = 200;

/**
 * musicnn's tags and features for patches of a log-mel: both its taggers, MagnaTagATune's first. What patches share is
 * computed once for each run.
 *
 * @param logMel - from {@link logMel}
 * @param starts - first row of each patch, in [0, rows). Rows past the end count as silence
 */
export const musicTags = async (
	run: RunNetwork,
	logMel: Matrix32,
	starts: readonly number[],
	signal?: AbortSignal,
): Promise<MusicTags> => {
	if (logMel.cols !== LOG_MEL_BANDS) throw new RangeError(`logMel: has ${logMel.cols} bands, not ${LOG_MEL_BANDS}`);
	const wrong = starts.find(start => !Number.isInteger(start) || start < 0 || start >= logMel.rows);
	if (wrong !== undefined) throw new RangeError(`starts: ${wrong} is no row of a log-mel of ${logMel.rows} rows`);

	const tags = zeros32(starts.length, 2 * TAGS_PER_HEAD);
	const features = zeros32(starts.length, 2 * FEATURES_PER_HEAD);
	const batches = batchesOf(starts);
	const fetches = ['mtt_tags', 'msd_tags', 'mtt_penultimate', 'msd_penultimate'];

	const runBatch = (batch: number) =>
		run('musicnn-track', patchTensors(logMel, starts.slice(...batches[batch]!)), fetches, signal);
	await runBatches(batches.length, runBatch, (outputs, batch) => {
		const [first, end] = batches[batch]!;
		for (let patch = first; patch < end; patch++) {
			const place = patch - first;
			copyRow(outputs.mtt_penultimate!.data, place, FEATURES_PER_HEAD, features, patch, 0);
			copyRow(outputs.msd_penultimate!.data, place, FEATURES_PER_HEAD, features, patch, FEATURES_PER_HEAD);
			if (levelOfLogMel(logMel, starts[patch]!, PATCH_ROWS) < SILENCE_DBFS) continue;
			copyRow(outputs.mtt_tags!.data, place, TAGS_PER_HEAD, tags, patch, 0);
			copyRow(outputs.msd_tags!.data, place, TAGS_PER_HEAD, tags, patch, TAGS_PER_HEAD);
		}
	});
	return { tags, features };
};

/** Neighbours in `starts` that run together: first and end index of each batch. */
const batchesOf = (starts: readonly number[]): [first: number, end: number][] => {
	const batches: [number, number][] = [];
	for (let first = 0, end = 0; first < starts.length; first = end) {
		let low = starts[first]!;
		let high = low;
		for (end = first + 1; end < starts.length && end - first < BATCH; end++) {
			low = Math.min(low, starts[end]!);
			high = Math.max(high, starts[end]!);
			if (high - low > MAX_SPAN) break;
		}
		batches.push([first, end]);
	}
	return batches;
};

const patchTensors = (logMel: Matrix32, starts: readonly number[]): Record<string, Tensor> => {
	const low = Math.min(...starts);
	const rows = Math.max(...starts) - low + PATCH_ROWS;
	// Zero is the log-mel of digital silence, so rows past the end need nothing.
	const data = new Float32Array(rows * LOG_MEL_BANDS);
	data.set(logMel.data.subarray(low * LOG_MEL_BANDS, (low + rows) * LOG_MEL_BANDS));
	return {
		log_mel: { type: 'float32', dims: [rows, LOG_MEL_BANDS], data },
		starts: { type: 'int64', dims: [starts.length], data: BigInt64Array.from(starts, start => BigInt(start - low)) },
	};
};

const copyRow = (
	from: Float32Array,
	fromRow: number,
	length: number,
	to: Matrix32,
	toRow: number,
	toColumn: number,
): void => to.data.set(from.subarray(fromRow * length, (fromRow + 1) * length), toRow * to.cols + toColumn);
