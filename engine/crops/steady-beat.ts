import type { BeatGrid } from '../features/track-analysis.js';

/** Below this confidence the product says "no steady beat" and snaps to onsets instead. */
export const STEADY_BEAT = 0.3;

export const isSteady = (grid: BeatGrid): boolean => grid.confidence >= STEADY_BEAT && grid.beats.length >= 4;
