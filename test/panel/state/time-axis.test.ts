import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnPeaks, onBeat, rulerTimes, timeAt, xOf } from '../../../panel/state/time-axis.js';

const span = { start: 10, end: 70 };

test('a pixel and its time are each other’s', () => {
	fc.assert(
		fc.property(fc.double({ min: 0, max: 900, noNaN: true }), x => {
			expect(xOf(timeAt(x, span, 900), span, 900)).toBeCloseTo(x, 6);
		}),
		{ seed: 1 },
	);
});

test('a pointer beside the axis means its nearest end', () => {
	expect(timeAt(-50, span, 900)).toBe(10);
	expect(timeAt(5000, span, 900)).toBe(70);
});

test('a ruler writes whole steps inside the span, as many as there is room for', () => {
	expect(rulerTimes(span, 900, 60)).toEqual([10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70]);
	expect(rulerTimes(span, 300, 60)).toEqual([15, 30, 45, 60]);
	expect(rulerTimes({ start: 0, end: 2 }, 300, 60)).toEqual([0, 0.5, 1, 1.5, 2]);
});

test('the highest value under a column is drawn, so that no peak is lost by narrowness', () => {
	const curve = { rate: 10, values: Array.from({ length: 100 }, (_, k) => (k === 37 ? 1 : 0.1)) };
	expect(columnPeaks(curve, 0, { start: 0, end: 10 }, 5)).toEqual([0.1, 1, 0.1, 0.1, 0.1]);
});

test('a curve that starts inside the span stands at its own time, with nothing around it', () => {
	const curve = { rate: 1, values: [0.5, 0.7] };
	expect(columnPeaks(curve, 12, { start: 10, end: 16 }, 6)).toEqual([null, null, 0.5, 0.7, null, null]);
});

test('more columns than values repeat the values without gaps', () => {
	const peaks = columnPeaks({ rate: 1, values: [0.2, 0.4] }, 0, { start: 0, end: 2 }, 8);
	expect(peaks).toEqual([0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4]);
});

test('a cut counts as on a beat from a frame away, not from two', () => {
	expect(onBeat([1, 1.04, 1.09, 1.46, 7], [0.5, 1, 1.5])).toEqual([true, true, false, true, false]);
});
