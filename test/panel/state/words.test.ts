import { expect, test } from 'vitest';
import { clock, counted, fineClock, frameClock, lastPart, roughly } from '../../../panel/state/words.js';

test('clocks read as people write them', () => {
	expect([0, 59.9, 83.4, 3723].map(clock)).toEqual(['0:00', '0:59', '1:23', '1:02:03']);
	expect([83.46, 59.97].map(fineClock)).toEqual(['1:23.5', '1:00.0']);
});

test('a frame’s own start reads as that frame, at whole and at fractional rates', () => {
	for (const rate of [
		{ numerator: 24, denominator: 1 },
		{ numerator: 24000, denominator: 1001 },
	]) {
		const perSecond = rate.numerator / rate.denominator;
		const texts = Array.from({ length: 3000 }, (_, frame) => frameClock(frame / perSecond, rate));
		expect(new Set(texts).size).toBe(3000);
	}
	expect(frameClock(83.5, { numerator: 24, denominator: 1 })).toBe('1:23:12');
	expect(frameClock(0.999999999, { numerator: 24, denominator: 1 })).toBe('0:01:00');
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
