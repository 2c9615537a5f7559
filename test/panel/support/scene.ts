import type { Answer, Method, Params } from '../../../engine/protocol/messages.js';
import type { Asker } from '../../../panel/client/commands/command-ports.js';
import { Commands } from '../../../panel/client/commands/commands.js';
import { reduce, type ViewEvent } from '../../../panel/state/reducer.js';
import { Store } from '../../../panel/state/store.js';
import { initialState, resultsOf } from '../../../panel/state/view-state.js';
import { manySuggestions, withList } from './views.js';

export type Asked = { readonly method: Method; readonly params: unknown };

/** The page with some picks, and an engine that answers as told. */
export const scene = (answer: (asked: Asked) => Promise<unknown>, picks = 3) =>
	sceneAfter(withList(manySuggestions(picks)), answer);

/** The page after some events. */
export const sceneAfter = (events: readonly ViewEvent[], answer: (asked: Asked) => Promise<unknown>) => {
	const store = new Store(reduce, events.reduce(reduce, initialState));
	const asked: Asked[] = [];
	const engine: Asker = {
		connect: () => {},
		ask: async <M extends Method>(method: M, params: Params<M>): Promise<Answer<M>> => {
			asked.push({ method, params });
			return (await answer({ method, params })) as Answer<M>;
		},
	};
	const sendFile = () => Promise.reject(new Error('no file is sent here'));
	const commands = new Commands({ store, engine }, sendFile, () => {});
	const starts = () => resultsOf(store.state.cut)!.suggestions.map(({ track, crop }) => [track.id, crop.start]);
	return { store, commands, asked, starts };
};
