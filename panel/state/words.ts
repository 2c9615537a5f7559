import type { Rate, Seconds } from '../../engine/time/time.js';

/** 83.4 → 1:23, 3723 → 1:02:03 */
export const clock = (time: Seconds): string => {
	const whole = Math.floor(Math.max(0, time));
	const seconds = String(whole % 60).padStart(2, '0');
	const minutes = Math.floor(whole / 60) % 60;
	const hours = Math.floor(whole / 3600);
	return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
};

/** A clock with tenths, for points that were chosen by hand: 83.46 → 1:23.5 */
export const fineClock = (time: Seconds): string => {
	const tenths = Math.round(Math.max(0, time) * 10);
	return `${clock(tenths / 10)}.${tenths % 10}`;
};

/**
 * Timecode without dropped numbers: 83.5 s at 24 frames a second → 00:01:23:12, the frame that is shown at `time`. As in
 * editing programs it counts whole frames at the nearest whole rate, so at 24000/1001 an hour of it lasts 3603.6 s.
 */
export const timecode = (time: Seconds, rate: Rate): string => {
	// A frame's own start, rounded by the trip through seconds, must not fall into the frame before it.
	const frame = Math.floor((Math.max(0, time) * rate.numerator) / rate.denominator + 1e-6);
	const perSecond = Math.round(rate.numerator / rate.denominator);
	const seconds = Math.floor(frame / perSecond);
	const fields = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, frame % perSecond];
	return fields.map(field => String(field).padStart(2, '0')).join(':');
};

/** Roughly how long: 50 → 50 s, 840 → 14 min, 5400 → 1 h 30 min */
export const roughly = (time: Seconds): string => {
	if (time < 90) return `${Math.max(1, Math.round(time))} s`;
	const minutes = Math.round(time / 60);
	if (minutes < 60) return `${minutes} min`;
	const rest = minutes % 60;
	return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
};

/** 2314 → 2,314 */
export const grouped = (n: number): string => n.toLocaleString('en-GB');

export const counted = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The last part of a path of any system. */
export const lastPart = (path: string): string => path.split(/[/\\]/).findLast(part => part !== '') ?? path;
