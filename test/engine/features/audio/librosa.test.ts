import { beforeAll, describe, expect, test } from 'vitest';
import {
	chromaFilters,
	chromagram,
	constantQToChroma,
	normaliseRows,
} from '../../../../engine/features/audio/chroma.js';
import { constantQ } from '../../../../engine/features/audio/constant-q.js';
import { constantTempo } from '../../../../engine/features/audio/constant-tempo.js';
import { powerDecibels } from '../../../../engine/features/audio/decibels.js';
import { dynamicBeats } from '../../../../engine/features/audio/dynamic-beats.js';
import { harmonicShares } from '../../../../engine/features/audio/harmonic-separation.js';
import { filterRows, melFilters } from '../../../../engine/features/audio/mel.js';
import { dctMatrix, mfcc } from '../../../../engine/features/audio/mfcc.js';
import { meanFlux, medianFlux, onsetStrength } from '../../../../engine/features/audio/onset-strength.js';
import {
	spectralBandwidth,
	spectralCentroid,
	spectralRolloff,
} from '../../../../engine/features/audio/spectral-shape.js';
import { hann, magnitudeSpectrogram, overlapAdd, shortTimeSpectra } from '../../../../engine/features/audio/stft.js';
import { tempogram } from '../../../../engine/features/audio/tempogram.js';
import { estimateTuning } from '../../../../engine/features/audio/tuning.js';
import { rootMeanSquare, zeroCrossingRate } from '../../../../engine/features/audio/waveform.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import type { Matrix32 } from '../../../../engine/numeric/matrix.js';
import { excerpt, readGolden, relativeError } from '../../../support/audio.js';

type Head = {
	tempo_bpm: number;
	frames_per_beat: number;
	beat_frames: number[];
	chroma_stft_tuning: number;
	chroma_cqt_tuning: number;
};

const RATE = 22_050;
const FRAMING = { size: 2048, hop: 512 };
const C1 = 440 * 2 ** (-45 / 12);
const kernel = spectralKernel();
const { head, array } = readGolden<Head>('librosa/deprecation');

let samples: Float32Array;
let magnitudes: Matrix32;
let powers: Matrix32;
let logMel: Matrix32;

beforeAll(() => {
	samples = excerpt('deprecation');
	magnitudes = magnitudeSpectrogram(samples, FRAMING, kernel);
	powers = { ...magnitudes, data: magnitudes.data.map(value => value * value) };
	logMel = powerDecibels(filterRows(powers, melFilters(RATE, 2048, 128), kernel));
});

const everyRow = ({ rows, cols, data }: Matrix32, step: number): Float32Array =>
	Float32Array.from(
		{ length: Math.ceil(rows / step) * cols },
		(_, k) => data[Math.floor(k / cols) * step * cols + (k % cols)]!,
	);

describe('filters equal librosa 0.11.0 within 1e-6', () => {
	const filters = readGolden('librosa/filters').array;

	test.each([
		['hann', () => hann(2048)],
		['mel', () => melFilters(RATE, 2048, 128).data],
		['chroma', () => chromaFilters(RATE, 2048, 0).data],
		['dct', () => dctMatrix(20, 128).data],
		['cq_to_chroma', () => constantQToChroma(252, 36, C1).data],
	])('%s', (name, make) => {
		expect(relativeError(filters(name).data, make())).toBeLessThan(1e-6);
	});
});

