import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Seconds } from '../time/time.js';
import { type TrackDynamics, trackDynamics } from './dynamics.js';
import { preparedTrack } from './prepared-track.js';

/** What the first look needs of a track: a tenth of its analysis, so that those of thousands can be kept. */
export type TrackOutline = {
	readonly duration: Seconds;
	readonly dynamics: TrackDynamics;
	/** Onset ranks in units of 1 / {@link RANK_UNITS}, one a hop. */
	readonly ranks: Uint16Array;
};

export const RANK_UNITS = 65_535;

const outlines = new WeakMap<TrackAnalysis, TrackOutline>();

/** Made once for an analysis, and holds nothing of it. */
export const trackOutline = (analysis: TrackAnalysis): TrackOutline => {
	const known = outlines.get(analysis);
	if (known) return known;
	const outline: TrackOutline = {
		duration: analysis.duration,
		dynamics: trackDynamics(analysis),
		ranks: Uint16Array.from(preparedTrack(analysis).ranks, rank => Math.round(rank * RANK_UNITS)),
	};
	outlines.set(analysis, outline);
	return outline;
};

/** Bytes that an outline takes, with the two spectra that comparing it with a cut leaves behind. */
export const outlineBytes = ({ dynamics, ranks }: TrackOutline): number =>
	3 * dynamics.level.byteLength + 4 * 2 ** Math.ceil(Math.log2(dynamics.level.length)) * 4 + ranks.byteLength;
