import type { BeatGrid } from '../features/track-analysis.js';
import type { Matrix } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';
import { soundProfiles } from './section-profiles.js';
import type { BeatFeatures } from './segmenter.js';

/** Below this we don't trust where bars begin. */
const LEAST_CONFIDENCE = 0.3;

/** The whole bars of a track, from one downbeat to the next; none where downbeats are unknown or doubtful. */
export const wholeBars = ({ downbeats, downbeatConfidence }: BeatGrid): Span[] =>
	downbeatConfidence < LEAST_CONFIDENCE ? [] : downbeats.slice(1).map((end, i) => ({ start: downbeats[i]!, end }));

/** Euclidean distance of the sound of every two bars: bars × bars; see {@link soundProfiles}. */
export const barDistances = (features: BeatFeatures, bars: readonly Span[]): Matrix => {
	const { cols, data } = soundProfiles(features, bars);
	const n = bars.length;
	const distances = new Float64Array(n * n);
	for (let i = 0; i < n; i++) {
		for (let j = 0; j < i; j++) {
			let squares = 0;
			for (let c = 0; c < cols; c++) squares += (data[i * cols + c]! - data[j * cols + c]!) ** 2;
			distances[i * n + j] = Math.sqrt(squares);
			distances[j * n + i] = distances[i * n + j]!;
		}
	}
	return { rows: n, cols: n, data: distances };
};
