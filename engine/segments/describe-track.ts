import type { TrackSignal } from '../features/audio/front-end.js';
import type { Section, TrackLabels } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import { barDistances, wholeBars } from './bars.js';
import { findDrop } from './drop.js';
import { findEnding } from './ending.js';
import { loopPoints } from './loop-points.js';
import { phraseLength } from './phrase-length.js';
import { repetitionGroups } from './repetition-groups.js';
import { sectionEnergies } from './section-energy.js';
import { type Segmenter, sectionSpans } from './segmenter.js';
import { vocalSpans } from './vocal-activity.js';

/** The sections of a track as the product shows them: their times, what they repeat and how loud they are. */
export const describeSections = (segmenter: Segmenter, { beatFeatures, curves }: TrackSignal): Section[] => {
	const spans = sectionSpans(beatFeatures, segmenter.segment(beatFeatures).boundaries);
	const groups = repetitionGroups(beatFeatures, spans);
	const energies = sectionEnergies(curves, spans);
	return spans.map((span, i) => ({
		...span,
		label: groups[i]!.label,
		labelConfidence: groups[i]!.confidence,
		energy: energies[i]!.energy,
		energyConfidence: energies[i]!.confidence,
	}));
};

/**
 * Everything else that people ask of a track.
 *
 * @param tags - seconds × 100, as in a track's analysis
 */
export const describeTrack = ({ beatFeatures, beats, curves, duration }: TrackSignal, tags: Matrix32): TrackLabels => {
	const bars = wholeBars(beats);
	const distances = barDistances(beatFeatures, bars);
	return {
		drop: findDrop(curves, beats, duration),
		phrase: phraseLength(bars, distances),
		ending: findEnding(curves, duration),
		loops: loopPoints(bars, distances, curves),
		vocals: vocalSpans(tags, duration),
	};
};
