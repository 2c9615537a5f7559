import { describe, expect, test } from 'vitest';
import { affect } from '../../../engine/embeddings/affect.js';
import { PICTURE_RATE } from '../../../engine/features/cut-analysis.js';
import { CURVE_RATE, type TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { embeddedSections } from '../../../engine/jobs/embed-catalogue.js';
import { seededRandom } from '../../../engine/numeric/random.js';
import { taughtPictures } from '../../../engine/training/taught-pictures.js';
import { someTrackAnalysis } from '../../support/example-analyses.js';

/** Quiet and sparse for a minute, then loud and busy for another. */
const rising = (): TrackAnalysis => {
	const track = someTrackAnalysis(120);
	const half = Math.floor(60 * CURVE_RATE);
	return {
		...track,
		curves: {
			...track.curves,
			level: track.curves.level.map((_, k) => (k < half ? -40 : -8)),
			onsetStrength: track.curves.onsetStrength.map((_, k) => (k < half ? 0.2 : 3)),
		},
	};
};

const catalogue = async () => {
	const { spans, vectors } = await embeddedSections(affect, rising());
	return { offsets: Uint32Array.of(0, spans.length), spans, vectors };
};

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('made-up editors', () => {
	test('move more and cut more where the music is aroused, on average over many', async () => {
		const stored = await catalogue();
		const cuts = Array.from({ length: 40 }, (_, seed) => taughtPictures(rising(), stored, seededRandom(seed)));
		const half = 60 * PICTURE_RATE;
		const motion = (from: number, to: number) => mean(cuts.map(cut => mean(cut.curves.motion.subarray(from, to))));
		expect(motion(half, 2 * half)).toBeGreaterThan(1.3 * motion(0, half));
		const count = (loud: boolean) =>
			cuts.reduce((sum, cut) => sum + cut.boundaries.filter(({ seconds }) => seconds >= 60 === loud).length, 0);
		expect(count(true)).toBeGreaterThan(1.3 * count(false));
	});

	test('make cuts as others are: shots without gap or overlap, curves in [0, 1], the same for the same seed', async () => {
		const stored = await catalogue();
		for (let seed = 0; seed < 20; seed++) {
			const cut = taughtPictures(rising(), stored, seededRandom(seed));
			expect(cut.segments[0]!.start).toBe(0);
			expect(cut.segments.at(-1)!.end).toBe(120);
			for (const [k, { start, end }] of cut.segments.entries()) {
				expect(end).toBeGreaterThan(start);
				expect(start).toBe(k === 0 ? 0 : cut.segments[k - 1]!.end);
			}
			for (const values of Object.values(cut.curves)) {
				expect(values.length).toBe(120 * PICTURE_RATE);
				expect(values.every(value => value >= 0 && value <= 1)).toBe(true);
			}
			expect(taughtPictures(rising(), stored, seededRandom(seed))).toEqual(cut);
		}
		expect(taughtPictures(rising(), stored, seededRandom(1))).not.toEqual(
			taughtPictures(rising(), stored, seededRandom(2)),
		);
	});
});
