import type { Embedding } from '../embeddings/embedding.js';
import { trackLabels } from '../features/labels.js';
import { ANALYSIS_VERSION, type TrackAnalysis } from '../features/track-analysis.js';
import { EngineError, ERRORS } from '../protocol/errors.js';
import { vocalShare } from '../segments/vocal-activity.js';
import type { Seconds } from '../time/time.js';
import {
	type Catalog,
	type EmbeddedSections,
	type FileStamp,
	type Place,
	sameStamp,
	type TrackRecord,
	type TrackTags,
} from './catalog.js';
import { embedCatalogue, embeddedSections } from './embed-catalogue.js';
import { expectedSeconds, type FolderScan, type FoundFile, folderChanges, usefulOrder } from './folder-changes.js';
import type { Analyser } from './ports.js';
import { WorkRate } from './work-rate.js';

/** The music files of this computer. Every call rejects with an EngineError, with 'cancelled' once `signal` has aborted. */
export interface MusicFiles {
	scan(folder: string, signal?: AbortSignal): Promise<FolderScan>;
	/** Null where there is no such file any more. */
	stamp(path: string): Promise<FileStamp | null>;
	/** Hash of the whole content, lower-case hexadecimal, strong enough to stand for it. */
	hash(path: string, signal?: AbortSignal): Promise<string>;
	/** Never rejects: what tags don't tell is made up from the file's name. */
	tags(path: string): Promise<TrackTags>;
}

export type IndexPorts = {
	readonly catalog: Catalog;
	readonly files: MusicFiles;
	readonly analyser: Pick<Analyser, 'track'>;
	/** The spaces that every track is to have vectors in. */
	readonly embeddings: readonly Embedding[];
	/** Milliseconds of a clock that never goes back. */
	readonly now: () => number;
	/** Resolves when another file may be begun: at once, or when a pause ends. Files under way are not held up. */
	readonly turn: () => Promise<void>;
	/** Does the work on one file: at once, or when it is its turn among those that go one after the other. */
	readonly ease: <Result>(work: () => Promise<Result>, signal?: AbortSignal) => Promise<Result>;
};

export type IndexState =
	| { readonly state: 'scanning'; readonly folder: string }
	| ({ readonly state: 'indexing' } & IndexProgress)
	| ({ readonly state: 'paused' } & IndexProgress);

