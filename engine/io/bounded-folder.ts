import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the entries of a folder that were used longest ago until what is left holds at most `limit` bytes. An entry is
 * a file or a folder of files; it was used when it last changed.
 *
 * @param spared - name of an entry that stays in any case
 */
export const makeRoom = async (folder: string, limit: number, spared?: string): Promise<void> => {
	const entries = await Promise.all((await readdir(folder)).map(name => measured(folder, name)));
	entries.sort((a, b) => a.used - b.used);
	let total = entries.reduce((sum, { size }) => sum + size, 0);
	for (const { name, size } of entries) {
		if (total <= limit) return;
		if (name === spared) continue;
		await rm(join(folder, name), { recursive: true, force: true });
		total -= size;
	}
};

/** Nothing is locked: what another process has just removed counts as empty. */
const measured = async (folder: string, name: string): Promise<{ name: string; size: number; used: number }> => {
	const path = join(folder, name);
	const found = await stat(path).catch(() => null);
	if (found === null) return { name, size: 0, used: 0 };
	if (!found.isDirectory()) return { name, size: found.size, used: found.mtimeMs };
	const files = await readdir(path).catch(() => []);
	const sizes = await Promise.all(files.map(async file => (await stat(join(path, file)).catch(() => null))?.size ?? 0));
	return { name, size: sizes.reduce((a, b) => a + b, 0), used: found.mtimeMs };
};
