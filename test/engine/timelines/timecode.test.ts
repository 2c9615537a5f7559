import { expect, test } from 'vitest';
import { canDropFrames, frameOf, timecodeOf } from '../../../engine/timelines/timecode.js';
import { GOLDEN, jsonIn } from './golden-files.js';

const rateOf = (numerator: number, denominator = 1) => ({ numerator, denominator });

/** Counts labels as SMPTE ST 12-1 tells a generator to: one after the other, leaving some out at a new minute. */
function* labels(nominal: number, drops: boolean): Generator<[number, number, number, number]> {
	for (let hour = 0; hour < 24; hour++) {
		for (let minute = 0; minute < 60; minute++) {
			for (let second = 0; second < 60; second++) {
				const skipped = drops && second === 0 && minute % 10 !== 0 ? nominal / 15 : 0;
				for (let frame = skipped; frame < nominal; frame++) yield [hour, minute, second, frame];
			}
		}
	}
}

const two = (value: number) => String(value).padStart(2, '0');

test.each([
	['29.97 drop-frame', rateOf(30_000, 1001), true, 2_589_408],
	['59.94 drop-frame', rateOf(60_000, 1001), true, 5_178_816],
	['23.976', rateOf(24_000, 1001), false, 2_073_600],
	['29.97 non-drop', rateOf(30_000, 1001), false, 2_592_000],
	['25', rateOf(25), false, 2_160_000],
] as const)('over a whole day at %s every label names its frame and every frame its label', (_, rate, drops, day) => {
	const nominal = Math.round(rate.numerator / rate.denominator);
	let frame = 0;
	let wrong = 0;
	for (const [hour, minute, second, label] of labels(nominal, drops)) {
		// All of them around each minute, where labels are left out, and a seventh of the others.
		if (second === 0 || second === 59 || frame % 7 === 0) {
			const timecode = `${two(hour)}:${two(minute)}:${two(second)}${drops ? ';' : ':'}${two(label)}`;
			if (timecodeOf(frame, rate, drops) !== timecode || frameOf(timecode, rate, drops) !== frame) wrong++;
		}
		frame++;
	}
	expect({ wrong, frames: frame }).toEqual({ wrong: 0, frames: day });
});

test('labels that drop-frame leaves out name no frame, and without drop-frame they do', () => {
	const rate = rateOf(30_000, 1001);
	expect(frameOf('00:01:00;00', rate, true)).toBeNull();
	expect(frameOf('00:01:00;01', rate, true)).toBeNull();
	expect(frameOf('00:01:00;02', rate, true)).toBe(1800);
	expect(frameOf('00:10:00;00', rate, true)).toBe(17_982);
	expect(frameOf('00:01:00:00', rate, false)).toBe(1800);
	expect(frameOf('00:01:00;03', rateOf(60_000, 1001), true)).toBeNull();
});

test('what is no timecode names no frame', () => {
	for (const text of ['', '1:2:3', '00:60:00:00', '00:00:60:00', '00:00:00:25', 'aa:bb:cc:dd', '00:00:00:00:00']) {
		expect(frameOf(text, rateOf(25), false)).toBeNull();
	}
});

test('only 30000/1001 and its multiples can drop frames', () => {
	expect([rateOf(30_000, 1001), rateOf(60_000, 1001), rateOf(120_000, 1001)].every(canDropFrames)).toBe(true);
	expect([rateOf(24_000, 1001), rateOf(30), rateOf(25), rateOf(60)].some(canDropFrames)).toBe(false);
	expect(() => timecodeOf(0, rateOf(25), true)).toThrow(RangeError);
	expect(() => timecodeOf(0.5, rateOf(25), false)).toThrow(RangeError);
});

test('timecodes are those that OpenTimelineIO gives', () => {
	type Truth = Record<
		string,
		{ rate: [number, number]; dropFrame: boolean; startFrame: number; starts: number[]; recordTimecodes: string[] }
	>;
	for (const { rate, dropFrame, startFrame, starts, recordTimecodes } of Object.values(
		jsonIn<Truth>(GOLDEN, 'rates/truth.json'),
	)) {
		const made = starts.map(start => timecodeOf(startFrame + start, rateOf(...rate), dropFrame));
		expect(made).toEqual(recordTimecodes);
	}
});
