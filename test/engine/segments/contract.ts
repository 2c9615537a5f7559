import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zeros } from '../../../engine/numeric/matrix.js';
import { type BeatFeatures, boundaryTimes, type Segmenter, sectionSpans } from '../../../engine/segments/segmenter.js';

/** Music made of parts, each with its own chords of four rows and its own timbre, under a little noise. */
export const musicOf = (parts: readonly { sound: number; rows: number }[], noise = 0.05): BeatFeatures => {
	const rows = parts.reduce((sum, part) => sum + part.rows, 0);
	const chroma = zeros(rows, 12);
	const mfcc = zeros(rows, 14);
	const random = generator(rows + 1);
	let r = 0;
	for (const { sound, rows: length } of parts) {
		for (let k = 0; k < length; k++, r++) {
			const root = (generator(97 * sound + ((k >> 2) % 4))() * 12) | 0;
			for (const interval of [0, 4, 7]) chroma.data[r * 12 + ((root + interval + sound) % 12)] = 1;
			const timbre = generator(1000 + sound);
			for (let c = 0; c < 12; c++) chroma.data[r * 12 + c] = chroma.data[r * 12 + c]! + timbre() / 2 + noise * random();
			for (let c = 0; c < 14; c++) mfcc.data[r * 14 + c] = 40 * (timbre() - 0.5) + 40 * noise * random();
		}
	}
	return { edges: Array.from({ length: rows + 1 }, (_, i) => i / 2), chroma, mfcc };
};

/** Pseudo-random numbers in [0, 1) (Marsaglia's xorshift). */
const generator = (seed: number) => {
	let state = (seed + 1) * 2_654_435_761;
	const next = () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
	for (let k = 0; k < 8; k++) next();
	return next;
};

const parts = fc.array(fc.record({ sound: fc.integer({ min: 0, max: 5 }), rows: fc.integer({ min: 1, max: 60 }) }), {
	minLength: 1,
	maxLength: 6,
});

/** What holds for every way to find sections. `tolerance`: rows by which it may miss a clear boundary. */
export const segmenterContract = (segmenter: Segmenter, { tolerance }: { tolerance: number }): void => {
	describe(`${segmenter.name} as a segmenter`, () => {
		const near = (boundaries: readonly number[], row: number) =>
			boundaries.some(boundary => Math.abs(boundary - row) <= tolerance);

		test('boundaries strictly increase and leave rows before the first and behind the last', () => {
			fc.assert(
				fc.property(parts, fc.constantFrom(0, 0.02, 1), (music, noise) => {
					const features = musicOf(music, noise);
					const boundaries = segmenter.segment(features).boundaries;
					expect(boundaries).toEqual([...new Set(boundaries)].sort((a, b) => a - b));
					expect(boundaries.every(row => Number.isInteger(row) && row >= 1 && row <= features.chroma.rows - 2)).toBe(
						true,
					);
				}),
				{ seed: 4, numRuns: 12 },
			);
		});

		test('sections cover the track without gap or overlap and begin where rows begin', () => {
			const features = musicOf([
				{ sound: 1, rows: 90 },
				{ sound: 2, rows: 80 },
			]);
			const boundaries = segmenter.segment(features).boundaries;
			const spans = sectionSpans(features, boundaries);
			expect(spans[0]!.start).toBe(0);
			expect(spans.at(-1)!.end).toBe(85);
			expect(spans.slice(1).map(span => span.start)).toEqual(boundaryTimes(features, boundaries));
			expect(spans.every((span, i) => span.end > span.start && (i === 0 || span.start === spans[i - 1]!.end))).toBe(
				true,
			);
		});

		test('the boundary of two parts is found', () => {
			expect(
				near(
					segmenter.segment(
						musicOf([
							{ sound: 1, rows: 100 },
							{ sound: 2, rows: 100 },
						]),
					).boundaries,
					100,
				),
			).toBe(true);
		});

		test('both boundaries of three parts are found, whether the third repeats the first or not', () => {
			for (const third of [1, 3]) {
				const found = segmenter.segment(
					musicOf([
						{ sound: 1, rows: 80 },
						{ sound: 2, rows: 70 },
						{ sound: third, rows: 90 },
					]),
				).boundaries;
				expect([near(found, 80), near(found, 150)], `${found}`).toEqual([true, true]);
			}
		});

		test('the same features give the same sections and are left as they were', () => {
			const features = musicOf([
				{ sound: 1, rows: 80 },
				{ sound: 4, rows: 70 },
			]);
			const before = JSON.stringify(features);
			expect(segmenter.segment(features).boundaries).toEqual(segmenter.segment(features).boundaries);
			expect(JSON.stringify(features)).toBe(before);
		});

		test('the novelty curve has a value for each row, at most 1, and the picture one for each pair of rows', () => {
			const features = musicOf([
				{ sound: 1, rows: 90 },
				{ sound: 2, rows: 80 },
			]);
			const novelty = segmenter.segment(features).novelty;
			expect(novelty.length).toBe(170);
			expect(Math.max(...novelty)).toBe(1);
			const picture = segmenter.picture(features);
			expect([picture.rows, picture.cols]).toEqual([170, 170]);
			expect(picture.data.every(value => value >= 0 && value <= 1)).toBe(true);
		});

		test('a track without beats is one section', () => {
			const features = musicOf([{ sound: 1, rows: 1 }]);
			expect(segmenter.segment(features).boundaries).toEqual([]);
			expect([...segmenter.segment(features).novelty]).toEqual([0]);
		});

		test('a few rows have a defined answer', () => {
			for (let rows = 1; rows <= 30; rows++) {
				const features = musicOf([{ sound: 1, rows }]);
				expect(segmenter.segment(features).boundaries.every(row => row >= 1 && row <= rows - 2)).toBe(true);
				expect(segmenter.segment(features).novelty.every(Number.isFinite)).toBe(true);
			}
		});

		test('silence has a defined answer without a NaN', () => {
			const features: BeatFeatures = {
				edges: Array.from({ length: 201 }, (_, i) => i / 2),
				chroma: zeros(200, 12),
				mfcc: zeros(200, 14),
			};
			expect(segmenter.segment(features).boundaries.every(Number.isInteger)).toBe(true);
			expect(segmenter.segment(features).novelty.every(Number.isFinite)).toBe(true);
			expect(segmenter.picture(features).data.every(Number.isFinite)).toBe(true);
		});

		test('malformed features are refused', () => {
			const good = musicOf([{ sound: 1, rows: 40 }]);
			const bad: BeatFeatures[] = [
				{ ...good, edges: good.edges.slice(1) },
				{ ...good, edges: good.edges.map(() => 0) },
				{ ...good, edges: good.edges.map(edge => edge + 1) },
				{ ...good, mfcc: zeros(40, 13) },
				{ ...good, chroma: zeros(39, 12) },
				{ ...good, chroma: { ...good.chroma, data: good.chroma.data.map(() => Number.NaN) } },
				{ ...good, mfcc: { ...good.mfcc, data: good.mfcc.data.map(() => Number.POSITIVE_INFINITY) } },
			];
			for (const features of bad) expect(() => segmenter.segment(features).boundaries).toThrow(RangeError);
		});
	});
};
