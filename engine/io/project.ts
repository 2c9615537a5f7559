import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A path inside the program's own folder, the one with package.json: its demo, its built page, its networks. */
export const projectPath = (...parts: readonly string[]): string => join(root(), ...parts);

/** The program's version. */
export const projectVersion = (): string => {
	const { version } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as { version: string };
	return version;
};

/** Found by climbing, since sources and what is built from them lie at different depths. */
const root = (): string => {
	let folder = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(folder, 'package.json'))) {
		const parent = dirname(folder);
		if (parent === folder) throw new Error('the program’s own folder has lost its package.json');
		folder = parent;
	}
	return folder;
};
