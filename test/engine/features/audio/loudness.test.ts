import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loudnessMeter } from '../../../../engine/features/audio/loudness.js';
import { excerpt, noise, runFfmpeg } from '../../../support/audio.js';

const RATE = 48_000;

/** A stereo tone of 1 kHz whose level in dBFS is given for stretches of so many seconds. */
const tone = (...stretches: readonly { seconds: number; level: number }[]): Float32Array =>
	Float32Array.from(
		stretches.flatMap(({ seconds, level }) =>
			Array.from({ length: seconds * RATE }, (_, k) => 10 ** (level / 20) * Math.sin((2 * Math.PI * 1000 * k) / RATE)),
		),
	);

const integrated = (channels: readonly Float32Array[], sampleRate: number): number => {
	const meter = loudnessMeter(sampleRate, channels.length);
	meter.push(channels);
	return meter.integrated();
};

describe('the minimum requirements of EBU Tech 3341 are met within its 0.1 LU', () => {
	test.each([
		['case 1', -23, [{ seconds: 20, level: -23 }]],
		['case 2', -33, [{ seconds: 20, level: -33 }]],
		[
			'case 3',
			-23,
			[
				{ seconds: 10, level: -36 },
				{ seconds: 60, level: -23 },
				{ seconds: 10, level: -36 },
			],
		],
		[
			'case 5',
			-23,
			[
				{ seconds: 20, level: -26 },
				{ seconds: 20, level: -20 },
				{ seconds: 20, level: -26 },
			],
		],
	])('%s', (_, expected, stretches) => {
		const samples = tone(...stretches);
		expect(Math.abs(integrated([samples, samples], RATE) - expected)).toBeLessThan(0.1);
	});
});

test("on music it equals ffmpeg's ebur128 within 0.1 LU", () => {
	const samples = excerpt('deprecation').subarray(0, 30 * 22_050);
	const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
	const decoded = runFfmpeg(
		['-f', 'f32le', '-ar', '22050', '-ac', '1', '-i', '-', '-ar', '48000', '-f', 'f32le', '-'],
		bytes,
	);
	const resampled = new Float32Array(decoded.buffer.slice(decoded.byteOffset, decoded.byteOffset + decoded.length));
	const said = runFfmpeg(
		// The meter's figures go to standard output by way of frame metadata.
		[
			...['-f', 'f32le', '-ar', '22050', '-ac', '1', '-i', '-'],
			...['-af', 'aresample=48000,ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-', '-f', 'null', '-'],
		],
		bytes,
	).toString();
	const last = Number(said.trim().split('lavfi.r128.I=').at(-1));
	expect(Math.abs(integrated([resampled], RATE) - last)).toBeLessThan(0.1);
	// At the front-end's own rate the highest frequencies are missing.
	expect(Math.abs(integrated([samples], 22_050) - last)).toBeLessThan(0.3);
});

test('silence has no loudness, nor has a sound shorter than a block', () => {
	expect(integrated([new Float32Array(RATE)], RATE)).toBe(-Infinity);
	expect(integrated([tone({ seconds: 1, level: -20 }).subarray(0, 1000)], RATE)).toBe(-Infinity);
	expect(loudnessMeter(RATE, 2).integrated()).toBe(-Infinity);
});

test('how the samples are cut into pieces does not matter', () => {
	const random = noise(11);
	const samples = Float32Array.from({ length: 30_000 }, () => 0.2 * random());
	const whole = integrated([samples], 22_050);
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 8 }), cuts => {
			const meter = loudnessMeter(22_050, 1);
			const edges = [0, ...cuts.toSorted((a, b) => a - b), samples.length];
			for (let k = 1; k < edges.length; k++) meter.push([samples.subarray(edges[k - 1], edges[k])]);
			expect(meter.integrated()).toBeCloseTo(whole, 9);
		}),
		{ seed: 12, numRuns: 20 },
	);
});
