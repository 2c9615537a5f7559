import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SqliteCatalog } from '../../../../engine/io/catalog/sqlite-catalog.js';
import { verify } from '../../../../engine/io/catalog/verify.js';
import type { SectionVectors } from '../../../../engine/jobs/catalog.js';
import { rowRange } from '../../../../engine/numeric/matrix.js';

import { numbers, someAnalysis, someSections, someTrack } from '../../../support/tracks.js';

/** Some fifteen rows. */
const SEGMENT_BYTES = 1000;

let home: string;
let catalog: SqliteCatalog;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-vectors-'));
	catalog = new SqliteCatalog(home, 'write', SEGMENT_BYTES);
	catalog.addFolder('/music');
});
afterEach(() => {
	catalog.close();
	rmSync(home, { recursive: true, force: true });
});

const put = (seed: number) =>
	catalog.put(someTrack(seed), someAnalysis(seed), new Map([['space', someSections(seed)]])).id;
const rowsOf = (sections: SectionVectors, id: string) => {
	const track = sections.ids.indexOf(id);
	return [...rowRange(sections.vectors, sections.offsets[track]!, sections.offsets[track + 1]!).data];
};
const files = () => readdirSync(join(home, 'vectors'));

describe('vectors in segments', () => {
	test('are there as put after any sequence of puts, removals, moves of segments and reopenings, for readers too', () => {
		const random = numbers(4);
		const present = new Map<string, number>();
		const reader = new SqliteCatalog(home, 'read', SEGMENT_BYTES);
		let most = 0;
		for (let step = 1; step <= 120; step++) {
			const choice = random();
			if (choice < 0.55 || present.size === 0) present.set(put(step), step);
			else if (choice < 0.8) {
				const id = [...present.keys()][Math.floor(random() * present.size)]!;
				catalog.remove([id]);
				present.delete(id);
			} else if (choice < 0.95) catalog.vectors.compactOne(0, 0);
			else {
				catalog.close();
				catalog = new SqliteCatalog(home, 'write', SEGMENT_BYTES);
			}
			for (const sections of [catalog.sectionVectors('space'), reader.sectionVectors('space')]) {
				expect([...sections.ids].sort()).toEqual([...present.keys()].sort());
				for (const [id, seed] of present) expect(rowsOf(sections, id)).toEqual([...someSections(seed).vectors.data]);
			}
			most = Math.max(most, files().length);
		}
		reader.close();
		expect(most).toBeGreaterThan(3);
		expect(verify(catalog).problems.filter(({ kind }) => kind !== 'stray')).toEqual([]);
	});

	test('what a reader got stays as it was while rows are added, moved and deleted', () => {
		const ids = [1, 2, 3].map(put);
		const before = catalog.sectionVectors('space');
		const copy = [...before.vectors.data];
		for (let seed = 4; seed < 30; seed++) put(seed);
		catalog.sectionVectors('space');
		catalog.remove(ids);
		catalog.vectors.compact(0, 0);
		catalog.sectionVectors('space');
		expect([...before.vectors.data]).toEqual(copy);
	});

	test('dead segments go by themselves, a while after the tracks went', async () => {
		// Removing has to leave enough behind: more rows than compaction bothers with.
		const large = (seed: number) => {
			const { spans, vectors } = someSections(seed);
			const times = 400;
			return {
				spans: Array.from({ length: times }, () => spans).flat(),
				vectors: {
					...vectors,
					rows: vectors.rows * times,
					data: Float32Array.from(
						{ length: vectors.data.length * times },
						(_, k) => vectors.data[k % vectors.data.length]!,
					),
				},
			};
		};
		catalog.close();
		catalog = new SqliteCatalog(home);
		const ids = [1, 2, 3, 4, 5, 6].map(
			seed => catalog.put(someTrack(seed), someAnalysis(seed), new Map([['space', large(seed)]])).id,
		);
		const size = () => files().reduce((sum, name) => sum + statSync(join(home, 'vectors', name)).size, 0);
		const full = size();
		catalog.remove(ids.slice(0, 5));
		for (let wait = 0; wait < 100 && size() > full / 3; wait++) await sleep(50);
		expect(size()).toBeLessThan(full / 3);
		expect(rowsOf(catalog.sectionVectors('space'), ids[5]!)).toEqual([...large(6).vectors.data]);
		expect(verify(catalog).problems).toEqual([]);
	});
});
