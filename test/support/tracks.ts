import { ANALYSIS_VERSION, CURVE_RATE, type TrackAnalysis } from '../../engine/features/track-analysis.js';
import type { EmbeddedSections, NewTrack } from '../../engine/jobs/catalog.js';

/** An analysis of `duration` seconds whose numbers follow from `seed` alone, in the ranges that real ones have. */
export const someAnalysis = (seed: number, duration = 12): TrackAnalysis => {
	const random = numbers(seed);
	const curve = (low: number, high: number): Float32Array =>
		Float32Array.from({ length: Math.floor(duration * CURVE_RATE) }, () => low + (high - low) * random());
	const matrix = (cols: number, low: number, high: number) => ({
		rows: duration,
		cols,
		data: Float32Array.from({ length: duration * cols }, () => low + (high - low) * random()),
	});
	return {
		duration,
		loudness: -8 - 20 * random(),
		features: matrix(400, -1, 3),
		tags: matrix(100, 0, 1),
		curves: { level: curve(-80, 0), onsetStrength: curve(0, 12), centroid: curve(0, 8000), peak: curve(0, 1) },
		beats: {
			tempo: 120 + seed / 7,
			confidence: random(),
			beats: Array.from({ length: 2 * duration }, (_, beat) => beat / 2 + random() / 50),
			downbeats: [0, 2, 4],
			downbeatConfidence: 0.5,
		},
		sections: [
			{ start: 0, end: duration / 3, label: 'A', labelConfidence: 0.75, energy: 'low', energyConfidence: 1 },
			{ start: duration / 3, end: duration, label: 'B', labelConfidence: 0.25, energy: 'high', energyConfidence: 0.5 },
		],
		key: { tonic: seed % 12, mode: 'minor', confidence: 0.4 },
		labels: {
			drop: { at: duration / 3, rise: 6.5, confidence: 0.9 },
			phrase: null,
			ending: { kind: 'fade', at: duration - 1, confidence: 0.7 },
			loops: [{ start: 0, end: 2, bars: 1, confidence: 0.5 }],
			vocals: [],
		},
	};
};

/** A record for that analysis; `changes` win. */
export const someTrack = (seed: number, changes: Partial<NewTrack> = {}): NewTrack => ({
	path: `/music/${seed}.mp3`,
	folder: '/music',
	stamp: { size: 1000 + seed, modified: 1_700_000_000_000.25 + seed },
	contentHash: hashOf(seed),
	analysisVersion: ANALYSIS_VERSION,
	duration: 12,
	tempo: 120 + seed / 7,
	tempoConfidence: 0.5,
	loudness: -14,
	tags: { title: `Track ${seed}`, artist: null, album: null, licence: null, hasCover: false },
	labels: ['piano', 'slow'],
	vocals: 0.25,
	...changes,
});

export const hashOf = (seed: number): string => (seed * 2_654_435_761 + 12_345).toString(16).padStart(64, '0');

/** Two sections whose vectors follow from the seed. */
export const someSections = (seed: number, cols = 5): EmbeddedSections => {
	const random = numbers(seed + 99);
	return {
		spans: [
			{ start: 0, end: 4.125 },
			{ start: 4.125, end: 12 },
		],
		vectors: { rows: 2, cols, data: Float32Array.from({ length: 2 * cols }, () => random() - 0.5) },
	};
};

/** Park and Miller's generator: enough for test data. */
export const numbers = (seed: number): (() => number) => {
	let state = (seed * 7919 + 1) % 2_147_483_647;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
};
