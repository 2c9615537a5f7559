import v8 from 'node:v8';
import vm from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { matchingSize } from '../../../../engine/evaluation/matching.js';
import { averageBetween } from '../../../../engine/features/audio/beat-synchronous.js';
import { createTrackFrontEnd, type TrackSignal } from '../../../../engine/features/audio/front-end.js';
import { plainKernel, type SpectralKernel } from '../../../../engine/features/audio/kernel.js';
import { CURVE_RATE } from '../../../../engine/features/track-analysis.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import { foote } from '../../../../engine/segments/foote.js';
import { olda } from '../../../../engine/segments/olda.js';
import { boundaryTimes } from '../../../../engine/segments/segmenter.js';
import { sf } from '../../../../engine/segments/structural-features.js';
import { correlation, EXCERPTS, excerpt, noise, readGolden, relativeError, signal } from '../../../support/audio.js';
import { goldenTracks, oldaTransform } from '../../segments/golden.js';

const analyse = (
	samples: Float32Array,
	piece = samples.length,
	kernel: SpectralKernel = spectralKernel(),
): TrackSignal => {
	const frontEnd = createTrackFrontEnd(kernel);
	for (let start = 0; start < samples.length; start += piece) frontEnd.push(samples.subarray(start, start + piece));
	return frontEnd.finish();
};

describe('on the six excerpts', () => {
	const signals = new Map<string, TrackSignal>();
	beforeAll(() => {
		for (const id of EXCERPTS) signals.set(id, analyse(excerpt(id)));
	});

	test("section boundaries lie within 3 s of MSAF's: F-measure of 0.9 or more for each algorithm", () => {
		for (const segmenter of [foote, sf, olda(oldaTransform())]) {
			let [hits, reference, estimated] = [0, 0, 0];
			for (const { id, found } of goldenTracks()) {
				const features = signals.get(id)!.beatFeatures;
				const ours = boundaryTimes(features, segmenter.segment(features).boundaries);
				// Start, first beat, last frame and end are not found but always there.
				const theirs = found[segmenter.name].boundaries_s.slice(2, -2);
				hits += matchingSize(theirs, ours, 3);
				reference += theirs.length;
				estimated += ours.length;
			}
			expect((2 * hits) / (reference + estimated), segmenter.name).toBeGreaterThanOrEqual(0.9);
		}
	});

	test("where the beat grid is MSAF's, profiles correlate above 0.999 and cepstra above 0.9999 with its own", () => {
		const { array } = readGolden('msaf/city-falls');
		const { chroma, mfcc } = signals.get('city-falls')!.beatFeatures;
		expect(correlation(array('pcp').data, chroma.data)).toBeGreaterThan(0.999);
		expect(correlation(array('mfcc').data, mfcc.data)).toBeGreaterThan(0.9999);
	});

	test('the curves are librosa’s onset strength and centroid', () => {
		const { curves } = signals.get('deprecation')!;
		const { array } = readGolden('librosa/deprecation');
		expect(curves.onsetStrength).toHaveLength(array('onset_strength').data.length);
		// Before the loudest band has come, the floor lies lower than librosa's, which knows the whole track.
		expect(correlation(array('onset_strength').data, curves.onsetStrength)).toBeGreaterThan(0.999);
		expect(relativeError(array('spectral_centroid').data, curves.centroid)).toBeLessThan(1e-5);
	});
});

describe('whatever comes in', () => {
	const random = noise(21);
	const samples = signal(7.3, time => 0.3 * Math.sin(2000 * time) + 0.1 * random());

	test('results do not depend on how the samples are cut into pieces', () => {
		const whole = analyse(samples);
		for (const piece of [1, 511, 4096, 100_000]) expect(analyse(samples, piece)).toEqual(whole);
	});

	test('the plain kernel gives what the compiled one gives', () => {
		const short = samples.subarray(0, 22_050);
		const [plain, compiled] = [analyse(short, 5000, plainKernel()), analyse(short, 5000)];
		expect(relativeError(plain.curves.onsetStrength, compiled.curves.onsetStrength)).toBeLessThan(1e-3);
		expect(relativeError(plain.curves.centroid, compiled.curves.centroid)).toBeLessThan(1e-5);
		expect(relativeError(plain.beatFeatures.chroma.data, compiled.beatFeatures.chroma.data)).toBeLessThan(1e-3);
		expect(relativeError(plain.beatFeatures.mfcc.data, compiled.beatFeatures.mfcc.data)).toBeLessThan(1e-3);
	});

	test.each([1, 2, 511, 512, 513, 1024, 7_679, 7_680, 7_681, 22_050])(
		'%i samples give whole, finite results',
		count => {
			const { curves, beatFeatures, duration } = analyse(samples.subarray(0, count));
			expect(duration).toBe(count / 22_050);
			for (const curve of Object.values(curves)) {
				expect(curve).toHaveLength(1 + Math.floor(count / 512));
				expect(curve.every(Number.isFinite)).toBe(true);
			}
			const { edges, chroma, mfcc } = beatFeatures;
			expect([edges[0], edges.at(-1)]).toEqual([0, duration]);
			expect(edges.every((edge, k) => k === 0 || edge > edges[k - 1]!)).toBe(true);
			expect([chroma.rows, mfcc.rows]).toEqual([edges.length - 1, edges.length - 1]);
			expect([...chroma.data, ...mfcc.data].every(Number.isFinite)).toBe(true);
		},
	);

	test('a track without samples is refused', () => {
		expect(() => createTrackFrontEnd(spectralKernel()).finish()).toThrow(RangeError);
	});

	test('silence is silent: no loudness, no beats, no key, the lowest level', () => {
		const { loudness, beats, key, curves } = analyse(signal(5, () => 0));
		expect(loudness).toBe(-Infinity);
		expect(beats.beats).toEqual([]);
		expect(key).toBeNull();
		expect(curves.level.every(level => level === -80)).toBe(true);
		expect(curves.peak.every(peak => peak === 0)).toBe(true);
		expect(curves.onsetStrength.every(strength => strength === 0)).toBe(true);
	});

	test('a full-scale tone has a level of -3 dB, its own centroid and a peak of 1', () => {
		const { curves } = analyse(signal(3, time => Math.sin(2 * Math.PI * 1000 * time)));
		const middle = Math.round(1.5 * CURVE_RATE);
		expect(curves.level[middle]).toBeCloseTo(-3.01, 1);
		expect(curves.centroid[middle]).toBeGreaterThan(990);
		expect(curves.centroid[middle]).toBeLessThan(1030);
		expect(curves.peak[middle]).toBeGreaterThan(0.99);
	});

	test('memory grows by less than 20 kB a second: an hour fits in 72 MB', () => {
		v8.setFlagsFromString('--expose-gc');
		const collect = vm.runInNewContext('gc') as () => void;
		const used = () => {
			collect();
			const { arrayBuffers, heapUsed } = process.memoryUsage();
			return arrayBuffers + heapUsed;
		};
		const frontEnd = createTrackFrontEnd(spectralKernel());
		const piece = signal(30, time => Math.sin(3000 * time * (1 + time)) * Math.sin(4 * time));
		const before = used();
		for (let seconds = 0; seconds < 900; seconds += 30) frontEnd.push(piece);
		expect(used() - before).toBeLessThan(900 * 20_000);
	});
});

test('averages between edges are means of rows', () => {
	expect([...averageBetween([1, 2, 3, 4, 5, 6, 7, 8], 2, [0, 1, 4]).data]).toEqual([1, 2, 5, 6]);
});
