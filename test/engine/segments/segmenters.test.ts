import { describe, expect, test } from 'vitest';
import { zeros } from '../../../engine/numeric/matrix.js';
import { defaultSegmenter } from '../../../engine/segments/default-segmenter.js';
import { foote } from '../../../engine/segments/foote.js';
import { olda } from '../../../engine/segments/olda.js';
import { linkNearest } from '../../../engine/segments/recurrence.js';
import { type BeatFeatures, sectionSpans } from '../../../engine/segments/segmenter.js';
import { sf, structuralFeatures } from '../../../engine/segments/structural-features.js';
import { musicOf, segmenterContract } from './contract.js';
import { goldenTracks, oldaTransform } from './golden.js';

const transform = oldaTransform();

segmenterContract(foote, { tolerance: 3 });
// The reference's linking prefers early rows to near ones, which pulls boundaries to the front; linking the nearest does not.
segmenterContract(sf, { tolerance: 14 });
segmenterContract(structuralFeatures(linkNearest), { tolerance: 1 });
segmenterContract(olda(transform), { tolerance: 4 });

const constant = (rows: number): BeatFeatures => {
	const { chroma, mfcc } = musicOf([{ sound: 1, rows: 1 }], 0);
	return {
		edges: Array.from({ length: rows + 1 }, (_, i) => i / 2),
		chroma: { ...zeros(rows, 12), data: Float64Array.from({ length: rows * 12 }, (_, i) => chroma.data[i % 12]!) },
		mfcc: { ...zeros(rows, 14), data: Float64Array.from({ length: rows * 14 }, (_, i) => mfcc.data[i % 14]!) },
	};
};

describe('constant music', () => {
	test('is one section to Foote and to structural features, with no novelty, ends included', () => {
		for (const segmenter of [foote, sf]) {
			expect(segmenter.segment(constant(200)).boundaries).toEqual([]);
			expect(segmenter.segment(constant(200)).novelty.every(value => value === 0)).toBe(true);
		}
	});

	test('is cut by OLDA, which counts time as a feature, into no more sections than mean lengths of 10 s give', () => {
		expect(olda(transform).segment(constant(200)).boundaries.length).toBeLessThanOrEqual(9);
	});
});

describe('time reversal', () => {
	const reversed = ({ edges, chroma, mfcc }: BeatFeatures): BeatFeatures => {
		const flip = (data: Float64Array, cols: number) =>
			data.map((_, i) => data[(data.length / cols - 1 - Math.floor(i / cols)) * cols + (i % cols)]!);
		return {
			edges,
			chroma: { ...chroma, data: flip(chroma.data, 12) },
			mfcc: { ...mfcc, data: flip(mfcc.data, 14) },
		};
	};

	test("mirrors Foote's novelty curve, one row later for the even window of the running median", () => {
		// Both ends hold the same sound, so that what the running median sees beyond them is the same both ways.
		const music = musicOf([
			{ sound: 1, rows: 70 },
			{ sound: 2, rows: 60 },
			{ sound: 3, rows: 80 },
		]);
		const rows = music.chroma.rows;
		for (let r = 0; r < 8; r++) {
			for (const at of [r, rows - 1 - r]) music.chroma.data.fill(0.5, at * 12, at * 12 + 12);
		}
		const forth = foote.segment(music).novelty;
		const back = foote.segment(reversed(music)).novelty;
		for (let row = 40; row < rows - 40; row++) expect(back[rows + 1 - row]!).toBeCloseTo(forth[row]!, 9);
	});
});

segmenterContract(defaultSegmenter(transform), { tolerance: 4 });

describe('the default', () => {
	test('is OLDA without its sections of less than four seconds', () => {
		const music = goldenTracks().find(track => track.id === 'mountain')!.features;
		const all = olda(transform).segment(music).boundaries;
		const kept = defaultSegmenter(transform).segment(music).boundaries;
		expect(kept.every(row => all.includes(row))).toBe(true);
		expect(sectionSpans(music, all).some(({ start, end }) => end - start < 4)).toBe(true);
		expect(sectionSpans(music, kept).every(({ start, end }) => end - start >= 4)).toBe(true);
	});

	test('needs a transform of 94 × 94', () => {
		expect(() => defaultSegmenter(zeros(94, 93))).toThrow(RangeError);
	});
});
