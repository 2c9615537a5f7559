import type { Rate } from '../time/time.js';
import { type EdlEvent, type EdlRemark, parseEdl } from './edl-events.js';
import { decimalFraction, type Fraction, fraction, minus, ONE, over, plus, times } from './fraction.js';
import { clipOf, type Piece } from './pieces.js';
import { blend, exactRange, markersInOrder, secondsOf } from './rates.js';
import { canDropFrames, frameOf, nominalRate } from './timecode.js';
import type { Marker, Source, Timeline, Track, Transition } from './timeline.js';
import { quoted, unreadable } from './unreadable.js';

/**
 * Reads an edit decision list (CMX 3600). A list does not state its frame rate: without one given it is 29.97 where it
 * counts drop-frame, else the lowest of 24, 25, 30, 50, 60 that all its timecodes fit. The first record timecode is the
 * timeline's start.
 *
 * @throws EngineError 'timeline-unreadable'
 */
export const readEdl = (text: string, rate?: Rate): Timeline => {
	const { title, events } = parseEdl(text);
	const counting = rate ?? likelyRate(events);
	const placed = inRecordTime(events, counting);
	const start = placed.reduce((first, { recordIn }) => Math.min(first, recordIn), Number.POSITIVE_INFINITY);
	const names = [...new Set(placed.flatMap(({ channels }) => channels))];
	const trackNamed = (name: string) => readTrack(name, placed, start, counting);
	const byNumber = (a: string, b: string) => Number(a.slice(1) || 1) - Number(b.slice(1) || 1);
	const tracks = (kind: string) =>
		names
			.filter(name => name.startsWith(kind))
			.sort(byNumber)
			.map(trackNamed);
	const end = placed.reduce((last, { recordOut }) => Math.max(last, recordOut), start);
	return {
		name: title,
		rate: counting,
		rateKnown: rate !== undefined,
		dropFrame: placed[0]!.dropFrame,
		startFrame: start,
		duration: end - start,
		videoTracks: tracks('V'),
		audioTracks: tracks('A'),
		markers: markersInOrder(placed.flatMap(event => markersOf(event, start, counting))),
	};
};

/** An event whose timecodes are frame numbers. */
type PlacedEvent = Omit<EdlEvent, 'sourceIn' | 'sourceOut' | 'recordIn' | 'recordOut' | 'dropFrame'> & {
	readonly sourceIn: number;
	readonly recordIn: number;
	readonly recordOut: number;
	readonly dropFrame: boolean;
};

const inRecordTime = (events: readonly EdlEvent[], rate: Rate): PlacedEvent[] => {
	// Without an FCM line a semicolon says it.
	const drops = ({ dropFrame, recordIn }: EdlEvent) => canDropFrames(rate) && (dropFrame ?? recordIn.includes(';'));
	const at = (event: EdlEvent, timecode: string) => frameNumber(timecode, rate, drops(event), event.line);
	const start = at(events[0]!, events[0]!.recordIn);
	return events.map(event => {
		// A list that runs over midnight starts again at zero.
		const day = at(event, '24:00:00:00');
		const [recordIn, recordOut] = [event.recordIn, event.recordOut].map(timecode => {
			const frame = at(event, timecode);
			return start - frame > day / 2 ? frame + day : frame;
		}) as [number, number];
		if (recordOut < recordIn) throw unreadable(`The event in line ${event.line} of the EDL ends before it starts.`);
		// Overlays are shown above what they are laid over.
		const isKey = event.transition.kind === 'key';
		const channels = isKey ? event.channels.map(channel => (channel === 'V' ? 'V2' : channel)) : event.channels;
		return { ...event, channels, dropFrame: drops(event), sourceIn: sourceFrame(event, rate), recordIn, recordOut };
	});
};

/** A source may count at a higher rate than the list; then it is the list's frame at that time. */
const sourceFrame = (event: EdlEvent, rate: Rate): number => {
	const drops = canDropFrames(rate) && (event.sourceIn.includes(';') || (event.dropFrame ?? false));
	const nominal = nominalRate(rate);
	const counted = frameOf(event.sourceIn, rate, drops);
	if (counted !== null) return counted;
	for (const count of COUNTS.filter(higher => higher > nominal)) {
		const frame = frameOf(event.sourceIn, { numerator: count, denominator: 1 }, false);
		if (frame !== null) return Math.floor((frame * nominal) / count);
	}
	return frameNumber(event.sourceIn, rate, drops, event.line);
};

const frameNumber = (timecode: string, rate: Rate, dropFrame: boolean, line: number): number => {
	const frame = frameOf(timecode, rate, dropFrame);
	if (frame === null) {
		const counted = dropFrame ? 'drop-frame' : 'whole';
		throw unreadable(
			`Line ${line} of the EDL has the timecode ${timecode}, which the ${counted} count of ${nominalRate(rate)} frames a second does not have.`,
		);
	}
	return frame;
};

const COUNTS = [24, 25, 30, 50, 60];

