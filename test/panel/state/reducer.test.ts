import { expect, test } from 'vitest';
import { failure } from '../../../panel/state/failure.js';
import { heardOf, resultsOf, selectedOf, shownOf } from '../../../panel/state/view-state.js';
import {
	aCatalog,
	after,
	aSuggestion,
	connected,
	manySuggestions,
	someCut,
	withCut,
	withList,
} from '../support/views.js';

const source = { kind: 'path', path: '/films/promo.mp4' } as const;

test('an opened cut asks for music over its whole length', () => {
	const { cut } = after(...withCut());
	expect(cut).toMatchObject({ state: 'open', range: { start: 0, end: 18 }, search: { state: 'idle' } });
});

test('an answer that nobody waits for any more changes nothing', () => {
	const idle = after(...connected);
	expect(after(...connected, { type: 'cut-opened', cut: someCut })).toEqual(idle);
	expect(after(...connected, { type: 'cut-failed', failure: failure('no-video', 'x') })).toEqual(idle);
	expect(after(...connected, { type: 'range', range: { start: 0, end: 1 } })).toEqual(idle);
});

test('an answer for another cut is dropped', () => {
	const answer = { suggestions: manySuggestions(3), considered: 3, cut: 'another' };
	const asked = {
		range: { start: 0, end: 18 },
		options: { vocals: 'auto', distance: null, filter: {}, ending: 'natural', examples: [] },
		without: [],
	} as const;
	const state = after(...withCut(), { type: 'search-started' }, { type: 'search-done', answer, asked });
	expect(resultsOf(state.cut)).toBeNull();
});

test('cancelling an opening leads back to no cut, cancelling a search to the list before it', () => {
	const cancelled = failure('cancelled', 'cancelled');
	expect(after(...connected, { type: 'cut-opening', source }, { type: 'cut-failed', failure: cancelled }).cut).toEqual({
		state: 'none',
	});
	const listed = after(...withList(manySuggestions(3)));
	const back = after(
		...withList(manySuggestions(3)),
		{ type: 'search-started' },
		{ type: 'search-failed', failure: cancelled },
	);
	expect(back).toEqual(listed);
	expect(
		after(...withCut(), { type: 'search-started' }, { type: 'search-failed', failure: cancelled }).cut,
	).toMatchObject({ search: { state: 'idle' } });
});

test('while a new search runs, or after it failed, the list before it stays and can be walked', () => {
	const running = after(...withList(manySuggestions(3)), { type: 'search-started' }, { type: 'step', by: 1 });
	expect(selectedOf(running.cut)?.track.id).toBe('2');
	const failed = after(
		...withList(manySuggestions(3)),
		{ type: 'search-started' },
		{ type: 'search-failed', failure: failure('internal', 'x') },
		{ type: 'select', index: 2 },
	);
	expect(selectedOf(failed.cut)?.track.id).toBe('3');
});

test('three picks are shown first, all of them once asked for', () => {
	const list = withList(manySuggestions(12));
	expect(shownOf(resultsOf(after(...list).cut)!)).toHaveLength(3);
	expect(shownOf(resultsOf(after(...list, { type: 'expand' }).cut)!)).toHaveLength(12);
});

test('walking the list ends at its ends, and never on a row that is not shown', () => {
	const list = withList(manySuggestions(12));
	const down = Array.from({ length: 5 }, () => ({ type: 'step', by: 1 }) as const);
	expect(selectedOf(after(...list, { type: 'step', by: -1 }).cut)?.track.id).toBe('1');
	expect(selectedOf(after(...list, ...down).cut)?.track.id).toBe('3');
	expect(selectedOf(after(...list, { type: 'expand' }, ...down).cut)?.track.id).toBe('6');
	expect(selectedOf(after(...list, { type: 'select', index: 11 }).cut)?.track.id).toBe('3');
});

test('a new list starts at its first pick, folded', () => {
	const state = after(
		...withList(manySuggestions(12)),
		{ type: 'expand' },
		{ type: 'step', by: 1 },
		...withList(manySuggestions(12)).slice(-2),
	);
	expect(resultsOf(state.cut)).toMatchObject({ selected: 0, expanded: false });
});

