import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durable-files.js';

/** Keeps the list of folders beside the database, so that it survives the loss of that. */
export const writeFolderList = (home: string, folders: readonly string[]): void =>
	writeDurably(join(home, 'folders.json'), Buffer.from(`${JSON.stringify(folders, null, '\t')}\n`));

/** Empty where there is none or it can't be read. */
export const readFolderList = (home: string): readonly string[] => {
	try {
		return z.array(z.string()).parse(JSON.parse(readFileSync(join(home, 'folders.json'), 'utf8')));
	} catch {
		return [];
	}
};
