import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from '../../../engine/io/pace.js';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** Work of a second each; notes when it begins and ends, in seconds. */
const works = (pace: Pace, count: number, signal?: AbortSignal) => {
	const start = performance.now();
	const seconds = () => Math.round((performance.now() - start) / 100) / 10;
	const spans: { from: number; to: number }[] = [];
	for (let k = 0; k < count; k++) {
		void pace.ease(async () => {
			const from = seconds();
			await new Promise(resolve => setTimeout(resolve, 1000));
			spans.push({ from, to: seconds() });
		}, signal);
	}
	return spans;
};

test('work goes side by side at full pace', async () => {
	const spans = works(new Pace(), 3);
	await vi.advanceTimersByTimeAsync(1000);
	expect(spans).toEqual([0, 0, 0].map(from => ({ from, to: 1 })));
});

test('gentle work goes one after the other, with a rest as long as the work between', async () => {
	const pace = new Pace();
	pace.setGentle(true);
	const spans = works(pace, 3);
	await vi.advanceTimersByTimeAsync(6000);
	expect(spans).toEqual([0, 2, 4].map(from => ({ from, to: from + 1 })));
});

test('a rest ends when gentleness does, and when the work is cancelled', async () => {
	const pace = new Pace();
	pace.setGentle(true);
	const spans = works(pace, 2);
	await vi.advanceTimersByTimeAsync(1200);
	pace.setGentle(false);
	await vi.advanceTimersByTimeAsync(1000);
	expect(spans[1]).toEqual({ from: 1.2, to: 2.2 });

	pace.setGentle(true);
	const stop = new AbortController();
	const cancelled = works(pace, 2, stop.signal);
	await vi.advanceTimersByTimeAsync(1500);
	stop.abort();
	await vi.advanceTimersByTimeAsync(1000);
	expect(cancelled[1]!.from).toBe(1.5);
});

test('work that fails lets the next one go', async () => {
	const pace = new Pace();
	pace.setGentle(true);
	await expect(pace.ease(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
	const spans = works(pace, 1);
	await vi.advanceTimersByTimeAsync(1100);
	expect(spans).toHaveLength(1);
});
