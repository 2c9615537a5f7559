import { expect, test } from 'vitest';
import type { Params } from '../../../engine/protocol/messages.js';
import { notices } from '../../../panel/state/notices.js';
import { resultsOf, selectedOf } from '../../../panel/state/view-state.js';
import { type Asked, scene } from '../support/scene.js';
import { manySuggestions, someCut } from '../support/views.js';

const questions = (asked: readonly Asked[]) =>
	asked.filter(({ method }) => method === 'suggest').map(({ params }) => params as Params<'suggest'>);

const answering = async ({ method }: Asked): Promise<unknown> =>
	method === 'suggest' ? { suggestions: manySuggestions(12), considered: 24, cut: 'cut' } : {};

test('music is asked for that sounds more or less like just the passages that were heard', async () => {
	const { store, commands, asked } = scene(answering);
	await commands.cuts.lean(true);
	store.dispatch({ type: 'select', index: 1 });
	await commands.cuts.lean(false);
	const passage = { start: 30, end: 48 };
	const [first, second] = questions(asked).map(({ wishes }) => wishes);
	expect(first).toEqual({ like: [{ track: '1', passage, weight: 1 }], unlike: [], words: [] });
	expect(second).toEqual({ ...first, unlike: [{ track: '2', passage, weight: 1 }] });
	expect(notices(store.state)).toEqual([]);
});

test('what was liked can be disliked instead, and taken back', async () => {
	const { store, commands, asked } = scene(answering);
	await commands.cuts.lean(true);
	expect(selectedOf(store.state.cut)?.track.id).toBe('1');
	await commands.cuts.lean(false);
	expect(store.state.options.examples).toMatchObject([{ track: '1', isLiked: false }]);
	await commands.cuts.unlean('1');
	expect(questions(asked).at(-1)!.wishes).toBeUndefined();
});

test('no more is asked for at once than the engine takes: the oldest goes', async () => {
	const { store, commands, asked } = scene(answering, 12);
	for (let k = 0; k < 10; k++) {
		store.dispatch({ type: 'expand' });
		store.dispatch({ type: 'select', index: k });
		await commands.cuts.lean(true);
	}
	expect(
		questions(asked)
			.at(-1)!
			.wishes!.like.map(({ track }) => Number(track)),
	).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
});

test('another cut is asked about without what the one before should sound like', async () => {
	const { store, commands } = scene(answering);
	await commands.cuts.lean(true);
	store.dispatch({ type: 'cut-opening', source: { kind: 'path', path: '/films/other.mp4' } });
	store.dispatch({ type: 'cut-opened', cut: { ...someCut, id: 'other' } });
	expect(store.state.options.examples).toEqual([]);
	expect(resultsOf(store.state.cut)).toBeNull();
});

test('a sequence is looked at as edited when that is asked for, and again when it is read anew', async () => {
	const { store, commands, asked } = scene(async each =>
		each.method === 'cut.open'
			? someCut
			: each.method === 'verdict.list'
				? { favourites: [], rejected: [], judged: 0 }
				: answering(each),
	);
	const opened = () =>
		asked.filter(({ method }) => method === 'cut.open').map(({ params }) => (params as Params<'cut.open'>).source);
	await commands.cuts.openHost();
	await commands.cuts.open({ kind: 'host', asEdited: true });
	expect(store.state.cut).toMatchObject({ state: 'open', source: { kind: 'host', asEdited: true } });
	await commands.cuts.openHost();
	await commands.cuts.refresh();
	expect(opened()).toEqual([false, true, true, true].map(rendered => ({ kind: 'host', rendered })));
});

test('an edit that is opened tells what lies in it for trial from before', async () => {
	const auditioned = { track: '2', title: 'Title 2', placed: { where: '/films/promo (Segue audition).otio' } };
	const { store, commands } = scene(async each => {
		if (each.method === 'cut.open') return someCut;
		return each.method === 'audition.state' ? { auditioned } : { favourites: [], rejected: [], judged: 0 };
	});
	await commands.cuts.open({ kind: 'path', path: '/films/promo.otio' });
	await expect.poll(() => store.state.placing.auditioned).toEqual(auditioned);
});
