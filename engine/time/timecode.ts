import type { Rate, Seconds } from './time.js';

/**
 * Reads a time as people write it: seconds (`12.5`, `12.5s`), a clock (`1:02`, `1:02:03.5`), or a timecode whose last
 * field counts frames (`00:01:02:12`; with `;` before the frames, drop-frame).
 *
 * A timecode counts whole frames at the nearest whole rate, so at 24000/1001 one hour of timecode is 3603.6 s. Drop-frame
 * leaves out two numbers (four at 60) at each minute but every tenth: SMPTE ST 12-1.
 *
 * @returns null where the text is none of these
 */
export const parseTime = (text: string, rate: Rate): Seconds | null => {
	const trimmed = text.trim();
	const plain = /^(\d+(?:\.\d+)?)s?$/.exec(trimmed);
	if (plain) return Number(plain[1]);

	const clock = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(trimmed);
	if (clock) {
		const [hours, minutes, seconds] = [Number(clock[1] ?? 0), Number(clock[2]), Number(clock[3])];
		return minutes < 60 && seconds < 60 ? 3600 * hours + 60 * minutes + seconds : null;
	}

	const timecode = /^(\d{1,2}):(\d{2}):(\d{2})([:;])(\d{2,3})$/.exec(trimmed);
	if (!timecode) return null;
	const [hours, minutes, seconds, frames] = [1, 2, 3, 5].map(group => Number(timecode[group]));
	const nominal = Math.round(rate.numerator / rate.denominator);
	if (minutes! >= 60 || seconds! >= 60 || frames! >= nominal) return null;
	const totalMinutes = 60 * hours! + minutes!;
	const counted = (60 * totalMinutes + seconds!) * nominal + frames!;
	const dropped = timecode[4] === ';' ? droppedBefore(totalMinutes, seconds!, frames!, nominal) : 0;
	return dropped === null ? null : ((counted - dropped) * rate.denominator) / rate.numerator;
};

/** Frame numbers left out before a drop-frame timecode; null where the timecode itself is one of those, or no such rate. */
const droppedBefore = (minutes: number, seconds: number, frames: number, nominal: number): number | null => {
	if (nominal % 30 !== 0) return null;
	const perMinute = nominal / 15;
	if (minutes % 10 !== 0 && seconds === 0 && frames < perMinute) return null;
	return perMinute * (minutes - Math.floor(minutes / 10));
};
