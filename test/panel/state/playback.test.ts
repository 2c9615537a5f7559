import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	correction,
	endAfter,
	LISTENING_LEVEL,
	levelGain,
	positionAt,
	type Running,
	startingPoint,
	stretchFrom,
} from '../../../panel/state/playback.js';

const film = { numerator: 24, denominator: 1 };
const frame = 1 / 24;
const run = (more: Partial<Running> = {}): Running => ({
	state: 'running',
	clock: 100,
	at: 4,
	range: { start: 2, end: 12 },
	loop: false,
	...more,
});

describe('positions', () => {
	test('a stopped cut stays where it is', () => {
		expect(positionAt({ state: 'stopped', at: 3 }, 1000)).toBe(3);
	});

	test('a running cut waits for its start, runs with the clock and stays on its end', () => {
		expect([90, 100, 103, 108, 500].map(clock => positionAt(run(), clock))).toEqual([4, 4, 7, 12, 12]);
	});

	test('a loop goes from its end to its start, pass after pass', () => {
		expect([107.5, 108, 109, 118, 128].map(clock => positionAt(run({ loop: true }), clock))).toEqual([
			11.5, 2, 3, 2, 2,
		]);
	});

	test('the end of a pass is where the position wraps', () => {
		expect(endAfter(run(), 100)).toBe(108);
		expect(endAfter(run({ loop: true }), 108)).toBe(118);
		expect(endAfter(run({ loop: true }), 117.9)).toBe(118);
	});

	test('a looping position never leaves its range', () => {
		const inside = fc.double({ min: 0, max: 1e5, noNaN: true });
		fc.assert(
			fc.property(inside, fc.double({ min: 0.1, max: 100, noNaN: true }), (elapsed, length) => {
				const range = { start: 2, end: 2 + length };
				const position = positionAt(run({ loop: true, at: 2, range }), 100 + elapsed);
				return position >= range.start && position <= range.end;
			}),
			{ seed: 1 },
		);
	});

	test('playing begins where the cut stands, and from the start where that is outside or the very end', () => {
		const range = { start: 2, end: 12 };
		expect([0, 2, 7, 11.99, 12, 40].map(at => startingPoint(at, range, film))).toEqual([2, 2, 7, 2, 2, 2]);
	});
});

describe('the crop under the cut', () => {
	const placement = { range: { start: 10, end: 20 }, crop: { start: 60, end: 68 } };

	test('the crop begins with its range', () => {
		expect(stretchFrom(placement, 10)).toEqual({ wait: 0, offset: 0, duration: 8 });
	});

	test('from the middle the song is as far in as the picture', () => {
		expect(stretchFrom(placement, 13)).toEqual({ wait: 0, offset: 3, duration: 5 });
	});

	test('before its range the crop waits, after a crop that is shorter than its range nothing plays', () => {
		expect(stretchFrom(placement, 7)).toEqual({ wait: 3, offset: 0, duration: 8 });
		expect(stretchFrom(placement, 18)).toBeNull();
	});
});

describe('keeping the picture with the sound', () => {
	test('a tenth of a frame is let be, either way', () => {
		expect(correction(frame / 10, film)).toEqual({ do: 'nothing' });
		expect(correction(-frame / 10, film)).toEqual({ do: 'nothing' });
	});

	test('a picture ahead is slowed, one behind is hurried: gently below half a frame, at once above', () => {
		expect(correction(frame / 2, film)).toEqual({ do: 'rate', rate: 1 - 0.04 });
		expect(correction(0.5, film)).toEqual({ do: 'rate', rate: 0.1 });
		expect(correction(-0.4, film)).toEqual({ do: 'rate', rate: 2.5 });
		const behind = correction(-0.012, film);
		expect(behind.do === 'rate' && behind.rate).toBeCloseTo(1.024, 9);
	});

	test('a picture far off is sent there', () => {
		expect(correction(1.1, film)).toEqual({ do: 'seek' });
		expect(correction(-0.6, film)).toEqual({ do: 'seek' });
	});

	test.each([0.5, 0.25, 0.1, -0.1, -0.25, -0.45])(
		'%s s off after a busy moment it is back within a frame in 0.2 s beyond those, without swinging to the other side',
		off => {
			let drift = off;
			// A browser takes a look's time to follow.
			let speeds = [1, 1];
			let backAfter = 0;
			for (let time = 0; time < 3; time += 0.04) {
				const step = correction(drift, film);
				speeds = [speeds[1]!, step.do === 'rate' ? step.rate : 1];
				drift += 0.04 * (speeds[0]! - 1);
				if (Math.abs(drift) > frame) backAfter = time + 0.04;
				expect(drift * Math.sign(off)).toBeGreaterThan(-frame / 2);
			}
			expect(backAfter).toBeLessThan(Math.abs(off) + 0.2);
			expect(Math.abs(drift)).toBeLessThan(frame / 5);
		},
	);

	test('a picture that runs one in two hundred fast stays within a frame for a minute', () => {
		let picture = 0;
		let speed = 1;
		let worst = 0;
		for (let sound = 0; sound < 60; sound += 0.04) {
			const step = correction(picture - sound, film);
			speed = step.do === 'rate' ? step.rate : 1;
			picture += 0.04 * speed * 1.005;
			worst = Math.max(worst, Math.abs(picture - (sound + 0.04)));
		}
		expect(worst).toBeLessThan(frame / 2);
	});
});

describe('levels', () => {
	test('songs come to one loudness', () => {
		expect(levelGain(LISTENING_LEVEL, 0.5)).toBe(1);
		expect(levelGain(-10, 1)).toBeCloseTo(10 ** (-6 / 20), 9);
		expect(levelGain(-22, 0.3)).toBeCloseTo(10 ** (6 / 20), 9);
	});

	test('a soft song is raised only as far as its peak allows, silence not at all', () => {
		expect(levelGain(-30, 0.8)).toBeCloseTo(1.25, 9);
		expect(levelGain(null, 0)).toBe(1);
	});

	test('nothing clips, whatever a file says of itself', () => {
		const loudness = fc.double({ min: -70, max: 0, noNaN: true });
		fc.assert(
			fc.property(
				loudness,
				fc.double({ min: 0.001, max: 2, noNaN: true }),
				(lufs, peak) => levelGain(lufs, peak) * peak <= 1 + 1e-9,
			),
			{ seed: 1 },
		);
	});
});
