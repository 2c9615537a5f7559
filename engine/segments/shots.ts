import type { CutBoundary } from '../features/cut-analysis.js';
import { type Rate, toSeconds } from '../time/time.js';

/** A frame ends a shot where TransNet V2's first output is above this, as in its published code. */
const THRESHOLD = 0.5;

/**
 * Shot boundaries from TransNet V2's probabilities, by the rule of its published code (Souček and Lokoč 2020): a run of
 * frames above 0.5 is one transition, and the new shot begins with the first frame after it. A run that holds the first
 * or the last frame of the video separates nothing. On a hard cut the run is the last frame of the old shot, so the
 * boundary is exact; on a dissolve it is a few frames about the middle of the blend, and the boundary the one after them.
 *
 * @param probabilities - for each frame, that it is the last of its shot
 * @param rate - frames a second
 * @param shortest - frames that every shot must have; of boundaries that are closer the most confident stays. The
 *   reference has no such rule, which is the default: 1
 * @returns increasing; a boundary's confidence is the highest probability of its run
 */
export const shotBoundaries = (probabilities: Float32Array, rate: Rate, shortest = 1): CutBoundary[] => {
	const boundaries: CutBoundary[] = [];
	let runStart = -1;
	let confidence = 0;
	for (let frame = 0; frame < probabilities.length; frame++) {
		const probability = probabilities[frame]!;
		if (probability > THRESHOLD) {
			if (runStart < 0) {
				runStart = frame;
				confidence = 0;
			}
			confidence = Math.max(confidence, probability);
		} else {
			if (runStart > 0) boundaries.push({ frame, seconds: toSeconds(frame, rate), from: 'picture', confidence });
			runStart = -1;
		}
	}
	return shortest > 1 ? withoutShortShots(boundaries, probabilities.length, shortest) : boundaries;
};

/** Keeps boundaries in order of confidence, earlier ones first, as long as they leave every shot `shortest` frames. */
const withoutShortShots = (boundaries: readonly CutBoundary[], frames: number, shortest: number): CutBoundary[] => {
	const kept: CutBoundary[] = [];
	const edges = [0, frames];
	for (const boundary of [...boundaries].sort((a, b) => b.confidence - a.confidence || a.frame - b.frame)) {
		if (edges.some(edge => Math.abs(edge - boundary.frame) < shortest)) continue;
		edges.push(boundary.frame);
		kept.push(boundary);
	}
	return kept.sort((a, b) => a.frame - b.frame);
};
