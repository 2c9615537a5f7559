import { CURVE_RATE } from '../features/track-analysis.js';
import type { Seconds } from '../time/time.js';
import { countOnBeats, cutsOnOnsets, lowerBound } from './cut-agreement.js';
import type { PreparedTrack } from './prepared-track.js';

/** What lies within this, or within half a beat, is the same place. */
const LEEWAY: Seconds = 0.25;

/** Starting on a beat counts as much as this many cuts on a beat. */
const START_WORTH = 1.5;

/**
 * Moves a crop's start by a little, so that the music starts on a beat and cuts fall on beats where that can be had.
 *
 * Candidates are the beats near the offset, and the places that put a cut on a beat; without a steady beat, the strongest
 * onsets. The winner has the most cuts on beats (the start counting {@link START_WORTH}), then the strongest onsets.
 *
 * @param cuts - in seconds after the range's start
 * @param latest - the last offset at which the track still covers the range, ≥ 0
 */
export const snapToBeat = (
	{ analysis, ranks, steady }: PreparedTrack,
	cuts: readonly Seconds[],
	offset: Seconds,
	latest: Seconds,
): Seconds => {
	const { beats, tempo } = analysis.beats;
	const leeway = steady ? Math.max(LEEWAY, 30 / tempo) : LEEWAY;
	const near = (steady ? beatCandidates(beats, cuts, offset, leeway) : onsetCandidates(offset, leeway)).filter(
		candidate => candidate >= 0 && candidate <= latest && Math.abs(candidate - offset) <= leeway,
	);
	let best = Math.max(0, Math.min(latest, offset));
	let most = Number.NEGATIVE_INFINITY;
	for (const candidate of near) {
		const moments = cuts.map(cut => cut + candidate);
		const onBeat = steady
			? countOnBeats(moments, beats).onBeat + START_WORTH * countOnBeats([candidate], beats).onBeat
			: 0;
		// The start is one more place where an onset is welcome.
		const value = onBeat + 0.5 * cutsOnOnsets(ranks, [0, ...cuts], candidate);
		if (value > most) {
			most = value;
			best = candidate;
		}
	}
	return best;
};

const beatCandidates = (
	beats: readonly Seconds[],
	cuts: readonly Seconds[],
	offset: Seconds,
	leeway: Seconds,
): Seconds[] =>
	[0, ...cuts].flatMap(cut =>
		beats
			.slice(lowerBound(beats, offset + cut - leeway), lowerBound(beats, offset + cut + leeway))
			.map(beat => beat - cut),
	);

const onsetCandidates = (offset: Seconds, leeway: Seconds): Seconds[] => {
	const first = Math.ceil((offset - leeway) * CURVE_RATE);
	const last = Math.floor((offset + leeway) * CURVE_RATE);
	return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => (first + k) / CURVE_RATE);
};
