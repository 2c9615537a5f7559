import { expect, test } from 'vitest';
import { someStatus } from '../../support/views.js';
import { type Asked, sceneAfter } from '../support/scene.js';
import { aCatalog, aSuggestion, someCut } from '../support/views.js';

const answers = async ({ method }: Asked): Promise<unknown> => {
	switch (method) {
		case 'cut.open':
			return someCut;
		case 'suggest':
			return { suggestions: [aSuggestion('1')], considered: 24, cut: someCut.id };
		case 'verdict.list':
			return { favourites: [], rejected: [] };
		default:
			throw new Error(`${method} is not asked here`);
	}
};

const arrival = (tracks: number, answer = answers) => {
	const at = sceneAfter(
		[
			{ type: 'status', status: someStatus },
			{ type: 'catalog', catalog: aCatalog({ tracks }) },
		],
		answer,
	);
	at.commands.resume(at.store.state);
	return { ...at, methods: () => at.asked.map(({ method }) => method) };
};

const settled = () => new Promise(resolve => setTimeout(resolve, 30));

test('the demo that opens by itself has its music at once', async () => {
	const { store, methods } = arrival(24);
	await settled();
	expect(methods().filter(method => method === 'suggest')).toHaveLength(1);
	const { cut } = store.state;
	expect(cut.state === 'open' && cut.search.state).toBe('done');
});

test('without music in the catalogue none is asked for, which would only fail', async () => {
	const { methods } = arrival(0);
	await settled();
	expect(methods()).toContain('cut.open');
	expect(methods()).not.toContain('suggest');
});

test('a cut that somebody opens while the demo is read is asked nothing for', async () => {
	const { commands, store, methods } = arrival(24, async asked => {
		await new Promise(resolve => setTimeout(resolve, 5));
		return answers(asked);
	});
	void commands.cuts.open({ kind: 'path', path: '/films/promo.mp4' });
	await settled();
	const { cut } = store.state;
	expect(cut.state === 'open' && cut.source.kind).toBe('path');
	expect(methods()).not.toContain('suggest');
});
