import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shotBoundaries } from '../../../engine/segments/shots.js';

const RATE = { numerator: 25, denominator: 1 };

const golden = JSON.parse(
	readFileSync(new URL('../../golden/vision/transnetv2.json', import.meta.url), 'utf8'),
) as Record<string, { frames: number; boundaries: number[]; single: number[] }>;

describe('boundaries equal those of the published code', () => {
	for (const [clip, { single, boundaries }] of Object.entries(golden)) {
		test(clip, () => {
			expect(shotBoundaries(Float32Array.from(single), RATE).map(({ frame }) => frame)).toEqual(boundaries);
		});
	}
});

/** The reference's scene list in its own terms: inclusive scenes, built frame by frame. */
const scenesOfReference = (positive: readonly boolean[]): [number, number][] => {
	const scenes: [number, number][] = [];
	let start = 0;
	positive.forEach((now, frame) => {
		const before = frame > 0 && positive[frame - 1]!;
		if (before && !now) start = frame;
		if (!before && now && frame > 0) scenes.push([start, frame]);
	});
	if (positive.length > 0 && !positive.at(-1)) scenes.push([start, positive.length - 1]);
	return scenes;
};

test('boundaries are the starts of the scenes that follow another', () => {
	fc.assert(
		fc.property(fc.array(fc.boolean(), { maxLength: 60 }), positive => {
			const probabilities = Float32Array.from(positive, p => (p ? 0.8 : 0.2));
			const starts = scenesOfReference(positive)
				.slice(1)
				.map(([start]) => start);
			expect(shotBoundaries(probabilities, RATE).map(({ frame }) => frame)).toEqual(starts);
		}),
		{ seed: 7, numRuns: 500 },
	);
});

test('a boundary carries the highest probability of its run, and its time', () => {
	const boundaries = shotBoundaries(Float32Array.of(0, 0.6, 0.75, 0.7, 0.1), { numerator: 24_000, denominator: 1001 });
	expect(boundaries).toEqual([{ frame: 4, seconds: (4 * 1001) / 24_000, from: 'picture', confidence: 0.75 }]);
});

test('a probability of exactly one half ends no shot', () => {
	expect(shotBoundaries(Float32Array.of(0, 0.5, 0, 0), RATE)).toEqual([]);
});

test('a transition at either end of the video separates nothing', () => {
	expect(shotBoundaries(Float32Array.of(0.9, 0.9, 0, 0, 0.9), RATE)).toEqual([]);
});

test('of boundaries closer than the shortest shot the most confident stays', () => {
	const probabilities = new Float32Array(40);
	probabilities[9] = 0.7;
	probabilities[12] = 0.9;
	probabilities[15] = 0.8;
	probabilities[37] = 0.95;
	expect(shotBoundaries(probabilities, RATE, 5).map(({ frame }) => frame)).toEqual([13]);
	expect(shotBoundaries(probabilities, RATE, 3).map(({ frame }) => frame)).toEqual([10, 13, 16]);
	expect(shotBoundaries(probabilities, RATE).map(({ frame }) => frame)).toEqual([10, 13, 16, 38]);
});

test('no video has no boundaries', () => {
	expect(shotBoundaries(new Float32Array(0), RATE)).toEqual([]);
});
