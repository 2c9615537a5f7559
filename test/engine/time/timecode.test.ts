import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rate } from '../../../engine/time/time.js';
import { parseTime } from '../../../engine/time/timecode.js';

const at = (numerator: number, denominator = 1): Rate => ({ numerator, denominator });

describe('a time is read as people write it', () => {
	test.each([
		['12', 12],
		['12.5', 12.5],
		['12.5s', 12.5],
		['1:02', 62],
		['01:02.5', 62.5],
		['1:02:03.25', 3723.25],
		['00:01:02:12', 62.48],
	])('%s at 25 frames a second is %d s', (text, seconds) => {
		expect(parseTime(text, at(25))).toBeCloseTo(seconds, 12);
	});

	test.each(['', 'soon', '-3', '1:60', '1:2:3:4:5', '00:00:00:25', '1e9', '0x10', '00:61:00:00', 'NaN', '::'])(
		'%j is no time',
		text => expect(parseTime(text, at(25))).toBeNull(),
	);
});

test('an hour of timecode at 24000/1001 lasts 3603.6 s', () => {
	expect(parseTime('01:00:00:00', at(24_000, 1001))).toBeCloseTo(3603.6, 9);
});

test('an hour of drop-frame timecode at 30000/1001 lasts an hour to within 4 ms', () => {
	// SMPTE ST 12-1: 107,892 frames.
	expect(parseTime('01:00:00;00', at(30_000, 1001))).toBeCloseTo((107_892 * 1001) / 30_000, 9);
});

test('drop-frame numbers that do not exist are refused, as is drop-frame at a rate without it', () => {
	expect(parseTime('00:01:00;01', at(30_000, 1001))).toBeNull();
	expect(parseTime('00:01:00;03', at(60_000, 1001))).toBeNull();
	expect(parseTime('00:10:00;00', at(30_000, 1001))).not.toBeNull();
	expect(parseTime('00:00:10;00', at(25))).toBeNull();
});

test('counting through drop-frame timecodes gives every frame once, in order', () => {
	let frame = 0;
	for (let minute = 0; minute < 21; minute++) {
		for (let second = 0; second < 60; second++) {
			for (let number = 0; number < 30; number++) {
				if (minute % 10 !== 0 && second === 0 && number < 2) continue;
				const text = `00:${two(minute)}:${two(second)};${two(number)}`;
				const seconds = parseTime(text, at(30_000, 1001)) ?? Number.NaN;
				if (Math.abs((seconds * 30_000) / 1001 - frame) > 1e-6) throw new Error(`${text} is not frame ${frame}`);
				frame++;
			}
		}
	}
	expect(frame).toBe(17_982 * 2 + 1800);
});

test('no text makes a time that is negative or infinite', () => {
	fc.assert(
		fc.property(fc.string(), text => {
			const seconds = parseTime(text, at(25));
			expect(seconds === null || (Number.isFinite(seconds) && seconds >= 0)).toBe(true);
		}),
		{ seed: 20_261_124 },
	);
});

const two = (n: number): string => String(n).padStart(2, '0');
