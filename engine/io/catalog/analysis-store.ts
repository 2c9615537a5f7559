import { type Dirent, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANALYSIS_VERSION, OLDEST_READABLE_VERSION, type TrackAnalysis } from '../../features/track-analysis.js';
import { EngineError } from '../../protocol/errors.js';
import { decodeAnalysis, encodeAnalysis } from './analysis-file.js';
import { writeDurably } from './durable-files.js';

/** Analyses as files named by the hash of the content they were made from: features/ab/abcd….sga */
export class AnalysisStore {
	constructor(readonly folder: string) {}

	write(hash: string, analysis: TrackAnalysis, version: number): void {
		writeDurably(this.#pathOf(hash), encodeAnalysis(analysis, version));
	}

	/** Throws EngineError 'catalog-damaged' where the file is missing, damaged or of another version than these. */
	read(hash: string, oldest = OLDEST_READABLE_VERSION): TrackAnalysis {
		const path = this.#pathOf(hash);
		let bytes: Uint8Array;
		try {
			bytes = readFileSync(path);
		} catch (cause) {
			throw new EngineError('catalog-damaged', `The stored analysis ${path} is missing.`, { cause });
		}
		return decodeAnalysis(bytes, path, oldest);
	}

	/** Null where {@link read} would throw 'catalog-damaged', and for one of an older version. */
	recall(hash: string): TrackAnalysis | null {
		try {
			return this.read(hash, ANALYSIS_VERSION);
		} catch (cause) {
			if (cause instanceof EngineError && cause.code === 'catalog-damaged') return null;
			throw cause;
		}
	}

	remove(hash: string): void {
		rmSync(this.#pathOf(hash), { force: true });
	}

	/** Paths of files in the store's folder that belong to none of these contents. */
	strays(hashes: ReadonlySet<string>): string[] {
		const known = new Set(Array.from(hashes, hash => this.#pathOf(hash)));
		return filesUnder(this.folder).filter(path => !known.has(path));
	}

	#pathOf(hash: string): string {
		return join(this.folder, hash.slice(0, 2), `${hash}.sga`);
	}
}

/** Paths of all files under a folder; none where it is absent. */
export const filesUnder = (folder: string): string[] => {
	let entries: Dirent[];
	try {
		entries = readdirSync(folder, { withFileTypes: true });
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw cause;
	}
	return entries.flatMap(entry => {
		const path = join(folder, entry.name);
		return entry.isDirectory() ? filesUnder(path) : [path];
	});
};
