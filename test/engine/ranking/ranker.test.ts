import { describe, expect, test } from 'vitest';
import type { SegmentSequence } from '../../../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS, distanceNamed } from '../../../engine/alignment/distances.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import { distanceNames, rankingMethods } from '../../../engine/protocol/messages.js';
import { rank } from '../../../engine/ranking/rank.js';
import { createRanker, methodFor } from '../../../engine/ranking/ranker.js';
import { SECOND_STAGE, type TwoStageTools } from '../../../engine/ranking/two-stages.js';
import { sequence } from '../alignment/arbitraries.js';
import { catalogueOf, normals, plainProduct, plainQuantised, randomSpans, unitRows } from './catalogues.js';

const DIMENSIONS = 24;

const tools: TwoStageTools = { kernel: openRankingKernel(), similarity: plainProduct, quantised: plainQuantised };

const queryOf = (rows: number, seed: number): SegmentSequence => {
	const normal = normals(seed);
	return { spans: randomSpans(rows, normal), vectors: unitRows(rows, DIMENSIONS, normal) };
};

const sections = catalogueOf(
	Array.from({ length: 3 * SECOND_STAGE }, (_, track) => (track * 7) % 10),
	DIMENSIONS,
	11,
);
const ranker = createRanker(sections, tools);
const EMPTY = { spans: [], vectors: { rows: 0, cols: DIMENSIONS, data: new Float32Array(0) } };

describe.each(rankingMethods)('%s ranking', method => {
	test.each(distanceNames)('gives the tracks and values that plain ranking gives, by %s', async name => {
		for (const rows of [1, 6]) {
			const query = queryOf(rows, 40 + rows);
			expect(await ranker.rank([query], name, 10, { method })).toEqual([
				await rank(query, sections, distanceNamed(name), plainProduct, 10),
			]);
		}
	});

	test('ranks only those tracks that take part', async () => {
		const query = queryOf(4, 50);
		const include = (track: number) => track % 5 === 2;
		expect(await ranker.rank([query], 'sw-dtw', 8, { include, method })).toEqual([
			await rank(query, sections, distanceNamed('sw-dtw'), plainProduct, 8, { include }),
		]);
	});

	test('uses the parameters that it is given', async () => {
		const query = queryOf(7, 51);
		const parameters = { ...DEFAULT_PARAMETERS, indelCost: 0.7 };
		expect(await ranker.rank([query], 'nw-dtw', 8, { parameters, method })).toEqual([
			await rank(query, sections, distanceNamed('nw-dtw', parameters), plainProduct, 8),
		]);
	});

	test('answers queries of one question as it answers each alone, empty ones included', async () => {
		const queries = [queryOf(3, 60), EMPTY, queryOf(9, 61), queryOf(36, 62)];
		for (const name of distanceNames) {
			const alone = [];
			for (const query of queries) alone.push(...(await ranker.rank([query], name, 5, { method })));
			expect(await ranker.rank(queries, name, 5, { method })).toEqual(alone);
		}
	});

	test('answers questions that are asked at once as it answers one after the other', async () => {
		const queries = [queryOf(3, 60), queryOf(9, 61), queryOf(5, 62)];
		const alone = [];
		for (const query of queries) alone.push(await ranker.rank([query], 'best-trace', 5, { method }));
		expect(await Promise.all(queries.map(query => ranker.rank([query], 'best-trace', 5, { method })))).toEqual(alone);
	});

	test('answers the next question after one that was aborted', async () => {
		const query = queryOf(3, 63);
		const signal = AbortSignal.abort(new Error('enough'));
		const aborted = ranker.rank([query], 'trace', 5, { signal, method });
		const next = ranker.rank([query], 'trace', 5, { method });
		await expect(aborted).rejects.toThrow('enough');
		expect((await next)[0]).toHaveLength(5);
	});

	test('has nothing to say to an empty query, to no query, or of a catalogue without sections', async () => {
		expect(await ranker.rank([EMPTY], 'trace', 5, { method })).toEqual([[]]);
		expect(await ranker.rank([], 'trace', 5, { method })).toEqual([]);
		const none = { ids: ['a'], offsets: Uint32Array.of(0, 0), ...sequence([]) };
		const query = sequence([[1, 0, 0]]);
		expect(await createRanker(none, tools).rank([query], 'trace', 5, { method })).toEqual([[]]);
	});
});

test('the method follows from the size of the catalogue', () => {
	expect(createRanker(sections, tools).method).toBe('exact');
	expect([1, 65_536, 65_537, 6_000_000, 6_000_001].map(methodFor)).toEqual([
		'exact',
		'exact',
		'two-stage',
		'two-stage',
		'sketched',
	]);
});
