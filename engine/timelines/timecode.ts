import type { Rate } from '../time/time.js';

/**
 * A frame number as timecode, `hh:mm:ss:ff`, with `;` before the frames where it is drop-frame. Hours go on past 23.
 * Drop-frame leaves out two labels (four at 60) at each minute but every tenth: SMPTE ST 12-1.
 *
 * @param frame - whole, ≥ 0
 * @throws RangeError for another frame number, or drop-frame at a rate that has none
 */
export const timecodeOf = (frame: number, rate: Rate, dropFrame: boolean): string => {
	if (!Number.isSafeInteger(frame) || frame < 0) throw new RangeError(`frame must be whole and ≥ 0, not ${frame}.`);
	const nominal = nominalRate(rate);
	const label = dropFrame ? labelOf(frame, droppedEachMinute(nominal), nominal) : frame;
	const seconds = Math.floor(label / nominal);
	const field = (value: number, width = 2) => String(value).padStart(width, '0');
	const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(value => field(value));
	return `${clock.join(':')}${dropFrame ? ';' : ':'}${field(label % nominal, nominal > 100 ? 3 : 2)}`;
};

/**
 * The frame number of a timecode. Whether it drops frames is said by the caller, since files state it apart; the
 * separators may be any of `: ; . ,`.
 *
 * @returns null where it is none, or a label that the count leaves out
 */
export const frameOf = (timecode: string, rate: Rate, dropFrame: boolean): number | null => {
	const match = /^(\d{1,3})[:;.,](\d{1,2})[:;.,](\d{1,2})[:;.,](\d{1,3})$/.exec(timecode.trim());
	if (!match) return null;
	const [hours, minutes, seconds, frames] = match.slice(1).map(Number) as [number, number, number, number];
	const nominal = nominalRate(rate);
	if (minutes >= 60 || seconds >= 60 || frames >= nominal) return null;
	const totalMinutes = 60 * hours + minutes;
	const label = (60 * totalMinutes + seconds) * nominal + frames;
	if (!dropFrame) return label;
	const perMinute = droppedEachMinute(nominal);
	if (minutes % 10 !== 0 && seconds === 0 && frames < perMinute) return null;
	return label - perMinute * (totalMinutes - Math.floor(totalMinutes / 10));
};

/** Whether a rate has a drop-frame count: 30000/1001 and its multiples. */
export const canDropFrames = (rate: Rate): boolean =>
	rate.denominator !== 1 &&
	nominalRate(rate) % 30 === 0 &&
	rate.numerator * 1001 === nominalRate(rate) * 1000 * rate.denominator;

/** Frames that timecode counts in a second: 24 at 24000/1001. */
export const nominalRate = (rate: Rate): number => Math.round(rate.numerator / rate.denominator);

const droppedEachMinute = (nominal: number): number => {
	if (nominal % 30 !== 0) throw new RangeError(`There is no drop-frame timecode at ${nominal} frames a second.`);
	return nominal / 15;
};

/** The label of a frame, as a frame number of the count that leaves none out. */
const labelOf = (frame: number, perMinute: number, nominal: number): number => {
	const shortMinute = 60 * nominal - perMinute;
	const tenMinutes = 10 * shortMinute + perMinute;
	const tens = Math.floor(frame / tenMinutes);
	// Of ten minutes the first is a full one.
	const within = (frame % tenMinutes) - perMinute;
	return frame + perMinute * (9 * tens + Math.max(0, Math.floor(within / shortMinute)));
};
