import { expect, test } from 'vitest';
import type { CutBoundary } from '../../../engine/features/cut-analysis.js';
import { mergedBoundaries, needsShots, segmentsBetween } from '../../../engine/segments/cut-boundaries.js';

const rate = { numerator: 25, denominator: 1 };
const boundary = (frame: number, from: CutBoundary['from'] = 'timeline'): CutBoundary => ({
	frame,
	seconds: frame / 25,
	from,
	confidence: 1,
});

test('shots are looked for in long clips only', () => {
	const needed = needsShots([boundary(100), boundary(500)], rate, 600);
	expect([0, 99, 100, 499, 500, 599].map(needed)).toEqual([false, false, true, true, false, false]);
	expect(needsShots([], rate, 301)(0)).toBe(true);
	expect(needsShots([], rate, 300)(0)).toBe(false);
});

test('a timeline’s boundaries stay, shots inside its clips are added, and a cut seen again is not', () => {
	const merged = mergedBoundaries(
		[boundary(100), boundary(500), boundary(900)],
		[boundary(98, 'picture'), boundary(300, 'picture'), boundary(513, 'picture'), boundary(514, 'picture')],
		800,
		rate,
	);
	expect(merged.map(({ frame, from }) => `${frame} ${from}`)).toEqual([
		'100 timeline',
		'300 picture',
		'500 timeline',
		'514 picture',
	]);
});

test('segments cover the cut from its start to its end', () => {
	expect(segmentsBetween([boundary(50), boundary(125)], 8)).toEqual([
		{ start: 0, end: 2 },
		{ start: 2, end: 5 },
		{ start: 5, end: 8 },
	]);
	expect(segmentsBetween([], 8)).toEqual([{ start: 0, end: 8 }]);
});
