import { expect, test } from 'vitest';
import { readEdl } from '../../../engine/timelines/edl.js';
import { cutBoundaries, visiblePieces } from '../../../engine/timelines/visible-cut.js';

const RATE = { numerator: 25, denominator: 1 };
const read = (...lines: string[]) => readEdl(['TITLE: t', ...lines].join('\n'), RATE);
const frames = (timeline: ReturnType<typeof read>) => cutBoundaries(timeline).map(({ frame }) => frame);

const FIRST = '001  A001     V     C        00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00';
const SECOND = '002  B001     V     C        00:01:00:00 00:01:03:00 01:00:02:00 01:00:05:00';

test('events lie where their record times say, from the first of them', () => {
	const timeline = read(FIRST, '* FROM CLIP NAME: Ä first one', SECOND);
	expect(timeline).toMatchObject({ name: 't', startFrame: 90_000, duration: 125, rate: RATE });
	expect(
		timeline.videoTracks[0]!.clips.map(({ name, range, sourceRange }) => [name, range.start, sourceRange.start]),
	).toEqual([
		['Ä first one', 0, 250],
		['B001', 50, 1500],
	]);
	expect(frames(timeline)).toEqual([50]);
});

test('a dissolve’s clips meet at its centre, where the incoming source has run for half of it', () => {
	const timeline = read(
		FIRST,
		'002  A001     V     C        00:00:12:00 00:00:12:00 01:00:02:00 01:00:02:00',
		'002  B001     V     D    020 00:01:00:00 00:01:03:00 01:00:02:00 01:00:05:00',
		'* FROM CLIP NAME: one',
		'* TO CLIP NAME: two',
	);
	const [first, second] = timeline.videoTracks[0]!.clips;
	expect(first!.range).toMatchObject({ start: 0, duration: 60 });
	expect(second).toMatchObject({ name: 'two', range: { start: 60, duration: 65 }, sourceRange: { start: 1510 } });
	expect(timeline.videoTracks[0]!.transitions).toEqual([
		{ name: 'D', kind: 'dissolve', centre: 60, inOffset: 10, outOffset: 10 },
	]);
});

test('fades from and to black belong to the clip, and black is a gap', () => {
	const timeline = read(
		'001  BL       V     C        00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00',
		'001  A001     V     D    025 00:00:10:00 00:00:14:00 01:00:00:00 01:00:04:00',
		'002  A001     V     C        00:00:14:00 00:00:14:00 01:00:04:00 01:00:04:00',
		'002  BL       V     D    025 00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00',
		'003  B001     V     C        00:00:00:00 00:00:01:00 01:00:06:00 01:00:07:00',
	);
	expect(timeline.videoTracks[0]!.clips.map(({ range }) => [range.start, range.duration])).toEqual([
		[0, 125],
		[150, 25],
	]);
	expect(frames(timeline)).toEqual([125, 150]);
});

test('wipes are transitions too, and say which they are', () => {
	const timeline = read(FIRST, '002  B001     V     W001 010 00:01:00:00 00:01:03:00 01:00:02:00 01:00:05:00');
	expect(timeline.videoTracks[0]!.transitions).toMatchObject([{ kind: 'wipe', name: 'W001', centre: 55 }]);
});

test('M2 lines set the speed of the event with their reel: fast, backwards, held', () => {
	const at = (speed: string) =>
		read(FIRST, `M2   A001             ${speed}                00:00:10:00`).videoTracks[0]!.clips[0]!;
	expect(at('050.0')).toMatchObject({
		speed: { numerator: 2 },
		reversed: false,
		sourceRange: { start: 250, duration: 100 },
	});
	expect(at('-025.0')).toMatchObject({
		speed: { numerator: 1 },
		reversed: true,
		sourceRange: { start: 250, duration: 50 },
	});
	expect(at('000.0')).toMatchObject({ speed: { numerator: 0 }, sourceRange: { start: 250, duration: 0 } });
	expect(at('012.5').speed).toEqual({ numerator: 1, denominator: 2 });
});

