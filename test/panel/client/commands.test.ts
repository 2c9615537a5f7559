import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/protocol/errors.js';
import type { CropChange, Params } from '../../../engine/protocol/messages.js';
import { resultsOf } from '../../../panel/state/view-state.js';
import { type Asked, scene } from '../support/scene.js';
import { aSuggestion } from '../support/views.js';

const refineOf = (asked: Asked) => asked.params as Params<'crop.refine'> & { change: CropChange };

/** A crop that begins where the change says, counted in seconds from where the choice was. */
const moved = (asked: Asked, score = 2) => {
	const { track, choice, change } = refineOf(asked);
	const start = choice.start + (change.kind === 'beat' ? change.by : 0);
	const suggestion = { ...aSuggestion(track), choice: { ...choice, start }, crop: { start, end: start + 18 }, score };
	return {
		suggestion,
		scoreBefore: 2,
		changes: [{ term: 'beats', before: 1, after: 2, text: 'cuts closer to beats' }],
	};
};

test('changes asked for in quick succession follow each other, each made to what the one before left', async () => {
	const { commands, asked, starts } = scene(async each => {
		await new Promise(resolve => setTimeout(resolve, 5));
		return moved(each);
	});
	await Promise.all([1, 1, -1, 1].map(by => commands.crops.change({ kind: 'beat', by })));
	expect(asked.map(each => refineOf(each).choice.start)).toEqual([30, 31, 32, 31]);
	expect(starts()).toEqual([
		['1', 32],
		['2', 30],
		['3', 30],
	]);
});

test('a change that is refused is told and changes nothing, and the next one is made', async () => {
	let refusals = 1;
	const { commands, store, starts } = scene(async each => {
		if (refusals-- > 0) throw new EngineError('bad-request', 'this song has no drop that was found');
		return moved(each);
	});
	await commands.crops.change({ kind: 'beat', by: 1 });
	expect(starts()[0]).toEqual(['1', 30]);
	expect(resultsOf(store.state.cut)?.changed).toMatchObject({ state: 'refused' });
	await commands.crops.change({ kind: 'beat', by: 1 });
	expect(starts()[0]).toEqual(['1', 31]);
	expect(resultsOf(store.state.cut)?.changed).toEqual({ state: 'done', better: ['cuts closer to beats'], worse: [] });
});

test('every pick’s drop on one cut: those that have one come first, the best before the others', async () => {
	const scores: Readonly<Record<string, number>> = { '1': 0.2, '3': 0.9 };
	const { commands, asked, starts } = scene(async each => {
		const score = scores[refineOf(each).track];
		if (score === undefined) throw new EngineError('bad-request', 'this song has no drop');
		return moved(each, score);
	});
	await commands.crops.dropOnAll(6);
	expect(asked.map(each => refineOf(each).change)).toEqual(
		[1, 2, 3].map(() => ({ kind: 'lock', cut: 6, song: 'drop' })),
	);
	expect(starts().map(([id]) => id)).toEqual(['3', '1', '2']);
});

test('where no song has a drop the list stays, and it is said', async () => {
	const { commands, store, starts } = scene(() => Promise.reject(new EngineError('bad-request', 'no drop')));
	await commands.crops.dropOnAll(6);
	expect(starts().map(([id]) => id)).toEqual(['1', '2', '3']);
	expect(resultsOf(store.state.cut)?.changed).toMatchObject({
		state: 'refused',
		failure: { detail: 'None of these songs has a drop that could be put there' },
	});
});

test('a choice holds on the page while the engine is away, and is kept once it is told', async () => {
	const settings = {
		distance: null,
		vocals: 'auto',
		ending: 'natural',
		theme: 'system',
		device: 'auto',
		gentle: false,
		learning: false,
		learningSince: null,
	} as const;
	let isAway = true;
	const { commands, store, asked } = scene(async ({ params }) => {
		if (isAway) throw new EngineError('engine-lost', 'gone');
		return { ...settings, ...(params as Params<'settings.change'>).change };
	});
	store.dispatch({ type: 'settings', settings });
	commands.settings.setOptions({ vocals: 'any' });
	expect(store.state.options.vocals).toBe('any');
	isAway = false;
	await commands.settings.change({ vocals: 'any', gentle: true });
	expect(asked.at(-1)).toEqual({ method: 'settings.change', params: { change: { vocals: 'any', gentle: true } } });
	expect(store.state.settings).toEqual({ ...settings, vocals: 'any', gentle: true });
});