const likelyRate = (events: readonly EdlEvent[]): Rate => {
	const drops = events.some(event => event.dropFrame ?? event.recordIn.includes(';'));
	const highest = events
		.flatMap(({ sourceIn, sourceOut, recordIn, recordOut }) => [sourceIn, sourceOut, recordIn, recordOut])
		.reduce((most, timecode) => Math.max(most, Number(timecode.split(/[:;.,]/)[3])), 0);
	if (drops) return { numerator: highest < 30 ? 30_000 : 60_000, denominator: 1001 };
	return { numerator: COUNTS.find(count => highest < count) ?? 120, denominator: 1 };
};

/** One channel's events in the order of the list, each beginning where its dissolve, if any, reaches its middle. */
const readTrack = (name: string, events: readonly PlacedEvent[], start: number, rate: Rate): Track => {
	const pieces: Piece[] = [];
	const transitions: Transition[] = [];
	const seconds = (frames: number) => secondsOf(fraction(frames), rate);
	for (const event of events) {
		if (!event.channels.includes(name) || event.recordOut === event.recordIn) continue;
		const source = sourceOf(event);
		const at = seconds(event.recordIn - start);
		const end = seconds(event.recordOut - start);
		const speed = speedOf(event, rate);
		let begins = at;
		if (event.transition.frames > 0) {
			const transition = blend(event.transition.kind, at, seconds(event.transition.frames), rate);
			transitions.push({ ...transition, name: event.transition.code });
			const before = pieces.at(-1);
			const meets = before && minus(plus(before.start, before.duration), at).numerator === 0n;
			// A fade from or to black belongs to the clip alone, so it has all of the blend.
			const until = source ? transition.centre : transition.centre + transition.outOffset;
			if (meets) pieces[pieces.length - 1] = { ...before, duration: minus(seconds(until), before.start) };
			if (meets && source) begins = seconds(transition.centre);
		}
		if (!source || minus(end, begins).numerator <= 0n) continue;
		const length = minus(end, at);
		const first = seconds(event.sourceIn);
		const from = speed.numerator < 0n ? minus(first, times(length, speed)) : first;
		const shifted = plus(from, times(minus(begins, at), speed));
		pieces.push({
			name: nameOf(event),
			start: begins,
			duration: minus(end, begins),
			source,
			from: shifted,
			speed,
			sourceRate: rate,
			enabled: true,
		});
	}
	return { name, enabled: true, clips: pieces.map(piece => clipOf(piece, rate)), transitions };
};

/** Nothing for black. */
const sourceOf = (event: PlacedEvent): Source | null => {
	if (/^(BL|BLACK|BLK)$/i.test(event.reel)) return null;
	const name = nameOf(event);
	if (/^BARS?$/i.test(event.reel)) return { kind: 'generator', name: name || event.reel, seeThrough: false };
	const url = remark(event, event.transition.frames > 0 ? TO_FILE : FROM_FILE) ?? remark(event, FROM_FILE);
	return url === undefined
		? { kind: 'offline', name: name || event.reel }
		: { kind: 'media', url, name, available: null };
};

const FROM_FILE = ['FROM CLIP', 'FROM FILE', 'SOURCE FILE', 'MEDIA FILE', 'SOURCE FILE PATH'];
const TO_FILE = ['TO CLIP', 'TO FILE'];

const nameOf = (event: PlacedEvent): string =>
	(event.transition.frames > 0 ? remark(event, ['TO CLIP NAME']) : undefined) ??
	remark(event, ['FROM CLIP NAME', 'CLIP NAME']) ??
	event.reel;

const remark = (event: PlacedEvent, keys: readonly string[]): string | undefined => {
	for (const key of keys) {
		const found = event.remarks.find((candidate: EdlRemark) => candidate.key === key && candidate.value !== '');
		if (found) return found.value;
	}
	return undefined;
};

/** Source time a second, from the frames a second that an M2 line gives. */
const speedOf = (event: PlacedEvent, rate: Rate): Fraction => {
	if (event.motion === null) return ONE;
	const frames = decimalFraction(event.motion);
	if (!frames)
		throw unreadable(`The event in line ${event.line} of the EDL runs at ${quoted(event.motion)} frames a second.`);
	return over(frames, fraction(nominalRate(rate)));
};

/** `* LOC: 01:00:01:00 RED  name` */
const markersOf = (event: PlacedEvent, start: number, rate: Rate): Marker[] =>
	event.remarks
		.filter(({ key }) => key === 'LOC')
		.flatMap(({ value }) => {
			const match = /^(\d+[:;.,]\d+[:;.,]\d+[:;.,]\d+)\s*(?:\S+(?:\s+|$))?(.*)$/.exec(value);
			const frame = match && frameOf(match[1]!, rate, event.dropFrame);
			if (!match || frame === null) return [];
			const range = exactRange(
				secondsOf(fraction(frame - start), rate),
				secondsOf(fraction(0), rate),
				rate,
				'A marker',
			);
			return [{ name: match[2]!, range }];
		});
