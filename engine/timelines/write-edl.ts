import { nearestUnit, type Rate, toSeconds } from '../time/time.js';
import { readEdl } from './edl.js';
import { parseEdl } from './edl-events.js';
import { baseName } from './media-address.js';
import {
	checkPlacement,
	isFree,
	type MusicPlacement,
	type PlacedMusic,
	refuseOccupied,
	soundingOf,
} from './music-placement.js';
import { timecodeOf } from './timecode.js';

/** What an event's track field may say, and the tracks it means. CMX 3600 has four; the upper two need a line of their own. */
const CHANNELS = [
	{ name: 'AA', tracks: ['A1', 'A2'], field: 'AA', more: null },
	{ name: 'A3/4', tracks: ['A3', 'A4'], field: 'NONE', more: 'AUD   3    4' },
	{ name: 'A', tracks: ['A1'], field: 'A', more: null },
	{ name: 'A2', tracks: ['A2'], field: 'A2', more: null },
] as const;

/**
 * Puts music into an edit decision list as one event at its end; what is there stays as it is. A list knows no files, so
 * the path is a remark. The crop begins and ends at the frames nearest to its own ends.
 *
 * @param rate - frames a second, which a list does not state; see {@link readEdl}
 * @throws EngineError 'timeline-unreadable'; 'track-busy' where the named track, or every pair of tracks, is occupied
 */
export const writeEdlMusic = (text: string, placement: MusicPlacement, rate?: Rate): PlacedMusic => {
	checkPlacement(placement);
	const timeline = readEdl(text, rate);
	const { events } = parseEdl(text);
	const { crop, path, name, at, track } = placement;
	const sounding = soundingOf(placement, timeline);
	const isOpen = (needed: readonly string[]) =>
		timeline.audioTracks.every(
			({ name: taken, ...rest }) => !needed.includes(taken) || isFree({ name: taken, ...rest }, sounding),
		);
	const free = CHANNELS.filter(({ tracks }) => isOpen(tracks));
	const wanted = track?.toUpperCase().replace(/^A1$/, 'A') ?? null;
	const channel = wanted === null ? free[0] : free.find(candidate => candidate.name === wanted);
	if (!channel) return refuseOccupied(track ?? 'of every number', placement, timeline);

	const frames = (units: number) => nearestUnit(toSeconds(units, crop.rate), timeline.rate);
	const [from, to] = [frames(crop.start), Math.max(frames(crop.start) + 1, frames(crop.start + crop.duration))];
	const record = timeline.startFrame + at;
	const times = [from, to, record, record + to - from].map(frame =>
		timecodeOf(frame, timeline.rate, timeline.dropFrame),
	);
	const last = events.reduce((highest, { number }) => Math.max(highest, Number(number)), 0);
	const number = String(last + 1).padStart(events[0]!.number.length, '0');
	const counts = events.at(-1)!.dropFrame;
	const lines = [
		...(counts !== null && counts !== timeline.dropFrame
			? [`FCM: ${timeline.dropFrame ? 'DROP FRAME' : 'NON-DROP FRAME'}`]
			: []),
		`${number}  AX       ${channel.field.padEnd(5)} C        ${times.join(' ')}`,
		...(channel.more === null ? [] : [channel.more]),
		`* FROM CLIP NAME:  ${oneLine(name)}`,
		`* SOURCE FILE: ${oneLine(baseName(path))}`,
		`* FROM CLIP: ${oneLine(path)}`,
	];
	const newline = text.includes('\r\n') ? '\r\n' : '\n';
	return { text: `${text.trimEnd()}${newline}${lines.join(newline)}${newline}`, track: channel.name };
};

const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim();
