import { describe, expect, test } from 'vitest';
import { HANDCRAFTED_ROWS, handcraftedVector } from '../../../../engine/features/audio/handcrafted.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import { correlation, readGolden } from '../../../support/audio.js';

const { array } = readGolden('vmnet/deprecation');
const samples = array('samples_12k').data;

describe.each([
	['vector', 22_050],
	['vector_12k', 12_000],
] as const)("the handcrafted %s of VM-Net's extractor on librosa 0.11.0", (name, melRate) => {
	const expected = array(name).data;
	const actual = handcraftedVector(samples, melRate, spectralKernel());

	test('has 1,140 values that correlate above 0.999999', () => {
		expect(actual).toHaveLength(1140);
		expect(correlation(expected, actual)).toBeGreaterThan(0.999999);
	});

	test('agrees in every group: means and maxima within 0.05 dB, variances within 0.05 dB²', () => {
		const group = HANDCRAFTED_ROWS.flatMap(({ name: row, count }) => new Array<string>(count).fill(row));
		expect(group).toHaveLength(190);
		const worst = new Map<string, number>();
		expected.forEach((value, k) => {
			const row = group[k % 190]!;
			worst.set(row, Math.max(worst.get(row) ?? 0, Math.abs(actual[k]! - value)));
		});
		for (const [row, difference] of worst) expect(difference, row).toBeLessThan(0.05);
	});
});

test('a clip of one sample and one of silence have finite vectors', () => {
	for (const clip of [Float32Array.of(0.5), new Float32Array(1000)]) {
		expect(handcraftedVector(clip, 12_000, spectralKernel()).every(Number.isFinite)).toBe(true);
	}
});
