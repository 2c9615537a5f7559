import { ANALYSIS_VERSION } from '../features/track-analysis.js';
import { EngineError } from '../protocol/errors.js';
import type { Seconds } from '../time/time.js';
import type { Catalog, TrackRecord } from './catalog.js';
import { embedCatalogue } from './embed-catalogue.js';
import { expectedSeconds, type FolderScan, folderChanges, usefulOrder } from './folder-changes.js';
import {
	FileIndexer,
	type FilePorts,
	type FileReader,
	type FileToIndex,
	isAboutTheFile,
	placeOf,
} from './index-file.js';
import { WorkRate } from './work-rate.js';

/** The music files of this computer, found in folders and read one by one. */
export interface MusicFiles extends FileReader {
	scan(folder: string, signal?: AbortSignal): Promise<FolderScan>;
}

/** Where files wait that are to be indexed, by this engine or by another one. */
export interface FileQueue {
	/** Files that wait already are not added again. */
	add(files: readonly FileToIndex[]): Promise<void>;
	/**
	 * Takes files, `concurrency` at a time, until none waits and none is under way anywhere. A file that `index` rejects, or
	 * whose engine is lost, is offered again later, and set aside after some attempts. Failures that would hit every file end
	 * the work.
	 *
	 * @param onLeft - how many files are still to be done, by anybody; told about every second
	 */
	drain(
		index: (file: FileToIndex) => Promise<void>,
		concurrency: number,
		onLeft: (files: number) => void,
		signal?: AbortSignal,
	): Promise<void>;
}

export type IndexPorts = FilePorts & {
	readonly files: MusicFiles;
	/** Set where several engines share the catalogue: then they share the work, too. */
	readonly queue?: FileQueue;
	/** Milliseconds of a clock that never goes back. */
	readonly now: () => number;
	/** Resolves when another file may be begun: at once, or when a pause ends. Files under way are not held up. */
	readonly turn: () => Promise<void>;
	/** Called once all stored analyses that can be read have vectors in a space. */
	readonly onEmbedded?: (space: string) => void;
	/** Does the work on one file: at once, or when it is its turn among those that go one after the other. */
	readonly ease: <Result>(work: () => Promise<Result>, signal?: AbortSignal) => Promise<Result>;
};

export type IndexState =
	| { readonly state: 'scanning'; readonly folder: string }
	/** Known tracks get vectors of a model, `done` of `total` so far. */
	| { readonly state: 'embedding'; readonly done: number; readonly total: number }
	| ({ readonly state: 'indexing' } & IndexProgress)
	| ({ readonly state: 'paused' } & IndexProgress);

export type IndexProgress = {
	/** Of the files that had to be read; unchanged ones don't count, as they are no work. */
	readonly done: number;
	readonly total: number;
	/** Files a minute, over the last minute of work; pauses are left out. Null until one is done. */
	readonly perMinute: number | null;
	readonly secondsLeft: Seconds | null;
	/** Of `total`, known tracks whose older analysis is in use until it is made anew. */
	readonly renewed: number;
	/** Paths of files under way. */
	readonly current: readonly string[];
};

export type IndexSummary = {
	/** Files analysed, or known again by their content, that are now in the catalogue where they weren't before. */
	readonly added: number;
	/** Files at known paths that were read again. */
	readonly changed: number;
	readonly moved: number;
	readonly removed: number;
	readonly skipped: number;
	readonly unchanged: number;
	/** Files that changed while they were read, or vanished: the next run sees to them. */
	readonly restless: number;
	/** Folders that couldn't be reached; their tracks are hidden and kept. */
	readonly offline: readonly string[];
};

/**
 * Brings the catalogue up to date with its folders: new, changed, moved and removed files, `concurrency` of them at a time.
 * Each file is complete or absent in the catalogue, so a run that was cancelled or killed is resumed by running again.
 *
 * A file that can't be used is noted as skipped and tried again once it changes. Failures that would hit every file (a full
 * disk, a missing program or network) end the run. Rejects with EngineError, 'cancelled' once `signal` has aborted.
 */
export const indexFolders = async (
	ports: IndexPorts,
	concurrency: number,
	onState: (state: IndexState) => void,
	signal?: AbortSignal,
): Promise<IndexSummary> => new IndexRun(ports, onState, signal).run(concurrency);

