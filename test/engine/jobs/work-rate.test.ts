import { expect, test } from 'vitest';
import { WorkRate } from '../../../engine/jobs/work-rate.js';

const scripted = () => {
	const clock = { seconds: 0 };
	return { clock, rate: new WorkRate(() => 1000 * clock.seconds) };
};

test('nothing is known before the first piece is done', () => {
	const { clock, rate } = scripted();
	clock.seconds = 30;
	expect([rate.perMinute, rate.secondsLeft(100)]).toEqual([null, null]);
});

test('time left follows weight, not number', () => {
	const { clock, rate } = scripted();
	clock.seconds = 10;
	rate.finish(100);
	expect(rate.perMinute).toBe(6);
	expect(rate.secondsLeft(300)).toBe(30);
});

test('only the last minute of work counts', () => {
	const { clock, rate } = scripted();
	for (clock.seconds = 1; clock.seconds <= 120; clock.seconds++) rate.finish(1);
	clock.seconds = 120;
	expect(rate.perMinute).toBe(60);
	for (clock.seconds = 130; clock.seconds <= 300; clock.seconds += 10) rate.finish(1);
	clock.seconds = 300;
	expect(rate.perMinute).toBe(6);
});

test('pauses are no work', () => {
	const { clock, rate } = scripted();
	clock.seconds = 10;
	rate.finish(1);
	rate.stop();
	clock.seconds = 1000;
	expect(rate.secondsLeft(2)).toBe(20);
	rate.go();
	clock.seconds = 1010;
	rate.finish(1);
	expect(rate.perMinute).toBe(6);
});

test('work slower than a piece a minute has a rate too', () => {
	const { clock, rate } = scripted();
	clock.seconds = 100;
	rate.finish(50);
	clock.seconds = 300;
	expect(rate.perMinute).toBeGreaterThan(0);
	expect(rate.perMinute).toBeLessThan(1);
});
