import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Seconds } from '../time/time.js';
import { isSteady } from './steady-beat.js';

/** Below this nobody knows where bars begin. */
const LEAST_DOWNBEAT_CONFIDENCE = 0.3;
/** Without beats music can be joined anywhere; this often it is tried. */
const STEP: Seconds = 1;

/** Moments at which a song may be joined to itself: the starts of bars, else of beats, else every second; increasing. */
export const barLines = ({ beats, duration }: TrackAnalysis): readonly Seconds[] => {
	if (beats.downbeats.length >= 4 && beats.downbeatConfidence >= LEAST_DOWNBEAT_CONFIDENCE) return beats.downbeats;
	if (isSteady(beats)) return beats.beats;
	return Array.from({ length: Math.floor(duration / STEP) }, (_, k) => k * STEP);
};

/** The beats where there are steady ones, else the same as {@link barLines}. */
export const beatsOrBars = (analysis: TrackAnalysis): readonly Seconds[] =>
	isSteady(analysis.beats) ? analysis.beats.beats : barLines(analysis);
