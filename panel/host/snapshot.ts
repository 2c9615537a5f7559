import type {
	AudioClipTrackItem,
	AudioTrack,
	ClipProjectItem,
	Project,
	premierepro,
	Sequence,
	VideoClipTrackItem,
	VideoTrack,
} from '@adobe/premierepro';
import type { HostClip, HostSequence, HostSnapshot, HostTrack } from '../../engine/protocol/host.js';
import { comparable } from './comparable.js';
import { hashOf } from './hash.js';
import { type Ticks, ticksOf } from './ticks.js';

/** Sequences inside one another; those that people make stay below ten. */
const DEEPEST = 20;

/**
 * The active sequence as Premiere tells of it; null where no project or no sequence is open.
 *
 * @param ours - comparable paths of music that was laid in it from here: no part of the cut that music is sought for
 */
export const readSnapshot = async (
	ppro: premierepro,
	ours: ReadonlySet<string> = new Set(),
): Promise<HostSnapshot | null> => {
	const active = await activeSequence(ppro);
	if (active === null) return null;
	const nested = new Map<string, HostSequence>();
	const reader = sequenceReader(ppro, nested);
	const read = await reader(active.sequence, 0);
	// Nor are tracks that hold nothing else: placing may have made them.
	const audio = read.audio.map(track => without(track, ours)).filter(({ clips }) => clips.length > 0);
	const sequence = { ...read, audio };
	nested.delete(sequence.id);
	const range = await rangeOf(active.sequence, BigInt(sequence.end));
	const told = { sequence, nested: [...nested.values()], range };
	return { ...told, revision: hashOf(JSON.stringify(told)) };
};

const without = (track: HostTrack, ours: ReadonlySet<string>): HostTrack => ({
	...track,
	clips: track.clips.filter(({ source }) => source.kind !== 'media' || !ours.has(comparable(source.path))),
});

export type Active = { readonly project: Project; readonly sequence: Sequence };

/** Null where no project or no sequence is open. Premiere answers nothing in some of these cases and rejects in others. */
export const activeSequence = async (ppro: premierepro): Promise<Active | null> => {
	try {
		const project: Project | null | undefined = await ppro.Project.getActiveProject();
		const sequence: Sequence | null | undefined = await project?.getActiveSequence();
		return project && sequence ? { project, sequence } : null;
	} catch {
		return null;
	}
};

/** In and out where they are set, else all of it. Unset ones are below zero, or the one not after the other. */
const rangeOf = async (sequence: Sequence, end: Ticks): Promise<HostSnapshot['range']> => {
	const [from, to] = [ticksOf(await sequence.getInPoint()), ticksOf(await sequence.getOutPoint())];
	const start = from > 0n ? from : 0n;
	const stop = to > start && to <= end ? to : end;
	return { start: String(start), end: String(stop), isWhole: start === 0n && stop === end };
};

/** Reads sequences; what is nested in them goes into `nested`, each once. */
const sequenceReader = (ppro: premierepro, nested: Map<string, HostSequence>) => {
	const { CLIP } = ppro.Constants.TrackItemType;

	const read = async (sequence: Sequence, depth: number): Promise<HostSequence> => {
		const video = await eachTrack(await sequence.getVideoTrackCount(), index => sequence.getVideoTrack(index));
		const audio = await eachTrack(await sequence.getAudioTrackCount(), index => sequence.getAudioTrack(index));
		const told: HostSequence = {
			id: sequence.guid.toString(),
			name: sequence.name,
			frame: await sequence.getTimebase(),
			end: String(ticksOf(await sequence.getEndTime())),
			video: await inOrder(video, track => readTrack(track, depth)),
			audio: await inOrder(audio, track => readTrack(track, depth)),
		};
		nested.set(told.id, told);
		return told;
	};

	const readTrack = async (track: VideoTrack | AudioTrack, depth: number): Promise<HostTrack> => {
		const items: readonly (VideoClipTrackItem | AudioClipTrackItem)[] = track.getTrackItems(CLIP, false);
		return {
			name: track.name,
			muted: await track.isMuted(),
			clips: await inOrder(items, item => readClip(item, depth)),
		};
	};

	const readClip = async (item: VideoClipTrackItem | AudioClipTrackItem, depth: number): Promise<HostClip> => {
		const speed = await item.getSpeed();
		return {
			name: await item.getName(),
			start: (await item.getStartTime()).ticks,
			end: (await item.getEndTime()).ticks,
			in: (await item.getInPoint()).ticks,
			speed: Number.isFinite(speed) ? Math.abs(speed) : 1,
			reversed: speed < 0 || Boolean(await item.isSpeedReversed()),
			enabled: !(await item.isDisabled()),
			source: await sourceOf(item, depth),
		};
	};

	const sourceOf = async (
		item: VideoClipTrackItem | AudioClipTrackItem,
		depth: number,
	): Promise<HostClip['source']> => {
		if (await item.isAdjustmentLayer()) return { kind: 'made', covers: false };
		const clip = await clipOf(ppro, item);
		// Graphics have no project item. What of the picture below them they leave free can't be known.
		if (clip === null) return { kind: 'made', covers: false };
		if (await clip.isSequence()) {
			const inner = await clip.getSequence();
			const id = inner.guid.toString();
			if (!nested.has(id) && depth < DEEPEST) await read(inner, depth + 1);
			return { kind: 'nested', sequence: id };
		}
		if (await clip.isOffline()) return { kind: 'offline' };
		const path = await clip.getMediaFilePath();
		// Colour mattes, bars and the like have an item, but no file.
		return path ? { kind: 'media', path } : { kind: 'made', covers: true };
	};

	return read;
};

/** The project's clip behind a track item; null for what has none. */
export const clipOf = async (
	ppro: premierepro,
	item: VideoClipTrackItem | AudioClipTrackItem,
): Promise<ClipProjectItem | null> => {
	try {
		const projectItem = await item.getProjectItem();
		return projectItem ? (ppro.ClipProjectItem.cast(projectItem) ?? null) : null;
	} catch {
		return null;
	}
};

const eachTrack = async <Track>(count: number, trackAt: (index: number) => Promise<Track>): Promise<Track[]> =>
	inOrder(
		Array.from({ length: count }, (_, index) => index),
		trackAt,
	);

/** One after the other: Premiere answers no faster when it is asked for everything at once. */
export const inOrder = async <From, To>(values: readonly From[], work: (value: From) => Promise<To>): Promise<To[]> => {
	const done: To[] = [];
	for (const value of values) done.push(await work(value));
	return done;
};
