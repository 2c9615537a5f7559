import { expect, test } from 'vitest';
import { proposedRegions } from '../../../panel/state/regions.js';
import { numbers } from '../../support/tracks.js';

/** A cut every `every` seconds; energy as given at each second. */
const cutOf = (duration: number, every: number, energy: (second: number) => number) => ({
	duration,
	boundaries: Array.from({ length: Math.ceil(duration / every) - 1 }, (_, k) => ({
		frame: 24 * (k + 1) * every,
		seconds: (k + 1) * every,
		from: 'picture' as const,
		confidence: 1,
	})),
	energy: { rate: 1, values: Array.from({ length: duration }, (_, second) => energy(second)) },
	speech: [] as { start: number; end: number }[],
});

test('a long cut is split where its energy changes', () => {
	const cut = cutOf(180, 4, second => (second < 72 ? 0.1 : 0.9));
	expect(proposedRegions(cut)).toEqual([
		{ start: 0, end: 72 },
		{ start: 72, end: 180 },
	]);
});

test('with even energy it is split where somebody begins to speak', () => {
	const cut = { ...cutOf(200, 4, () => 0.5), speech: [{ start: 100.4, end: 190 }] };
	expect(proposedRegions(cut)).toEqual([
		{ start: 0, end: 100 },
		{ start: 100, end: 200 },
	]);
});

test.each([11, 12, 13, 14])('regions cover the cut on its own cuts, each between 20 s and 120 s (seed %d)', seed => {
	const random = numbers(seed);
	const cut = cutOf(1920, 5, () => random());
	const regions = proposedRegions(cut);
	expect(regions[0]!.start).toBe(0);
	expect(regions.at(-1)!.end).toBe(1920);
	regions.forEach(({ start, end }, k) => {
		if (k > 0) expect(start).toBe(regions[k - 1]!.end);
		expect(start % 5).toBe(0);
		expect(end - start).toBeGreaterThanOrEqual(20);
		expect(end - start).toBeLessThanOrEqual(120);
	});
});

test('what has no cut inside stays whole', () => {
	expect(proposedRegions(cutOf(300, 400, () => 0.5))).toEqual([{ start: 0, end: 300 }]);
});
