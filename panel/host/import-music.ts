import type { ClipProjectItem, FolderItem, Project, ProjectItem, premierepro } from '@adobe/premierepro';
import { EngineError } from '../../engine/protocol/errors.js';
import type { Clock } from './clock.js';
import { comparable } from './comparable.js';
import { refused } from './failure.js';

/** A file in the project: as Premiere wants it to be placed, and as it tells of its media. */
export type Imported = { readonly item: ProjectItem; readonly clip: ClipProjectItem };

/** Milliseconds between two looks for a file that Premiere is importing, and the most of them. */
const LOOKS = 200;
const LONGEST_IMPORT = 20_000;

/**
 * The project's item of a file, imported where it is not there yet. Premiere answers an import before the item is there,
 * and names items as it likes, so it is looked for by the path of its media.
 *
 * @throws EngineError 'import-failed'
 */
export const importMusic = async (
	ppro: premierepro,
	project: Project,
	path: string,
	clock: Clock,
): Promise<Imported> => {
	const known = await itemOf(ppro, project, path);
	if (known) return known;
	try {
		// Without a bin: an undefined one is refused as an illegal parameter.
		if (!(await project.importFiles([path], true))) throw new Error('Premiere can’t read it');
	} catch (cause) {
		throw refused(`Importing ${path} failed`, cause, 'import-failed');
	}
	for (let waited = 0; waited < LONGEST_IMPORT; waited += LOOKS) {
		const found = await itemOf(ppro, project, path);
		if (found) return found;
		await clock.wait(LOOKS);
	}
	throw new EngineError('import-failed', `Premiere took ${path}, but it did not appear in the project.`);
};

const itemOf = async (ppro: premierepro, project: Project, path: string): Promise<Imported | null> => {
	const wanted = comparable(path);
	const waiting: FolderItem[] = [await project.getRootItem()];
	for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
		for (const item of await folder.getItems()) {
			const inner = item.type === ppro.ProjectItem.TYPE_BIN ? castOrNull(() => ppro.FolderItem.cast(item)) : null;
			if (inner) {
				waiting.push(inner);
				continue;
			}
			const clip = castOrNull(() => ppro.ClipProjectItem.cast(item));
			if (clip && comparable(await clip.getMediaFilePath()) === wanted) return { item, clip };
		}
	}
	return null;
};

/** Casts answer nothing for what they don't fit, or throw. */
const castOrNull = <Item>(cast: () => Item | null | undefined): Item | null => {
	try {
		return cast() ?? null;
	} catch {
		return null;
	}
};
