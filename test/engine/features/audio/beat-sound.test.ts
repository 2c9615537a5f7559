import { expect, test } from 'vitest';
import { beatSound } from '../../../../engine/features/audio/beat-sound.js';
import { row } from '../../../../engine/numeric/matrix.js';

const RATE = 21.5;

test('the sound of a beat is the mean of its frames, its chroma adding up to one', () => {
	const frames = 215;
	const pitchClasses = new Float32Array(frames * 12);
	const mfcc = new Float32Array(frames * 14);
	for (let k = 0; k < frames; k++) {
		pitchClasses[k * 12 + (k < 107 ? 3 : 8)] = 5 + k;
		mfcc[k * 14] = k;
	}
	const beats = [1, 2, 3, 4, 5, 6, 7, 8, 9];
	const { edges, chroma, mfcc: timbre } = beatSound({ pitchClasses, mfcc }, RATE, beats, 10);
	expect(edges).toEqual([0, ...beats, 10]);
	expect([...row(chroma, 0)]).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
	expect([...row(chroma, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
	const [from, to] = [Math.round(2 * RATE), Math.round(3 * RATE)];
	expect(row(timbre, 2)[0]).toBeCloseTo((from + to - 1) / 2, 3);
});

test('without beats the rows are half seconds, and silence has no chroma', () => {
	const frames = 129;
	const sound = { pitchClasses: new Float32Array(frames * 12), mfcc: new Float32Array(frames * 14) };
	const { edges, chroma } = beatSound(sound, RATE, [], 6);
	expect(edges).toEqual(Array.from({ length: 13 }, (_, k) => k / 2));
	expect(chroma.rows).toBe(12);
	expect(chroma.data.every(value => value === 0)).toBe(true);
});
