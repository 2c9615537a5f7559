import type { Answer, Method, Params } from '../../../engine/protocol/messages.js';
import type { ViewEvent } from '../../state/reducer.js';
import type { Store } from '../../state/store.js';
import type { ViewState } from '../../state/view-state.js';
import type { AskOptions } from '../engine-client.js';

/** The part of the engine's client that commands need. */
export interface Asker {
	connect(): void;
	ask<M extends Method>(method: M, params: Params<M>, options?: AskOptions): Promise<Answer<M>>;
}

/** What every command works with: the page's state, and the engine. */
export type CommandPorts = { readonly store: Store<ViewState, ViewEvent>; readonly engine: Asker };
