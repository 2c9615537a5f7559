import type { Seconds } from '../time/time.js';
import { lowerBound } from './cut-agreement.js';
import type { PreparedTrack } from './prepared-track.js';

/** A cut this far from a beat is as good as not on it; half as far, most are felt as on it. About one frame of film. */
const SPREAD: Seconds = 0.04;

const MOST = 3;

/**
 * How surely cuts meet beats: each cut's nearness to its nearest beat, a Gaussian of the distance, against what a cut at
 * any time would have between those beats, weighted by how strong the beat is among the track's beats, and a half more
 * for a downbeat. Ours.
 *
 * @param moments - the cuts, in seconds of the song
 * @returns in deviations from chance, drawn in to less than {@link MOST}; 0 without cuts or a steady beat
 */
export const cutsOnBeats = (
	{ analysis, beatStrength, isDownbeat, steady }: PreparedTrack,
	moments: readonly Seconds[],
): number => {
	if (!steady || moments.length === 0) return 0;
	const { beats } = analysis.beats;
	let sum = 0;
	let variance = 0;
	for (const moment of moments) {
		const next = Math.min(beats.length - 1, Math.max(1, lowerBound(beats, moment)));
		const period = beats[next]! - beats[next - 1]!;
		const nearest = moment - beats[next - 1]! < beats[next]! - moment ? next - 1 : next;
		const distance = Math.abs(moment - beats[nearest]!);
		const nearness = Math.exp(-0.5 * (distance / SPREAD) ** 2);
		// Mean and variance of that for a moment anywhere in the period, which is many spreads long.
		const mean = Math.min(1, (SPREAD * Math.sqrt(2 * Math.PI)) / period);
		const spread = Math.min(1, (SPREAD * Math.sqrt(Math.PI)) / period) - mean * mean;
		const weight = (0.5 + beatStrength[nearest]!) * (isDownbeat[nearest] ? 1.5 : 1);
		sum += weight * (nearness - mean);
		variance += weight * weight * Math.max(1e-6, spread);
	}
	// A cut made to any music of its tempo is many deviations from chance: that says no more than three do.
	return MOST * Math.tanh(sum / Math.sqrt(variance) / MOST);
};
