import { describe, expect, test } from 'vitest';
import type { AlignmentView } from '../../../engine/protocol/messages.js';
import {
	inCutTime,
	indexAt,
	matchOf,
	mostAlike,
	placementOf,
	playedUnder,
	strengthOf,
} from '../../../panel/state/pairing.js';
import { aSuggestion } from '../support/views.js';

/** Three segments of six seconds beside four sections; the crop begins in the middle of the second section. */
const alignment: AlignmentView = {
	segments: [0, 6, 12].map(start => ({ start, end: start + 6 })),
	sections: [0, 25, 40, 60].map((start, k) => ({
		start,
		end: [25, 40, 60, 180][k]!,
		label: 'ABCA'[k]!,
		energy: 'mid' as const,
	})),
	likeness: [
		[0.9, 0.3, 0.1, 0.2],
		[0.2, 0.4, 0.8, 0.1],
		[0.1, 0.2, 0.6, 0.95],
	],
	played: [
		{ segment: 0, section: 1, seconds: 6 },
		{ segment: 1, section: 1, seconds: 4 },
		{ segment: 1, section: 2, seconds: 2 },
		{ segment: 2, section: 2, seconds: 6 },
	],
	path: null,
	distance: { name: 'centroid', value: 0.5 },
};
const suggestion = aSuggestion('1');

describe('a segment and its music', () => {
	test('the section that plays longest under a segment is the one it is shown with', () => {
		expect([0, 1, 2].map(segment => playedUnder(alignment, segment))).toEqual([1, 1, 2]);
		expect(playedUnder({ ...alignment, played: [] }, 0)).toBeNull();
	});

	test('its match is the mean of its sections by their time', () => {
		expect(matchOf(alignment, 1)).toBeCloseTo((4 * 0.4 + 2 * 0.8) / 6, 12);
		expect(matchOf({ ...alignment, played: [] }, 1)).toBeNull();
	});

	test('the most alike may be anywhere in the song', () => {
		expect([0, 1, 2].map(segment => mostAlike(alignment, segment))).toEqual([0, 2, 3]);
	});
});

describe('what is heard of a pair', () => {
	test('where the two meet in the crop, it is the crop', () => {
		expect(placementOf(alignment, suggestion, { segment: 1, section: 2 })).toEqual({
			range: { start: 6, end: 12 },
			crop: { start: 36, end: 42 },
		});
	});

	test('elsewhere it is the section from its start on, never past the end of the song', () => {
		expect(placementOf(alignment, suggestion, { segment: 0, section: 3 }).crop).toEqual({ start: 60, end: 66 });
		const short = { ...suggestion, track: { ...suggestion.track, duration: 63 } };
		expect(placementOf(alignment, short, { segment: 0, section: 3 }).crop).toEqual({ start: 60, end: 63 });
	});

	test('in a re-cut song it is the piece that sounds there', () => {
		const pieces = [
			{ song: { start: 30, end: 38 }, at: 0, fadeIn: 0, fadeOut: 0 },
			{ song: { start: 100, end: 110 }, at: 8, fadeIn: 0, fadeOut: 0 },
		];
		const recut = { ...suggestion, plan: { ...suggestion.plan, pieces } };
		const played = [{ segment: 2, section: 3, seconds: 6 }];
		expect(placementOf({ ...alignment, played }, recut, { segment: 2, section: 3 }).crop).toEqual({
			start: 104,
			end: 110,
		});
	});
});

test('a stretch of the song is heard once for each piece that holds some of it', () => {
	const pieces = [
		{ song: { start: 30, end: 38 }, at: 0, fadeIn: 0, fadeOut: 0 },
		{ song: { start: 34, end: 44 }, at: 8, fadeIn: 0, fadeOut: 0 },
	];
	const plan = { ...suggestion.plan, pieces };
	expect(inCutTime({ start: 32, end: 36 }, plan, { start: 10, end: 28 })).toEqual([
		{ start: 12, end: 16 },
		{ start: 18, end: 20 },
	]);
	expect(inCutTime({ start: 60, end: 70 }, plan, { start: 10, end: 28 })).toEqual([]);
});

test('a time belongs to the stretch that holds it, past the last one to that', () => {
	expect([0, 5.9, 6, 17, 99].map(time => indexAt(alignment.segments, time))).toEqual([0, 0, 1, 2, 2]);
});

test('strength spans the matrix: 0 its least, 1 its most, a half where all are alike', () => {
	expect([2, 3, 4].map(value => strengthOf(value, { start: 2, end: 4 }))).toEqual([0, 0.5, 1]);
	expect(strengthOf(2, { start: 2, end: 2 })).toBe(0.5);
});
