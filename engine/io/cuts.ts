import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { analyseCut } from '../jobs/analyse-cut.js';
import type { Networks, Progress } from '../jobs/ports.js';
import { EngineError } from '../protocol/errors.js';
import type { CutStore, StoredCut } from './cut-store.js';
import { playable } from './media/browser-media.js';
import type { FfmpegMedia } from './media/media.js';

/** Width of a poster in pixels: the page shows it no larger. */
const POSTER_WIDTH = 960;
/** Where a poster is taken, as a share of the cut: first pictures are often black. */
const POSTER_AT = 0.1;

/** Opens cuts, from the store where they were analysed before, and has their picture and poster made for a browser. */
export class Cuts {
	constructor(
		private readonly media: FfmpegMedia,
		private readonly networks: Networks,
		private readonly store: CutStore,
	) {}

	/** @param name - what people call it; the file's own name unless given */
	async open(
		path: string,
		name: string | null,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<StoredCut> {
		if (TIMELINES.has(extname(path).toLowerCase())) {
			throw new EngineError('bad-request', 'A cut is opened as a video, not as a timeline.');
		}
		const id = await this.store.idOf(path);
		const known = await this.store.get(id);
		if (known !== null) return known;

		const info = await this.media.probe(path, signal);
		const analysis = await analyseCut(
			path,
			{ media: this.media, networks: this.networks },
			{ known: null, onProgress, ...(signal && { signal }) },
		);
		const cut: StoredCut = {
			id,
			path,
			name: name ?? basename(path),
			hasSound: info.audio !== null,
			playable: playable(info),
			analysis,
		};
		await this.store.put(cut);
		return cut;
	}

	/** A cut that was opened before. Throws 'not-found'. */
	async get(id: string): Promise<StoredCut> {
		const cut = await this.store.get(id);
		if (cut === null) throw new EngineError('not-found', 'this cut is not open; open it again');
		return cut;
	}

	/** The video itself where browsers play it, else a stand-in that is made when it is first asked for. */
	async picture(id: string): Promise<string> {
		const cut = await this.get(id);
		if (cut.playable) return cut.path;
		return this.store.file(id, 'proxy.mp4', out => this.media.proxy(cut.path, out, () => {}));
	}

	async poster(id: string): Promise<string> {
		const { path, analysis } = await this.get(id);
		return this.store.file(id, 'poster.jpg', async out =>
			writeFile(out, await this.media.still(path, POSTER_AT * analysis.duration, POSTER_WIDTH)),
		);
	}
}

const TIMELINES = new Set(['.otio', '.fcpxml', '.xml', '.edl', '.aaf', '.prproj']);
