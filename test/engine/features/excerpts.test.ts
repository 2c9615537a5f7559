import { describe, expect, test } from 'vitest';
import { cutExcerpt, trackExcerpt } from '../../../engine/features/excerpts.js';
import { someCutAnalysis } from '../../support/example-analyses.js';
import { someAnalysis } from '../../support/tracks.js';

describe('an excerpt', () => {
	test('from a whole second on has the rows of those seconds, and times from its own start', () => {
		const track = { ...someAnalysis(3), boundariesBy: { olda: [2, 5, 9] } };
		const part = trackExcerpt(track, { start: 4, end: 10 });
		expect(part.duration).toBe(6);
		expect([...part.features.data]).toEqual([...track.features.data.slice(4 * 400, 10 * 400)]);
		expect(part.boundariesBy).toEqual({ olda: [1, 5] });
		expect(part.sections.map(({ start, end }) => [start, end])).toEqual([[0, 6]]);
		expect(part.beats.beats.every(beat => beat >= 0 && beat < 6)).toBe(true);
	});

	test('from within a second mixes the two it overlaps', () => {
		const track = someAnalysis(3);
		const { features } = trackExcerpt(track, { start: 1.25, end: 4.25 });
		expect(features.rows).toBe(3);
		expect(features.data[0]).toBeCloseTo(0.75 * track.features.data[400]! + 0.25 * track.features.data[800]!, 5);
	});

	test('of a cut counts frames, cuts and speech from its own first one', () => {
		const cut = { ...someCutAnalysis(20), speech: [{ start: 2, end: 7 }] };
		const part = cutExcerpt(cut, { start: 6, end: 16 });
		expect(part.boundaries).toMatchObject([{ frame: 100, seconds: 4 }]);
		expect(part.segments).toEqual([
			{ start: 0, end: 4 },
			{ start: 4, end: 10 },
		]);
		expect(part.speech).toEqual([{ start: 0, end: 1 }]);
		expect(part.curves.motion.length).toBe(100);
		expect(part.features.rows).toBe(10);
	});
});
