import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chromaEnergyStatistics, chromagram } from '../../../../engine/features/audio/chroma.js';
import { relativeDecibels } from '../../../../engine/features/audio/decibels.js';
import { deltas, secondDeltas } from '../../../../engine/features/audio/deltas.js';
import { harmonicShares } from '../../../../engine/features/audio/harmonic-separation.js';
import { plainKernel } from '../../../../engine/features/audio/kernel.js';
import {
	spectralBandwidth,
	spectralCentroid,
	spectralFlatness,
	spectralPolynomial,
	spectralRolloff,
} from '../../../../engine/features/audio/spectral-shape.js';
import { magnitudeSpectrogram } from '../../../../engine/features/audio/stft.js';
import { estimateTuning } from '../../../../engine/features/audio/tuning.js';
import { zeroCrossingRate } from '../../../../engine/features/audio/waveform.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import type { Matrix32 } from '../../../../engine/numeric/matrix.js';
import { noise, signal } from '../../../support/audio.js';

const RATE = 22_050;

/** A single spectrum of 101 bins, 10 Hz apart at a sample rate of 2000 Hz. */
const spectrum = (at: (bin: number) => number): Matrix32 => ({
	rows: 1,
	cols: 101,
	data: Float32Array.from({ length: 101 }, (_, bin) => at(bin)),
});

describe('spectral shape', () => {
	test('of a single line is that line', () => {
		const line = spectrum(bin => Number(bin === 30));
		expect(spectralCentroid(line, 2000)[0]).toBe(300);
		expect(spectralBandwidth(line, 2000)[0]).toBe(0);
		expect(spectralRolloff(line, 2000)[0]).toBe(300);
	});

	test('of two equal lines has its centre between them and half their distance for a bandwidth', () => {
		const lines = spectrum(bin => Number(bin === 20 || bin === 60));
		expect(spectralCentroid(lines, 2000)[0]).toBe(400);
		expect(spectralBandwidth(lines, 2000)[0]).toBeCloseTo(200, 4);
		expect(spectralRolloff(lines, 2000)[0]).toBe(600);
	});

	test('of silence is 0, and flat', () => {
		const silence = spectrum(() => 0);
		expect(spectralCentroid(silence, 2000)[0]).toBe(0);
		expect(spectralBandwidth(silence, 2000)[0]).toBe(0);
		expect(spectralRolloff(silence, 2000)[0]).toBe(0);
		expect(spectralFlatness(silence)[0]).toBeCloseTo(1, 6);
	});

	test('flatness is 1 for equal bins, whatever their height, and near 0 for a line', () => {
		expect(spectralFlatness(spectrum(() => 3))[0]).toBeCloseTo(1, 6);
		expect(spectralFlatness(spectrum(bin => Number(bin === 50)))[0]).toBeLessThan(1e-6);
	});

	test('polynomials are found again in spectra made from them', () => {
		const coefficient = fc.integer({ min: -50, max: 50 });
		fc.assert(
			fc.property(coefficient, coefficient, coefficient, (a, b, c) => {
				const parabola = spectrum(bin => a * (bin / 10) ** 2 + b * (bin / 10) + c);
				const found = spectralPolynomial(parabola, 2000, 2).map(curve => curve[0]!);
				// In Hz, so per 100 Hz as above.
				expect(found[0]! * 100 ** 2).toBeCloseTo(a, 2);
				expect(found[1]! * 100).toBeCloseTo(b, 1);
				expect(found[2]).toBeCloseTo(c, 1);
				const line = spectralPolynomial(
					spectrum(bin => (b * bin) / 10 + c),
					2000,
					1,
				).map(curve => curve[0]!);
				expect(line[0]! * 100).toBeCloseTo(b, 3);
				expect(line[1]).toBeCloseTo(c, 2);
			}),
			{ seed: 41, numRuns: 50 },
		);
	});
});

describe('deltas', () => {
	const rows = (at: (frame: number) => number): Matrix32 => ({
		rows: 20,
		cols: 1,
		data: Float32Array.from({ length: 20 }, (_, frame) => at(frame)),
	});

	test('of a line are its slope throughout, and its curvature is 0', () => {
		const line = rows(frame => 3 * frame - 7);
		for (const slope of deltas(line).data) expect(slope).toBeCloseTo(3, 4);
		for (const curvature of secondDeltas(line).data) expect(curvature).toBeCloseTo(0, 4);
	});

	test('of a parabola have its second derivative throughout', () => {
		for (const curvature of secondDeltas(rows(frame => 0.5 * frame * frame)).data) expect(curvature).toBeCloseTo(1, 4);
	});

	test('need nine rows', () => {
		expect(() => deltas({ rows: 8, cols: 1, data: new Float32Array(8) })).toThrow(RangeError);
	});
});

