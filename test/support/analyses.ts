import { type CutAnalysis, PICTURE_RATE } from '../../engine/features/cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from '../../engine/features/track-analysis.js';
import { zeros32 } from '../../engine/numeric/matrix.js';
import type { Seconds } from '../../engine/time/time.js';

/** A synthetic track: clicks at the given times over a level that may change; everything else is flat. */
export const syntheticTrack = (
	duration: Seconds,
	clicks: readonly Seconds[],
	level: (time: Seconds) => number = () => -20,
	beats: readonly Seconds[] = clicks,
): TrackAnalysis => {
	const hops = Math.ceil(duration * CURVE_RATE);
	const onsetStrength = new Float32Array(hops);
	for (const click of clicks) {
		const hop = Math.round(click * CURVE_RATE);
		if (hop < hops) onsetStrength[hop] = 5;
	}
	return {
		duration,
		loudness: -16,
		features: zeros32(Math.ceil(duration), 400),
		tags: zeros32(Math.ceil(duration), 100),
		curves: {
			level: Float32Array.from({ length: hops }, (_, k) => level(k / CURVE_RATE)),
			onsetStrength,
			centroid: new Float32Array(hops).fill(1500),
			peak: new Float32Array(hops).fill(0.5),
		},
		beats: { tempo: 120, confidence: beats.length > 3 ? 0.9 : 0, beats, downbeats: [], downbeatConfidence: 0 },
		sections: [{ start: 0, end: duration, label: 'A', labelConfidence: 1, energy: 'mid', energyConfidence: 1 }],
		key: null,
		labels: { drop: null, phrase: null, ending: null, loops: [], vocals: [] },
	};
};

/** A synthetic cut: hard cuts at the given times, and motion that may change. */
export const syntheticCut = (
	duration: Seconds,
	cuts: readonly Seconds[],
	motion: (time: Seconds) => number = () => 0.02,
): CutAnalysis => {
	const steps = Math.ceil(duration * PICTURE_RATE);
	const edges = [0, ...cuts, duration];
	return {
		duration,
		rate: { numerator: 25, denominator: 1 },
		boundaries: cuts.map(seconds => ({
			frame: Math.round(seconds * 25),
			seconds,
			from: 'picture' as const,
			confidence: 1,
		})),
		segments: edges.slice(1).map((end, k) => ({ start: edges[k]!, end })),
		features: zeros32(Math.ceil(duration), 1280),
		curves: {
			motion: Float32Array.from({ length: steps }, (_, k) => motion(k / PICTURE_RATE)),
			brightness: new Float32Array(steps).fill(0.5),
			saturation: new Float32Array(steps).fill(0.3),
			contrast: new Float32Array(steps).fill(0.2),
		},
		speech: [],
	};
};
