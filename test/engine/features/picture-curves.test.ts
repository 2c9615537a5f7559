import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FrameStatistics, FrameStatisticsCollector } from '../../../engine/features/frame-statistics.js';
import { pictureCurves } from '../../../engine/features/picture-curves.js';

const PIXELS = 48 * 27;
const PAL = { numerator: 25, denominator: 1 };

const filled = (red: number, green: number, blue: number): Uint8Array =>
	Uint8Array.from({ length: PIXELS * 3 }, (_, i) => [red, green, blue][i % 3]!);

const grey = (level: number): Uint8Array => filled(level, level, level);

const statisticsOf = (frames: readonly Uint8Array[]): FrameStatistics => {
	const collector = new FrameStatisticsCollector(PIXELS);
	for (const frame of frames) collector.add(frame);
	return collector.statistics();
};

describe('frame statistics', () => {
	test('a grey frame has its level as brightness, and neither saturation nor contrast', () => {
		const { brightness, saturation, contrast, change } = statisticsOf([grey(51)]);
		expect(brightness[0]).toBeCloseTo(0.2, 6);
		expect(saturation[0]).toBe(0);
		expect(contrast[0]).toBeCloseTo(0, 6);
		expect(change[0]).toBe(0);
	});

	test('pure colours are fully saturated and as bright as Rec. 709 weighs them', () => {
		const { brightness, saturation } = statisticsOf([filled(255, 0, 0), filled(0, 255, 0), filled(0, 0, 255)]);
		expect([...saturation]).toEqual([1, 1, 1]);
		for (const [i, weight] of [0.2126, 0.7152, 0.0722].entries()) expect(brightness[i]).toBeCloseTo(weight, 6);
	});

	test('half black, half white has the greatest contrast', () => {
		const frame = grey(0).fill(255, 0, (PIXELS * 3) / 2);
		expect(statisticsOf([frame]).contrast[0]).toBeCloseTo(0.5, 6);
	});

	test('change is the mean absolute difference of luma, whichever way it goes', () => {
		const { change } = statisticsOf([grey(0), grey(51), grey(0), grey(0).fill(255, 0, (PIXELS * 3) / 2)]);
		for (const [i, expected] of [0, 0.2, 0.2, 0.5].entries()) expect(change[i]).toBeCloseTo(expected, 3);
	});

	test('it makes no difference how the frames are handed over', () => {
		const frames = [grey(3), filled(90, 5, 200), grey(250)];
		const joined = new Uint8Array(frames.length * PIXELS * 3);
		frames.forEach((frame, i) => void joined.set(frame, i * frame.length));
		expect(statisticsOf([joined])).toEqual(statisticsOf(frames));
	});

	test('half a frame is refused', () => {
		expect(() => new FrameStatisticsCollector(PIXELS).add(new Uint8Array(PIXELS))).toThrow(RangeError);
	});
});

describe('picture curves', () => {
	test('a steady pan moves everywhere but at the cuts', () => {
		// The level rises by 5 a frame within a shot, and jumps from 100 to 200 at frame 5, which is alone in a bin of 0.1 s.
		const levels = [10, 15, 20, 25, 30, 200, 205, 210, 215, 220];
		const { motion } = pictureCurves(statisticsOf(levels.map(grey)), { numerator: 10, denominator: 1 }, [5]);
		for (const i of levels.keys()) expect(motion[i]).toBeCloseTo(i === 0 || i === 5 ? 0 : 5 / 255, 6);
	});

	test('a still has no motion even where the next shot begins', () => {
		const frames = [...Array(25).fill(grey(0)), ...Array(25).fill(grey(255))];
		const { motion, brightness } = pictureCurves(statisticsOf(frames), PAL, [25]);
		expect([...motion]).toEqual(Array(20).fill(0));
		expect([...brightness]).toEqual([...Array(10).fill(0), ...Array(10).fill(1)]);
	});

	test('values cover the whole video at any frame rate', () => {
		for (const [numerator, denominator] of [
			[24_000, 1001],
			[25, 1],
			[30_000, 1001],
			[120, 1],
			[5, 1],
		] as const) {
			const frames = statisticsOf(Array(31).fill(grey(128)));
			const { brightness } = pictureCurves(frames, { numerator, denominator }, []);
			expect(brightness.length).toBe(Math.ceil((31 * denominator * 10) / numerator));
			for (const value of brightness) expect(value).toBeCloseTo(128 / 255, 6);
		}
	});

	test('no frames give empty curves', () => {
		const curves = pictureCurves(new FrameStatisticsCollector(PIXELS).statistics(), PAL, []);
		expect([curves.motion, curves.brightness, curves.saturation, curves.contrast].map(c => c.length)).toEqual([
			0, 0, 0, 0,
		]);
	});

	test('each value is the time-weighted mean that a fine sampling of the video finds', () => {
		const values = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
		fc.assert(
			fc.property(
				values,
				fc.integer({ min: 4, max: 60 }),
				fc.array(fc.nat(39), { maxLength: 5 }),
				(change, fps, starts) => {
					const data = Float32Array.from(change);
					const frames = { change: data, brightness: data, saturation: data, contrast: data };
					const cuts = starts.filter(start => start < change.length);
					const { motion, contrast } = pictureCurves(frames, { numerator: fps, denominator: 1 }, cuts);
					// One sample in the middle of each 1/(10 fps) s: every bin holds fps of them, every frame 10.
					motion.forEach((value, bin) => {
						const shown = Array.from({ length: fps }, (_, i) => Math.floor((bin * fps + i) / 10));
						const inside = shown.filter(frame => frame < change.length);
						const moving = inside.filter(frame => frame > 0 && !cuts.includes(frame));
						expect(value).toBeCloseTo(mean(moving.map(frame => data[frame]!)), 5);
						expect(contrast[bin]).toBeCloseTo(mean(inside.map(frame => data[frame]!)), 5);
					});
				},
			),
			{ seed: 11, numRuns: 200 },
		);
	});
});

const mean = (values: readonly number[]): number =>
	values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
