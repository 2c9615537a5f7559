import { expect, test } from 'vitest';
import { parseTime } from '../../../engine/time/timecode.js';
import { clock, counted, fineClock, lastPart, roughly, timecode } from '../../../panel/state/words.js';

test('clocks read as people write them', () => {
	expect([0, 59.9, 83.4, 3723].map(clock)).toEqual(['0:00', '0:59', '1:23', '1:02:03']);
	expect([83.46, 59.97].map(fineClock)).toEqual(['1:23.5', '1:00.0']);
});

test.each([
	[24, 1],
	[24000, 1001],
	[25, 1],
	[30000, 1001],
	[60, 1],
])('a frame’s own start reads as that frame at %d/%d, and is read back as it', (numerator, denominator) => {
	const rate = { numerator, denominator };
	for (let frame = 0; frame < 200_000; frame += 97) {
		const start = (frame * denominator) / numerator;
		expect(parseTime(timecode(start, rate), rate)).toBeCloseTo(start, 9);
	}
});

test('timecode has hours, minutes, seconds and frames', () => {
	expect(timecode(83.5, { numerator: 24, denominator: 1 })).toBe('00:01:23:12');
	expect(timecode(0.999999999, { numerator: 24, denominator: 1 })).toBe('00:00:01:00');
});

test('lengths are told roughly', () => {
	expect([0.2, 50, 89, 91, 840, 3600, 5400].map(roughly)).toEqual([
		'1 s',
		'50 s',
		'89 s',
		'2 min',
		'14 min',
		'1 h',
		'1 h 30 min',
	]);
});

test('counts have their word and their commas', () => {
	expect([counted(1, 'file'), counted(2314, 'track')]).toEqual(['1 file', '2,314 tracks']);
});

test('the last part of a path is found on every system', () => {
	expect(['/music/Stock/', 'C:\\Music\\Stock', 'Stock', '/'].map(lastPart)).toEqual(['Stock', 'Stock', 'Stock', '/']);
});
