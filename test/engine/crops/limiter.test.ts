import { expect, test } from 'vitest';
import { CEILING, Limiter } from '../../../engine/crops/limiter.js';
import { numbers } from '../../support/tracks.js';

const RATE = 8000;

/** Noise whose loudness changes every few hundred samples, up to `most`. */
const noise = (seed: number, length: number, most: number): Float32Array => {
	const random = numbers(seed);
	let level = 0;
	return Float32Array.from({ length }, (_, k) => {
		if (k % 400 === 0) level = most * random() ** 2;
		return level * (2 * random() - 1);
	});
};

const limited = (channels: readonly Float32Array[], block: number): { sound: Float32Array[]; latency: number } => {
	const limiter = new Limiter(RATE, channels.length);
	const sound = channels.map(channel => channel.slice());
	for (let from = 0; from < sound[0]!.length; from += block) {
		limiter.process(sound.map(channel => channel.subarray(from, from + block)));
	}
	return { sound, latency: limiter.latency };
};

/** The same by its definition: least gains over the look-ahead, released, and their mean over the look-ahead. */
const byDefinition = (channels: readonly Float32Array[]): Float32Array[] => {
	const length = Math.round(0.005 * RATE);
	const decay = Math.exp(-1 / (0.1 * RATE));
	const total = channels[0]!.length;
	const needed = Array.from({ length: total }, (_, k) => {
		const peak = Math.max(...channels.map(channel => Math.abs(channel[k]!)));
		return peak > CEILING ? CEILING / peak : 1;
	});
	const held: number[] = [];
	for (let k = 0; k < total; k++) {
		const least = Math.min(...needed.slice(Math.max(0, k - length + 1), k + 1));
		const released = 1 - (1 - (held[k - 1] ?? 1)) * decay;
		held.push(Math.min(least, released > 1 - 1e-6 ? 1 : released));
	}
	return channels.map(channel =>
		channel.map((_, k) => {
			const from = k - length + 1;
			const gains = Array.from({ length }, (_, j) => held[from + j] ?? 1);
			return from < 0 ? 0 : channel[from]! * (gains.reduce((sum, gain) => sum + gain, 0) / length);
		}),
	);
};

test.each([1, 2, 3])('two loud sounds together never leave it above the ceiling (seed %d)', seed => {
	const [a, b] = [noise(seed, 8000, 2), noise(seed + 100, 8000, 2)];
	const sum = a.map((value, k) => value + b[k]!);
	expect(Math.max(...sum.map(Math.abs))).toBeGreaterThan(1.5);
	const { sound } = limited([sum, a], 128);
	for (const channel of sound) expect(Math.max(...channel.map(Math.abs))).toBeLessThanOrEqual(CEILING + 1e-7);
});

test.each([4, 5])('it does what its definition says, in whatever blocks it is given the sound (seed %d)', seed => {
	const channels = [noise(seed, 4000, 3), noise(seed + 50, 4000, 1.5)];
	const wanted = byDefinition(channels);
	for (const block of [1, 128, 1000]) {
		const { sound } = limited(channels, block);
		sound.forEach((channel, c) => {
			const worst = Math.max(...channel.map((value, k) => Math.abs(value - wanted[c]![k]!)));
			expect(worst).toBeLessThan(1e-6);
		});
	}
});

test('what stays below the ceiling passes bit by bit, later by the latency', () => {
	const quiet = noise(6, 4000, 0.85);
	const { sound, latency } = limited([quiet], 128);
	expect(sound[0]!.subarray(latency)).toEqual(quiet.subarray(0, 4000 - latency));
});

test('after a peak quiet sound is soon as it was', () => {
	const sound = new Float32Array(4 * RATE).fill(0.5);
	sound.fill(4, 100, 110);
	const { sound: out } = limited([sound], 128);
	expect(out[0]![RATE]).toBeGreaterThan(0.49);
	expect(out[0]!.at(-1)).toBe(0.5);
});
