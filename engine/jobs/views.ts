import { cutDynamics, SEARCH_RATE } from '../crops/dynamics.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { Curve, CutView, TrackView } from '../protocol/messages.js';
import type { TrackRecord } from './catalog.js';

/** A cut as the page draws it. */
export const viewOfCut = (
	cut: { readonly id: string; readonly name: string; readonly hasSound: boolean; readonly playable: boolean },
	analysis: CutAnalysis,
): CutView => ({
	id: cut.id,
	name: cut.name,
	duration: analysis.duration,
	rate: analysis.rate,
	boundaries: [...analysis.boundaries],
	segments: [...analysis.segments],
	energy: pictureEnergy(analysis),
	speech: [...analysis.speech],
	pictureUrl: cut.playable ? `/media/cuts/${cut.id}/picture` : null,
	posterUrl: `/media/cuts/${cut.id}/poster`,
	hasSound: cut.hasSound,
});

/** A track as lists and suggestions name it. */
export const viewOfTrack = (track: TrackRecord): TrackView => ({
	id: track.id,
	path: track.path,
	title: track.tags.title,
	artist: track.tags.artist,
	album: track.tags.album,
	duration: track.duration,
	tempo: track.tempo > 0 ? track.tempo : null,
	tempoConfidence: track.tempoConfidence,
	loudness: Number.isFinite(track.loudness) ? track.loudness : null,
	labels: [...track.labels],
	licence: track.tags.licence,
	coverUrl: track.tags.hasCover ? `/media/tracks/${track.id}/cover` : null,
	soundUrl: `/media/tracks/${track.id}/sound`,
});

/** How much happens in the picture: motion and cutting, each against its own most, half and half. */
const pictureEnergy = (analysis: CutAnalysis): Curve => {
	const { motion, cutting } = cutDynamics(analysis, { start: 0, end: analysis.duration });
	const most = { motion: highest(motion), cutting: highest(cutting) };
	const values = Array.from(motion, (value, k) => (value / most.motion + cutting[k]! / most.cutting) / 2);
	return { rate: SEARCH_RATE, values };
};

/** 1 for a curve of zeros, which then stays one. */
const highest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0) || 1;
