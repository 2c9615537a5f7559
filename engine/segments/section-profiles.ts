import { type Matrix, row, zeros } from '../numeric/matrix.js';
import { moments } from '../numeric/statistics.js';
import type { Span } from '../time/time.js';
import type { BeatFeatures } from './segmenter.js';

/**
 * The sound of stretches of a track: timbre (MFCC without the first, which is loudness) and harmony (chroma), each value
 * in standard deviations over the track's rows, averaged over every stretch. Timbre and harmony weigh the same however
 * many values they have, so the Euclidean distance of two rows is about 1 for stretches as different as two random beats.
 *
 * @returns spans × 25
 */
export const soundProfiles = (features: BeatFeatures, spans: readonly Span[]): Matrix => {
	const timbre = averages(standardised(features.mfcc, 1), features.edges, spans);
	const harmony = averages(standardised(features.chroma, 0), features.edges, spans);
	const profiles = zeros(spans.length, timbre.cols + harmony.cols);
	for (let s = 0; s < spans.length; s++) {
		const out = row(profiles, s);
		out.set(
			row(timbre, s).map(value => value / Math.sqrt(2 * timbre.cols)),
			0,
		);
		out.set(
			row(harmony, s).map(value => value / Math.sqrt(2 * harmony.cols)),
			timbre.cols,
		);
	}
	return profiles;
};

/** Columns from `first` on with mean 0 and deviation 1; constant ones become 0. */
const standardised = (matrix: Matrix, first: number): Matrix => {
	const cols = matrix.cols - first;
	const out = zeros(matrix.rows, cols);
	for (let c = 0; c < cols; c++) {
		const { mean, deviation } = moments(
			Float64Array.from({ length: matrix.rows }, (_, r) => matrix.data[r * matrix.cols + c + first]!),
		);
		for (let r = 0; r < matrix.rows; r++) {
			const difference = matrix.data[r * matrix.cols + c + first]! - mean;
			out.data[r * cols + c] = deviation > 1e-12 ? difference / deviation : 0;
		}
	}
	return out;
};

/** Mean of the rows that lie in each span, each weighted by the time it lies there. */
const averages = (rows: Matrix, edges: readonly number[], spans: readonly Span[]): Matrix => {
	const out = zeros(spans.length, rows.cols);
	spans.forEach(({ start, end }, s) => {
		const target = row(out, s);
		let total = 0;
		for (let r = 0; r < rows.rows; r++) {
			const overlap = Math.min(end, edges[r + 1]!) - Math.max(start, edges[r]!);
			if (overlap <= 0) continue;
			total += overlap;
			for (let c = 0; c < rows.cols; c++) target[c] = target[c]! + overlap * rows.data[r * rows.cols + c]!;
		}
		if (total > 0) for (let c = 0; c < rows.cols; c++) target[c] = target[c]! / total;
	});
	return out;
};
