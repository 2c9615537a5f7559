import type { Seconds, Span } from '../time/time.js';

/**
 * One stretch of a song under a range. Where it meets another piece both sound together for their fades, at equal power;
 * where it meets silence it fades from or to nothing.
 */
export type Piece = {
	/** Seconds of the song that sound, fades included. */
	readonly song: Span;
	/** Second of the range at which `song.start` sounds. */
	readonly at: Seconds;
	readonly fadeIn: Seconds;
	readonly fadeOut: Seconds;
};

/** How one piece goes on into the next, as measured on the song's analysis. */
export type Join = {
	/** Second of the range. */
	readonly at: Seconds;
	/** The song is left at `from` and entered at `to`. */
	readonly from: Seconds;
	readonly to: Seconds;
	/** How far the onsets after the join come from where they would have come without it, in seconds, signed. */
	readonly onsetPhase: Seconds;
	/** Level after the join against the level that would have followed, in dB. */
	readonly loudnessStep: number;
	/** 1 - cosine of what follows and what would have followed, beat by beat, in [0, 1]. */
	readonly chromaDistance: number;
	/** How plainly the join is heard, in [0, 1]: see `joinBetween`. */
	readonly audibility: number;
};

export const ENDING_KINDS = ['ring-out', 'button', 'song-end', 'hard', 'fade'] as const;
/**
 * How a crop comes to its end. 'ring-out' and 'button' are the song's own: the last sound dies away, or stops; 'song-end':
 * it fades or breaks off as recorded; 'hard': cut at the range's end; 'fade': faded out.
 */
export type EndingKind = (typeof ENDING_KINDS)[number];

/** A crop as it is heard: pieces in order of time, from second 0 of the range. */
export type CropPlan = {
	readonly pieces: readonly Piece[];
	/** Between neighbouring pieces. */
	readonly joins: readonly Join[];
	readonly ending: {
		readonly kind: EndingKind;
		/** Second of the range at which the last sound is struck, or the fade begins, or the music is cut. */
		readonly at: Seconds;
	};
};

/** Second of the song that sounds at a second of the range; null where none does. The later piece of two counts. */
export const songTimeAt = (pieces: readonly Piece[], time: Seconds): Seconds | null => {
	for (let k = pieces.length - 1; k >= 0; k--) {
		const { song, at } = pieces[k]!;
		// The later piece counts from the middle of its crossfade on.
		const from = k === 0 ? at : at + pieces[k]!.fadeIn / 2;
		if (time >= from) return time - at < song.end - song.start ? song.start + (time - at) : null;
	}
	return null;
};

/** The stretches of the song that sound between two seconds of the range, each once, in order. */
export const songSpansIn = (pieces: readonly Piece[], { start, end }: Span): Span[] =>
	pieces.flatMap(({ song, at, fadeIn }, k) => {
		const next = pieces[k + 1];
		const from = Math.max(start, k === 0 ? at : at + fadeIn / 2);
		const to = Math.min(end, next ? next.at + next.fadeIn / 2 : at + (song.end - song.start));
		return to > from ? [{ start: song.start + (from - at), end: song.start + (to - at) }] : [];
	});

/** A piece's ends are never quite hard: so short a fade is no fade to the ear, and leaves no click. */
export const DECLICK: Seconds = 0.005;

/** The song from `start` on, as it is, for as long as the range or the song lasts. */
export const straightPiece = (start: Seconds, length: Seconds, duration: Seconds): Piece => ({
	song: { start, end: Math.min(duration, start + length) },
	at: 0,
	fadeIn: DECLICK,
	fadeOut: DECLICK,
});
