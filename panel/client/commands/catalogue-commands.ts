import type { Answer, Method, Params, TrackFilter } from '../../../engine/protocol/messages.js';
import { failureOf } from '../../state/failure.js';
import type { CommandPorts } from './command-ports.js';

/** Which tracks of the catalogue are asked for; in order of likeness to `like` where that is given. */
export type TrackQuery = { readonly text: string; readonly filter: TrackFilter; readonly like: string | null };

type CatalogChange = Extract<Method, 'catalog.add' | 'catalog.remove' | 'catalog.rescan' | 'catalog.pause'>;

/**
 * The catalogue: its folders and its tracks. Changes go to the store, and answer whether they were made. Questions reject
 * with an EngineError: those who list something show in place why it can't be listed.
 */
export class CatalogueCommands {
	constructor(private readonly ports: CommandPorts) {}

	addFolder(folder: string): Promise<boolean> {
		return this.#change('catalog.add', { folder });
	}

	removeFolder(folder: string): Promise<boolean> {
		return this.#change('catalog.remove', { folder });
	}

	setPaused(paused: boolean): Promise<boolean> {
		return this.#change('catalog.pause', { paused });
	}

	rescan(): Promise<boolean> {
		return this.#change('catalog.rescan', {});
	}

	listFolders(path: string | undefined, signal: AbortSignal): Promise<Answer<'folders.list'>> {
		return this.ports.engine.ask('folders.list', path === undefined ? {} : { path }, { signal });
	}

	findTracks(
		{ text, filter, like }: TrackQuery,
		offset: number,
		limit: number,
		signal: AbortSignal,
	): Promise<Answer<'catalog.tracks'>> {
		const query = { ...(text && { text }), filter, ...(like !== null && { like }) };
		return this.ports.engine.ask('catalog.tracks', { ...query, offset, limit }, { signal });
	}

	describeTrack(track: string, signal: AbortSignal): Promise<Answer<'catalog.describe'>> {
		return this.ports.engine.ask('catalog.describe', { track }, { signal });
	}

	async #change<M extends CatalogChange>(method: M, params: Params<M>): Promise<boolean> {
		const { dispatch } = this.ports.store;
		try {
			const catalog = (await this.ports.engine.ask(method, params)) as Answer<CatalogChange>;
			dispatch({ type: 'catalog-failed', failure: null });
			dispatch({ type: 'catalog', catalog });
			return true;
		} catch (error) {
			dispatch({ type: 'catalog-failed', failure: failureOf(error) });
			return false;
		}
	}
}