const HELD_UP = Promise.resolve('held up' as const);

class IndexRun {
	readonly #ports: IndexPorts;
	readonly #catalog: Catalog;
	readonly #onState: (state: IndexState) => void;
	readonly #signal: AbortSignal | undefined;
	readonly #summary = { added: 0, changed: 0, moved: 0, removed: 0, skipped: 0, unchanged: 0, restless: 0 };
	readonly #offline: string[] = [];
	readonly #current = new Set<string>();
	readonly #indexer: FileIndexer;
	#done = 0;
	#total = 0;
	#renewed = 0;
	#weightLeft = 0;
	#waiting = 0;

	constructor(ports: IndexPorts, onState: (state: IndexState) => void, signal: AbortSignal | undefined) {
		this.#ports = ports;
		this.#catalog = ports.catalog;
		this.#onState = onState;
		this.#signal = signal;
		this.#indexer = new FileIndexer(ports, signal);
	}

	async run(concurrency: number): Promise<IndexSummary> {
		const { found, vanished } = await this.#scan();
		const work = await this.#follow(found, vanished);
		await this.#embedMissing();
		const { queue } = this.#ports;
		if (queue) await this.#share(queue, usefulOrder(work), concurrency);
		else await this.#work(usefulOrder(work), concurrency);
		return { ...this.#summary, offline: this.#offline };
	}

	async #scan(): Promise<{ found: FileToIndex[]; vanished: TrackRecord[] }> {
		const found: FileToIndex[] = [];
		const vanished: TrackRecord[] = [];
		for (const folder of await this.#catalog.folders()) {
			this.#stopIfCancelled();
			this.#onState({ state: 'scanning', folder });
			const scan = await this.#ports.files.scan(folder, this.#signal);
			const tracks = await this.#catalog.tracks(folder);
			// The place where a drive is mounted stays behind as an empty folder when the drive goes.
			const reachable = scan.state === 'scanned' && !(scan.empty && tracks.length > 0);
			// Of a catalogue that is shared: what can't be reached from here may well be from elsewhere.
			if (reachable || !this.#ports.queue) await this.#setReachable(folder, reachable);
			if (!reachable) {
				this.#offline.push(folder);
				continue;
			}
			const changes = folderChanges(scan, tracks, await this.#catalog.skipped(folder));
			if (changes.forgotten.length > 0) await this.#catalog.forgetSkipped(changes.forgotten);
			found.push(...changes.work.map(file => ({ ...file, folder })));
			vanished.push(...changes.vanished);
			const paths = new Set(changes.work.map(({ path }) => path));
			this.#renewed += tracks.filter(
				track => paths.has(track.path) && track.analysisVersion !== ANALYSIS_VERSION,
			).length;
			this.#summary.unchanged += changes.unchanged;
		}
		return { found, vanished };
	}

	async #setReachable(folder: string, reachable: boolean): Promise<void> {
		if ((await this.#catalog.isReachable(folder)) !== reachable) await this.#catalog.setReachable(folder, reachable);
	}

	/**
	 * Finds vanished tracks again at new paths and removes those that are gone. Equal content has equal size, so only
	 * files of a size that vanished are read for this, and removal need not wait for the long work.
	 *
	 * @returns the files that are still to be indexed
	 */
	async #follow(found: readonly FileToIndex[], vanished: readonly TrackRecord[]): Promise<FileToIndex[]> {
		const sizes = new Set(vanished.map(({ stamp }) => stamp.size));
		const missing = new Map(vanished.map(track => [track.id, track]));
		const left: FileToIndex[] = [];
		for (const file of found) {
			this.#stopIfCancelled();
			if (!sizes.has(file.stamp.size) || (await this.#catalog.atPath(file.path))) {
				left.push(file);
				continue;
			}
			const hash = await this.#ports.files.hash(file.path, this.#signal).catch(cause => {
				if (isAboutTheFile(cause)) return null;
				throw cause;
			});
			const track = [...missing.values()].find(({ contentHash }) => contentHash === hash);
			if (track && track.analysisVersion === ANALYSIS_VERSION) {
				await this.#catalog.move(track.id, await placeOf(file, this.#ports.files));
				missing.delete(track.id);
				this.#summary.moved++;
			} else {
				left.push(hash === null ? file : { ...file, hash });
			}
		}
		if (missing.size > 0) await this.#catalog.remove([...missing.keys()]);
		this.#summary.removed = missing.size;
		return left;
	}

