import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CutAnalysis } from '../features/cut-analysis.js';
import { EngineError } from '../protocol/errors.js';
import { makeRoom } from './bounded-folder.js';
import { decodeCut, encodeCut } from './cut-file.js';

/** A sequence as it was when the cut was read: which state of it, and the tick at which the cut begins. */
export type StoredSequence = {
	readonly id: string;
	readonly name: string;
	readonly revision: string;
	readonly start: string;
};

/** An analysed cut and the file it was read from. */
export type StoredCut = {
	readonly id: string;
	readonly path: string;
	readonly name: string;
	readonly hasSound: boolean;
	/** Whether a browser plays the file as it is. */
	readonly playable: boolean;
	/** The timeline file that it was opened from; null for a video. */
	readonly timeline: string | null;
	/** The sequence of an editing program that it was read from; null for files. */
	readonly sequence: StoredSequence | null;
	/** Names of the timeline's clips that could not be shown. */
	readonly offline: readonly string[];
	readonly analysis: CutAnalysis;
};

/**
 * Cuts that were analysed before, each in a folder named after its files' paths, size and time of change: opening an
 * unchanged file again is instant, and a changed one is another cut. The least recently opened go first.
 */
export class CutStore {
	/** Files that are being made, so that two who ask get one. */
	private readonly making = new Map<string, Promise<string>>();

	/** @param limit - bytes of all cuts together */
	constructor(
		private readonly folder: string,
		private readonly limit = 4 * 2 ** 30,
	) {}

	/** The id of what these files are now, taken together. Throws 'file-missing' or, for an empty one, 'file-empty'. */
	async idOf(...paths: readonly string[]): Promise<string> {
		const hash = createHash('sha256');
		for (const path of paths) {
			const found = await stat(path).catch(cause => {
				throw new EngineError('file-missing', `there is no file ${path}`, { cause });
			});
			if (!found.isFile()) throw new EngineError('file-missing', `${path} is no file`);
			if (found.size === 0) throw new EngineError('file-empty', `${path} is empty`);
			hash.update(`${path}\n${found.size}\n${found.mtimeMs}\n`);
		}
		return hash.digest('hex').slice(0, 16);
	}

	/** The id of a state of something that is no file. */
	idFrom(...words: readonly string[]): string {
		return createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 16);
	}

	/** Null where the cut is not stored, or not readable any more. */
	async get(id: string): Promise<StoredCut | null> {
		if (!/^[0-9a-f]{16}$/.test(id)) return null;
		const folder = join(this.folder, id);
		try {
			const [about, bytes] = await Promise.all([
				readFile(join(folder, 'cut.json'), 'utf8'),
				readFile(join(folder, 'analysis.bin')),
			]);
			const now = new Date();
			await utimes(folder, now, now);
			return { id, ...aboutCut.parse(JSON.parse(about)), analysis: decodeCut(bytes) };
		} catch {
			// Not stored, removed by another process to make room, or damaged: it is analysed again in every case.
			return null;
		}
	}

	/** Keeps a cut. Complete or absent after a kill. */
	async put({ id, analysis, ...about }: StoredCut): Promise<void> {
		const folder = join(this.folder, id);
		const partial = `${folder}.${process.pid}`;
		await rm(partial, { recursive: true, force: true });
		await mkdir(partial, { recursive: true });
		await writeFile(join(partial, 'analysis.bin'), encodeCut(analysis));
		await writeFile(join(partial, 'cut.json'), JSON.stringify(about));
		await rm(folder, { recursive: true, force: true });
		await rename(partial, folder);
		await makeRoom(this.folder, this.limit, id);
	}

	/** Where a file beside a stored cut lies, whether it is there or not. */
	pathOf(id: string, name: string): string {
		return join(this.folder, id, name);
	}

	/** The path of a file beside a stored cut, made by `make` when it is first asked for. It is complete or not there. */
	async file(id: string, name: string, make: (out: string) => Promise<unknown>): Promise<string> {
		const path = this.pathOf(id, name);
		if ((await stat(path).catch(() => null)) !== null) return path;
		const begun = this.making.get(path);
		if (begun !== undefined) return begun;
		const made = this.make(path, make).finally(() => this.making.delete(path));
		this.making.set(path, made);
		return made;
	}

	private async make(path: string, make: (out: string) => Promise<unknown>): Promise<string> {
		const partial = `${path}.${process.pid}`;
		try {
			await make(partial);
			await rename(partial, path);
			return path;
		} finally {
			await rm(partial, { force: true });
		}
	}
}

const aboutCut = z.object({
	path: z.string(),
	name: z.string(),
	hasSound: z.boolean(),
	playable: z.boolean(),
	timeline: z.string().nullable(),
	sequence: z
		.object({ id: z.string(), name: z.string(), revision: z.string(), start: z.string() })
		.nullable()
		.default(null),
	offline: z.array(z.string()),
});
