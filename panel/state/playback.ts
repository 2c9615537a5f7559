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

/** Share of a frame that the picture may be off before it is nudged. */
const TOLERANCE = 0.1;
/** Frames off above which nudging would take too long. */
const LOST = 8;
/** The most that the picture's speed is changed while nobody would see that it is off, and where one would. */
const NUDGE = 0.04;
const PUSH = 0.15;
/** Seconds in which a nudge should have made up for what is off. */
const RECOVERY = 0.5;

/**
 * How the picture gets back to where the sound is.
 *
 * @param drift - seconds that the picture is ahead of the sound; negative where it is behind
 */
export const correction = (drift: Seconds, rate: Rate): Correction => {
	const frames = drift / toSeconds(1, rate);
	if (Math.abs(frames) > LOST) return { do: 'seek' };
	if (Math.abs(frames) <= TOLERANCE) return { do: 'nothing' };
	const most = Math.abs(frames) > 1 ? PUSH : NUDGE;
	return { do: 'rate', rate: 1 - Math.max(-most, Math.min(most, drift / RECOVERY)) };
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
