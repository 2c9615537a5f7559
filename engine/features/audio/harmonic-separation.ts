import { reflected } from '../../numeric/filters.js';
import { type Matrix32, row, zeros32 } from '../../numeric/matrix.js';
import type { SpectralKernel } from './kernel.js';

/** Frames, or bins, that a median is taken over. */
const WIDTH = 31;
const REACH = (WIDTH - 1) / 2;

/** Frames that one step works out together: what the median kernel shares its sorting between. */
const BATCH = 8;
const WINDOW = WIDTH - 1 + BATCH;

/**
 * Harmonic-percussive separation by median filtering (FitzGerald 2010; soft masks as Driedger et al. 2014), frame
 * after frame. A median over 31 frames keeps what sounds on, one over 31 bins what strikes all at once; beyond the
 * ends, frames and bins are mirrored. Results come at least 15 frames after their frame went in, in order, every one
 * by `finish`.
 */
export interface HarmonicSeparation {
	push(magnitudes: Float32Array): void;
	finish(): void;
}

/**
 * @param emit - called once a frame with its magnitudes and the harmonic share of each bin, in [0, 1]; the percussive
 *   share is the rest. Both arrays are the kernel's and change with the next call.
 */
export const harmonicSeparation = (
	bins: number,
	kernel: SpectralKernel,
	emit: (magnitudes: Float32Array, harmonicShare: Float32Array) => void,
): HarmonicSeparation => {
	const stride = (bins + 3) & ~3;
	const outputs = (bins + BATCH - 1) & ~(BATCH - 1);
	const window = kernel.floats(WINDOW * stride);
	const rows = Array.from({ length: WINDOW }, (_, r) => window.subarray(r * stride, r * stride + bins));
	const centre = window.subarray(REACH * stride);
	const overTime = kernel.floats(BATCH * stride);
	const harmonic = Array.from({ length: BATCH }, (_, r) => overTime.subarray(r * stride, r * stride + bins));
	const columns = kernel.floats((outputs + WIDTH - 1) * BATCH);
	const inner = columns.subarray(REACH * BATCH);
	const overBins = kernel.floats(outputs * BATCH);
	const alongBins = kernel.floats(BATCH * outputs);
	const percussive = Array.from({ length: BATCH }, (_, r) => alongBins.subarray(r * outputs, r * outputs + bins));
	const share = kernel.floats(bins);

	let pushed = 0;
	let emitted = 0;

	/** Row of the window that holds `frame`: the frame to emit next always stands at REACH. */
	const rowOf = (frame: number) => rows[frame - emitted + REACH]!;

	const fillMirrored = (from: number, to: number) => {
		for (let frame = from; frame < to; frame++) {
			const source = reflected(frame, pushed) - emitted + REACH;
			// Rows that only frames past the end would read may hold anything.
			if (source >= 0 && source < WINDOW) rowOf(frame).set(rows[source]!);
		}
	};

	const emitBatch = (count: number) => {
		kernel.mediansOf31(window, stride, stride, BATCH, overTime, stride);
		kernel.transpose(centre, stride, BATCH, stride, inner, BATCH);
		for (let k = 1; k <= REACH; k++) {
			const low = REACH + reflected(-k, bins);
			const high = REACH + reflected(bins - 1 + k, bins);
			columns.copyWithin((REACH - k) * BATCH, low * BATCH, (low + 1) * BATCH);
			columns.copyWithin((REACH + bins - 1 + k) * BATCH, high * BATCH, (high + 1) * BATCH);
		}
		kernel.mediansOf31(columns, BATCH, BATCH, outputs, overBins, BATCH);
		kernel.transpose(overBins, BATCH, outputs, BATCH, alongBins, outputs);
		for (let r = 0; r < count; r++) {
			kernel.harmonicMask(harmonic[r]!, percussive[r]!, share);
			emit(rows[REACH + r]!, share);
		}
		emitted += count;
		window.copyWithin(0, count * stride);
	};

	return {
		push: magnitudes => {
			rowOf(pushed++).set(magnitudes);
			if (pushed === REACH) fillMirrored(-REACH, 0);
			if (pushed - emitted === REACH + BATCH) emitBatch(BATCH);
		},
		finish: () => {
			if (pushed < REACH) fillMirrored(-REACH, 0);
			while (emitted < pushed) {
				fillMirrored(pushed, emitted + REACH + BATCH);
				emitBatch(Math.min(BATCH, pushed - emitted));
			}
		},
	};
};

/** The harmonic share of every bin of a magnitude spectrogram: frames × bins, in [0, 1]. */
export const harmonicShares = (magnitudes: Matrix32, kernel: SpectralKernel): Matrix32 => {
	const shares = zeros32(magnitudes.rows, magnitudes.cols);
	let frame = 0;
	const separation = harmonicSeparation(magnitudes.cols, kernel, (_, share) => row(shares, frame++).set(share));
	for (let r = 0; r < magnitudes.rows; r++) separation.push(row(magnitudes, r));
	separation.finish();
	return shares;
};
