import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Footage } from '../jobs/suggest-footage.js';
import { EngineError } from '../protocol/errors.js';
import type { Cuts } from './cuts.js';
import { editsIn } from './training/data-sets/pair-lists.js';

export type FoundFootage = {
	readonly footage: readonly Footage[];
	/** Videos that can't be used, and why. */
	readonly skipped: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
};

/**
 * Every video in a folder and those below it, opened as a cut; the analyses are kept, so the next time is quick.
 *
 * @param onProgress - videos done, of all
 * @throws EngineError 'file-missing' where there is no such folder, 'cancelled' once `signal` has aborted
 */
export const openFootage = async (
	cuts: Cuts,
	folder: string,
	onProgress: (done: number, total: number) => void,
	signal?: AbortSignal,
): Promise<FoundFootage> => {
	const root = resolve(folder);
	const found = await stat(root).catch(() => null);
	if (!found?.isDirectory()) throw new EngineError('file-missing', `there is no folder ${root}`);
	const paths = (await editsIn(root)).map(({ picture }) => picture.path);
	const footage: Footage[] = [];
	const skipped: { path: string; code: string; detail: string }[] = [];
	for (const [done, path] of paths.entries()) {
		onProgress(done, paths.length);
		try {
			const { analysis } = await cuts.open(path, null, () => {}, signal);
			footage.push({ path, analysis });
		} catch (error) {
			if (!(error instanceof EngineError) || error.code === 'cancelled') throw error;
			skipped.push({ path, code: error.code, detail: error.message });
		}
	}
	onProgress(paths.length, paths.length);
	return { footage, skipped };
};
