import { describe, expect, test } from 'vitest';
import { createTrackFrontEnd } from '../../../../engine/features/audio/front-end.js';
import { estimateKey, PITCH_STEPS } from '../../../../engine/features/audio/key.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import { signal } from '../../../support/audio.js';

/** Chords of one second each, semitones above C4, over and over; three harmonics a note. */
const chords = (tuning: number, ...notes: readonly (readonly number[])[]): Float32Array =>
	signal(2 * notes.length, time => {
		const chord = notes[Math.floor(time) % notes.length]!;
		return chord.reduce((sum, note) => {
			const frequency = 261.6256 * 2 ** ((note + tuning) / 12);
			return sum + [1, 2, 3].reduce((tone, k) => tone + (0.1 / k) * Math.sin(2 * Math.PI * k * frequency * time), 0);
		}, 0);
	});

const keyOf = (samples: Float32Array) => {
	const frontEnd = createTrackFrontEnd(spectralKernel());
	frontEnd.push(samples);
	return frontEnd.finish().key;
};

const major = (root: number) => [root, root + 4, root + 7];
const minor = (root: number) => [root, root + 3, root + 7];

describe('a cadence is heard in its key', () => {
	test.each([0, 3, 8])('major on %i, in tune or a third of a semitone sharp', tonic => {
		for (const tuning of [0, 0.33]) {
			const cadence = [major(tonic), major(tonic + 5), major(tonic + 7), major(tonic)];
			expect(keyOf(chords(tuning, ...cadence))).toMatchObject({ tonic, mode: 'major' });
		}
	});

	test.each([2, 9])('minor on %i', tonic => {
		const cadence = [minor(tonic), minor(tonic + 5), major(tonic + 7), minor(tonic)];
		const key = keyOf(chords(0, ...cadence))!;
		expect(key).toMatchObject({ tonic, mode: 'minor' });
		expect(key.confidence).toBeGreaterThan(0.3);
	});
});

test('pitches spread evenly have no key, nor has nothing', () => {
	expect(estimateKey(new Float64Array(PITCH_STEPS).fill(1))).toBeNull();
	expect(estimateKey(new Float64Array(PITCH_STEPS))).toBeNull();
});

test('moving all pitches by a semitone moves the key by one', () => {
	const histogram = Float64Array.from({ length: PITCH_STEPS }, (_, step) =>
		step % 10 === 0 ? [6, 1, 3, 1, 5, 4, 1, 5, 1, 4, 1, 3][step / 10]! : 0,
	);
	const moved = histogram.map((_, step) => histogram[(step - 10 + PITCH_STEPS) % PITCH_STEPS]!);
	const [before, after] = [estimateKey(histogram)!, estimateKey(moved)!];
	expect(before).toMatchObject({ tonic: 0, mode: 'major' });
	expect(after.tonic).toBe(1);
	expect(after.confidence).toBeCloseTo(before.confidence, 9);
});
