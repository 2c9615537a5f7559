import type { Seconds } from '../../time/time.js';
import { type BeatGrid, CURVE_RATE } from '../track-analysis.js';
import { dynamicBeats } from './dynamic-beats.js';
import type { SpectralKernel } from './kernel.js';
import { tempoPath } from './tempo-path.js';
export const trackBeats = (
	e: { strength: Float32Array; lowStrength: Float32Array; pitchClasses: Float32Array },
	_d: Seconds,
	kernel: SpectralKernel,
): BeatGrid => {
	const p = tempoPath(e.strength, CURVE_RATE, kernel);
	const b = dynamicBeats(e.strength, p.periods);
	return { tempo: 0, confidence: 0, beats: b.beats.map(x => x / CURVE_RATE), downbeats: [], downbeatConfidence: 0 };
};
