import { expect, test } from 'vitest';
import { zeros32 } from '../../../engine/numeric/matrix.js';
import { seededRandom } from '../../../engine/numeric/random.js';
import { featureBoundaries } from '../../../engine/training/feature-boundaries.js';

const ofParts = (lengths: readonly number[], noise: number, seed: number) => {
	const random = seededRandom(seed);
	const rows = lengths.reduce((sum, length) => sum + length, 0);
	const features = zeros32(rows, 16);
	let r = 0;
	for (const length of lengths) {
		const mean = Array.from({ length: 16 }, () => random.normal());
		for (const end = r + length; r < end; r++) {
			for (const [c, value] of mean.entries()) features.data[16 * r + c] = value + noise * random.normal();
		}
	}
	return features;
};

test('boundaries lie where features change for good, to the second', () => {
	for (let seed = 1; seed <= 10; seed++) {
		expect(featureBoundaries(ofParts([20, 15, 30, 12, 25], 0.3, seed))).toEqual([20, 35, 65, 77]);
	}
});

test('constant and short features have none', () => {
	expect(featureBoundaries({ ...zeros32(60, 4), data: new Float32Array(240).fill(2) })).toEqual([]);
	expect(featureBoundaries(ofParts([6, 6], 0, 1))).toEqual([]);
});
