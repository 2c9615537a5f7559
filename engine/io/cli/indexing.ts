import type { Engine } from '../../jobs/engine.js';
import { EngineError } from '../../protocol/errors.js';
import type { CatalogState } from '../../protocol/messages.js';
import type { Context } from './command-context.js';
import { counted } from './words.js';

/**
 * Waits until an engine has nothing more to index, with a bar. Rejects with 'cancelled' when the person ends it; an engine
 * of our own then stops at once, a running one goes on.
 */
export const untilIndexed = (engine: Engine, { terminal, signal }: Context): Promise<CatalogState> => {
	const line = terminal.progress('Indexing');
	let total = 0;
	return new Promise<CatalogState>((resolve, reject) => {
		const look = (state: CatalogState): void => {
			const { indexing, problem } = state;
			if (problem) finish(() => reject(new EngineError(problem.code, problem.detail)));
			else if (indexing === null) {
				line.update(total, total);
				finish(() => resolve(state));
			} else {
				total = indexing.total;
				line.update(indexing.done, indexing.total, detailOf(indexing));
			}
		};
		const cancel = (): void => finish(() => reject(new EngineError('cancelled', 'Indexing was stopped.')));
		const finish = (then: () => void): void => {
			stop();
			signal.removeEventListener('abort', cancel);
			line.stop();
			then();
		};
		const stop = engine.onCatalog(look);
		if (signal.aborted) return cancel();
		signal.addEventListener('abort', cancel);
		engine.ask('catalog.state', {}).then(look, error => finish(() => reject(error)));
	});
};

const detailOf = ({ perMinute, secondsLeft, current }: NonNullable<CatalogState['indexing']>): string => {
	const rate = perMinute === null ? '' : `${Math.round(perMinute)} a minute`;
	const left = secondsLeft === null ? '' : `${Math.ceil(secondsLeft)} s left`;
	return [rate, left, (current[0] ?? '').split(/[\\/]/).at(-1)].filter(part => part !== '').join(', ');
};

/** The folders of a catalogue and the files it left out, with the reason of each. */
export const describeFolders = (folders: CatalogState['folders']): string =>
	folders
		.flatMap(({ path, tracks, state, skipped }) => [
			`${path}: ${counted(tracks, 'track')}${state === 'offline' ? ', not connected' : ''}`,
			...skipped.map(file => `  left out ${file.path}: ${file.detail} (${file.code})`),
		])
		.join('\n');
