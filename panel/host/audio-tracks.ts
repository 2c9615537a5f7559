import type { AudioClipTrackItem, premierepro, Sequence } from '@adobe/premierepro';
import { comparable } from './comparable.js';
import { clipOf } from './snapshot.js';
import { type TickSpan, type Ticks, ticksOf } from './ticks.js';

/** A clip as it lies on an audio track. `item` is stale after the next write. */
export type SoundClip = TickSpan & {
	readonly item: AudioClipTrackItem;
	readonly in: Ticks;
	readonly out: Ticks;
	/** Comparable path of its media; null where it has none. */
	readonly path: string | null;
};

export type SoundTrack = { readonly name: string; readonly clips: readonly SoundClip[] };

/** All audio tracks of a sequence, from A1 on. Tracks without a name are called by their place. */
export const readAudioTracks = async (ppro: premierepro, sequence: Sequence): Promise<SoundTrack[]> => {
	const tracks: SoundTrack[] = [];
	const count = await sequence.getAudioTrackCount();
	for (let index = 0; index < count; index++) {
		const track = await sequence.getAudioTrack(index);
		const clips: SoundClip[] = [];
		for (const item of track.getTrackItems(ppro.Constants.TrackItemType.CLIP, false)) {
			const clip = await clipOf(ppro, item);
			const path = clip && !(await clip.isSequence()) ? comparable(await clip.getMediaFilePath()) : null;
			clips.push({
				item,
				start: ticksOf(await item.getStartTime()),
				end: ticksOf(await item.getEndTime()),
				in: ticksOf(await item.getInPoint()),
				out: ticksOf(await item.getOutPoint()),
				path,
			});
		}
		tracks.push({ name: track.name || `A${index + 1}`, clips });
	}
	return tracks;
};
