import { EngineError } from '../../engine/protocol/errors.js';
import type { HostOrder } from '../../engine/protocol/host.js';
import { meet, type TickSpan, type Ticks } from './ticks.js';

/** An audio track as it is before something is placed. */
export type TrackState = { readonly name: string; readonly clips: readonly TickSpan[] };

/** What will be done: data, so that it can be looked at before anything is. */
export type PlacingPlan = {
	/** The track's place. As many as there are tracks: Premiere makes a new one. */
	readonly track: number;
	readonly isNew: boolean;
	readonly at: Ticks;
	readonly in: Ticks;
	readonly out: Ticks;
	readonly label: string;
};

/**
 * Chooses where music goes: on the named track, which has to be free for all of it, else on the lowest track that nothing
 * lies on anywhere, else on a new one. Nothing is ever laid over anything.
 *
 * @param tracks - from A1 on
 * @param named - a track's name or its place, as A3; null for any
 * @throws EngineError 'track-busy', 'not-found' for a name that no track has
 */
export const planPlacing = (
	order: HostOrder,
	tracks: readonly TrackState[],
	named: string | null,
	label: string,
): PlacingPlan => {
	const [from, to, at] = [BigInt(order.in), BigInt(order.out), BigInt(order.at)];
	if (to <= from) throw new EngineError('range-empty', 'The crop holds nothing.');
	const plan = (track: number): PlacingPlan => ({
		track,
		isNew: track === tracks.length,
		at,
		in: from,
		out: to,
		label,
	});
	if (named === null) {
		const empty = tracks.findIndex(({ clips }) => clips.length === 0);
		return plan(empty === -1 ? tracks.length : empty);
	}
	const track = trackNamed(tracks, named);
	const wanted = { start: at, end: at + to - from };
	if (tracks[track]!.clips.some(clip => meet(clip, wanted))) {
		throw new EngineError('track-busy', `The track ${tracks[track]!.name} already has sound there.`);
	}
	return plan(track);
};

/** @throws EngineError 'not-found' */
const trackNamed = (tracks: readonly TrackState[], named: string): number => {
	const byName = tracks.findIndex(({ name }) => name === named);
	if (byName !== -1) return byName;
	const place = /^A(\d{1,3})$/i.exec(named);
	const index = place ? Number(place[1]) - 1 : -1;
	if (index < 0 || index >= tracks.length) {
		throw new EngineError('not-found', `The sequence has no audio track ${named}.`);
	}
	return index;
};
