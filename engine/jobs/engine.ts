import type { Answer, CatalogState, Method, Params } from '../protocol/messages.js';
import type { Progress } from './ports.js';

export type { Params };

/**
 * Whatever answers the protocol's requests: the engine itself, or a client of one that runs in another process. The
 * command line asks either in the same way.
 */
export interface Engine {
	/** Rejects with an EngineError; with 'cancelled' once `signal` has aborted. */
	ask<M extends Method>(
		method: M,
		params: Params<M>,
		onProgress?: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<Answer<M>>;
	/** Calls `listener` after every change, at most four times a second; the last state always arrives. */
	onCatalog(listener: (state: CatalogState) => void): () => void;
	/** Stops indexing and ends workers and child processes; what was finished is kept. */
	close(): Promise<void>;
}

/** The files behind the urls of CutView and TrackView. Each rejects with 'not-found' for an id that nobody gave out. */
export interface MediaFiles {
	/** Path of a file that browsers can play. */
	picture(cut: string): Promise<string>;
	/** Path of a JPEG. */
	poster(cut: string): Promise<string>;
	/** Path of a file that browsers can play. */
	sound(track: string): Promise<string>;
	cover(track: string): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
	/** Path of a crop that `crop.render` made. */
	crop(name: string): Promise<string>;
}
