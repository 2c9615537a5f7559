import type { Constants, premierepro, Sequence } from '@adobe/premierepro';
import type { HostSequenceState, HostSnapshot } from '../../engine/protocol/host.js';
import { activeSequence } from './snapshot.js';

/** Calls `then` after so many milliseconds, once; answers what takes that back. */
export type Later = (milliseconds: number, then: () => void) => () => void;

/** Milliseconds without a further hint before the sequence is read again. */
const QUIET = 400;
/** Milliseconds between two looks at what Premiere has no events for: in and out, and undo. */
const POLL = 3000;

/**
 * Watches the active sequence. Premiere's events only hint that something may have changed: the sequence is read again and
 * told of when what it holds has really changed.
 *
 * @param read - reads the sequence; may reject where an edit comes between
 * @returns what ends the watching
 */
export const watchSequence = (
	ppro: premierepro,
	read: () => Promise<HostSnapshot | null>,
	later: Later,
	tell: (state: HostSequenceState) => void,
): (() => void) => {
	let told: string | null = null;
	let seen = '';
	let isStopped = false;
	let isHinted = false;
	let cancel: () => void = () => {};
	let unfollow: () => void = () => {};
	let following = Promise.resolve();

	const check = async (): Promise<void> => {
		let snapshot: HostSnapshot | null;
		try {
			snapshot = await read();
		} catch {
			// An edit came between: there will be a quiet moment to read in.
			hint();
			return;
		}
		if (isStopped) return;
		const revision = snapshot === null ? 'none' : `${snapshot.sequence.id} ${snapshot.revision}`;
		if (revision === told) return;
		told = revision;
		if (snapshot === null) return tell(null);
		const { sequence, range } = snapshot;
		tell({ id: sequence.id, name: sequence.name, revision: snapshot.revision, range });
	};

	const hint = (): void => {
		if (isStopped) return;
		cancel();
		isHinted = true;
		cancel = later(QUIET, () => {
			isHinted = false;
			void follow().then(check).finally(poll);
		});
	};

	/** Reads little, and all of it only where that little has changed. */
	const look = async (): Promise<void> => {
		const key = await quickKey(ppro).catch(() => seen);
		if (key !== seen) {
			seen = key;
			await follow();
			await check();
		}
		poll();
	};

	const poll = (): void => {
		if (isStopped || isHinted) return;
		cancel();
		cancel = later(POLL, () => void look());
	};

	/** Events of tracks come from the tracks themselves, so each new sequence is listened to anew. */
	const follow = (): Promise<void> => {
		following = following.then(async () => {
			unfollow();
			unfollow = () => {};
			const active = await activeSequence(ppro);
			// Where an edit comes between, the next hint or look follows anew.
			if (active !== null) unfollow = await listen(ppro, active.sequence, hint).catch(() => () => {});
		});
		return following;
	};

	const { ACTIVATED } = ppro.Constants.SequenceEvent;
	ppro.EventManager.addGlobalEventListener(ACTIVATED, hint);
	void look();
	return () => {
		isStopped = true;
		cancel();
		unfollow();
		ppro.EventManager.removeGlobalEventListener(ACTIVATED, hint);
	};
};

const listen = async (ppro: premierepro, sequence: Sequence, hint: () => void): Promise<() => void> => {
	const { EventManager, Constants } = ppro;
	const video = await Promise.all(
		Array.from({ length: await sequence.getVideoTrackCount() }, (_, k) => sequence.getVideoTrack(k)),
	);
	const audio = await Promise.all(
		Array.from({ length: await sequence.getAudioTrackCount() }, (_, k) => sequence.getAudioTrack(k)),
	);
	const events = [
		...video.map(track => [track, nameOf(Constants.VideoTrackEvent.TRACK_CHANGED)] as const),
		...audio.map(track => [track, nameOf(Constants.AudioTrackEvent.TRACK_CHANGED)] as const),
	];
	for (const [track, event] of events) EventManager.addEventListener(track, event, hint);
	return () => {
		for (const [track, event] of events) EventManager.removeEventListener(track, event, hint);
	};
};

/** The typings leave the tracks' events out of what may be listened to; Premiere takes whatever its constants say. */
const nameOf = (event: Constants.VideoTrackEvent | Constants.AudioTrackEvent): string => event as unknown as string;

/** Changes with the active sequence, its end, in and out. */
const quickKey = async (ppro: premierepro): Promise<string> => {
	const active = await activeSequence(ppro);
	if (active === null) return 'none';
	const { sequence } = active;
	const times = [await sequence.getInPoint(), await sequence.getOutPoint(), await sequence.getEndTime()];
	return [sequence.guid.toString(), ...times.map(({ ticks }) => ticks)].join(' ');
};
