import type { Seconds } from '../time/time.js';
import { type DetectionScore, detectionScore } from './matching.js';

/** The field's tolerance for a beat, either way. */
const BEAT_WINDOW: Seconds = 0.07;

/**
 * How well beats were found: precision, recall and F-measure within 70 ms. F equals mir_eval's
 * `beat.f_measure`; pass both lists through {@link trimBeats} first to score as published results do.
 *
 * @param reference - ascending
 * @param estimated - ascending
 */
export const beatScore = (reference: readonly Seconds[], estimated: readonly Seconds[]): DetectionScore =>
	detectionScore(reference, estimated, BEAT_WINDOW);

/** The beats from 5 s on: trackers are customarily forgiven their first seconds. */
export const trimBeats = (beats: readonly Seconds[]): Seconds[] => beats.filter(beat => beat >= 5);