export type IndexProgress = {
	/** Of the files that had to be read; unchanged ones don't count, as they are no work. */
	readonly done: number;
	readonly total: number;
	/** Files a minute, over the last minute of work; pauses are left out. Null until one is done. */
	readonly perMinute: number | null;
	readonly secondsLeft: Seconds | null;
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

type Outcome = 'added' | 'changed' | 'restless';
type Work = FoundFile & { readonly folder: string; readonly hash?: string };

const HELD_UP = Promise.resolve('held up' as const);

class IndexRun {
	readonly #ports: IndexPorts;
	readonly #catalog: Catalog;
	readonly #onState: (state: IndexState) => void;
	readonly #signal: AbortSignal | undefined;
	readonly #summary = { added: 0, changed: 0, moved: 0, removed: 0, skipped: 0, unchanged: 0, restless: 0 };
	readonly #offline: string[] = [];
	readonly #current = new Set<string>();
	/** By content, what one of the workers is doing about it. */
	readonly #storing = new Map<string, Promise<Outcome>>();
	#done = 0;
	#total = 0;
	#weightLeft = 0;
	#waiting = 0;

	constructor(ports: IndexPorts, onState: (state: IndexState) => void, signal: AbortSignal | undefined) {
		this.#ports = ports;
		this.#catalog = ports.catalog;
		this.#onState = onState;
		this.#signal = signal;
	}

	async run(concurrency: number): Promise<IndexSummary> {
		const { found, vanished } = await this.#scan();
		const work = await this.#follow(found, vanished);
		await this.#embedMissing();
		await this.#work(usefulOrder(work), concurrency);
		return { ...this.#summary, offline: this.#offline };
	}

	async #scan(): Promise<{ found: Work[]; vanished: TrackRecord[] }> {
		const found: Work[] = [];
		const vanished: TrackRecord[] = [];
		for (const folder of await this.#catalog.folders()) {
			this.#stopIfCancelled();
			this.#onState({ state: 'scanning', folder });
			const scan = await this.#ports.files.scan(folder, this.#signal);
			const tracks = await this.#catalog.tracks(folder);
			// The place where a drive is mounted stays behind as an empty folder when the drive goes.
			const reachable = scan.state === 'scanned' && !(scan.empty && tracks.length > 0);
			if ((await this.#catalog.isReachable(folder)) !== reachable) await this.#catalog.setReachable(folder, reachable);
			if (!reachable) {
				this.#offline.push(folder);
				continue;
			}
			const changes = folderChanges(scan, tracks, await this.#catalog.skipped(folder));
			if (changes.forgotten.length > 0) await this.#catalog.forgetSkipped(changes.forgotten);
			found.push(...changes.work.map(file => ({ ...file, folder })));
			vanished.push(...changes.vanished);
			this.#summary.unchanged += changes.unchanged;
		}
		return { found, vanished };
	}

	/**
	 * Finds vanished tracks again at new paths and removes those that are gone. Equal content has equal size, so only
	 * files of a size that vanished are read for this, and removal need not wait for the long work.
	 *
	 * @returns the files that are still to be indexed
	 */
	async #follow(found: readonly Work[], vanished: readonly TrackRecord[]): Promise<Work[]> {
		const sizes = new Set(vanished.map(({ stamp }) => stamp.size));
		const missing = new Map(vanished.map(track => [track.id, track]));
		const left: Work[] = [];
		for (const file of found) {
			this.#stopIfCancelled();
			if (!sizes.has(file.stamp.size) || (await this.#catalog.atPath(file.path))) {
				left.push(file);
				continue;
			}
			const hash = await this.#ports.files.hash(file.path, this.#signal).catch(cause => {
				if (isSkippable(cause)) return null;
				throw cause;
			});
			const track = [...missing.values()].find(({ contentHash }) => contentHash === hash);
			if (track && track.analysisVersion === ANALYSIS_VERSION) {
				await this.#catalog.move(track.id, await this.#placeOf(file));
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
			await embedCatalogue(this.#catalog, embedding, () => {}, this.#signal);
		}
	}

	async #work(queue: readonly Work[], concurrency: number): Promise<void> {
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
			secondsLeft: this.#done === this.#total ? 0 : rate.secondsLeft(this.#weightLeft),
			current: [...this.#current],
		});
	}

	async #index(file: Work): Promise<void> {
		try {
			const outcome = await this.#store(file);
			this.#summary[outcome]++;
		} catch (cause) {
			this.#stopIfCancelled();
			if (!isSkippable(cause)) throw cause;
			await this.#skip(file, cause);
		}
	}

	/** Files of one content wait for the first of them: the others then share its analysis. */
	async #store(file: Work): Promise<Outcome> {
		const hash = file.hash ?? (await this.#ports.files.hash(file.path, this.#signal));
		for (let other = this.#storing.get(hash); other; other = this.#storing.get(hash)) await other.catch(() => {});
		const storing = this.#storeContent(file, hash);
		this.#storing.set(hash, storing);
		try {
			return await storing;
		} finally {
			this.#storing.delete(hash);
		}
	}

	async #storeContent(file: Work, hash: string): Promise<Outcome> {
		const { files, analyser, embeddings } = this.#ports;
		const tracks = await this.#catalog.withContent(hash);
		const known = tracks.find(({ analysisVersion }) => analysisVersion === ANALYSIS_VERSION);
		const before = await this.#catalog.atPath(file.path);
		const outcome = before ? 'changed' : 'added';
		if (known) {
			const place = await this.#placeOf(file);
			if (before?.contentHash === hash) await this.#catalog.move(before.id, place);
			else await this.#catalog.copy(known.id, place);
			return outcome;
		}
		// A kill may have left the analysis without its record.
		const analysis = (await this.#catalog.recall(hash)) ?? (await analyser.track(file.path, this.#signal));
		const vectors = new Map<string, EmbeddedSections>();
		for (const embedding of embeddings) vectors.set(embedding.id, await embeddedSections(embedding, analysis));
		const place = await this.#placeOf(file);
		const now = await files.stamp(file.path);
		this.#stopIfCancelled();
		if (!now || !sameStamp(now, file.stamp)) return 'restless';
		await this.#catalog.put({ ...place, ...contentOf(hash, analysis) }, analysis, vectors);
		return outcome;
	}

	async #placeOf({ path, folder, stamp }: Work): Promise<Place> {
		return { path, folder, stamp, tags: await this.#ports.files.tags(path) };
	}

	/** A file that vanished or changed while it was read has not failed: the next run sees to it. */
	async #skip({ path, folder, stamp }: Work, cause: unknown): Promise<void> {
		const now = await this.#ports.files.stamp(path);
		if (!now || !sameStamp(now, stamp)) {
			this.#summary.restless++;
			return;
		}
		const before = await this.#catalog.atPath(path);
		if (before) await this.#catalog.remove([before.id]);
		const code = cause instanceof EngineError ? cause.code : 'internal';
		const detail = cause instanceof Error ? cause.message : String(cause);
		await this.#catalog.skip(folder, stamp, { path, code, detail });
		this.#summary.skipped++;
	}

	#stopIfCancelled(): void {
		if (this.#signal?.aborted) throw new EngineError('cancelled', 'Indexing was cancelled.');
	}
}

/** Whether a failure is about this file alone: its input can't be used (exit code 3), or we stumbled over it. */
const isSkippable = (cause: unknown): boolean =>
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
