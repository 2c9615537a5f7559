import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANALYSIS_VERSION, type TrackAnalysis } from '../../../../engine/features/track-analysis.js';
import { decodeAnalysis, encodeAnalysis } from '../../../../engine/io/catalog/analysis-file.js';
import { quantiseCurve, restoreCurve } from '../../../../engine/io/catalog/quantisation.js';
import type { Matrix32 } from '../../../../engine/numeric/matrix.js';
import { someAnalysis } from '../../../support/tracks.js';

const roundTrip = (analysis: TrackAnalysis): TrackAnalysis => decodeAnalysis(encodeAnalysis(analysis), 'x.sga');
const worst = (a: Float32Array, b: Float32Array): number =>
	a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
const damaged = expect.objectContaining({ code: 'catalog-damaged' });

describe('a stored analysis', () => {
	const analysis = someAnalysis(3, 30);
	const restored = roundTrip(analysis);

	test('returns beats, sections, key and numbers exactly', () => {
		const { duration, loudness, beats, sections, key, labels } = restored;
		const { features, tags, curves, ...exact } = analysis;
		expect({ duration, loudness, beats, sections, key, labels }).toEqual(exact);
		expect(features.rows + tags.rows + curves.peak.length).toBeGreaterThan(0);
	});

	test('returns features and tags within half a step of 255 over each column’s range', () => {
		for (const name of ['features', 'tags'] as const) {
			const [before, after]: Matrix32[] = [analysis[name], restored[name]];
			expect([after!.rows, after!.cols]).toEqual([before!.rows, before!.cols]);
			for (let c = 0; c < before!.cols; c++) {
				const column = (m: Matrix32) => Float32Array.from({ length: m.rows }, (_, r) => m.data[r * m.cols + c]!);
				const values = column(before!);
				const range = Math.max(...values) - Math.min(...values);
				expect(worst(values, column(after!))).toBeLessThanOrEqual(range / 510 + 1e-6);
			}
		}
	});

	test('returns curves within half a step of 65535 over their range', () => {
		for (const name of ['level', 'onsetStrength', 'centroid', 'peak'] as const) {
			const values = analysis.curves[name];
			const range = Math.max(...values) - Math.min(...values);
			expect(restored.curves[name]).toHaveLength(values.length);
			expect(worst(values, restored.curves[name])).toBeLessThanOrEqual(range * (1 / 131_070 + 2e-7));
		}
	});

	test('is about a ninth of its numbers in memory', () => {
		// Per second: 500 tags and features of one byte, 4 curves of two bytes at 43.07 Hz; 28 beats and the like as text.
		const bytes = encodeAnalysis(someAnalysis(1, 240)).length;
		expect(bytes).toBeLessThan(240 * (500 + 4 * 2 * 43.1 + 2 * 24) + 8_000);
	});

	test('keeps digital silence, no key, and tracks shorter than a second', () => {
		const silent = {
			...someAnalysis(1, 0),
			loudness: Number.NEGATIVE_INFINITY,
			key: null,
			sections: [],
		};
		expect(roundTrip(silent)).toEqual(silent);
	});

	test('carries fields that this version does not know, curves and matrices among them', () => {
		const chroma = { rows: 2, cols: 3, data: Float32Array.from([0, 1, 2, 255, 1, -2]) };
		const later = {
			...someAnalysis(2),
			mood: { name: 'wistful', odds: [0.5, null] },
			chroma,
			drone: { hum: new Float32Array(3) },
		};
		const { mood, chroma: back, drone } = roundTrip(later) as typeof later;
		expect(mood).toEqual(later.mood);
		expect(drone.hum).toEqual(later.drone.hum);
		expect(back).toEqual(chroma);
	});

	test('is refused when it is cut short, longer, of another version, or no analysis at all', () => {
		const bytes = encodeAnalysis(analysis);
		for (const length of [0, 7, 31, 32, 1000, bytes.length - 1]) {
			expect(() => decodeAnalysis(bytes.subarray(0, length), 'x.sga')).toThrow(damaged);
		}
		expect(() => decodeAnalysis(Buffer.concat([bytes, Buffer.alloc(8)]), 'x.sga')).toThrow(damaged);
		expect(() => decodeAnalysis(encodeAnalysis(analysis, ANALYSIS_VERSION + 1), 'x.sga')).toThrow(damaged);
		expect(() => decodeAnalysis(Buffer.alloc(5000, 'RIFF'), 'x.sga')).toThrow(damaged);
	});

	test('is refused when any one byte after the header’s reserved end differs', () => {
		const bytes = encodeAnalysis(someAnalysis(4, 3));
		const at = fc.oneof(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 32, max: bytes.length - 1 }));
		fc.assert(
			fc.property(at, fc.integer({ min: 1, max: 255 }), (position, flip) => {
				const changed = Uint8Array.from(bytes);
				changed[position]! ^= flip;
				expect(() => decodeAnalysis(changed, 'x.sga')).toThrow(damaged);
			}),
			{ seed: 1, numRuns: 300 },
		);
	});

	test('may not hold numbers that are not finite in its curves', () => {
		const broken = { ...analysis, curves: { ...analysis.curves, peak: Float32Array.from([0, Number.NaN]) } };
		expect(() => encodeAnalysis(broken)).toThrow(RangeError);
	});
});

test('any curve comes back within half a step, its extremes and constants almost exactly', () => {
	fc.assert(
		fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 100), max: 2 ** 100 }), values => {
			const quantised = quantiseCurve(values);
			const { low, high } = quantised;
			const rounding = Math.max(Math.abs(low), Math.abs(high)) * 2 ** -23;
			expect(worst(values, restoreCurve(quantised))).toBeLessThanOrEqual((high - low) / 131_070 + rounding);
		}),
		{ seed: 2, numRuns: 200 },
	);
});