describe('tuning', () => {
	test.each([-0.4, -0.1, 0, 0.25])('of tones %f semitones off is found within 0.02', tuning => {
		const tones = [0, 4, 7, 12].map(note => 440 * 2 ** ((note + tuning) / 12));
		const samples = signal(4, time => tones.reduce((sum, tone) => sum + 0.2 * Math.sin(2 * Math.PI * tone * time), 0));
		const found = estimateTuning(magnitudeSpectrogram(samples, { size: 4096, hop: 1024 }, spectralKernel()), RATE, 12);
		expect(Math.abs(found - tuning)).toBeLessThanOrEqual(0.02);
	});

	test('of silence is 0', () => {
		expect(estimateTuning({ rows: 3, cols: 1025, data: new Float32Array(3 * 1025) }, RATE, 12)).toBe(0);
	});
});

test('the chromagram of an A is an A', () => {
	const kernel = spectralKernel();
	const magnitudes = magnitudeSpectrogram(
		signal(2, time => Math.sin(2 * Math.PI * 440 * time)),
		{ size: 4096, hop: 1024 },
		kernel,
	);
	const chroma = chromagram({ ...magnitudes, data: magnitudes.data.map(value => value * value) }, RATE, kernel);
	const middle = [...chroma.data.subarray(20 * 12, 21 * 12)];
	expect(middle.indexOf(Math.max(...middle))).toBe(9);
});

test('chroma energy statistics have rows of unit length and do not change with level', () => {
	const random = noise(42);
	const chroma = { rows: 60, cols: 12, data: Float32Array.from({ length: 720 }, () => Math.abs(random())) };
	const statistics = chromaEnergyStatistics(chroma);
	for (let r = 0; r < 60; r++) {
		expect(Math.hypot(...statistics.data.subarray(r * 12, (r + 1) * 12))).toBeCloseTo(1, 5);
	}
	const louder = { ...chroma, data: chroma.data.map(value => 4 * value) };
	expect(chromaEnergyStatistics(louder).data).toEqual(statistics.data);
});

test('decibels against the largest reach from 0 down to -80, signs dropped', () => {
	const values = { rows: 1, cols: 4, data: Float32Array.of(-100, 1, 1e-9, 0) };
	expect([...relativeDecibels(values).data]).toEqual([0, -20, -80, -80]);
});

test('zero crossings count sign changes a sample: twice the frequency of a tone', () => {
	const rate = zeroCrossingRate(
		signal(1, time => Math.sin(2 * Math.PI * 441 * time + 0.1)),
		{ size: 2048, hop: 512 },
	);
	expect(rate[20]).toBeCloseTo((2 * 441) / RATE, 3);
});

describe('harmonic-percussive separation', () => {
	test('gives lines that last to the harmonic part, and lines across all bins to the percussive one', () => {
		const cross = { rows: 64, cols: 64, data: new Float32Array(64 * 64) };
		for (let k = 0; k < 64; k++) {
			cross.data[k * 64 + 20] = 1;
			cross.data[30 * 64 + k] = 1;
		}
		const shares = harmonicShares(cross, spectralKernel());
		expect(shares.data[10 * 64 + 20]).toBe(1);
		expect(shares.data[30 * 64 + 50]).toBe(0);
		expect(shares.data[30 * 64 + 20]).toBe(0.5);
	});

	test('of few frames, mirrored again and again, equals the medians taken one by one', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (rows, cols, seed) => {
				const data = Float32Array.from({ length: rows * cols }, noise(seed)).map(Math.abs);
				const shares = harmonicShares({ rows, cols, data }, spectralKernel());
				expect(shares.data.every((share, k) => Math.abs(share - slowShare({ rows, cols, data }, k)) < 1e-6)).toBe(true);
			}),
			{ seed: 43, numRuns: 15 },
		);
	});
});

const slowShare = ({ rows, cols, data }: Matrix32, at: number): number => {
	const [r, c] = [Math.floor(at / cols), at % cols];
	const fold = (k: number, n: number): number => (k < 0 ? fold(-1 - k, n) : k >= n ? fold(2 * n - 1 - k, n) : k);
	const median = (value: (k: number) => number) =>
		Float32Array.from({ length: 31 }, (_, k) => value(k - 15)).sort()[15]!;
	const harmonic = median(k => data[fold(r + k, rows) * cols + c]!);
	const percussive = median(k => data[r * cols + fold(c + k, cols)]!);
	return harmonic + percussive === 0 ? 0.5 : harmonic ** 2 / (harmonic ** 2 + percussive ** 2);
};

test('the plain kernel gives the same separation as the compiled one', () => {
	const random = noise(44);
	const magnitudes = { rows: 40, cols: 33, data: Float32Array.from({ length: 1320 }, () => Math.abs(random())) };
	const [plain, compiled] = [plainKernel(), spectralKernel()].map(kernel => harmonicShares(magnitudes, kernel).data);
	expect(plain!.every((share, k) => Math.abs(share - compiled![k]!) < 1e-6)).toBe(true);
});
