import { describe, expect, test } from 'vitest';
import { compare } from '../../../engine/alignment/comparison.js';
import { distanceNamed } from '../../../engine/alignment/distances.js';
import { alignTrack } from '../../../engine/jobs/align-track.js';
import { row, zeros32 } from '../../../engine/numeric/matrix.js';
import { distanceNames } from '../../../engine/protocol/messages.js';
import type { Span } from '../../../engine/time/time.js';
import { numbers } from '../../support/tracks.js';

/** Segments of these lengths, one after the other, with embeddings that follow from the seed. */
const sequence = (seed: number, lengths: readonly number[], dimensions = 6) => {
	const random = numbers(seed);
	const start = (k: number) => lengths.slice(0, k).reduce((sum, length) => sum + length, 0);
	const spans: Span[] = lengths.map((length, k) => ({ start: start(k), end: start(k) + length }));
	const vectors = zeros32(lengths.length, dimensions);
	vectors.data.forEach((_, k) => {
		vectors.data[k] = 2 * random() - 1;
	});
	return { spans, vectors };
};

const cut = sequence(1, [3, 2, 4.5, 2.5]);
const song = sequence(2, [8, 12, 6, 10, 4]);

test('likeness is e to the minus Euclidean distance of the two embeddings', () => {
	const { likeness } = alignTrack(cut, song, straight(0), 'timed-best-trace');
	expect(likeness).toHaveLength(4);
	likeness.forEach((values, segment) => {
		expect(values).toHaveLength(5);
		values.forEach((value, section) => {
			const [a, b] = [row(cut.vectors, segment), row(song.vectors, section)];
			expect(value).toBeCloseTo(Math.exp(-Math.hypot(...a.map((x, k) => x - b[k]!))), 5);
		});
	});
});

const straight = (start: number) => [{ song: { start, end: start + 12 }, at: 0 }];

test.each([
	['the song from its start', straight(0)],
	['a later place', straight(5.25)],
	['a place where the song ends before the cut does', straight(31)],
	[
		'three pieces out of order',
		[
			{ song: { start: 20, end: 24 }, at: 0 },
			{ song: { start: 2, end: 5.5 }, at: 4 },
			{ song: { start: 30, end: 34.5 }, at: 7.5 },
		],
	],
])('what meets under %s is what meets when it is walked in steps of 10 ms', (_, pieces) => {
	const at = (spans: readonly Span[], time: number) => spans.findIndex(({ start, end }) => time >= start && time < end);
	const walked = new Map<string, number>();
	for (let k = 0; k < 1200; k++) {
		const time = (k + 0.5) / 100;
		const piece = pieces.find(({ song, at }) => time >= at && time < at + song.end - song.start);
		if (piece === undefined) continue;
		const [segment, section] = [at(cut.spans, time), at(song.spans, piece.song.start + time - piece.at)];
		if (section !== -1) walked.set(`${segment} ${section}`, (walked.get(`${segment} ${section}`) ?? 0) + 0.01);
	}
	const { played } = alignTrack(cut, song, pieces, 'timed-best-trace');
	expect(played.map(({ query, candidate }) => `${query} ${candidate}`)).toEqual([...walked.keys()]);
	for (const { query, candidate, seconds } of played) {
		expect(seconds).toBeCloseTo(walked.get(`${query} ${candidate}`)!, 1);
	}
});

describe.each(distanceNames)('%s', name => {
	test('has the value by which it ranks, and its own path where it knows one', () => {
		const { value, path } = alignTrack(cut, song, straight(3), name);
		const distance = distanceNamed(name);
		expect(value).toBe(distance.value(compare(cut, song)));
		expect(path === null).toBe(['centroid', 'single-linkage', 'complete-linkage'].includes(name));
		for (const [k, pair] of path?.entries() ?? []) {
			const before = path![k - 1];
			expect(pair.query >= (before?.query ?? 0) && pair.candidate >= (before?.candidate ?? 0)).toBe(true);
		}
	});
});
