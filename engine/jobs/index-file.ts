import type { Embedding } from '../embeddings/embedding.js';
import { trackLabels } from '../features/labels.js';
import { ANALYSIS_VERSION, type TrackAnalysis } from '../features/track-analysis.js';
import { EngineError, ERRORS } from '../protocol/errors.js';
import { vocalShare } from '../segments/vocal-activity.js';
import {
	type Catalog,
	type EmbeddedSections,
	type FileStamp,
	type Place,
	sameStamp,
	type TrackTags,
} from './catalog.js';
import { embeddedSections } from './embed-catalogue.js';
import type { FoundFile } from './folder-changes.js';
import type { Analyser } from './ports.js';

/** Single files of this computer. Every call rejects with an EngineError, with 'cancelled' once `signal` has aborted. */
export interface FileReader {
	/** Null where there is no such file any more. */
	stamp(path: string): Promise<FileStamp | null>;
	/** Hash of the whole content, lower-case hexadecimal, strong enough to stand for it. */
	hash(path: string, signal?: AbortSignal): Promise<string>;
	/** Never rejects: what tags don't tell is made up from the file's name. */
	tags(path: string): Promise<TrackTags>;
}

export type FilePorts = {
	readonly catalog: Catalog;
	readonly files: FileReader;
	readonly analyser: Pick<Analyser, 'track'>;
	/** The spaces that every track is to have vectors in. */
	readonly embeddings: readonly Embedding[];
};

/** A file of a folder; its hash where it is known already. */
export type FileToIndex = FoundFile & { readonly folder: string; readonly hash?: string };

/** 'restless' files changed while they were read, or vanished. */
export type FileOutcome = 'added' | 'changed' | 'skipped' | 'restless';

/** Brings single files into a catalogue, several at a time. */
export class FileIndexer {
	/** By content, what is being done about it. */
	readonly #storing = new Map<string, Promise<FileOutcome>>();

	constructor(
		private readonly ports: FilePorts,
		private readonly signal?: AbortSignal,
	) {}

	/**
	 * Afterwards the file is complete in the catalogue, noted there as one that can't be used, or left for the next time.
	 * Rejects with failures that would hit every file (a full disk, a missing program), and 'cancelled'.
	 */
	async index(file: FileToIndex): Promise<FileOutcome> {
		try {
			return await this.#store(file);
		} catch (cause) {
			this.#stopIfCancelled();
			if (!isAboutTheFile(cause)) throw cause;
			return this.#skip(file, cause);
		}
	}

	/**
	 * Indexes a file that another engine found, some time ago and perhaps on another computer. Rejects with
	 * 'folder-unreachable' where its folder can't be seen from here.
	 */
	async indexFound(file: FileToIndex): Promise<FileOutcome> {
		const { files } = this.ports;
		const stamp = await files.stamp(file.path);
		if (stamp !== null) return this.index({ ...file, stamp });
		if ((await files.stamp(file.folder)) !== null) return 'restless';
		throw new EngineError('folder-unreachable', `The folder ${file.folder} cannot be seen from this computer.`);
	}

	/** Files of one content wait for the first of them: the others then share its analysis. */
	async #store(file: FileToIndex): Promise<FileOutcome> {
		const hash = file.hash ?? (await this.ports.files.hash(file.path, this.signal));
		for (let other = this.#storing.get(hash); other; other = this.#storing.get(hash)) await other.catch(() => {});
		const storing = this.#storeContent(file, hash);
		this.#storing.set(hash, storing);
		try {
			return await storing;
		} finally {
			this.#storing.delete(hash);
		}
	}

	async #storeContent(file: FileToIndex, hash: string): Promise<FileOutcome> {
		const { files, analyser, embeddings } = this.ports;
		const tracks = await this.ports.catalog.withContent(hash);
		const known = tracks.find(({ analysisVersion }) => analysisVersion === ANALYSIS_VERSION);
		const before = await this.ports.catalog.atPath(file.path);
		const outcome = before ? 'changed' : 'added';
		if (known) {
			const place = await placeOf(file, files);
			if (before?.contentHash === hash) await this.ports.catalog.move(before.id, place);
			else await this.ports.catalog.copy(known.id, place);
			return outcome;
		}
		// A kill may have left the analysis without its record.
		const analysis = (await this.ports.catalog.recall(hash)) ?? (await analyser.track(file.path, this.signal));
		const vectors = new Map<string, EmbeddedSections>();
		for (const embedding of embeddings) vectors.set(embedding.id, await embeddedSections(embedding, analysis));
		const place = await placeOf(file, files);
		const now = await files.stamp(file.path);
		this.#stopIfCancelled();
		if (!now || !sameStamp(now, file.stamp)) return 'restless';
		await this.ports.catalog.put({ ...place, ...contentOf(hash, analysis) }, analysis, vectors);
		return outcome;
	}

	/** A file that vanished or changed while it was read has not failed: the next run sees to it. */
	async #skip({ path, folder, stamp }: FileToIndex, cause: unknown): Promise<FileOutcome> {
		const now = await this.ports.files.stamp(path);
		if (!now || !sameStamp(now, stamp)) return 'restless';
		const before = await this.ports.catalog.atPath(path);
		if (before) await this.ports.catalog.remove([before.id]);
		const code = cause instanceof EngineError ? cause.code : 'internal';
		const detail = cause instanceof Error ? cause.message : String(cause);
		await this.ports.catalog.skip(folder, stamp, { path, code, detail });
		return 'skipped';
	}

	#stopIfCancelled(): void {
		if (this.signal?.aborted) throw new EngineError('cancelled', 'Indexing was cancelled.');
	}
}

export const placeOf = async ({ path, folder, stamp }: FileToIndex, files: FileReader): Promise<Place> => ({
	path,
	folder,
	stamp,
	tags: await files.tags(path),
});

/** Whether a failure is about this file alone: its input can't be used (exit code 3), or we stumbled over it. */
export const isAboutTheFile = (cause: unknown): boolean =>
	!(cause instanceof EngineError) || cause.code === 'internal' || ERRORS[cause.code].exit === 3;

const contentOf = (contentHash: string, { duration, loudness, beats, tags, labels }: TrackAnalysis) => ({
	contentHash,
	analysisVersion: ANALYSIS_VERSION,
	duration,
	loudness,
	tempo: beats.tempo,
	tempoConfidence: beats.confidence,
	labels: trackLabels(tags),
	vocals: vocalShare(labels.vocals, duration),
});