describe('on 80 s of music, features equal librosa 0.11.0', () => {
	test('the excerpt is decoded to the same samples', () => {
		expect(samples.subarray(0, 4096)).toEqual(array('samples_head').data);
	});

	test('spectra within 1e-6', () => {
		expect(relativeError(array('stft_magnitude').data, everyRow(magnitudes, 50))).toBeLessThan(1e-6);
		const sums = Float64Array.from({ length: magnitudes.rows }, (_, r) =>
			magnitudes.data.subarray(r * 1025, (r + 1) * 1025).reduce((a, b) => a + b, 0),
		);
		expect(relativeError(array('stft_frame_sum').data, sums)).toBeLessThan(1e-6);
	});

	test('mel power within 1e-6 of the largest, and every band above -80 dB within 1e-3 of itself', () => {
		const expected = array('mel_power').data;
		const actual = everyRow(filterRows(powers, melFilters(RATE, 2048, 128), kernel), 10);
		expect(relativeError(expected, actual)).toBeLessThan(1e-6);
		const worst = expected.reduce(
			(most, power, k) => (power > 1e-8 ? Math.max(most, Math.abs(actual[k]! / power - 1)) : most),
			0,
		);
		expect(worst).toBeLessThan(1e-3);
	});

	test('mel in decibels and MFCC within 1e-5', () => {
		expect(relativeError(array('mel_db').data, everyRow(logMel, 10))).toBeLessThan(1e-5);
		expect(relativeError(array('mfcc').data, mfcc(logMel, 20).data)).toBeLessThan(1e-5);
	});

	test('tuning to the hundredth', () => {
		expect(estimateTuning(powers, RATE, 12)).toBeCloseTo(head.chroma_stft_tuning, 9);
		expect(estimateTuning(magnitudes, RATE, 36)).toBeCloseTo(head.chroma_cqt_tuning, 9);
	});

	test('chroma of the short-time spectrum within 1e-5', () => {
		expect(relativeError(array('chroma_stft').data, chromagram(powers, RATE, kernel).data)).toBeLessThan(1e-5);
	});

	test('the constant-Q transform within 1e-3, its chroma within 5e-3: the rate is halved by another filter', () => {
		const lowest = C1 * 2 ** (head.chroma_cqt_tuning / 36);
		const transform = constantQ(samples, RATE, { lowest, bins: 252, binsPerOctave: 36, hop: 512 }, kernel);
		expect(relativeError(array('cqt_magnitude').data, everyRow(transform, 50))).toBeLessThan(1e-3);
		const chroma = normaliseRows(
			filterRows(transform, constantQToChroma(252, 36, C1), kernel),
			Number.POSITIVE_INFINITY,
		);
		expect(relativeError(array('chroma_cqt').data, chroma.data)).toBeLessThan(5e-3);
	});

	test('harmonic and percussive parts within 1e-6', () => {
		const shares = harmonicShares(magnitudes, kernel).data;
		const harmonic = { ...magnitudes, data: magnitudes.data.map((value, k) => value * shares[k]!) };
		const percussive = { ...magnitudes, data: magnitudes.data.map((value, k) => value * (1 - shares[k]!)) };
		const energy = ({ rows, cols, data }: Matrix32) =>
			Float64Array.from({ length: rows }, (_, r) =>
				data.subarray(r * cols, (r + 1) * cols).reduce((sum, value) => sum + value * value, 0),
			);
		expect(relativeError(array('harmonic_energy').data, energy(harmonic))).toBeLessThan(1e-6);
		expect(relativeError(array('percussive_energy').data, energy(percussive))).toBeLessThan(1e-6);
		expect(relativeError(array('harmonic_frames').data, everyRow(harmonic, 430).subarray(0, 8 * 1025))).toBeLessThan(
			1e-6,
		);
		expect(
			relativeError(array('percussive_frames').data, everyRow(percussive, 430).subarray(0, 8 * 1025)),
		).toBeLessThan(1e-6);
	});

	test('onset strength within 1e-5, mean and median', () => {
		expect(relativeError(array('onset_strength').data, onsetStrength(logMel, meanFlux, 2))).toBeLessThan(1e-5);
		expect(relativeError(array('onset_strength_median').data, onsetStrength(logMel, medianFlux, 2))).toBeLessThan(1e-5);
	});

	test('the tempogram within 1e-6, the tempo of one tempo throughout exactly', () => {
		const strength = array('onset_strength_median').data;
		const { rows, cols, data } = tempogram(strength, 384, 1, kernel);
		const means = new Float64Array(cols);
		data.forEach((value, k) => {
			means[k % cols]! += value / rows;
		});
		expect(relativeError(array('tempogram_mean').data, means)).toBeLessThan(1e-6);
		expect(constantTempo(strength, RATE / 512, kernel)).toBe(head.tempo_bpm);
	});

	test('beats of one tempo throughout exactly, scores within 1e-6', () => {
		const strength = array('onset_strength_median').data;
		const found = dynamicBeats(strength, new Float64Array(strength.length).fill(head.frames_per_beat));
		expect(found.beats).toEqual(head.beat_frames);
		expect(relativeError(array('beat_local_score').data, found.localScore)).toBeLessThan(1e-6);
		expect(relativeError(array('beat_cumulative_score').data, found.cumulativeScore)).toBeLessThan(1e-6);
	});

	test('level, centroid and bandwidth within 1e-6, zero crossings exactly, roll-off within two bins', () => {
		expect(relativeError(array('rms').data, rootMeanSquare(samples, FRAMING))).toBeLessThan(1e-6);
		expect(relativeError(array('spectral_centroid').data, spectralCentroid(magnitudes, RATE))).toBeLessThan(1e-6);
		expect(relativeError(array('spectral_bandwidth').data, spectralBandwidth(magnitudes, RATE))).toBeLessThan(1e-6);
		expect(relativeError(array('zero_crossing_rate').data, zeroCrossingRate(samples, FRAMING))).toBe(0);
		const rolloff = spectralRolloff(magnitudes, RATE);
		const expected = array('spectral_rolloff').data;
		expect(Math.max(...rolloff.map((value, k) => Math.abs(value - expected[k]!)))).toBeLessThanOrEqual(
			(2 * RATE) / 2048,
		);
	});
});

test('overlap-adding short-time spectra gives the samples back', () => {
	const piece = samples.subarray(30 * RATE, 32 * RATE);
	const back = overlapAdd(shortTimeSpectra(piece, FRAMING, kernel), FRAMING, piece.length, kernel);
	expect(relativeError(piece, back)).toBeLessThan(1e-5);
});
