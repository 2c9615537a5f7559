import type { Engine, MediaFiles, Params } from '../../engine/jobs/engine.js';
import type { Progress } from '../../engine/jobs/ports.js';
import { EngineError } from '../../engine/protocol/errors.js';
import type { Answer, CatalogState, Method } from '../../engine/protocol/messages.js';
import { someCatalog, someStatus } from './views.js';

/**
 * An engine that answers from memory. `suggest` runs until it is aborted, `cut.open` fails with a plain Error, and
 * `folders.list` reports progress before it answers.
 */
export class FakeEngine implements Engine {
	readonly aborted: string[] = [];
	private readonly listeners = new Set<(state: CatalogState) => void>();

	async ask<M extends Method>(
		method: M,
		params: Params<M>,
		onProgress: (progress: Progress) => void = () => {},
		signal?: AbortSignal,
	): Promise<Answer<M>> {
		const answer = await this.answer(method, params, onProgress, signal);
		return answer as Answer<M>;
	}

	onCatalog(listener: (state: CatalogState) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	announce(state: CatalogState): void {
		for (const listener of this.listeners) listener(state);
	}

	get watchers(): number {
		return this.listeners.size;
	}

	async close(): Promise<void> {}

	private async answer(
		method: Method,
		params: unknown,
		onProgress: (progress: Progress) => void,
		signal: AbortSignal | undefined,
	): Promise<unknown> {
		switch (method) {
			case 'status':
				return someStatus;
			case 'cut.open':
				throw new Error('a secret of the inside: /etc/passwd');
			case 'suggest':
				return new Promise((_, reject) => {
					signal?.addEventListener('abort', () => {
						this.aborted.push(JSON.stringify(params));
						reject(new EngineError('cancelled', 'cancelled'));
					});
				});
			case 'folders.list':
				for (let done = 0; done < 1000; done++) onProgress({ stage: 'reading', done, total: 1000 });
				onProgress({ stage: 'sorting', done: 0, total: null });
				return { path: '/', parent: null, folders: [] };
			default:
				return someCatalog;
		}
	}
}

/** One file for every cut and track with the id 'there'. */
export const fakeFiles = (path: string): MediaFiles => {
	const find = async (id: string): Promise<string> => {
		if (id === 'gone') return `${path}.gone`;
		if (id !== 'there') throw new EngineError('not-found', 'there is no such file');
		return path;
	};
	return {
		picture: find,
		poster: find,
		sound: find,
		crop: find,
		cover: async id => {
			await find(id);
			return { type: 'image/png', bytes: Uint8Array.of(1, 2, 3) };
		},
	};
};
