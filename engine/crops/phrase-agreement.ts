import type { Seconds } from '../time/time.js';
import { lowerBound } from './cut-agreement.js';
import { type CropPlan, songTimeAt } from './plan.js';
import type { PreparedTrack } from './prepared-track.js';

/** Heard as the same moment: two frames of film. */
const SAME: Seconds = 0.09;

/** Mean and deviation of the sum below over crops that start on any beat of the demo tracks: what an ordinary crop has. */
export const ORDINARY_PHRASES = { mean: 0.35, deviation: 0.4 } as const;

/**
 * Whether a crop starts where a phrase does and ends where one does: 1 each, a half for the start of a bar, and 1 for an end
 * that is the song's own.
 *
 * @param length - of the range
 * @returns in deviations above an ordinary crop
 */
export const phraseAgreement = (track: PreparedTrack, plan: CropPlan, length: Seconds): number => {
	const first = plan.pieces[0]!.song.start;
	const last = songTimeAt(plan.pieces, length - 1e-6);
	const natural = plan.ending.kind === 'ring-out' || plan.ending.kind === 'button';
	const end = natural ? 1 : last === null ? 0 : worth(track, last);
	return (worth(track, first) + end - ORDINARY_PHRASES.mean) / ORDINARY_PHRASES.deviation;
};

const worth = ({ phraseStarts, analysis }: PreparedTrack, time: Seconds): number => {
	if (isNear(phraseStarts, time) || Math.abs(time - analysis.duration) < SAME) return 1;
	return isNear(analysis.beats.downbeats, time) ? 0.5 : 0;
};

const isNear = (times: readonly Seconds[], time: Seconds): boolean => {
	const next = lowerBound(times, time);
	const before = times[next - 1] ?? Number.NEGATIVE_INFINITY;
	const after = times[next] ?? Number.POSITIVE_INFINITY;
	return Math.min(time - before, after - time) <= SAME;
};
