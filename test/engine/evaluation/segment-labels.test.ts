import { expect, test } from 'vitest';
import type { LabelledSpan } from '../../../engine/evaluation/contingency.js';
import { mutualInformation } from '../../../engine/evaluation/mutual-information.js';
import { adjustedRandIndex, pairwiseScore, vMeasure } from '../../../engine/evaluation/segment-labels.js';

const sections = (...parts: readonly (readonly [string, number])[]): LabelledSpan[] => {
	let start = 0;
	return parts.map(([label, seconds]) => {
		start += seconds;
		return { start: start - seconds, end: start, label };
	});
};

test('names do not matter, nor does their case: only what is equal to what', () => {
	const reference = sections(['Verse', 10], ['chorus', 10], ['verse', 10]);
	const estimated = sections(['A', 10], ['B', 10], ['A', 10]);
	expect(pairwiseScore(reference, estimated)).toEqual({ precision: 1, recall: 1, f: 1 });
	expect(vMeasure(reference, estimated).f).toBeCloseTo(1, 12);
	expect(adjustedRandIndex(reference, estimated)).toBeCloseTo(1, 12);
});

test('a worked example: two halves against one label agree on half of the pairs', () => {
	const { precision, recall } = pairwiseScore(sections(['A', 1], ['B', 1]), sections(['A', 2]));
	// 20 samples: 2 × 45 pairs within halves, of 190 in all.
	expect(precision).toBeCloseTo(90 / 190, 12);
	expect(recall).toBe(1);
});

test('one label on both sides is a perfect match without information', () => {
	const one = sections(['A', 30]);
	expect(mutualInformation(one, one)).toEqual({ information: 0, adjusted: 1, normalised: 1 });
	expect(adjustedRandIndex(one, one)).toBe(1);
});

test('gaps, overlaps, empty sections and unequal ends are refused', () => {
	const good = sections(['A', 10], ['B', 10]);
	const gap = [good[0]!, { start: 11, end: 20, label: 'B' }];
	const empty = [good[0]!, { start: 10, end: 10, label: 'B' }];
	expect(() => pairwiseScore(gap, good)).toThrow(/reference sections must follow/);
	expect(() => pairwiseScore(good, empty)).toThrow(/estimated sections must follow/);
	expect(() => pairwiseScore(good, sections(['A', 21]))).toThrow(/end at 21/);
});
