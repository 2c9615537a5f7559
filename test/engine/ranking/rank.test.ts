import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../../engine/alignment/comparison.js';
import { distanceNamed } from '../../../engine/alignment/distances.js';
import { distanceNames } from '../../../engine/protocol/messages.js';
import { rank, type SimilarityProduct } from '../../../engine/ranking/rank.js';
import { shortlist } from '../../../engine/ranking/shortlist.js';
import { sectionsOf, type TrackSections } from '../../../engine/ranking/track-sections.js';
import { sequence, sequences, spansOf } from '../alignment/arbitraries.js';
import { catalogues, plainProduct } from './catalogues.js';

const random = { seed: 512, numRuns: 60 };

/** Every track compared one by one, and all of them sorted. */
const byComparing = (
	query: Parameters<typeof rank>[0],
	sections: TrackSections,
	name: (typeof distanceNames)[number],
) =>
	sections.ids
		.map((id, track) => ({ id, track, value: distanceNamed(name).value(compare(query, sectionsOf(sections, track))) }))
		.filter(({ value }) => Number.isFinite(value))
		.sort((a, b) => a.value - b.value || (a.id < b.id ? -1 : 1));

describe.each(distanceNames)('ranking by %s', name => {
	test('gives the best of all tracks compared one by one, equal ones in order of id', async () => {
		await fc.assert(
			fc.asyncProperty(
				sequences(1, 5),
				catalogues(20),
				fc.integer({ min: 1, max: 25 }),
				async (query, sections, top) => {
					const ranked = await rank(query, sections, distanceNamed(name), plainProduct, top);
					expect(ranked.map(({ id, track, value }) => ({ id, track, value }))).toEqual(
						byComparing(query, sections, name).slice(0, top),
					);
				},
			),
			random,
		);
	});
});

describe('ranking', () => {
	const query = sequence([
		[1, 0, 0],
		[0, 1, 0],
	]);
	const three: TrackSections = {
		ids: ['c', 'a', 'b'],
		offsets: Uint32Array.from([0, 2, 2, 4]),
		spans: [...spansOf([1, 1]), ...spansOf([1, 1])],
		vectors: { rows: 4, cols: 3, data: Float32Array.from([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0]) },
	};

	test('tracks without sections are not ranked; equal ones come in order of id', async () => {
		const ranked = await rank(query, three, distanceNamed('trace'), plainProduct, 3);
		expect(ranked.map(({ id }) => id)).toEqual(['b', 'c']);
	});

	test('a track that is left out neither takes a place nor a product', async () => {
		const rows: number[] = [];
		const counting: SimilarityProduct = {
			similarity: (left, right) => {
				rows.push(right.rows);
				return plainProduct.similarity(left, right);
			},
		};
		const ranked = await rank(query, three, distanceNamed('trace'), counting, 1, { include: track => track !== 2 });
		expect(ranked.map(({ id }) => id)).toEqual(['c']);
		expect(rows).toEqual([2]);
	});

	test('the tracks around one left out are still compared with their own sections', async () => {
		await fc.assert(
			fc.asyncProperty(sequences(1, 4), catalogues(12), fc.nat(), async (some, sections, seed) => {
				const include = (track: number) => (track + seed) % 3 !== 0;
				const ranked = await rank(some, sections, distanceNamed('trace'), plainProduct, 12, { include });
				const expected = byComparing(some, sections, 'trace').filter(({ track }) => include(track));
				expect(ranked.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
			}),
			random,
		);
	});

	test('an empty catalogue, an empty query and a top of 0 give nothing', async () => {
		const none: TrackSections = {
			ids: [],
			offsets: Uint32Array.of(0),
			spans: [],
			vectors: { rows: 0, cols: 3, data: new Float32Array(0) },
		};
		expect(await rank(query, none, distanceNamed('trace'), plainProduct, 5)).toEqual([]);
		expect(await rank(sequence([]), three, distanceNamed('trace'), plainProduct, 5)).toEqual([]);
		expect(await rank(query, three, distanceNamed('trace'), plainProduct, 0)).toEqual([]);
	});

	test('it stops when the signal aborts', async () => {
		const signal = AbortSignal.abort(new Error('enough'));
		await expect(rank(query, three, distanceNamed('trace'), plainProduct, 1, { signal })).rejects.toThrow('enough');
	});
});

test('a shortlist holds the least finite values whatever their order', () => {
	fc.assert(
		fc.property(
			fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY))),
			fc.nat(30),
			(values, top) => {
				const ids = values.map((_, k) => String.fromCharCode(97 + ((k * 7) % 26), 97 + (k % 26)));
				const sorted = [...values.keys()]
					.filter(k => Number.isFinite(values[k]))
					.sort((a, b) => values[a]! - values[b]! || (ids[a]! < ids[b]! ? -1 : 1));
				expect(shortlist(Float64Array.from(values), ids, top).map(k => values[k])).toEqual(
					sorted.slice(0, top).map(k => values[k]),
				);
			},
		),
		random,
	);
});