	/** Vectors of a new embedding come from stored analyses, without reading a file. */
	async #embedMissing(): Promise<void> {
		for (const embedding of this.#ports.embeddings) {
			const onProgress = (done: number, total: number): void => {
				if (total > 0) this.#onState({ state: 'embedding', done, total });
			};
			await embedCatalogue(this.#catalog, embedding, onProgress, this.#signal);
			this.#ports.onEmbedded?.(embedding.id);
		}
	}

	async #work(queue: readonly FileToIndex[], concurrency: number): Promise<void> {
		this.#total = queue.length;
		this.#weightLeft = queue.reduce((sum, file) => sum + expectedSeconds(file), 0);
		const rate = new WorkRate(this.#ports.now);
		const failures: unknown[] = [];
		let next = 0;
		const worker = async (): Promise<void> => {
			while (next < queue.length && failures.length === 0) {
				await this.#turn(rate);
				const file = queue[next++];
				if (!file || failures.length > 0) return;
				try {
					await this.#ports.ease(async () => {
						this.#stopIfCancelled();
						this.#current.add(file.path);
						this.#tell('indexing', rate);
						await this.#index(file);
					}, this.#signal);
				} catch (failure) {
					failures.push(failure);
					return;
				} finally {
					this.#current.delete(file.path);
				}
				this.#done++;
				this.#weightLeft -= expectedSeconds(file);
				rate.finish(expectedSeconds(file));
				this.#tell('indexing', rate);
				this.#restIfIdle(rate);
			}
		};
		const workers: Promise<void>[] = [];
		for (let w = 0; w < Math.min(concurrency, queue.length); w++) workers.push(worker());
		// All end before the run does, so that nothing is written after it.
		await Promise.all(workers);
		this.#stopIfCancelled();
		if (failures.length > 0) throw failures[0];
	}

	/** Lets everybody take part in the work, and takes part. How long others need is not known, so files count alike. */
	async #share(queue: FileQueue, files: readonly FileToIndex[], concurrency: number): Promise<void> {
		await queue.add(files);
		const rate = new WorkRate(this.#ports.now);
		const index = async (file: FileToIndex): Promise<void> => {
			await this.#turn(rate);
			this.#stopIfCancelled();
			this.#current.add(file.path);
			try {
				await this.#ports.ease(async () => {
					this.#summary[await this.#indexer.indexFound(file)]++;
				}, this.#signal);
			} finally {
				this.#current.delete(file.path);
			}
			this.#done++;
			rate.finish(1);
			this.#restIfIdle(rate);
		};
		const onLeft = (left: number): void => {
			this.#total = this.#done + left;
			this.#weightLeft = left;
			this.#tell('indexing', rate);
		};
		await queue.drain(index, concurrency, onLeft, this.#signal);
		this.#stopIfCancelled();
	}

	/** Waits while work is held up. */
	async #turn(rate: WorkRate): Promise<void> {
		const turn = this.#ports.turn();
		// Of two promises that are resolved already, the first wins the race: held up is who loses it.
		if ((await Promise.race([turn, HELD_UP])) !== 'held up') return;
		this.#waiting++;
		this.#restIfIdle(rate);
		await turn;
		this.#waiting--;
		rate.go();
	}

	/** The clock of the rate stands once a pause has begun and the last file under way is finished. */
	#restIfIdle(rate: WorkRate): void {
		if (this.#waiting === 0 || this.#current.size > 0) return;
		rate.stop();
		this.#tell('paused', rate);
	}

	#tell(state: 'indexing' | 'paused', rate: WorkRate): void {
		this.#onState({
			state,
			done: this.#done,
			total: this.#total,
			perMinute: rate.perMinute,
			renewed: this.#renewed,
			secondsLeft: this.#done === this.#total ? 0 : rate.secondsLeft(this.#weightLeft),
			current: [...this.#current],
		});
	}

	async #index(file: FileToIndex): Promise<void> {
		this.#summary[await this.#indexer.index(file)]++;
	}

	#stopIfCancelled(): void {
		if (this.#signal?.aborted) throw new EngineError('cancelled', 'Indexing was cancelled.');
	}
}
