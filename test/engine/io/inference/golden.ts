import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A file of expected answers; see the README beside it. */
export const goldenBytes = (name: string): Uint8Array => {
	const bytes = readFileSync(new URL(`../../../golden/${name}`, import.meta.url));
	return new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
};

export const goldenNumbers = (name: string): Float32Array => new Float32Array(goldenBytes(name).buffer);

/** Mono samples of a WAV of 16 bits with the plain header of 44 bytes. */
export const goldenSamples = (name: string): Float32Array =>
	Float32Array.from(new Int16Array(goldenBytes(name).buffer, 44), sample => sample / 32_768);

export const largestDifference = (expected: ArrayLike<number>, actual: ArrayLike<number>): number => {
	if (expected.length !== actual.length) throw new RangeError(`${actual.length} numbers instead of ${expected.length}`);
	let largest = 0;
	for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]! - actual[i]!));
	return largest;
};
