import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Indexer, type IndexPass } from '../../../engine/io/indexer.js';
import { latestWins } from '../../../engine/io/latest-wins.js';
import type { IndexState } from '../../../engine/jobs/index-folder.js';
import { EngineError } from '../../../engine/protocol/errors.js';

/** A pass that the test drives, as one that ends when it is told to or aborted. */
class Driven {
	readonly passes: {
		report: (state: IndexState) => void;
		turn: () => Promise<void>;
		finish: () => void;
		fail: (error: unknown) => void;
	}[] = [];
	aborted = 0;
	readonly pass: IndexPass = (report, turn, signal) =>
		new Promise<void>((finish, fail) => {
			this.passes.push({ report, turn, finish, fail });
			signal.addEventListener('abort', () => {
				this.aborted++;
				fail(new EngineError('cancelled', 'cancelled'));
			});
		});
	readonly indexer = new Indexer(this.pass, () => {});

	async nth(k: number) {
		await vi.waitFor(() => expect(this.passes.length).toBeGreaterThan(k));
		return this.passes[k]!;
	}
}

const progress = { done: 5, total: 9, perMinute: 2, secondsLeft: 120, renewed: 0, current: ['a.mp3'] };

describe('a pass over the folders', () => {
	test('is seen from the moment it is asked for until it ends', async () => {
		const driven = new Driven();
		expect(driven.indexer.view).toBeNull();
		driven.indexer.restart();
		expect(driven.indexer.view).toMatchObject({ done: 0, total: 0 });
		const { report, finish } = await driven.nth(0);
		report({ state: 'scanning', folder: '/music' });
		expect(driven.indexer.view).toMatchObject({ done: 0, total: 0 });
		report({ state: 'indexing', ...progress });
		expect(driven.indexer.view).toEqual(progress);
		finish();
		await vi.waitFor(() => expect(driven.indexer.view).toBeNull());
		expect(driven.indexer.problem).toBeUndefined();
	});

	test('asked for again, ends and begins anew, one at a time', async () => {
		const driven = new Driven();
		driven.indexer.restart();
		const first = await driven.nth(0);
		driven.indexer.restart();
		await driven.nth(1);
		first.report({ state: 'indexing', ...progress });
		expect(driven.aborted).toBe(1);
		expect(driven.indexer.view).toMatchObject({ done: 0 });
	});

	test('that fails says why, until the next one', async () => {
		const driven = new Driven();
		driven.indexer.restart();
		(await driven.nth(0)).fail(new EngineError('disk-full', 'no space'));
		await vi.waitFor(() => expect(driven.indexer.problem).toEqual({ code: 'disk-full', detail: 'no space' }));
		expect(driven.indexer.view).toBeNull();
		driven.indexer.restart();
		expect(driven.indexer.problem).toBeUndefined();
	});

	test('begins no other file while it is paused', async () => {
		const driven = new Driven();
		driven.indexer.restart();
		const { turn } = await driven.nth(0);
		await turn();
		driven.indexer.setPaused(true);
		let begun = false;
		const waiting = turn().then(() => {
			begun = true;
		});
		await new Promise(setImmediate);
		expect([begun, driven.indexer.isPaused]).toEqual([false, true]);
		driven.indexer.setPaused(false);
		await waiting;
		await turn();
		expect(driven.indexer.isPaused).toBe(false);
	});

	test('makes way for work that must not happen during it, and begins again after it', async () => {
		const driven = new Driven();
		driven.indexer.restart();
		await driven.nth(0);
		const result = driven.indexer.between('resume', () => [driven.aborted, driven.passes.length]);
		expect(driven.indexer.view).not.toBeNull();
		expect(await result).toEqual([1, 1]);
		(await driven.nth(1)).finish();
		await vi.waitFor(() => expect(driven.indexer.view).toBeNull());
		await driven.indexer.between('resume', () => {});
		expect(driven.indexer.view).toBeNull();
		await expect(driven.indexer.between('restart', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
		await driven.nth(2);
	});

	test('has ended once stop resolves, even while it was paused', async () => {
		const driven = new Driven();
		driven.indexer.restart();
		await driven.nth(0);
		driven.indexer.setPaused(true);
		await driven.indexer.stop();
		expect([driven.aborted, driven.indexer.view]).toEqual([1, null]);
		expect(driven.indexer.problem).toBeUndefined();
	});
});

describe('5.1 at most one call in an interval, and the last trigger always counts', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	test('a burst makes a call at its start and one at the interval’s end', () => {
		let calls = 0;
		const { trigger } = latestWins(250, () => calls++);
		for (let k = 0; k < 100; k++) trigger();
		expect(calls).toBe(1);
		vi.advanceTimersByTime(250);
		expect(calls).toBe(2);
		vi.advanceTimersByTime(10_000);
		expect(calls).toBe(2);
	});

	test('a steady stream makes four a second', () => {
		let calls = 0;
		const { trigger } = latestWins(250, () => calls++);
		for (let k = 0; k < 1000; k++) {
			trigger();
			vi.advanceTimersByTime(10);
		}
		expect(calls).toBeLessThanOrEqual(41);
		expect(calls).toBeGreaterThanOrEqual(39);
	});

	test('nothing is called after stop', () => {
		let calls = 0;
		const { trigger, stop } = latestWins(250, () => calls++);
		trigger();
		trigger();
		stop();
		vi.advanceTimersByTime(1000);
		expect(calls).toBe(1);
	});
});
