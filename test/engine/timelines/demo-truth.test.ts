import { expect, test } from 'vitest';
import { parseTimeline } from '../../../engine/timelines/read-timeline.js';
import { cutBoundaries, visiblePieces } from '../../../engine/timelines/visible-cut.js';
import { DEMO, jsonIn, textIn } from './golden-files.js';

type Truth = {
	total_frames: number;
	boundaries: { frame: number; seconds: number }[];
	shots: { name: string; source: { file: string; in_s: number | null } }[];
};

const RATE = { numerator: 25, denominator: 1 };

for (const name of ['cut', 'clip2']) {
	const truth = jsonIn<Truth>(DEMO, `${name}.json`);
	for (const extension of ['otio', 'fcpxml', 'xml', 'edl']) {
		const timeline = parseTimeline(textIn(DEMO, `${name}.${extension}`), RATE);

		test(`the visible cut of ${name}.${extension} is the truth, dissolves at their centres`, () => {
			expect(timeline.duration).toBe(truth.total_frames);
			expect(cutBoundaries(timeline)).toEqual(
				truth.boundaries.map(({ frame, seconds }) => ({ frame, seconds, from: 'timeline', confidence: 1 })),
			);
		});

		test(`each piece of ${name}.${extension} shows the file that the truth names, from the time it names`, () => {
			const pieces = visiblePieces(timeline);
			const files = pieces.map(({ source }) =>
				source.kind === 'media' ? source.url.replace(/^.*\//, '') : source.kind,
			);
			expect(files).toEqual(truth.shots.map(({ source }) => source.file));
			expect(pieces.map(piece => piece.name)).toEqual(truth.shots.map(shot => shot.name));
			for (const [i, { source }] of truth.shots.entries()) {
				if (source.in_s === null) continue;
				// Whole frames of 25 a second; a later half of a dissolve starts later in its source.
				expect(Math.abs(pieces[i]!.sourceStart - source.in_s)).toBeLessThan(0.021);
			}
		});
	}
}

test('a part of a timeline has the boundaries inside it, counted from the timeline’s start', () => {
	const timeline = parseTimeline(textIn(DEMO, 'clip2.otio'));
	const range = { start: 125, duration: 130, rate: RATE };
	expect(cutBoundaries(timeline, range).map(({ frame }) => frame)).toEqual([175, 215]);
	const pieces = visiblePieces(timeline, range);
	expect([pieces[0]!.range.start, pieces.at(-1)!.range.start + pieces.at(-1)!.range.duration]).toEqual([125, 255]);
});
