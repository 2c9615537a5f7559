import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FolderScan, FoundFile } from '../jobs/folder-changes.js';
import type { MusicFiles } from '../jobs/index-folder.js';
import { EngineError } from '../protocol/errors.js';
import { readTags } from './tags.js';

/** The music files of this computer's disks. */
export const musicFiles: MusicFiles = {
	scan: (folder, signal) => scanFolder(folder, signal),
	stamp: async path => {
		const found = await stat(path).catch(() => null);
		return found && { size: found.size, modified: found.mtimeMs };
	},
	hash: (path, signal) => hashFile(path, signal),
	tags: readTags,
};

/** Extensions of files that are taken for music, in lower case. */
const MUSIC_EXTENSIONS: ReadonlySet<string> = new Set(
	'.wav .wave .bwf .mp3 .mp2 .aif .aiff .aifc .flac .m4a .m4b .mp4a .aac .alac .ogg .oga .opus .wma .caf .ape .wv .mka .weba'.split(
		' ',
	),
);

/**
 * Every music file in a folder and the folders below it. Hidden files and folders are left out, the `._` companions that
 * macOS leaves on other drives among them. Symbolic links are followed; each folder is entered once, so loops end.
 */
export const scanFolder = async (root: string, signal?: AbortSignal): Promise<FolderScan> => {
	const files: FoundFile[] = [];
	const unread: string[] = [];
	const entered = new Set<string>();
	// Links wait until all real folders were entered, so that a track is known by its own path rather than by a link's.
	const folders = [root];
	const links: string[] = [];
	let rootEntries = 0;

	for (let folder = folders.pop(); folder !== undefined; folder = folders.pop() ?? links.shift()) {
		if (signal?.aborted) throw new EngineError('cancelled', 'Looking through folders was cancelled.');
		try {
			const { dev, ino } = await stat(folder, { bigint: true });
			const identity = `${dev} ${ino}`;
			if (entered.has(identity)) continue;
			entered.add(identity);
			const entries = await readdir(folder, { withFileTypes: true });
			if (folder === root) rootEntries = entries.length;
			const music: string[] = [];
			for (const entry of entries) {
				if (entry.name.startsWith('.')) continue;
				const path = join(folder, entry.name);
				if (entry.isDirectory()) folders.push(path);
				else if (MUSIC_EXTENSIONS.has(extname(entry.name).toLowerCase())) music.push(path);
				else if (entry.isSymbolicLink()) links.push(path);
			}
			await Promise.all(music.map(path => addFile(path, files, unread)));
		} catch (cause) {
			if (folder === root) return { state: 'offline' };
			if (!isGone(cause)) unread.push(folder);
		}
	}
	return {
		state: 'scanned',
		files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
		unread,
		empty: rootEntries === 0,
	};
};

const addFile = async (path: string, files: FoundFile[], unread: string[]): Promise<void> => {
	try {
		const found = await stat(path);
		if (found.isFile()) files.push({ path, stamp: { size: found.size, modified: found.mtimeMs } });
	} catch (cause) {
		if (!isGone(cause)) unread.push(path);
	}
};

/** A name without a file: removed just now, a link that leads nowhere, or one to a file where a folder was looked for. */
const isGone = (cause: unknown): boolean => {
	const { code } = cause as NodeJS.ErrnoException;
	return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
};

/** SHA-256 of a file. Throws EngineError 'file-missing', 'media-unreadable' or 'cancelled'. */
export const hashFile = async (path: string, signal?: AbortSignal): Promise<string> => {
	const hash = createHash('sha256');
	try {
		for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
			hash.update(bytes as Uint8Array);
		}
	} catch (cause) {
		if (signal?.aborted) throw new EngineError('cancelled', 'Reading a file was cancelled.', { cause });
		if (isGone(cause)) throw new EngineError('file-missing', `There is no file ${path}.`, { cause });
		throw new EngineError('media-unreadable', `The file ${path} cannot be read.`, { cause });
	}
	return hash.digest('hex');
};
