import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { EngineError } from '../../protocol/errors.js';
import type { ModelFile } from './thread-messages.js';

export type ModelId = 'transnetv2' | 'efficientnet-lite0' | 'musicnn-track' | 'log-mel';

/**
 * The networks that models.json names, each with the hash that its file must have.
 *
 * Throws EngineError 'model-missing' where the list is absent or lacks a network, 'model-damaged' where it can't be read.
 */
export const readModels = async (folder: string): Promise<ReadonlyMap<ModelId, ModelFile>> => {
	const path = join(folder, 'models.json');
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (cause) {
		throw new EngineError('model-missing', `The list of networks ${path} cannot be read.`, { cause });
	}
	let list: z.infer<typeof ModelList>;
	try {
		list = ModelList.parse(JSON.parse(text));
	} catch (cause) {
		throw new EngineError('model-damaged', `The list of networks ${path} makes no sense.`, { cause });
	}
	const byId = new Map(list.models.map(({ id, file, sha256 }) => [id, { file, sha256 }]));
	return new Map(
		MODEL_IDS.map(id => {
			const entry = byId.get(id);
			if (!entry) throw new EngineError('model-missing', `The list of networks ${path} lacks ${id}.`);
			return [id, { kind: 'file', path: join(folder, entry.file), sha256: entry.sha256 }];
		}),
	);
};

/** The folder of networks that comes with the program. */
export const bundledModels = (): string =>
	fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../../models' : '../../../../models', import.meta.url));

const MODEL_IDS: readonly ModelId[] = ['transnetv2', 'efficientnet-lite0', 'musicnn-track', 'log-mel'];

const ModelList = z.object({
	models: z.array(z.object({ id: z.string(), file: z.string().regex(/^[\w.-]+$/), sha256: z.string().length(64) })),
});
