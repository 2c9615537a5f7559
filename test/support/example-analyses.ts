import type { CutAnalysis } from '../../engine/features/cut-analysis.js';
import { PICTURE_RATE } from '../../engine/features/cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from '../../engine/features/track-analysis.js';
import { zeros32 } from '../../engine/numeric/matrix.js';

/** An even track of two sections, 120 BPM, its peak rising from 0 to 1. */
export const someTrackAnalysis = (duration: number): TrackAnalysis => {
	const values = Math.ceil(duration * CURVE_RATE);
	const beats = Array.from({ length: Math.floor(2 * duration) }, (_, k) => k / 2);
	return {
		duration,
		loudness: -14,
		features: zeros32(Math.floor(duration), 400),
		tags: zeros32(Math.floor(duration), 100),
		curves: {
			level: new Float32Array(values).fill(-20),
			onsetStrength: new Float32Array(values).fill(1),
			centroid: new Float32Array(values).fill(2000),
			peak: Float32Array.from({ length: values }, (_, k) => k / (values - 1)),
		},
		beats: {
			tempo: 120,
			confidence: 0.9,
			beats,
			downbeats: beats.filter((_, k) => k % 4 === 0),
			downbeatConfidence: 0.8,
		},
		sections: [
			{ start: 0, end: duration / 2, label: 'A', labelConfidence: 0.6, energy: 'low', energyConfidence: 1 },
			{ start: duration / 2, end: duration, label: 'B', labelConfidence: 0.6, energy: 'high', energyConfidence: 0.5 },
		],
		key: null,
		labels: { drop: null, phrase: null, ending: null, loops: [], vocals: [] },
	};
};

/** A cut of two shots, still in the first and moving in the second. */
export const someCutAnalysis = (duration: number): CutAnalysis => {
	const values = Math.ceil(duration * PICTURE_RATE);
	const half = duration / 2;
	return {
		duration,
		rate: { numerator: 25, denominator: 1 },
		boundaries: [{ frame: Math.round(25 * half), seconds: half, from: 'picture', confidence: 1 }],
		segments: [
			{ start: 0, end: half },
			{ start: half, end: duration },
		],
		features: zeros32(Math.ceil(duration), 1280),
		curves: {
			motion: Float32Array.from({ length: values }, (_, k) => (k < values / 2 ? 0 : 0.1)),
			brightness: new Float32Array(values).fill(0.5),
			saturation: new Float32Array(values).fill(0.5),
			contrast: new Float32Array(values).fill(0.2),
		},
		speech: [],
	};
};
