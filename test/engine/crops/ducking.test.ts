import { expect, test } from 'vitest';
import { ducking, duckUnder, gainAt } from '../../../engine/crops/ducking.js';

test('music is down while somebody speaks and back up half a second later', () => {
	const corners = ducking([{ start: 5, end: 7 }]);
	expect([0, 4.7, 7.5, 9].map(at => gainAt(corners, at))).toEqual([1, 1, 1, 1]);
	for (const at of [5, 6, 6.999]) expect(20 * Math.log10(gainAt(corners, at))).toBeCloseTo(-9, 6);
	expect(gainAt(corners, 4.85)).toBeCloseTo((1 + 10 ** (-9 / 20)) / 2, 9);
});

test('music does not come up in the pauses of a sentence', () => {
	const corners = ducking([
		{ start: 5, end: 6 },
		{ start: 6.4, end: 8 },
	]);
	expect(gainAt(corners, 6.2)).toBe(gainAt(corners, 5.5));
	expect(corners).toHaveLength(4);
});

test('a block is turned down sample by sample as the gain says, wherever in the sound it begins', () => {
	const corners = ducking([
		{ start: 0.5, end: 1 },
		{ start: 3, end: 3.5 },
	]);
	const rate = 1000;
	const whole = [new Float32Array(5 * rate).fill(1), new Float32Array(5 * rate).fill(-0.5)];
	const blocks = whole.map(channel => channel.slice());
	duckUnder(whole, corners, rate);
	const worst = (channel: Float32Array, level: number) =>
		channel.reduce((most, value, k) => Math.max(most, Math.abs(value - level * gainAt(corners, k / rate))), 0);
	expect(worst(whole[0]!, 1)).toBeLessThan(1e-6);
	expect(worst(whole[1]!, -0.5)).toBeLessThan(1e-6);
	for (let first = 0; first < 5 * rate; first += 700) {
		const block = blocks.map(channel => channel.subarray(first, first + 700));
		duckUnder(block, corners, rate, first);
	}
	expect(blocks).toEqual(whole);
});
