import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TERM_WEIGHTS, TERMS, type TermValues } from '../../../engine/crops/terms.js';
import { SettingsFile } from '../../../engine/io/settings-file.js';
import { judgedIn, Taste } from '../../../engine/io/taste.js';
import { VerdictFile, type VerdictRecord } from '../../../engine/io/verdict-file.js';
import { numbers } from '../../support/tracks.js';

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-taste-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const judgedTerms = (values: Partial<TermValues>): NonNullable<VerdictRecord['suggestion']>['terms'] =>
	TERMS.map(name => ({ name, value: values[name] ?? 0, weight: TERM_WEIGHTS[name] }));

const said = (
	track: string,
	verdict: VerdictRecord['verdict'],
	{ at = '2026-03-01T12:00:00.000Z', edit = 'film', kept = {}, above = [] as Partial<TermValues>[] } = {},
): VerdictRecord => ({
	at,
	track,
	verdict,
	edit,
	range: null,
	suggestion: {
		choice: { start: 0, form: 'straight', ending: 'natural', lock: null },
		terms: judgedTerms(kept),
		score: 0.9,
		distance: { name: 'timed-best-trace', value: 1 },
		above: above.map(judgedTerms),
	},
});

/** Somebody who always takes what meets the beat, whatever stands above it. */
const beatLover = (): VerdictRecord[] => {
	const random = numbers(3);
	return Array.from({ length: 120 }, (_, k) =>
		said(`track ${k}`, k % 3 === 0 ? 'placed' : 'favourite', {
			kept: { beats: 1 + random(), movement: random() },
			above: [{ beats: random() - 1, movement: 1 + random() }],
		}),
	);
};

describe('taste', () => {
	test('is not learned unless that is asked for', () => {
		const verdicts = new VerdictFile(home);
		for (const record of beatLover()) verdicts.add(record);
		const taste = new Taste(new SettingsFile(home), verdicts);
		expect(taste.weights).toEqual(TERM_WEIGHTS);
		expect(taste.judged).toBe(120);
	});

	test('asked for, follows what was kept, at once when more is said, and after a restart', () => {
		const settings = new SettingsFile(home);
		const verdicts = new VerdictFile(home);
		settings.change({ learning: true });
		const taste = new Taste(settings, verdicts);
		expect(taste.weights).toEqual(TERM_WEIGHTS);
		for (const record of beatLover()) verdicts.add(record);
		const learned = taste.weights;
		expect(learned.beats).toBeGreaterThan(1.5 * TERM_WEIGHTS.beats);
		expect(learned.movement).toBeLessThan(TERM_WEIGHTS.movement);
		expect(new Taste(new SettingsFile(home), new VerdictFile(home)).weights).toEqual(learned);
	});

	test('is forgotten where that is wanted; what is rejected stays rejected', () => {
		const settings = new SettingsFile(home);
		const verdicts = new VerdictFile(home);
		for (const record of [...beatLover(), said('x', 'rejected')]) verdicts.add(record);
		settings.change({ learning: true, learningSince: '2026-03-02T00:00:00.000Z' });
		const taste = new Taste(settings, verdicts);
		expect([taste.judged, taste.weights]).toEqual([0, TERM_WEIGHTS]);
		expect(verdicts.rejectedFor('film').has('x')).toBe(true);
		verdicts.add(said('y', 'favourite', { at: '2026-03-03T00:00:00.000Z', kept: { beats: 3 } }));
		expect(taste.judged).toBe(1);
		expect(taste.weights.beats).toBeGreaterThan(TERM_WEIGHTS.beats);
	});
});

describe('judgements', () => {
	const kinds = (records: readonly VerdictRecord[]) => judgedIn(records, null).map(({ isKept }) => isKept);

	test('are what was placed or made a favourite, and what was rejected', () => {
		expect(kinds([said('a', 'placed'), said('b', 'favourite'), said('c', 'rejected')])).toEqual([true, true, false]);
	});

	test('that were taken back count for nothing', () => {
		const back = [said('a', 'favourite'), said('b', 'rejected'), said('a', 'no-favourite', { edit: 'promo' })];
		expect(kinds(back)).toEqual([false]);
		expect(kinds([...back, said('b', 'allowed', { edit: 'promo' })])).toEqual([false]);
		expect(kinds([...back, said('b', 'allowed')])).toEqual([]);
	});

	test('of one suggestion, said twice, count once, and of a track by itself not at all', () => {
		expect(kinds([said('a', 'rejected'), said('a', 'rejected'), said('a', 'rejected', { edit: 'promo' })])).toEqual([
			false,
			false,
		]);
		expect(kinds([{ ...said('b', 'favourite'), suggestion: null }])).toEqual([]);
	});

	test('from before a term was known take it as nothing said', () => {
		const record = said('a', 'placed', { kept: { movement: 2 } });
		const older = { ...record.suggestion!, terms: record.suggestion!.terms.filter(({ name }) => name !== 'joins') };
		expect(judgedIn([{ ...record, suggestion: older }], null)[0]!.terms).toMatchObject({ movement: 2, joins: 0 });
	});
});
