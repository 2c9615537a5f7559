import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { EngineError } from '../protocol/errors.js';
import type { Answer } from '../protocol/messages.js';

/** The folders inside one, hidden ones left out; the home folder's where none is named. Throws 'file-missing'. */
export const listFolders = async (path: string = homedir()): Promise<Answer<'folders.list'>> => {
	if (!isAbsolute(path)) throw new EngineError('bad-request', `${path} does not start at the root`);
	const folder = resolve(path);
	const parent = dirname(folder);
	try {
		const entries = await readdir(folder, { withFileTypes: true });
		const folders = entries
			.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
			.map(({ name }) => join(folder, name))
			.sort((a, b) => a.localeCompare(b));
		return { path: folder, parent: parent === folder ? null : parent, folders };
	} catch (cause) {
		throw new EngineError('file-missing', `the folder ${folder} cannot be read`, { cause });
	}
};
