import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { outlineBytes, type TrackOutline, trackOutline } from '../crops/outline.js';
import { affect } from '../embeddings/affect.js';
import type { Embedding } from '../embeddings/embedding.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { type Awaitable, type Catalog, type SectionVectors, sameStamp, type TrackRecord } from '../jobs/catalog.js';
import { embedCatalogue } from '../jobs/embed-catalogue.js';
import type { Params } from '../jobs/engine.js';
import type { FilePorts } from '../jobs/index-file.js';
import { indexFolders } from '../jobs/index-folder.js';
import { createPlacing, type PlacedCatalogue } from '../jobs/placed-catalogue.js';
import { clipped, embeddedRange, wantsInstrumental } from '../jobs/suggest.js';
import { trackEnergies } from '../jobs/track-energies.js';
import { EngineError } from '../protocol/errors.js';
import type { CatalogState } from '../protocol/messages.js';
import { INSTRUMENTAL } from '../suggestions/reasons.js';
import type { AnalysisPool } from './analysis/pool.js';
import { analysisBytes, BoundedCache } from './bounded-cache.js';
import { type CatalogMode, type OpenCatalog, openCatalog } from './catalog-access.js';
import { stateOf } from './catalog-state.js';
import { type EngineLog, logged } from './engine-log.js';
import { Indexer, type IndexPass } from './indexer.js';
import { latestWins } from './latest-wins.js';
import type { FfmpegMedia } from './media/media.js';
import type { InstalledModels } from './models/installed-models.js';
import { musicFiles } from './music-files.js';
import type { Pace } from './pace.js';
import type { SharedAddress } from './shared-catalog/address.js';
import { TrackFiles } from './track-files.js';

/** What stored music is opened with. */
export type StoredMusicParts = {
	readonly home: string;
	readonly mode: CatalogMode;
	readonly shared: SharedAddress | null;
	readonly media: FfmpegMedia;
	readonly pool: AnalysisPool;
	readonly models: InstalledModels;
	readonly pace: Pace;
	readonly log: EngineLog;
	readonly rankingTools: Parameters<typeof createPlacing>[1];
};

/** What cuts are compared by, and where that is not the model in use: which is, and how many tracks it can't compare yet. */
export type Comparing = {
	readonly embedding: Embedding;
	readonly waiting: { readonly model: string; readonly tracks: number } | null;
};

/** A model answers although it lacks vectors of this share of the tracks. */
const LACKING = 0.01;

/** Milliseconds between two announcements of the catalogue's state (5.1). */
const ANNOUNCEMENTS = 250;

/** As many as the pool analyses at the same time. */
export const FILES_AT_ONCE = availableParallelism() + 1;

/** Outlines of some 5,000 tracks of four minutes, more than any question looks at. */
const OUTLINE_ROOM = 512 * 2 ** 20;

const NOTHING_STORED: CatalogState = { tracks: 0, folders: [], indexing: null };

const contentOf = ({ contentHash, analysisVersion }: TrackRecord): string => `${contentHash} ${analysisVersion}`;

/** The engine's catalogue: opened when it is first asked, indexed behind the questions, announced when it changes. */
export class StoredMusic {
	private readonly analyses = new BoundedCache(analysisBytes);
	private readonly outlines = new BoundedCache(outlineBytes, OUTLINE_ROOM);
	/** Spaces in which all that can be is embedded. */
	private readonly ready = new Set<string>([affect.id]);
	/** By the id of the embedding. */
	private readonly placings = new Map<string, ReturnType<typeof createPlacing>>();
	private readonly listeners = new Set<(state: CatalogState) => void>();
	private readonly announcements = latestWins(ANNOUNCEMENTS, () => {
		this.announced = this.announced.then(() => this.announce());
	});
	private opened: {
		readonly stored: OpenCatalog;
		readonly catalog: Catalog;
		readonly files: TrackFiles;
		readonly indexing: () => FilePorts;
		readonly indexer: Indexer | null;
	} | null = null;
	/** The latest announcement, so that none overtakes another. */
	private announced: Promise<void> = Promise.resolve();
	private lastState: CatalogState = NOTHING_STORED;

	constructor(private readonly given: StoredMusicParts) {}

