import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SqliteCatalog } from '../../../../engine/io/catalog/sqlite-catalog.js';
import { rebuildCatalog } from '../../../../engine/io/catalog/verify.js';
import { catalogContract } from '../../../contracts/catalog.js';
import { MemoryCatalog } from '../../../support/memory-catalog.js';
import { hashOf, someAnalysis, someSections, someTrack } from '../../../support/tracks.js';

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-catalog-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

catalogContract('the catalogue in memory', () => ({ catalog: new MemoryCatalog(), end: () => {} }));
catalogContract('the catalogue in SQLite', () => {
	const catalog = new SqliteCatalog(home);
	return { catalog, end: () => catalog.close() };
});

const putInto = (catalog: SqliteCatalog, seed: number, cols = 5) =>
	catalog.put(someTrack(seed), someAnalysis(seed), new Map([['space', someSections(seed, cols)]]));

describe('the catalogue in SQLite', () => {
	test('all is there after closing and opening again', () => {
		const first = new SqliteCatalog(home);
		first.addFolder('/music');
		const records = [1, 2, 3].map(seed => putInto(first, seed));
		first.remove([records[0]!.id]);
		const sections = first.sectionVectors('space');
		first.close();

		const second = new SqliteCatalog(home);
		expect(second.tracks()).toEqual([records[1], records[2]]);
		expect(second.sectionVectors('space')).toEqual(sections);
		expect(second.analysis(records[1]!.id).beats).toEqual(someAnalysis(2).beats);
		second.close();
	});

	test('a reader sees what was committed, while the writer goes on', () => {
		const writer = new SqliteCatalog(home);
		writer.addFolder('/music');
		const reader = new SqliteCatalog(home, 'read');
		for (const seed of [1, 2, 3]) {
			const { id } = putInto(writer, seed);
			expect(reader.count()).toBe(seed);
			expect(reader.sectionVectors('space').ids).toHaveLength(seed);
			expect(reader.analysis(id).duration).toBe(12);
		}
		writer.db.exec('BEGIN IMMEDIATE; DELETE FROM skipped; DELETE FROM words; UPDATE folders SET reachable = 0');
		expect(reader.count()).toBe(3);
		writer.db.exec('COMMIT');
		expect(reader.count()).toBe(0);
		reader.close();
		writer.close();
	});

	test('a reader follows rows that the writer moved to another file', () => {
		const writer = new SqliteCatalog(home);
		writer.addFolder('/music');
		const records = [1, 2, 3, 4].map(seed => putInto(writer, seed));
		const reader = new SqliteCatalog(home, 'read');
		const before = reader.sectionVectors('space');
		writer.remove([records[0]!.id, records[2]!.id]);
		writer.vectors.compact(0, 0);
		expect(readdirSync(join(home, 'vectors'))).toEqual(['space.2.sgv']);
		const after = reader.sectionVectors('space');
		expect(after.ids).toEqual([records[1]!.id, records[3]!.id]);
		expect([...after.vectors.data]).toEqual([2, 4].flatMap(seed => [...someSections(seed).vectors.data]));
		expect(before.ids).toHaveLength(4);
		expect(writer.sectionVectors('space')).toEqual(after);
		reader.close();
		writer.close();
	});

	test('dead rows are given back a while after they are many', async () => {
		const catalog = new SqliteCatalog(home);
		catalog.addFolder('/music');
		const many = { rows: 600, cols: 16, data: new Float32Array(600 * 16).fill(0.5) };
		const spans = Array.from({ length: 600 }, (_, k) => ({ start: k, end: k + 1 }));
		const records = [1, 2, 3].map(seed =>
			catalog.put(someTrack(seed), someAnalysis(seed, 1), new Map([['wide', { spans, vectors: many }]])),
		);
		catalog.remove([records[0]!.id]);
		expect(readdirSync(join(home, 'vectors'))).toEqual(['wide.1.sgv']);
		catalog.remove([records[1]!.id]);
		await vi.waitFor(() => expect(readdirSync(join(home, 'vectors'))).toEqual(['wide.2.sgv']), 10_000);
		expect(catalog.sectionVectors('wide').vectors).toEqual(many);
		catalog.close();
	});

	test('rows of a space have one width', () => {
		const catalog = new SqliteCatalog(home);
		catalog.addFolder('/music');
		putInto(catalog, 1, 5);
		expect(() => putInto(catalog, 2, 6)).toThrow(RangeError);
		catalog.close();
	});

	test('removed tracks leave no analysis behind', () => {
		const catalog = new SqliteCatalog(home);
		catalog.addFolder('/music');
		const { id } = putInto(catalog, 1);
		const file = join(home, 'features', hashOf(1).slice(0, 2), `${hashOf(1)}.sga`);
		truncateSync(file, 100);
		expect(() => catalog.analysis(id)).toThrow(expect.objectContaining({ code: 'catalog-damaged' }));
		expect(catalog.recall(hashOf(1))).toBeNull();
		catalog.remove([id]);
		expect(readdirSync(join(home, 'features', hashOf(1).slice(0, 2)))).toEqual([]);
		catalog.close();
	});

	test('a database that makes no sense is told as damaged, and rebuilt with its folders and analyses', () => {
		const first = new SqliteCatalog(home);
		first.addFolder('/music');
		putInto(first, 1);
		first.close();
		writeFileSync(join(home, 'catalog.db'), 'nonsense '.repeat(1000));
		expect(() => new SqliteCatalog(home)).toThrow(expect.objectContaining({ code: 'catalog-damaged' }));

		const rebuilt = rebuildCatalog(home);
		expect(rebuilt.folders()).toEqual(['/music']);
		expect(rebuilt.count()).toBe(0);
		expect(rebuilt.recall(hashOf(1))?.beats).toEqual(someAnalysis(1).beats);
		rebuilt.close();
	});

	test('the catalogue of a later version is refused, not touched', () => {
		const first = new SqliteCatalog(home);
		first.db.pragma('user_version = 999');
		first.close();
		expect(() => new SqliteCatalog(home)).toThrow(expect.objectContaining({ code: 'version-mismatch' }));
	});

	test('a reader of an empty data folder makes nothing', () => {
		expect(() => new SqliteCatalog(home, 'read')).toThrow(expect.objectContaining({ code: 'catalog-empty' }));
		expect(readdirSync(home)).toEqual([]);
	});
});
