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
	const { likeness } = alignTrack(cut, song, 0, 'timed-best-trace');
	expect(likeness).toHaveLength(4);
	likeness.forEach((values, segment) => {
		expect(values).toHaveLength(5);
		values.forEach((value, section) => {
			const [a, b] = [row(cut.vectors, segment), row(song.vectors, section)];
			expect(value).toBeCloseTo(Math.exp(-Math.hypot(...a.map((x, k) => x - b[k]!))), 5);
		});
	});
});

test.each([0, 5.25, 19, 31])('what meets at offset %d is what meets when both are walked in steps of 10 ms', offset => {
	const at = (spans: readonly Span[], time: number) => spans.findIndex(({ start, end }) => time >= start && time < end);
	const walked = new Map<string, number>();
	for (let k = 0; k < 1200; k++) {
		const time = (k + 0.5) / 100;
		const [segment, section] = [at(cut.spans, time), at(song.spans, time + offset)];
		if (section !== -1) walked.set(`${segment} ${section}`, (walked.get(`${segment} ${section}`) ?? 0) + 0.01);
	}
	const { played } = alignTrack(cut, song, offset, 'timed-best-trace');
	expect(played.map(({ query, candidate }) => `${query} ${candidate}`)).toEqual([...walked.keys()]);
	for (const { query, candidate, seconds } of played) {
		expect(seconds).toBeCloseTo(walked.get(`${query} ${candidate}`)!, 1);
	}
});

describe.each(distanceNames)('%s', name => {
	test('has the value by which it ranks, and its own path where it knows one', () => {
		const { value, path } = alignTrack(cut, song, 3, name);
		const distance = distanceNamed(name);
		expect(value).toBe(distance.value(compare(cut, song)));
		expect(path === null).toBe(['centroid', 'single-linkage', 'complete-linkage'].includes(name));
		for (const [k, pair] of path?.entries() ?? []) {
			const before = path![k - 1];
			expect(pair.query >= (before?.query ?? 0) && pair.candidate >= (before?.candidate ?? 0)).toBe(true);
		}
	});
});