test('tracks: pictures over pictures, sound on one, two, or those that an AUD line adds', () => {
	const timeline = read(
		FIRST,
		'002  B001     V2    C        00:01:00:00 00:01:01:00 01:00:00:12 01:00:01:12',
		'003  S001     AA    C        00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00',
		'004  S002     NONE  C        00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00',
		'AUD   3    4',
		'005  C001     B     C        00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00',
		'006  D001     AA/V  C        00:00:00:00 00:00:01:00 01:00:03:00 01:00:04:00',
	);
	expect(timeline.videoTracks.map(({ name, clips }) => [name, clips.length])).toEqual([
		['V', 3],
		['V2', 1],
	]);
	expect(timeline.audioTracks.map(({ name, clips }) => [name, clips.length])).toEqual([
		['A1', 3],
		['A2', 2],
		['A3', 1],
		['A4', 1],
	]);
	expect(frames(timeline)).toEqual([12, 37, 50, 75]);
});

test('remarks name the files; without one a clip is offline under its reel', () => {
	const timeline = read(
		FIRST,
		'* FROM CLIP NAME: one',
		'* SOURCE FILE: one.mov',
		'* FROM CLIP: /media/one.mov',
		SECOND,
	);
	expect(timeline.videoTracks[0]!.clips.map(({ source }) => source)).toEqual([
		{ kind: 'media', url: '/media/one.mov', name: 'one', available: null },
		{ kind: 'offline', name: 'B001' },
	]);
});

test('markers are counted from the start and named without their colour', () => {
	const timeline = read(FIRST, '* LOC: 01:00:01:05 RED     look here', '* LOC: 01:00:01:06 GREEN');
	expect(timeline.markers.map(({ name, range }) => [name, range.start])).toEqual([
		['look here', 30],
		['', 31],
	]);
});

test('reel names with spaces, lists of Windows and lists without a title are read', () => {
	const text = `001  MY LONG REEL V C 00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00\r\n\r\n${SECOND}\r\n`;
	const timeline = readEdl(text, RATE);
	expect(timeline.videoTracks[0]!.clips.map(({ name }) => name)).toEqual(['MY LONG REEL', 'B001']);
});

test('a list that runs over midnight goes on', () => {
	const timeline = read(
		'001  A001     V     C        00:00:10:00 00:00:12:00 23:59:59:00 00:00:01:00',
		'002  B001     V     C        00:00:10:00 00:00:12:00 00:00:01:00 00:00:03:00',
	);
	expect(frames(timeline)).toEqual([50]);
	expect(timeline.duration).toBe(100);
});

test('FCM lines change the count from where they stand', () => {
	const ntsc = { numerator: 30_000, denominator: 1001 };
	const timeline = readEdl('FCM: DROP FRAME\n001  A  V  C  00:01:00:02 00:01:01:02 01:00:00:00 01:00:01:00\n', ntsc);
	expect(timeline).toMatchObject({ dropFrame: true, startFrame: 107_892 });
	expect(timeline.videoTracks[0]!.clips[0]!.sourceRange.start).toBe(1800);
	const whole = readEdl('FCM: NON-DROP FRAME\n001  A  V  C  00:01:00:02 00:01:01:02 01:00:00:00 01:00:01:00\n', ntsc);
	expect(whole).toMatchObject({ dropFrame: false, startFrame: 108_000 });
});

test('a list without a rate has the lowest that its timecodes fit, and says that it is a guess', () => {
	const list = (frame: string) => `001  A  V  C  00:00:00:00 00:00:01:${frame} 00:00:00:00 00:00:01:${frame}\n`;
	const rates = ['10', '24', '29', '48', '59'].map(frame => readEdl(list(frame)));
	expect(rates.map(({ rate }) => rate.numerator)).toEqual([24, 25, 30, 50, 60]);
	expect(rates.some(({ rateKnown }) => rateKnown)).toBe(false);
});

test('a source that counts at a higher rate starts at the same time', () => {
	const timeline = read('001  A001     V     C        00:00:10:30 00:00:12:30 01:00:00:00 01:00:02:00');
	expect(timeline.videoTracks[0]!.clips[0]!.sourceRange.start).toBe(265);
});

test('pieces of a list start in the source’s own timecode', () => {
	expect(visiblePieces(read(FIRST))[0]!.sourceStart).toBe(10);
});
