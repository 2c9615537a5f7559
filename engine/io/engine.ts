import { mkdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { affect } from '../embeddings/affect.js';
import type { Embedding } from '../embeddings/embedding.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { alignTrack } from '../jobs/align-track.js';
import { type Awaitable, type Catalog, type SectionVectors, sameStamp } from '../jobs/catalog.js';
import type { Engine, MediaFiles, Params } from '../jobs/engine.js';
import { findTracks } from '../jobs/find-tracks.js';
import { Hosts } from '../jobs/hosts.js';
import { FileIndexer, type FileOutcome, type FilePorts } from '../jobs/index-file.js';
import { indexFolders } from '../jobs/index-folder.js';
import { createPlacing, type PlacedCatalogue } from '../jobs/placed-catalogue.js';
import type { Progress } from '../jobs/ports.js';
import { clipped, DEFAULT_DISTANCE, embeddedRange, wantsInstrumental } from '../jobs/suggest.js';
import { type FootagePick, suggestFootage } from '../jobs/suggest-footage.js';
import { trackEnergies } from '../jobs/track-energies.js';
import { viewOfAlignment, viewOfCut, viewOfDescription, viewOfTrack } from '../jobs/views.js';
import { EngineError } from '../protocol/errors.js';
import type { Answer, CatalogState, DistanceName, Method } from '../protocol/messages.js';
import { sectionsOf } from '../ranking/track-sections.js';
import { INSTRUMENTAL } from '../suggestions/reasons.js';
import { segmentsInRange } from '../suggestions/segments-in-range.js';
import { type AnalysisPool, openAnalysisPool } from './analysis/pool.js';
import { AnalysisCache } from './analysis-cache.js';
import type { VerifyReport } from './catalog/verify.js';
import { type CatalogMode, type OpenCatalog, openCatalog } from './catalog-access.js';
import { stateOf } from './catalog-state.js';
import { CropFiles } from './crop-files.js';
import { CutStore } from './cut-store.js';
import { Cuts } from './cuts.js';
import { demoCutPath } from './demo.js';
import { EngineLog, logged } from './engine-log.js';
import { statusOf } from './engine-status.js';
import type { Explained } from './explain/page.js';
import { sideBySide } from './explain/side-by-side.js';
import { listFolders } from './folders.js';
import { type FoundFootage, openFootage } from './footage.js';
import { cropHandlers } from './handlers/crops.js';
import { modelHandlers } from './handlers/models.js';
import { pageHandlers } from './handlers/page.js';
import { Indexer, type IndexPass } from './indexer.js';
import type { RequestedDevice } from './inference/device.js';
import { type Inference, openInference } from './inference/networks.js';
import { latestWins } from './latest-wins.js';
import { type Ffmpeg, findFfmpeg } from './media/find-ffmpeg.js';
import { type FfmpegMedia, ffmpegMedia } from './media/media.js';
import { InstalledModels } from './models/installed-models.js';
import { musicFiles } from './music-files.js';
import { Pace } from './pace.js';
import { Placing } from './placing.js';
import { projectPath, projectVersion } from './project.js';
import { openQuantisedProduct } from './quantised-product.js';
import { openRankingKernel } from './ranking-kernel.js';
import { Uploads } from './server/uploads.js';
import { SettingsFile } from './settings-file.js';
import type { SharedAddress } from './shared-catalog/address.js';
import { TrackFiles } from './track-files.js';

export type EngineOptions = {
	/** The folder of all data. Whoever opens its catalogue for writing has claimed it. */
	readonly home: string;
	readonly device: RequestedDevice;
	readonly catalog: CatalogMode;
	/** Where a studio's catalogue is; one's own, in the data folder, unless given. */
	readonly shared?: SharedAddress | null;
};

export type FootageQuestion = {
	readonly song: string;
	readonly videos: string;
	readonly top: number;
	readonly distance?: DistanceName;
};

/** Milliseconds between two announcements of the catalogue's state (5.1). */
const ANNOUNCEMENTS = 250;

/** As many as the pool analyses at the same time. */
const FILES_AT_ONCE = availableParallelism() + 1;

const NOTHING_STORED: CatalogState = { tracks: 0, folders: [], indexing: null };

type Handlers = {
	readonly [M in Method]: (
		params: Params<M>,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	) => Promise<Answer<M>>;
};

/** The engine of this process: media, networks, catalogue and jobs put together. Everything is loaded when first used. */
export class LocalEngine implements Engine, MediaFiles {
	readonly uploads: Uploads;
	/** The editing programs that are connected. */
	readonly hosts = new Hosts();
	private readonly home: string;
	private readonly mode: CatalogMode;
	private readonly shared: SharedAddress | null;
	private readonly device: RequestedDevice;
	private readonly inference: Inference;
	private readonly media: FfmpegMedia;
	private readonly cuts: Cuts;
	private readonly placing: Placing;
	private readonly crops: CropFiles;
	private readonly pool: AnalysisPool;
	private readonly ffmpeg: () => Ffmpeg | null;
	private readonly analyses = new AnalysisCache();
	private readonly settings: SettingsFile;
	private readonly log: EngineLog;
	private readonly pace = new Pace();
	private readonly models: InstalledModels;
	private readonly rankingTools = once(async () => ({
		kernel: openRankingKernel(),
		quantised: await openQuantisedProduct(availableParallelism()),
		similarity: this.inference.similarity,
	}));
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

	/** Throws what {@link openCatalog} throws, except for readers, which learn of it when they ask. */
	constructor({ home, device, catalog, shared = null }: EngineOptions) {
		this.home = home;
		this.mode = catalog;
		this.shared = shared;
		this.device = device;
		this.inference = openInference({ device });
		this.pool = openAnalysisPool(this.inference.networks);
		this.ffmpeg = once(findFfmpeg);
		this.media = ffmpegMedia(this.ffmpeg);
		this.cuts = new Cuts(this.media, this.inference.networks, new CutStore(join(home, 'cuts')));
		this.crops = new CropFiles(this.media, join(home, 'crops'));
		this.uploads = new Uploads(join(home, 'uploads'));
		this.placing = new Placing({
			cuts: this.cuts,
			media: this.media,
			hosts: this.hosts,
			render: (params, signal) => this.cropping['crop.render'](params, () => {}, signal),
			track: async id => this.parts().catalog.get(id),
			notTheirs: [home, projectPath('demo')],
			instead: async () => {
				const folder = join(home, 'placed');
				await mkdir(folder, { recursive: true });
				return folder;
			},
		});
		this.models = new InstalledModels(join(home, 'models'), this.inference.graphs);
		this.settings = new SettingsFile(home);
		this.log = new EngineLog(home);
		this.pace.setGentle(this.settings.current.gentle);
		if (catalog === 'read') return;
		this.log.write({ level: 'info', event: `engine ${projectVersion()} started` });
		this.parts();
	}

	ask<M extends Method>(
		method: M,
		params: Params<M>,
		onProgress: (progress: Progress) => void = () => {},
		signal?: AbortSignal,
	): Promise<Answer<M>> {
		const answer = this.handlers[method](params, onProgress, signal);
		// Readers leave nothing behind in the data folder.
		return this.mode === 'read' ? answer : logged(this.log, method, answer);
	}

	onCatalog(listener: (state: CatalogState) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	/** Looks for what has changed in the folders, behind everything else; not in a catalogue that may only be read. */
	startIndexing(): void {
		this.parts().indexer?.restart();
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

	/** An opened cut beside a track, by the model in use; what the catalogue stores says what is much and what is little. */
	async sideBySide(cut: string, trackPath: string, signal?: AbortSignal): Promise<Explained> {
		const { current: embedding, note } = this.models;
		return sideBySide({
			cut: await this.cuts.get(cut),
			trackPath,
			track: await this.trackAnalysis(trackPath, signal),
			model: { embedding, note },
			stored: await this.orNull(async () => this.parts().catalog.sectionVectors(embedding.id)),
			media: this.media,
			...(signal && { signal }),
		});
	}

	/** The videos of a folder that a song fits best. */
	async footageFor(
		{ song, videos, top, distance = DEFAULT_DISTANCE }: FootageQuestion,
		onProgress: (done: number, total: number) => void,
		signal?: AbortSignal,
	): Promise<{ picks: FootagePick[]; considered: number; skipped: FoundFootage['skipped'] }> {
		const { current: embedding } = this.models;
		const heard = await this.trackAnalysis(song, signal);
		const { footage, skipped } = await openFootage(this.cuts, videos, onProgress, signal);
		const stored = await this.orNull(async () => this.parts().catalog.sectionVectors(embedding.id));
		const sources = { embedding, stored, tools: await this.rankingTools() };
		const picks = await suggestFootage(heard, footage, { top, distance }, sources, signal);
		return { picks, considered: footage.length, skipped };
	}

	/** Compares everything stored with its checksums; changes nothing. */
	async verify(): Promise<VerifyReport> {
		return this.parts().stored.verify();
	}

	/**
	 * Works off files that wait in a shared catalogue, whoever found them. Ends when `signal` aborts, or where `untilEmpty`
	 * when nothing is left to be done anywhere.
	 */
	async work(
		untilEmpty: boolean,
		onFile: (path: string, outcome: FileOutcome) => void,
		signal: AbortSignal,
	): Promise<void> {
		const { stored, indexing } = this.parts();
		const { queue } = stored;
		if (queue === null) throw new EngineError('bad-request', 'SEGUE_CATALOG names no shared catalogue to work for.');
		const indexer = new FileIndexer(indexing(), signal);
		await queue.work(
			async file => onFile(file.path, await indexer.indexFound(file)),
			FILES_AT_ONCE,
			async () => untilEmpty && (await queue.left()) === 0,
			signal,
		);
	}

	/** Has a shared catalogue's database prepare for questions about more tracks than are compared one by one. */
	async accelerate(): Promise<void> {
		const { id, comparesStored } = this.models.current;
		if (comparesStored === true) return this.parts().stored.accelerate(id);
		throw new EngineError(
			'bad-request',
			`Tracks are compared by ${id}, which no database can look up; choose a model.`,
		);
	}

	picture(cut: string): Promise<string> {
		return this.cuts.picture(cut);
	}

	poster(cut: string): Promise<string> {
		return this.cuts.poster(cut);
	}

	async sound(track: string): Promise<string> {
		return this.parts().files.sound(track);
	}

	async cover(track: string): Promise<{ type: string; bytes: Uint8Array }> {
		return this.parts().files.cover(track);
	}

	crop(name: string): Promise<string> {
		return this.crops.path(name);
	}

	async close(): Promise<void> {
		if (this.mode !== 'read') this.log.write({ level: 'info', event: 'engine stopped' });
		this.announcements.stop();
		this.listeners.clear();
		await this.opened?.indexer?.stop();
		await this.pool.close();
		await this.inference.networks.close();
		await this.announced;
		await this.opened?.stored.queue?.close();
		await this.opened?.catalog.close();
	}

	private readonly cropping = cropHandlers({
		cuts: () => this.cuts,
		crops: () => this.crops,
		music: async asked => this.suggestSources(asked ? await this.candidates(asked.cut, asked.params) : null),
	});

	private readonly handlers: Handlers = {
		status: () => {
			const { current, note } = this.models;
			return statusOf(this.home, this.device, this.inference.networks, { id: current.id, note }, this.ffmpeg());
		},
		'cut.open': async ({ source }, onProgress, signal) => {
			if (source.kind === 'host') {
				const cut = await this.cuts.openSequence(this.hosts.current(), source.rendered, onProgress, signal);
				return viewOfCut(cut, cut.analysis);
			}
			const path = await this.sourcePath(source);
			const name = source.kind === 'upload' ? source.name : null;
			const cut = await this.cuts.open(path, name, onProgress, signal);
			return viewOfCut(cut, cut.analysis);
		},
		...this.cropping,
		'catalog.state': async () => this.state(),
		'catalog.tracks': async (params, _onProgress, signal) => {
			const found = await this.orNull(async () => {
				const { catalog, affects, analysis } = await this.musicSources();
				return findTracks(params, { catalog, sections: affects, analysis }, signal);
			});
			const tracks = found?.tracks.map(({ record, energy }) => viewOfTrack(record, energy)) ?? [];
			return { tracks, total: found?.total ?? 0 };
		},
		'catalog.describe': async ({ track }) => {
			const { catalog } = this.parts();
			if ((await catalog.get(track)) === null) throw new EngineError('not-found', 'there is no such track');
			return viewOfDescription(await catalog.analysis(track));
		},
		'catalog.add': async ({ folder }) => {
			const path = resolve(folder);
			const found = await stat(path).catch(cause => {
				throw new EngineError('file-missing', `there is no folder ${path}`, { cause });
			});
			if (!found.isDirectory()) throw new EngineError('bad-request', `${path} is a file, not a folder`);
			return this.change('restart', ({ catalog }) => catalog.addFolder(path));
		},
		'catalog.remove': async ({ folder }) =>
			this.change('resume', async ({ catalog }) => {
				if (!(await catalog.folders()).includes(folder)) {
					throw new EngineError('not-found', `the catalogue has no folder ${folder}`);
				}
				await catalog.removeFolder(folder);
			}),
		'catalog.rescan': async () => this.change('restart', async stored => stored.repair(await stored.verify())),
		'catalog.pause': async ({ paused }) => {
			this.indexer().setPaused(paused);
			return this.state();
		},
		'folders.list': ({ path }) => listFolders(path),
		...modelHandlers({
			// What these are is known only once the engine is made.
			models: () => this.models,
			catalog: () => this.parts().catalog,
			indexer: () => this.indexer(),
		}),
		alignment: params => this.alignment(params),
		...pageHandlers({
			settings: () => this.settings,
			pace: () => this.pace,
			log: () => this.log,
			cuts: () => this.cuts,
			status: () => this.ask('status', {}),
			catalog: () => this.state(),
		}),
		place: (params, _onProgress, signal) => this.placing.place(params, signal),
		audition: (params, _onProgress, signal) => this.placing.audition(params, signal),
		'audition.keep': params => this.placing.keepAudition(params),
		'audition.remove': params => this.placing.removeAudition(params),
		markers: params => this.placing.addMarkers(params),
	};

	/** What is known of the music, where cuts can be compared with it. */
	private async musicSources(candidates: SectionVectors | null = null) {
		const { catalog } = this.parts();
		const embedding = this.models.current;
		const [{ sections, ranker, stored }, affects] = await Promise.all([
			this.placed(embedding, candidates),
			this.placed(affect),
		]);
		const analysis = async (id: string): Promise<TrackAnalysis> => {
			const track = await catalog.get(id);
			if (track === null) throw new EngineError('not-found', 'this track is not in the catalogue, or no longer');
			return this.analyses.get(`${track.contentHash} ${track.analysisVersion}`, async () => catalog.analysis(id));
		};
		return { catalog, embedding, sections, ranker, stored, affects: affects.sections, analysis };
	}

	/** The catalogue's tracks in the space of an embedding. */
	private async placed(embedding: Embedding, stored: SectionVectors | null = null): Promise<PlacedCatalogue> {
		const placing = this.placings.get(embedding.id) ?? createPlacing(embedding, this.rankingTools);
		this.placings.set(embedding.id, placing);
		return placing(stored ?? (await this.parts().catalog.sectionVectors(embedding.id)));
	}

	/**
	 * What of a large catalogue is worth comparing with a cut, where its database can tell: null for all of it. How energetic
	 * a track is among the others the database does not know, so a filter by that asks for all.
	 */
	private async candidates(cut: CutAnalysis, params: Params<'suggest'>): Promise<SectionVectors | null> {
		const embedding = this.models.current;
		const { tempo, duration, energy, folders } = params.filter ?? {};
		// A filter that the database can't apply has to come before any choice of the nearest, so it asks for all.
		if (embedding.comparesStored !== true || energy !== undefined || folders !== undefined) return null;
		const range = clipped(params.range ?? { start: 0, end: cut.duration }, cut);
		const { vectors } = await embeddedRange(embedding, cut, range);
		return this.parts().stored.candidates(embedding.id, vectors, {
			tempo,
			duration,
			vocalsBelow: wantsInstrumental(params, cut, range) ? INSTRUMENTAL : undefined,
		});
	}

	private async alignment(params: Params<'alignment'>): Promise<Answer<'alignment'>> {
		const { analysis: cut } = await this.cuts.get(params.cut);
		const { catalog, embedding, sections, analysis } = await this.musicSources();
		const track = await catalog.get(params.track);
		const copies = track === null ? [] : await catalog.withContent(track.contentHash);
		const index = sections.ids.findIndex(id => copies.map(copy => copy.id).includes(id));
		if (index === -1) throw new EngineError('not-found', 'this track is not in the catalogue, or no longer');
		const range = params.range ?? { start: 0, end: cut.duration };
		const segments = segmentsInRange(cut, range);
		const query = {
			spans: segments.map(({ start, end }) => ({ start: start - range.start, end: end - range.start })),
			vectors: await embedding.embedCut(cut, segments),
		};
		const name = params.distance ?? DEFAULT_DISTANCE;
		const aligned = alignTrack(query, sectionsOf(sections, index), params.pieces, name);
		return viewOfAlignment(aligned, segments, sectionsOf(sections, index).spans, await analysis(params.track), name);
	}

	/** @param candidates - the sections that take part; all of the catalogue's unless given */
	private async suggestSources(candidates: SectionVectors | null = null) {
		const { catalog, embedding, sections, ranker, stored, affects, analysis } = await this.musicSources(candidates);
		const sources = {
			embedding,
			catalogue: { sections, ranker, stored },
			energies: trackEnergies(affects),
			records: async (ids: readonly string[]) => catalog.records(ids),
			analysis,
		};
		return { catalog, analysis, sources };
	}

	private async sourcePath(source: Exclude<Params<'cut.open'>['source'], { kind: 'host' }>): Promise<string> {
		switch (source.kind) {
			case 'demo':
				return demoCutPath(source.name);
			case 'path':
				return resolve(source.path);
			case 'upload':
				return this.uploads.path(source.upload);
		}
	}

	/** Changes the catalogue between two passes over its folders. */
	private async change(
		then: 'restart' | 'resume',
		work: (stored: OpenCatalog) => Awaitable<unknown>,
	): Promise<CatalogState> {
		const { stored } = this.parts();
		await this.indexer().between(then, () => work(stored));
		this.analyses.clear();
		return this.state();
	}

	private analyse(path: string, signal?: AbortSignal): Promise<TrackAnalysis> {
		return this.pool.track(path, { segmenter: 'default', ...(signal && { signal }) });
	}

	private async state(): Promise<CatalogState> {
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

	private indexer(): Indexer {
		const { indexer } = this.parts();
		if (indexer === null)
			throw new EngineError('catalog-read-only', 'This engine may read the catalogue, not change it.');
		return indexer;
	}

	private parts() {
		if (this.opened === null) {
			const stored = openCatalog(this.home, this.mode, this.shared);
			const { catalog } = stored;
			const indexing = (): FilePorts => ({
				catalog,
				files: musicFiles,
				analyser: { track: (path, aborting) => this.analyse(path, aborting) },
				// Energies are told in the space of affect, whatever suggestions come from.
				embeddings: [...new Set([affect, this.models.current])],
			});
			const files = new TrackFiles(catalog, this.media, join(this.home, 'sounds'));
			const pass: IndexPass = (onState, turn, signal) =>
				logged(
					this.log,
					'indexing',
					indexFolders(
						{
							...indexing(),
							files: musicFiles,
							now: () => performance.now(),
							turn,
							ease: this.pace.ease,
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

	/** Null for a reader whose catalogue is not there yet. */
	private async orNull<Value>(read: () => Awaitable<Value>): Promise<Value | null> {
		try {
			return await read();
		} catch (error) {
			if (error instanceof EngineError && error.code === 'catalog-empty') return null;
			throw error;
		}
	}
}

const once = <Value>(make: () => Value): (() => Value) => {
	let made: { value: Value } | null = null;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
};