	onState(listener: (state: CatalogState) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	parts() {
		if (this.opened === null) {
			const stored = openCatalog(this.given.home, this.given.mode, this.given.shared);
			const { catalog } = stored;
			const indexing = (): FilePorts => ({
				catalog,
				files: musicFiles,
				analyser: { track: (path, aborting) => this.analyse(path, aborting) },
				// Energies are told in the space of affect, whatever suggestions come from.
				embeddings: [...new Set([affect, this.given.models.current])],
			});
			const files = new TrackFiles(catalog, this.given.media, join(this.given.home, 'sounds'));
			const pass: IndexPass = (onState, turn, signal) =>
				logged(
					this.given.log,
					'indexing',
					indexFolders(
						{
							...indexing(),
							files: musicFiles,
							now: () => performance.now(),
							turn,
							onEmbedded: space => this.ready.add(space),
							ease: this.given.pace.ease,
							...(stored.queue && { queue: stored.queue }),
						},
						FILES_AT_ONCE,
						onState,
						signal,
					),
				);
			const indexer = stored.access === 'read' ? null : new Indexer(pass, () => this.announcements.trigger());
			this.opened = { stored, catalog, files, indexing, indexer };
		}
		return this.opened;
	}

	indexer(): Indexer {
		const { indexer } = this.parts();
		if (indexer === null)
			throw new EngineError('catalog-read-only', 'This engine may read the catalogue, not change it.');
		return indexer;
	}

	/**
	 * What cuts are compared by just now: the model in use, or `affect` while that lacks tracks. A catalogue of before it was in
	 * use gets its vectors from the next pass over the folders, or from `model.use`.
	 */
	async comparing(): Promise<Comparing> {
		const chosen = this.given.models.current;
		if (this.ready.has(chosen.id)) return { embedding: chosen, waiting: null };
		const { catalog } = this.parts();
		const tracks = (await catalog.withoutVectors(chosen.id)).length;
		// Some may never get them: their stored analysis is damaged, or their drive is gone with a version that is too old.
		if (tracks > LACKING * (await catalog.count())) return { embedding: affect, waiting: { model: chosen.id, tracks } };
		this.ready.add(chosen.id);
		return { embedding: chosen, waiting: null };
	}

	/** Gives every track vectors in a space, from stored analyses. Throws 'cancelled' once `signal` has aborted. */
	async embed(embedding: Embedding, onProgress: (done: number, total: number) => void, signal?: AbortSignal) {
		await embedCatalogue(this.parts().catalog, embedding, onProgress, signal);
		this.ready.add(embedding.id);
	}

	/**
	 * What is known of the music, where cuts can be compared with it.
	 *
	 * @param candidates - the sections that take part; all of the catalogue's unless given
	 * @param model - that an earlier answer was made by; where it is gone, the one that answers now
	 */
	async musicSources(candidates: SectionVectors | null = null, model: string | undefined = candidates?.space) {
		const { catalog } = this.parts();
		const now = await this.comparing();
		const embedding = (model && this.given.models.known(model)) || now.embedding;
		const [{ sections, ranker, stored }, affects] = await Promise.all([
			this.placed(embedding, candidates),
			this.placed(affect),
		]);
		const analysis = async (id: string): Promise<TrackAnalysis> => {
			const track = await catalog.get(id);
			if (track === null) throw new EngineError('not-found', 'this track is not in the catalogue, or no longer');
			return this.analyses.get(contentOf(track), async () => catalog.analysis(id));
		};
		// Not through the other cache, which thousands of them would turn over.
		const outline = (id: string, track: TrackRecord): Promise<TrackOutline> =>
			this.outlines.get(contentOf(track), async () => trackOutline(await catalog.analysis(id)));
		const { waiting } = now;
		return { catalog, embedding, waiting, sections, ranker, stored, affects: affects.sections, analysis, outline };
	}

	/** The catalogue's tracks in the space of an embedding. */
	async placed(embedding: Embedding, stored: SectionVectors | null = null): Promise<PlacedCatalogue> {
		const placing = this.placings.get(embedding.id) ?? createPlacing(embedding, this.given.rankingTools);
		this.placings.set(embedding.id, placing);
		return placing(stored ?? (await this.parts().catalog.sectionVectors(embedding.id)));
	}

	/**
	 * What of a large catalogue is worth comparing with a cut, where its database can tell: null for all of it. How energetic
	 * a track is among the others the database does not know, so a filter by that asks for all.
	 */
	async candidates(cut: CutAnalysis, params: Params<'suggest'>): Promise<SectionVectors | null> {
		const { embedding } = await this.comparing();
		const { tempo, duration, ...others } = params.filter ?? {};
		// A filter that the database can't apply has to come before any choice of the nearest, so it asks for all.
		const isBeyondIt = Object.values(others).some(bound => bound !== undefined);
		if (embedding.comparesStored !== true || isBeyondIt) return null;
		const range = clipped(params.range ?? { start: 0, end: cut.duration }, cut);
		const { vectors } = await embeddedRange(embedding, cut, range);
		return this.parts().stored.candidates(embedding.id, vectors, {
			tempo,
			duration,
			vocalsBelow: wantsInstrumental(params, cut, range) ? INSTRUMENTAL : undefined,
		});
	}

	/** What suggesting needs; see {@link musicSources}. */
	async suggestSources(candidates: SectionVectors | null = null, model?: string) {
		const { catalog, embedding, waiting, sections, ranker, stored, affects, analysis, outline } =
			await this.musicSources(candidates, model);
		const sources = {
			embedding,
			catalogue: { sections, ranker, stored },
			energies: trackEnergies(affects),
			records: async (ids: readonly string[]) => catalog.records(ids),
			analysis,
			outline,
		};
		return { catalog, analysis, waiting, sources };
	}

	/** What is heard in a file: as stored, where the catalogue holds it unchanged. */
	async trackAnalysis(path: string, signal?: AbortSignal): Promise<TrackAnalysis> {
		const found = await stat(path).catch(cause => {
			throw new EngineError('file-missing', `there is no file ${path}`, { cause });
		});
		const stored = await this.orNull(() => this.parts().catalog.atPath(path));
		if (stored && sameStamp(stored.stamp, { size: found.size, modified: found.mtimeMs })) {
			const analysis = await this.orNull(() => this.parts().catalog.analysis(stored.id));
			if (analysis) return analysis;
		}
		return this.analyse(path, signal);
	}

	/** Changes the catalogue between two passes over its folders. */
	async change(then: 'restart' | 'resume', work: (stored: OpenCatalog) => Awaitable<unknown>): Promise<CatalogState> {
		const { stored } = this.parts();
		await this.indexer().between(then, () => work(stored));
		this.analyses.clear();
		this.outlines.clear();
		return this.state();
	}

	analyse(path: string, signal?: AbortSignal): Promise<TrackAnalysis> {
		return this.given.pool.track(path, { segmenter: 'default', ...(signal && { signal }) });
	}

	async state(): Promise<CatalogState> {
		const state = await this.orNull(() => {
			const { catalog, indexer } = this.parts();
			return stateOf(catalog, indexer);
		});
		this.lastState = state ?? NOTHING_STORED;
		return this.lastState;
	}

	/** A catalogue that can't be asked just now is told as it was last seen, with why. */
	private async announce(): Promise<void> {
		const state = await this.state().catch((error: unknown): CatalogState => {
			const code = error instanceof EngineError ? error.code : 'internal';
			const detail = error instanceof Error ? error.message : String(error);
			return { ...this.lastState, indexing: null, problem: { code, detail } };
		});
		for (const listener of this.listeners) listener(state);
	}

	/** Null for a reader whose catalogue is not there yet. */
	async orNull<Value>(read: () => Awaitable<Value>): Promise<Value | null> {
		try {
			return await read();
		} catch (error) {
			if (error instanceof EngineError && error.code === 'catalog-empty') return null;
			throw error;
		}
	}

	async close(): Promise<void> {
		this.announcements.stop();
		this.listeners.clear();
		await this.opened?.indexer?.stop();
	}

	/** After everything that may still ask has ended. */
	async closeCatalog(): Promise<void> {
		await this.announced;
		await this.opened?.stored.queue?.close();
		await this.opened?.catalog.close();
	}
}
