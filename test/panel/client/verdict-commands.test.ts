import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/protocol/errors.js';
import type { Params, Verdicts } from '../../../engine/protocol/messages.js';
import { resultsOf, selectedOf } from '../../../panel/state/view-state.js';
import { type Asked, scene } from '../support/scene.js';
import { aSuggestion, manySuggestions, someCut } from '../support/views.js';

const given = (asked: readonly Asked[]) =>
	asked.filter(({ method }) => method === 'verdict.give').map(({ params }) => params as Params<'verdict.give'>);

/** An engine that keeps what it is told of tracks, and suggests the first twelve of twenty that are not left out. */
const keeping = () => {
	const verdicts: { favourites: string[]; rejected: string[] } = { favourites: [], rejected: [] };
	const named = (ids: readonly string[]): Verdicts['favourites'] =>
		ids.map(id => ({ id, title: `Title ${id}`, artist: null }));
	return async ({ method, params }: Asked): Promise<unknown> => {
		if (method === 'suggest') {
			const { without = [] } = params as Params<'suggest'>;
			const left = manySuggestions(20).filter(({ track }) => !without.includes(track.id));
			return { suggestions: left.slice(0, 12), considered: left.length, cut: 'cut' };
		}
		const { track, verdict } = params as Params<'verdict.give'>;
		const drop = (ids: string[]) => ids.filter(id => id !== track);
		if (verdict === 'favourite') verdicts.favourites.push(track);
		if (verdict === 'no-favourite') verdicts.favourites = drop(verdicts.favourites);
		if (verdict === 'rejected') verdicts.rejected.push(track);
		if (verdict === 'allowed') verdicts.rejected = drop(verdicts.rejected);
		return { favourites: named(verdicts.favourites), rejected: named(verdicts.rejected), judged: 0 };
	};
};

const ids = (store: ReturnType<typeof scene>['store']) =>
	resultsOf(store.state.cut)!.suggestions.map(({ track }) => Number(track.id));

test('a rejected pick makes way for the next one, and the best that was not there follows at the end', async () => {
	const { store, commands, asked } = scene(keeping(), 12);
	store.dispatch({ type: 'select', index: 1 });
	await commands.verdicts.reject();
	expect(ids(store)).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
	expect(selectedOf(store.state.cut)?.track.id).toBe('3');
	expect(given(asked)[0]).toMatchObject({ track: '2', verdict: 'rejected', cut: 'cut' });
	await commands.verdicts.reject();
	expect(ids(store)).toEqual([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
	// What is asked for anew leaves both out.
	await commands.cuts.suggest();
	expect(ids(store)).toEqual([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
});

test('a verdict carries the terms of the pick and of those that stood above it', async () => {
	const { store, commands, asked } = scene(keeping(), 12);
	store.dispatch({ type: 'select', index: 2 });
	await commands.verdicts.toggleFavourite(selectedOf(store.state.cut)!.track);
	const { terms, score, choice } = aSuggestion('3');
	expect(given(asked)[0]!.suggestion).toMatchObject({ terms, score, choice, above: [terms, terms] });
	expect(store.state.verdicts.favourites.map(({ id }) => id)).toEqual(['3']);
	await commands.verdicts.toggleFavourite(selectedOf(store.state.cut)!.track);
	expect(given(asked).map(({ verdict }) => verdict)).toEqual(['favourite', 'no-favourite']);
	expect(store.state.verdicts.favourites).toEqual([]);
});

test('undoing brings a rejected pick back to where it was, and tells the engine', async () => {
	const { store, commands, asked } = scene(keeping(), 12);
	await commands.verdicts.reject();
	expect(ids(store)[0]).toBe(2);
	await commands.verdicts.undo();
	expect(ids(store)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
	expect(given(asked).map(({ track, verdict }) => [track, verdict])).toEqual([
		['1', 'rejected'],
		['1', 'allowed'],
	]);
	expect(store.state.verdicts.rejected).toEqual([]);
});

test('a rejected track that is brought back from the list of them stands where it stood', async () => {
	const { store, commands } = scene(keeping(), 12);
	store.dispatch({ type: 'select', index: 2 });
	await commands.verdicts.reject();
	store.dispatch({ type: 'select', index: 0 });
	await commands.verdicts.allow('3');
	expect(ids(store).slice(0, 4)).toEqual([1, 2, 3, 4]);
});

test('where the engine can’t keep a rejection the pick stays, and it is said', async () => {
	const { store, commands } = scene(() => Promise.reject(new EngineError('disk-full', 'the disk is full')), 12);
	await commands.verdicts.reject();
	expect(ids(store).slice(0, 3)).toEqual([1, 2, 3]);
	expect(resultsOf(store.state.cut)?.changed).toMatchObject({ state: 'refused', failure: { code: 'disk-full' } });
});

test('refreshing reads the cut again and asks anew, while the old list stays', async () => {
	const keeps = keeping();
	const changed = { ...someCut, id: 'later', duration: 12 };
	const seen: number[] = [];
	const { store, commands, asked } = scene(async each => {
		if (each.method === 'verdict.list') return { favourites: [], rejected: [], judged: 0 };
		if (each.method === 'suggest') {
			seen.push(ids(store).length);
			return { ...((await keeps(each)) as object), cut: 'later' };
		}
		return each.method === 'cut.open' ? changed : keeps(each);
	}, 3);
	store.dispatch({ type: 'range', range: { start: 6, end: 15 } });
	await commands.cuts.refresh();
	expect(asked.map(({ method }) => method)).toEqual(['cut.open', 'verdict.list', 'suggest']);
	expect(seen).toEqual([3]);
	const { cut } = store.state;
	expect(cut).toMatchObject({ cut: { id: 'later' }, range: { start: 6, end: 12 } });
	expect(ids(store)).toHaveLength(12);
});
