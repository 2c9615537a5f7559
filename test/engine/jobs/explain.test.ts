import { expect, test } from 'vitest';
import { compare } from '../../../engine/alignment/comparison.js';
import { distanceNamed } from '../../../engine/alignment/distances.js';
import { explain } from '../../../engine/jobs/explain.js';
import { distanceNames } from '../../../engine/protocol/messages.js';
import { sectionsOf } from '../../../engine/ranking/track-sections.js';
import { catalogueOf } from '../ranking/catalogues.js';

const pair = catalogueOf([7, 4], 6, 12);
const [query, track] = [sectionsOf(pair, 0), sectionsOf(pair, 1)];

test('every distance is explained, with the value that ranking gives and pairs inside of the matrix', () => {
	const { distances, similarity, segments, sections } = explain(query, track);
	expect(distances.map(({ name }) => name)).toEqual(distanceNames);
	expect([similarity.rows, similarity.cols]).toEqual([7, 4]);
	expect([segments.length, sections.length]).toEqual([7, 4]);
	for (const { name, value, path } of distances) {
		expect(value).toBe(distanceNamed(name).value(compare(query, track)));
		for (const { query: i, candidate: j } of path?.pairs ?? []) expect(i < 7 && j < 4).toBe(true);
	}
});

test('the path of Trace is the diagonal, and what ignores order has none', () => {
	const of = (wanted: string) => explain(query, track).distances.find(({ name }) => name === wanted)!.path;
	expect(of('trace')!.pairs).toEqual([0, 1, 2, 3].map(k => ({ query: k, candidate: k })));
	expect(of('centroid')).toBeNull();
});
