import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Progress } from '../../jobs/ports.js';
import type { Answer, Params } from '../../protocol/messages.js';
import type { InstalledModels } from '../models/installed-models.js';
import type { StoredMusic } from '../stored-music.js';

type Parts = {
	readonly models: () => InstalledModels;
	readonly music: () => StoredMusic;
};

/**
 * Lists models, and changes the one in use. A change first gives every track vectors in the new space, from stored
 * analyses; until that is done, questions are answered with the old model, and stopping it changes nothing.
 */
export const modelHandlers = ({ models: installed, music }: Parts) => {
	const change = async (
		id: string,
		choose: () => void,
		onProgress: (progress: Progress) => void,
		signal: AbortSignal | undefined,
	): Promise<Answer<'model.use'>> => {
		const models = installed();
		const embedding = models.embedding(id);
		const stage = 'embedding the catalogue';
		await music().embed(embedding, (done, total) => onProgress({ stage, done, total }), signal);
		// Tracks that came meanwhile follow while no other can come.
		const indexer = music().indexer();
		await indexer.between('resume', async () => {
			await music().embed(embedding, () => {}, signal);
			choose();
		});
		return { models: models.list() };
	};
	return {
		'model.list': async (): Promise<Answer<'model.list'>> => ({ models: installed().list() }),
		'model.use': async (
			{ model }: Params<'model.use'>,
			onProgress: (progress: Progress) => void,
			signal?: AbortSignal,
		) => {
			const models = installed();
			const named = models.idOf(model);
			const id = named === null && existsSync(model) ? models.install(resolve(model)) : (named ?? model);
			return change(id, () => models.use(id), onProgress, signal);
		},
		'model.back': async (
			_params: Params<'model.back'>,
			onProgress: (progress: Progress) => void,
			signal?: AbortSignal,
		) => change(installed().previous, () => installed().goBack(), onProgress, signal),
	};
};
