import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	truncateSync,
	unlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SqliteCatalog } from '../../../../engine/io/catalog/sqlite-catalog.js';
import { type CatalogProblem, repair, verify } from '../../../../engine/io/catalog/verify.js';
import { hashOf, someAnalysis, someSections, someTrack } from '../../../support/tracks.js';

let home: string;
let catalog: SqliteCatalog;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-verify-'));
	catalog = new SqliteCatalog(home);
	catalog.addFolder('/music');
	for (const seed of [1, 2, 3]) {
		catalog.put(someTrack(seed), someAnalysis(seed), new Map([['space', someSections(seed)]]));
	}
});
afterEach(() => {
	catalog.close();
	rmSync(home, { recursive: true, force: true });
});

const analysisPath = (seed: number) => join(home, 'features', hashOf(seed).slice(0, 2), `${hashOf(seed)}.sga`);
const vectorPath = () => join(home, 'vectors', 'space.1.sgv');
const flip = (path: string, position: number) => {
	const bytes = readFileSync(path);
	bytes[position]! ^= 0x10;
	writeFileSync(path, bytes);
};

/** Verifies, repairs, and verifies again. */
const repaired = (): readonly CatalogProblem[] => {
	const report = verify(catalog);
	repair(catalog, report);
	expect(verify(catalog).problems).toEqual([]);
	return report.problems;
};

describe('verify and repair', () => {
	test('a sound catalogue has no problems', () => {
		expect(verify(catalog)).toEqual({ tracks: 3, analyses: 3, problems: [] });
	});

	test.each([
		['a truncated analysis', () => truncateSync(analysisPath(2), 500)],
		['a flipped bit in an analysis', () => flip(analysisPath(2), 700)],
		['a missing analysis', () => unlinkSync(analysisPath(2))],
	])('%s costs its track alone, which is then found as new', (_, damage) => {
		damage();
		expect(repaired()).toEqual([{ kind: 'analysis', hash: hashOf(2), paths: ['/music/2.mp3'] }]);
		expect(catalog.tracks().map(({ path }) => path)).toEqual(['/music/1.mp3', '/music/3.mp3']);
		expect(catalog.sectionVectors('space').ids).toHaveLength(2);
	});

	test('vectors in the one file a space of older versions say so, and can be made again', () => {
		catalog.close();
		const database = new Database(join(home, 'catalog.db'));
		database.prepare("UPDATE spaces SET file = 'space.sgv'").run();
		database.close();
		renameSync(vectorPath(), join(home, 'vectors', 'space.sgv'));
		catalog = new SqliteCatalog(home);
		expect(() => catalog.sectionVectors('space')).toThrow(
			expect.objectContaining({
				code: 'catalog-damaged',
				message: expect.stringContaining('stored by an older version of Segue'),
			}),
		);
		expect(repaired().map(({ kind }) => kind)).toContain('vector-file');
		const ids = catalog.withoutVectors('space');
		expect(ids).toHaveLength(3);
		for (const id of ids) catalog.putVectors(id, 'space', someSections(Number(id)));
		expect(catalog.sectionVectors('space').ids).toHaveLength(3);
		expect(verify(catalog).problems).toEqual([]);
	});

	test.each([
		['a flipped bit among the vectors', () => flip(vectorPath(), 4096 + 2 * 64 + 3), [2]],
		['a truncated vector file', () => truncateSync(vectorPath(), 4096 + 3 * 64), [2, 3]],
	])('%s costs the vectors in question, which can be made again', (_, damage, lost) => {
		damage();
		catalog.close();
		catalog = new SqliteCatalog(home);
		expect(() => catalog.sectionVectors('space')).toThrow(expect.objectContaining({ code: 'catalog-damaged' }));
		expect(repaired()).toEqual(lost.map(seed => ({ kind: 'vectors', hash: hashOf(seed), space: 'space' })));
		const ids = lost.map(seed => catalog.atPath(`/music/${seed}.mp3`)!.id);
		expect(catalog.withoutVectors('space')).toEqual(ids);
		for (const id of ids) catalog.putVectors(id, 'space', someSections(Number(id)));
		expect(catalog.sectionVectors('space').ids).toHaveLength(3);
		expect(verify(catalog).problems).toEqual([]);
	});

	test.each([
		['missing', () => unlinkSync(vectorPath())],
		['without its header', () => writeFileSync(vectorPath(), Buffer.alloc(8000))],
	])('a vector file that is %s begins anew', (_, damage) => {
		damage();
		expect(repaired().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['vectors', 'vector-file']));
		expect(catalog.withoutVectors('space')).toHaveLength(3);
		catalog.putVectors(catalog.tracks()[0]!.id, 'space', someSections(1));
		expect(catalog.sectionVectors('space').ids).toHaveLength(1);
	});

	test('rows that belong to nothing are found and put right, and tracks are found by their words again', () => {
		catalog.db.pragma('foreign_keys = OFF');
		catalog.db.exec("UPDATE tracks SET hash = 'gone' WHERE path = '/music/1.mp3'");
		catalog.db.exec('DELETE FROM words WHERE rowid = 2');
		catalog.db.exec("INSERT INTO words (rowid, text) VALUES (77, 'nobody')");
		catalog.db.exec("UPDATE blocks SET hash = 'nobody' WHERE first_row = 4");
		catalog.db.pragma('foreign_keys = ON');
		expect(catalog.search('track', 0, 10).total).toBeLessThan(3);
		expect(repaired().map(problem => (problem.kind === 'stale-row' ? problem.table : problem.kind))).toEqual([
			'blocks',
			'tracks',
			'contents',
			'words',
			'missing words',
		]);
		expect(catalog.tracks().map(({ path }) => path)).toEqual(['/music/2.mp3', '/music/3.mp3']);
		expect(catalog.search('', 0, 10).total).toBe(2);
		expect(catalog.search('2', 0, 10).tracks.map(({ path }) => path)).toEqual(['/music/2.mp3']);
		expect(catalog.withoutVectors('space')).toEqual([catalog.atPath('/music/3.mp3')!.id]);
	});

	test('files that nothing refers to are found and deleted', () => {
		writeFileSync(`${analysisPath(1)}.123.partial`, 'half');
		writeFileSync(join(home, 'vectors', 'old.7.sgv'), 'old');
		expect(repaired().map(({ kind }) => kind)).toEqual(['stray', 'stray']);
		expect(readdirSync(join(home, 'vectors'))).toEqual(['space.1.sgv']);
		expect(catalog.count()).toBe(3);
	});

	test('a database with a damaged page is told', () => {
		for (let seed = 10; seed < 40; seed++) {
			catalog.put(someTrack(seed), someAnalysis(seed, 1), new Map([['space', someSections(seed)]]));
		}
		catalog.close();
		const path = join(home, 'catalog.db');
		const bytes = readFileSync(path);
		for (let at = 4096 * 3; at < bytes.length; at += 4096) bytes.fill(0xff, at, at + 64);
		writeFileSync(path, bytes);
		const damaged = expect.objectContaining({ code: 'catalog-damaged' });
		expect(() => {
			catalog = new SqliteCatalog(home);
			verify(catalog);
		}).toThrow(damaged);
	});
});
