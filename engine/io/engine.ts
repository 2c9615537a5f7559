import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Engine, MediaFiles, Params } from '../jobs/engine.js';
import { Hosts } from '../jobs/hosts.js';
import { FileIndexer, type FileOutcome } from '../jobs/index-file.js';
import type { Progress } from '../jobs/ports.js';
import { DEFAULT_DISTANCE } from '../jobs/suggest.js';
import { type FootagePick, suggestFootage } from '../jobs/suggest-footage.js';
import { viewOfCut } from '../jobs/views.js';
import { EngineError } from '../protocol/errors.js';
import type { Answer, CatalogState, DistanceName, Method } from '../protocol/messages.js';
import { type AnalysisPool, openAnalysisPool } from './analysis/pool.js';
import { AuditionFile } from './audition-file.js';
import type { VerifyReport } from './catalog/verify.js';
import type { CatalogMode } from './catalog-access.js';
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
import { alignmentHandlers } from './handlers/alignment.js';
import { catalogueHandlers } from './handlers/catalogue.js';
import { cropHandlers } from './handlers/crops.js';
import { modelHandlers } from './handlers/models.js';
import { pageHandlers } from './handlers/page.js';
import { verdictHandlers } from './handlers/verdicts.js';
import type { RequestedDevice } from './inference/device.js';
import { type Inference, openInference } from './inference/networks.js';
import { type Ffmpeg, findFfmpeg } from './media/find-ffmpeg.js';
import { type FfmpegMedia, ffmpegMedia } from './media/media.js';
import { InstalledModels } from './models/installed-models.js';
import { Pace } from './pace.js';
import { Placing } from './placing.js';
import { projectPath, projectVersion } from './project.js';
import { openQuantisedProduct } from './quantised-product.js';
import { openRankingKernel } from './ranking-kernel.js';
import { Uploads } from './server/uploads.js';
import { SettingsFile } from './settings-file.js';
import type { SharedAddress } from './shared-catalog/address.js';
import { FILES_AT_ONCE, StoredMusic } from './stored-music.js';
import { Taste } from './taste.js';
import { VerdictFile } from './verdict-file.js';

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
	private readonly device: RequestedDevice;
	private readonly inference: Inference;
	private readonly media: FfmpegMedia;
	private readonly cuts: Cuts;
	private readonly placing: Placing;
	private readonly crops: CropFiles;
	private readonly pool: AnalysisPool;
	private readonly ffmpeg: () => Ffmpeg | null;
	private readonly settings: SettingsFile;
	private readonly verdicts: VerdictFile;
	private readonly taste: Taste;
	private readonly log: EngineLog;
	private readonly pace = new Pace();
	private readonly models: InstalledModels;
	private readonly rankingTools = once(async () => ({
		kernel: openRankingKernel(),
		quantised: await openQuantisedProduct(availableParallelism()),
		similarity: this.inference.similarity,
	}));
	private readonly music: StoredMusic;

	/** Throws what the catalogue throws that can't be opened, except for readers, which learn of it when they ask. */
	constructor({ home, device, catalog, shared = null }: EngineOptions) {
		this.home = home;
		this.mode = catalog;
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
			auditions: new AuditionFile(home),
			render: (params, signal) => this.cropping['crop.render'](params, () => {}, signal),
			track: async id => this.music.parts().catalog.get(id),
			notTheirs: [home, projectPath('demo')],
			instead: async () => {
				const folder = join(home, 'placed');
				await mkdir(folder, { recursive: true });
				return folder;
			},
		});
		this.models = new InstalledModels(join(home, 'models'), this.inference.graphs);
		this.settings = new SettingsFile(home);
		this.verdicts = new VerdictFile(home);
		this.taste = new Taste(this.settings, this.verdicts);
		this.log = new EngineLog(home);
		this.pace.setGentle(this.settings.current.gentle);
		this.music = new StoredMusic({
			home,
			mode: catalog,
			shared,
			media: this.media,
			pool: this.pool,
			models: this.models,
			pace: this.pace,
			log: this.log,
			rankingTools: this.rankingTools,
		});
		if (catalog === 'read') return;
		this.log.write({ level: 'info', event: `engine ${projectVersion()} started` });
		this.music.parts();
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
		return this.music.onState(listener);
	}

	/** Looks for what has changed in the folders, behind everything else; not in a catalogue that may only be read. */
	startIndexing(): void {
		this.music.parts().indexer?.restart();
	}

	/** What is heard in a file: as stored, where the catalogue holds it unchanged. */
	trackAnalysis(path: string, signal?: AbortSignal): Promise<TrackAnalysis> {
		return this.music.trackAnalysis(path, signal);
	}

	/** An opened cut beside a track, by the model in use; what the catalogue stores says what is much and what is little. */
	async sideBySide(cut: string, trackPath: string, signal?: AbortSignal): Promise<Explained> {
		const { current: embedding } = this.models;
		const note = this.models.about(embedding.id);
		return sideBySide({
			cut: await this.cuts.get(cut),
			trackPath,
			track: await this.trackAnalysis(trackPath, signal),
			model: { embedding, note },
			stored: await this.music.orNull(async () => this.music.parts().catalog.sectionVectors(embedding.id)),
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
		const stored = await this.music.orNull(async () => this.music.parts().catalog.sectionVectors(embedding.id));
		const sources = { embedding, stored, tools: await this.rankingTools() };
		const picks = await suggestFootage(heard, footage, { top, distance }, sources, signal);
		return { picks, considered: footage.length, skipped };
	}

	/** Compares everything stored with its checksums; changes nothing. */
	async verify(): Promise<VerifyReport> {
		return this.music.parts().stored.verify();
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
		const { stored, indexing } = this.music.parts();
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
		if (comparesStored === true) return this.music.parts().stored.accelerate(id);
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
		return this.music.parts().files.sound(track);
	}

	async cover(track: string): Promise<{ type: string; bytes: Uint8Array }> {
		return this.music.parts().files.cover(track);
	}

	crop(name: string): Promise<string> {
		return this.crops.path(name);
	}

	async close(): Promise<void> {
		if (this.mode !== 'read') this.log.write({ level: 'info', event: 'engine stopped' });
		await this.music.close();
		await this.pool.close();
		await this.inference.networks.close();
		await this.music.closeCatalog();
	}

	private readonly cropping = cropHandlers({
		cuts: () => this.cuts,
		crops: () => this.crops,
		verdicts: () => this.verdicts,
		music: async (asked, model) => {
			const candidates = asked ? await this.music.candidates(asked.cut, asked.params) : null;
			const found = await this.music.suggestSources(candidates, model);
			return { ...found, sources: { ...found.sources, weights: this.taste.weights } };
		},
	});

	private readonly handlers: Handlers = {
		status: async () =>
			statusOf(this.home, this.device, this.inference.networks, await this.comparedBy(), this.ffmpeg()),
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
		...catalogueHandlers(
			() => this.music,
			() => this.verdicts,
		),
		...verdictHandlers({
			verdicts: () => this.verdicts,
			cuts: () => this.cuts,
			catalog: () => this.music.parts().catalog,
			taste: () => this.taste,
		}),
		'folders.list': ({ path }) => listFolders(path),
		...modelHandlers({
			// What these are is known only once the engine is made.
			models: () => this.models,
			music: () => this.music,
		}),
		...alignmentHandlers(
			() => this.cuts,
			() => this.music,
		),
		...pageHandlers({
			settings: () => this.settings,
			pace: () => this.pace,
			log: () => this.log,
			cuts: () => this.cuts,
			status: () => this.ask('status', {}),
			catalog: () => this.music.state(),
		}),
		place: (params, _onProgress, signal) => this.placing.place(params, signal),
		audition: (params, _onProgress, signal) => this.placing.audition(params, signal),
		'audition.state': params => this.placing.auditionState(params),
		'audition.keep': params => this.placing.keepAudition(params),
		'audition.remove': params => this.placing.removeAudition(params),
		markers: params => this.placing.addMarkers(params),
	};

	/** By what suggestions would be made now, and what that is. */
	private async comparedBy(): Promise<{ id: string; note: string }> {
		const chosen = this.models.current.id;
		// A catalogue that can't be asked has its own way of saying so.
		const { embedding, waiting } = await this.music
			.comparing()
			.catch(() => ({ embedding: { id: chosen }, waiting: null }));
		const until = waiting && ` It answers until ${waiting.model} has vectors of ${waiting.tracks} more tracks.`;
		return { id: embedding.id, note: `${this.models.about(embedding.id)}${until ?? ''}` };
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
}

const once = <Value>(make: () => Value): (() => Value) => {
	let made: { value: Value } | null = null;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
};
