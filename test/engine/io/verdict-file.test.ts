import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VerdictFile, type VerdictRecord } from '../../../engine/io/verdict-file.js';
import { verdictNames } from '../../../engine/protocol/messages.js';
import { numbers } from '../../support/tracks.js';

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-verdicts-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const said = (
	track: string,
	verdict: VerdictRecord['verdict'],
	edit: string | null = null,
	suggestion: VerdictRecord['suggestion'] = null,
): VerdictRecord => ({ at: '2026-01-01T12:00:00.000Z', track, verdict, edit, range: null, suggestion });

/** What was said last of this track, and for this edit, walking back through all of it. */
const last = (records: readonly VerdictRecord[], track: string, words: readonly string[], edit?: string) =>
	records.findLast(
		record => record.track === track && words.includes(record.verdict) && (edit === undefined || record.edit === edit),
	)?.verdict;

test.each([1, 2, 3])('what holds is what was said last, also after a restart (seed %d)', seed => {
	const random = numbers(seed);
	const one = (of: readonly string[]) => of[Math.floor(random() * of.length)]!;
	const [tracks, edits] = [
		['a', 'b', 'c'],
		['film', 'promo'],
	];
	const records = Array.from({ length: 60 }, () =>
		said(one(tracks), one(verdictNames) as VerdictRecord['verdict'], one(edits)),
	);
	const file = new VerdictFile(home);
	for (const record of records) file.add(record);
	for (const each of [file, new VerdictFile(home)]) {
		expect(each.records()).toEqual(records);
		for (const track of tracks) {
			expect(each.favourites.has(track)).toBe(last(records, track, ['favourite', 'no-favourite']) === 'favourite');
			for (const edit of edits) {
				const isRejected = last(records, track, ['rejected', 'allowed'], edit) === 'rejected';
				expect(each.rejectedFor(edit).has(track)).toBe(isRejected);
			}
		}
	}
});

test('a line that a kill left half written costs nothing but itself', () => {
	new VerdictFile(home).add(said('a', 'favourite'));
	appendFileSync(join(home, 'verdicts.jsonl'), '{"at":"2026-01-01T12:00:0');
	const file = new VerdictFile(home);
	file.add(said('b', 'favourite'));
	expect([...file.favourites]).toEqual(['a', 'b']);
	expect([...new VerdictFile(home).favourites]).toEqual(['a', 'b']);
});

test('why a crop was kept is there to be learnt from: its terms, and those of what was passed over', () => {
	const terms = [{ name: 'beats' as const, value: 2, weight: 0.3 }];
	const suggestion = {
		choice: { start: 30, form: 'straight' as const, ending: 'natural' as const, lock: null },
		terms,
		score: 0.8,
		distance: { name: 'timed-best-trace' as const, value: 0.4 },
		above: [[{ name: 'beats' as const, value: 1, weight: 0.3 }]],
	};
	new VerdictFile(home).add(said('a', 'placed', 'film', suggestion));
	expect(new VerdictFile(home).records()[0]!.suggestion).toEqual(suggestion);
});