test('another cut starts without the list of the one before', () => {
	const state = after(
		...withList(manySuggestions(3)),
		{ type: 'cut-opening', source },
		{ type: 'cut-opened', cut: someCut },
	);
	expect(resultsOf(state.cut)).toBeNull();
});

test('the job that went down with the engine is remembered until the engine is back', () => {
	const gone = failure('engine-lost', 'gone');
	const lost = after(...withCut(), { type: 'search-started' }, { type: 'search-failed', failure: gone });
	expect(lost.interrupted).toBe('suggesting');
	expect(after(...connected, { type: 'cut-opening', source }, { type: 'cut-failed', failure: gone }).interrupted).toBe(
		'opening',
	);
	const back = after(
		...withCut(),
		{ type: 'search-started' },
		{ type: 'search-failed', failure: gone },
		{ type: 'connection', connection: { state: 'ready' } },
	);
	expect(back.interrupted).toBeNull();
});

test('what was known of the catalogue stays while the engine is away', () => {
	const state = after(...connected, { type: 'connection', connection: { state: 'lost', attempt: 1, retryIn: 1 } });
	expect(state.catalog).toEqual(aCatalog());
});

const moved = (id: string, start: number) => ({
	type: 'crop-changed' as const,
	suggestion: { ...aSuggestion(id), crop: { start, end: start + 18 } },
	better: ['cuts closer to beats'],
	worse: [],
});
const starts = (state: ReturnType<typeof after>) => resultsOf(state.cut)!.suggestions.map(({ crop }) => crop.start);

test('changes of crops are taken back one by one, to the list as it was', () => {
	const list = withList(manySuggestions(3));
	const changes = [moved('1', 31), moved('1', 32), { type: 'step', by: 1 } as const, moved('2', 50)];
	expect(starts(after(...list, ...changes))).toEqual([32, 50, 30]);
	const undo = { type: 'undo' } as const;
	expect(starts(after(...list, ...changes, undo))).toEqual([32, 30, 30]);
	expect(starts(after(...list, ...changes, undo, undo))).toEqual([31, 30, 30]);
	expect(starts(after(...list, ...changes, undo, undo, undo, undo))).toEqual([30, 30, 30]);
});

test('a change that comes after another pick was chosen is that of its own track', () => {
	const state = after(...withList(manySuggestions(3)), { type: 'select', index: 2 }, moved('1', 44));
	expect(starts(state)).toEqual([44, 30, 30]);
	expect(selectedOf(state.cut)?.track.id).toBe('3');
});

test('of two crops that are compared the one that was asked for is heard, and a change is heard at once', () => {
	const list = withList(manySuggestions(3));
	const pinned = after(...list, { type: 'pin', suggestion: aSuggestion('1') }, moved('1', 40));
	expect(heardOf(pinned.cut)?.crop.start).toBe(40);
	const a = [
		...list,
		{ type: 'pin', suggestion: aSuggestion('1') },
		moved('1', 40),
		{ type: 'hear', which: 'pinned' },
	] as const;
	expect(heardOf(after(...a).cut)?.crop.start).toBe(30);
	expect(heardOf(after(...a, { type: 'hear', which: 'selected' }).cut)?.crop.start).toBe(40);
	expect(heardOf(after(...a, moved('1', 41)).cut)?.crop.start).toBe(41);
});

test('picks that were ranked anew begin with the best, and undoing brings the old order back', () => {
	const list = withList(manySuggestions(3));
	const reversed = { type: 'picks-changed', suggestions: manySuggestions(3).reverse() } as const;
	expect(selectedOf(after(...list, { type: 'step', by: 1 }, reversed).cut)?.track.id).toBe('3');
	expect(resultsOf(after(...list, reversed, { type: 'undo' }).cut)?.suggestions[0]?.track.id).toBe('1');
});

test('the settings of the engine become the options of the next search', () => {
	const settings = {
		distance: 'trace',
		vocals: 'any',
		ending: 'fade',
		theme: 'dark',
		device: 'auto',
		gentle: false,
		learning: false,
		learningSince: null,
	} as const;
	expect(after(...connected, { type: 'settings', settings }).options).toMatchObject({
		distance: 'trace',
		vocals: 'any',
	});
});
