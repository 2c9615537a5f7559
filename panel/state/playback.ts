import { type Rate, type Seconds, type Span, toSeconds } from '../../engine/time/time.js';

/**
 * What plays when: positions of the cut against the audio clock, which everything else follows. Times called `clock` are
 * seconds of that clock; all others are seconds of the cut, of a song or of the picture's own clock, as said.
 */
export type Transport =
	| { readonly state: 'stopped'; readonly at: Seconds }
	/** At `clock` the cut was, or will be, at `at`; it runs through `range`, again and again where `loop` is set. */
	| {
			readonly state: 'running';
			readonly clock: Seconds;
			readonly at: Seconds;
			readonly range: Span;
			readonly loop: boolean;
	  };

export type Running = Extract<Transport, { state: 'running' }>;

/** Position in the cut. Before the agreed start it waits there; past an end that isn't a loop it stays on the end. */
export const positionAt = (transport: Transport, clock: Seconds): Seconds => {
	if (transport.state === 'stopped') return transport.at;
	const { range, at } = transport;
	const straight = at + Math.max(0, clock - transport.clock);
	if (straight < range.end) return straight;
	return transport.loop ? range.start + ((straight - range.start) % (range.end - range.start)) : range.end;
};

/** The clock at which the position reaches the range's end for the first time after `clock`. */
export const endAfter = ({ at, range, clock: start }: Running, clock: Seconds): Seconds => {
	const first = start + (range.end - at);
	const length = range.end - range.start;
	return clock < first ? first : first + (Math.floor((clock - first) / length) + 1) * length;
};

/** Where playing begins: at the position, or at the start of the range where the position lies outside or on its end. */
export const startingPoint = (at: Seconds, range: Span, rate: Rate): Seconds => {
	const frame = toSeconds(1, rate);
	return at < range.start || at > range.end - frame ? range.start : at;
};

/** A crop as it lies under the cut: `crop` in the song plays from `range.start` on. */
export type Placement = { readonly range: Span; readonly crop: Span };

/** The stretch of a song that plays from `at` on, as an offset into the crop; null where the crop has nothing there. */
export const stretchFrom = (
	{ range, crop }: Placement,
	at: Seconds,
): { readonly wait: Seconds; readonly offset: Seconds; readonly duration: Seconds } | null => {
	const length = crop.end - crop.start;
	const offset = at - range.start;
	if (offset >= length) return null;
	// Where the position lies before the crop's range, the sound waits for it.
	const inside = Math.max(0, offset);
	return { wait: inside - offset, offset: inside, duration: length - inside };
};

export type Correction =
	| { readonly do: 'nothing' }
	| { readonly do: 'rate'; readonly rate: number }
	| { readonly do: 'seek' };

/** Shares of a frame: what is let be, and up to where nobody sees it and it is made up for gently. */
const TOLERANCE = 0.1;
const UNSEEN = 0.5;
/** The most that the picture's speed is changed while nobody sees that it is off. */
const NUDGE = 0.04;
/** Seconds in which what is unseen should be made up for, and what is seen. */
const RECOVERY: Seconds = 0.5;
const QUICK: Seconds = 0.15;
/** Speeds that every browser plays. */
const SLOWEST = 0.1;
const FASTEST = 2.5;
/** Seconds off from which on it is sent there: behind, since hurrying would take as long; ahead, where it would stand still. */
const LOST = { behind: 0.5, ahead: 1 } as const;

/**
 * How the picture gets back to where the sound is. It is off where the computer was too busy for a moment: the sound's clock
 * stands still then, the picture's does not. A picture that is ahead is nearly stopped until the sound is there, which takes
 * as long as it is ahead; one that is behind hurries.
 *
 * @param drift - seconds that the picture is ahead of the sound; negative where it is behind
 */
export const correction = (drift: Seconds, rate: Rate): Correction => {
	const frames = Math.abs(drift / toSeconds(1, rate));
	if (drift > LOST.ahead || -drift > LOST.behind) return { do: 'seek' };
	if (frames <= TOLERANCE) return { do: 'nothing' };
	if (frames <= UNSEEN) return { do: 'rate', rate: 1 - Math.max(-NUDGE, Math.min(NUDGE, drift / RECOVERY)) };
	return { do: 'rate', rate: Math.max(SLOWEST, Math.min(FASTEST, 1 - drift / QUICK)) };
};

/** What candidates are brought to, so that the louder one doesn't win: LUFS. */
export const LISTENING_LEVEL = -16;

/**
 * Factor that brings a song to the listening level without ever clipping.
 *
 * @param loudness - integrated loudness in LUFS; null for silence
 * @param peak - largest sample of what will be played, in [0, 1] as a rule
 */
export const levelGain = (loudness: number | null, peak: number): number => {
	if (loudness === null) return 1;
	const wanted = 10 ** ((LISTENING_LEVEL - loudness) / 20);
	return peak > 0 ? Math.min(wanted, Math.max(1, 1 / peak), 1 / peak) : wanted;
};
