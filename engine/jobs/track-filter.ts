import type { TrackFilter } from '../protocol/messages.js';
import { INSTRUMENTAL } from '../suggestions/reasons.js';
import { isInside, type TrackRecord } from './catalog.js';

/**
 * Whether a track passes a filter. What is not known of a track passes no filter that asks for it.
 *
 * @param energy - of the track among the catalogue's, in [0, 1]; null where it is not known
 */
export const passes = (
	{ tempo, energy, duration, vocals = 'any', folders, tracks }: TrackFilter,
	track: TrackRecord,
	trackEnergy: number | null,
): boolean =>
	inside(tempo, track.tempo > 0 ? track.tempo : null) &&
	inside(energy, trackEnergy) &&
	inside(duration, track.duration) &&
	(vocals === 'any' || (vocals === 'instrumental') === track.vocals < INSTRUMENTAL) &&
	(tracks === undefined || tracks.includes(track.id)) &&
	(folders === undefined || folders.some(folder => isInside(track.path, folder)));

const inside = (wanted: { from?: number | undefined; to?: number | undefined } | undefined, value: number | null) => {
	if (wanted === undefined || (wanted.from === undefined && wanted.to === undefined)) return true;
	return (
		value !== null &&
		value >= (wanted.from ?? Number.NEGATIVE_INFINITY) &&
		value <= (wanted.to ?? Number.POSITIVE_INFINITY)
	);
};
