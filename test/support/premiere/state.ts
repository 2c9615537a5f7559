/** What the double's project holds. Times are ticks. */
export type DoubleClip = {
	name: string;
	start: bigint;
	end: bigint;
	in: bigint;
	speed: number;
	reversed: boolean;
	disabled: boolean;
	source:
		| { kind: 'media'; item: DoubleItem }
		| { kind: 'graphic' }
		| { kind: 'adjustment' }
		| { kind: 'nested'; sequence: DoubleSequence };
};

export type DoubleTrack = { id: number; name: string; muted: boolean; clips: DoubleClip[] };

export type DoubleMarker = { name: string; start: bigint };

export type DoubleSequence = {
	guid: string;
	name: string;
	/** Ticks of a frame. */
	frame: bigint;
	in: bigint;
	out: bigint;
	video: DoubleTrack[];
	audio: DoubleTrack[];
	markers: DoubleMarker[];
};

/** A file in the project; `path` is empty for what the program makes itself. */
export type DoubleItem = {
	id: string;
	name: string;
	path: string;
	offline: boolean;
	in: bigint;
	out: bigint;
};

export const TICKS = 254_016_000_000n;

export const endOf = ({ video, audio }: DoubleSequence): bigint =>
	[...video, ...audio].flatMap(({ clips }) => clips).reduce((last, { end }) => (end > last ? end : last), 0n);

/** Lays a clip on a track as Premiere does: what lies beneath is trimmed, split or gone. */
export const overwrite = (track: DoubleTrack, laid: DoubleClip): void => {
	const kept = track.clips.flatMap(clip => {
		if (clip.end <= laid.start || clip.start >= laid.end) return [clip];
		const pieces: DoubleClip[] = [];
		if (clip.start < laid.start) pieces.push({ ...clip, end: laid.start });
		if (clip.end > laid.end) pieces.push({ ...clip, start: laid.end, in: clip.in + laid.end - clip.start });
		return pieces;
	});
	track.clips = [...kept, laid].sort((a, b) => (a.start < b.start ? -1 : 1));
};
