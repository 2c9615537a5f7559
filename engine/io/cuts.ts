import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CutAnalysis, CutBoundary } from '../features/cut-analysis.js';
import { analyseCut } from '../jobs/analyse-cut.js';
import type { HostLink } from '../jobs/host-link.js';
import type { Networks, Progress } from '../jobs/ports.js';
import { EngineError } from '../protocol/errors.js';
import type { CutStore, StoredCut } from './cut-store.js';
import { playable } from './media/browser-media.js';
import type { Edit } from './media/edit.js';
import type { FfmpegMedia } from './media/media.js';
import { readSequenceCut } from './sequence-cut.js';
import { readTimelineCut } from './timeline-cut.js';
import { isTimelineFile, pictureBeside, textFileOf } from './timeline-file.js';

/** Width of a poster in pixels: the page shows it no larger. */
const POSTER_WIDTH = 960;
/** Where a poster is taken, as a share of the cut: first pictures are often black. */
const POSTER_AT = 0.1;
/** The picture of a timeline, put together from its clips. */
const CONFORMED = 'picture.mp4';

/** Opens cuts, from the store where they were analysed before, and has their picture and poster made for a browser. */
export class Cuts {
	constructor(
		private readonly media: FfmpegMedia,
		private readonly networks: Networks,
		private readonly store: CutStore,
	) {}

	/**
	 * Opens a video, or a timeline with its own boundaries.
	 *
	 * @param name - what people call it; the file's own name unless given
	 */
	async open(
		path: string,
		name: string | null,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<StoredCut> {
		const isTimeline = isTimelineFile(path);
		const picture = isTimeline ? await pictureBeside(path) : null;
		const id = await this.store.idOf(isTimeline ? await textFileOf(path) : path, ...(picture ? [picture] : []));
		const known = await this.store.get(id);
		if (known !== null) return known;
		return isTimeline
			? this.openTimeline(id, path, name, onProgress, signal)
			: this.openVideo(id, path, name, onProgress, signal);
	}

	private async openVideo(
		id: string,
		path: string,
		name: string | null,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<StoredCut> {
		const info = await this.media.probe(path, signal);
		const analysis = await this.analyse(path, null, onProgress, signal);
		const cut: StoredCut = {
			id,
			path,
			name: name ?? basename(path),
			hasSound: info.audio !== null,
			playable: playable(info),
			timeline: null,
			sequence: null,
			offline: [],
			analysis,
		};
		await this.store.put(cut);
		return cut;
	}

	private async openTimeline(
		id: string,
		path: string,
		name: string | null,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<StoredCut> {
		const cut = await readTimelineCut(path, this.media, signal);
		const about = { id, name: name ?? basename(path), timeline: path };
		if (cut.picture.kind === 'rendered') {
			const picture = cut.picture.path;
			const info = await this.media.probe(picture, signal);
			const analysis = await this.analyse(picture, cut.boundaries, onProgress, signal);
			const stored = {
				...about,
				path: picture,
				hasSound: info.audio !== null,
				playable: playable(info),
				sequence: null,
				offline: [],
				analysis,
			};
			await this.store.put(stored);
			return stored;
		}
		return this.putTogether({ ...about, sequence: null }, { ...cut, edit: cut.picture.edit }, onProgress, signal);
	}

	/**
	 * Opens the range of the sequence that is active in an editing program.
	 *
	 * @param rendered - whether the program renders all of its picture, as edited
	 */
	async openSequence(
		link: HostLink,
		rendered: boolean,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<StoredCut> {
		const snapshot = await link.ask('snapshot', {}, signal);
		const { sequence, revision, range } = snapshot;
		const id = this.store.idFrom('sequence', sequence.id, revision, rendered ? 'rendered' : '');
		const known = await this.store.get(id);
		if (known !== null) return known;
		const folder = await mkdtemp(join(tmpdir(), 'segue-sequence-'));
		try {
			const cut = await readSequenceCut(snapshot, link, this.media, folder, rendered, onProgress, signal);
			const { name } = sequence;
			const about = { id, name, timeline: null, sequence: { id: sequence.id, name, revision, start: range.start } };
			return await this.putTogether(about, cut, onProgress, signal);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	}

	/** A cut whose picture is made from the files of its clips. */
	private async putTogether(
		about: Pick<StoredCut, 'id' | 'name' | 'timeline' | 'sequence'>,
		cut: { readonly boundaries: readonly CutBoundary[]; readonly edit: Edit; readonly offline: readonly string[] },
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<StoredCut> {
		const { edit } = cut;
		const folder = await mkdtemp(join(tmpdir(), 'segue-cut-'));
		try {
			const made = join(folder, CONFORMED);
			const total = edit.pictures.reduce((sum, { frames }) => sum + frames, 0);
			const { hasSound, unreadable } = await this.media.conform(
				edit,
				made,
				done => onProgress({ stage: 'putting the picture together', done, total }),
				signal,
			);
			const analysis = await this.analyse(made, cut.boundaries, onProgress, signal);
			const offline = [...cut.offline, ...unreadable.map(file => basename(file))];
			const file = this.store.pathOf(about.id, CONFORMED);
			const stored = { ...about, path: file, hasSound, playable: true, offline, analysis };
			await this.store.put(stored);
			await this.store.file(about.id, CONFORMED, out => copyFile(made, out));
			return stored;
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	}

	private analyse(
		path: string,
		known: readonly CutBoundary[] | null,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<CutAnalysis> {
		const ports = { media: this.media, networks: this.networks };
		return analyseCut(path, ports, { known, onProgress, ...(signal && { signal }) });
	}

	/** A cut that was opened before. Throws 'not-found'. */
	async get(id: string): Promise<StoredCut> {
		const cut = await this.store.get(id);
		if (cut === null) throw new EngineError('not-found', 'this cut is not open; open it again');
		return cut;
	}

	/**
	 * Names what a cut is a state of: the sequence, the timeline or the video, whatever is changed in it. It stays the same for
	 * as long as that keeps its place.
	 */
	async edit(id: string): Promise<string> {
		const { sequence, timeline, path } = await this.get(id);
		return sequence === null ? this.store.idFrom('file', timeline ?? path) : this.store.idFrom('sequence', sequence.id);
	}

	/** The video itself where browsers play it, else a stand-in that is made when it is first asked for. */
	async picture(id: string): Promise<string> {
		return this.preview(id, () => {});
	}

	/**
	 * As {@link picture}, telling how far the making is. Those who ask while it is made wait for the one that is; the first
	 * one's signal ends it.
	 *
	 * @param onProgress - share that is done, in [0, 1]
	 */
	async preview(id: string, onProgress: (share: number) => void, signal?: AbortSignal): Promise<string> {
		const cut = await this.get(id);
		if (cut.playable) return cut.path;
		return this.store.file(id, 'proxy.mp4', out => this.media.proxy(cut.path, out, onProgress, signal));
	}

	async poster(id: string): Promise<string> {
		const { path, analysis } = await this.get(id);
		return this.store.file(id, 'poster.jpg', async out =>
			writeFile(out, await this.media.still(path, POSTER_AT * analysis.duration, POSTER_WIDTH)),
		);
	}
}
