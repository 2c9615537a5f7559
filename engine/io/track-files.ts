import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Catalog, TrackRecord } from '../jobs/catalog.js';
import { EngineError } from '../protocol/errors.js';
import { makeRoom } from './bounded-folder.js';
import { soundType } from './media/browser-media.js';
import type { FfmpegMedia } from './media/media.js';
import { readCover } from './tags.js';

/** Bytes of all converted tracks together; those made longest ago go first. */
const CONVERTED_LIMIT = 2 * 2 ** 30;
/** Covers that browsers show and that hold no script. */
const COVER_TYPES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** Sound and cover of the catalogue's tracks as a browser can use them. */
export class TrackFiles {
	private readonly converting = new Map<string, Promise<string>>();
	/** By content, whether browsers play it as it is: asked for with every stretch of it that a browser fetches. */
	private readonly asItIs = new Map<string, boolean>();

	/** @param folder - for tracks that had to be converted */
	constructor(
		private readonly catalog: Catalog,
		private readonly media: FfmpegMedia,
		private readonly folder: string,
	) {}

	/** The file itself where every browser plays it, else a conversion that is made when it is first asked for. */
	async sound(id: string): Promise<string> {
		const { path, contentHash } = await this.track(id);
		if (await this.playsAsItIs(path, contentHash)) return path;

		const out = join(this.folder, `${contentHash}.webm`);
		if ((await stat(out).catch(() => null)) !== null) return out;
		let made = this.converting.get(out);
		if (made === undefined) {
			made = this.convert(path, out).finally(() => this.converting.delete(out));
			this.converting.set(out, made);
		}
		return made;
	}

	private async playsAsItIs(path: string, contentHash: string): Promise<boolean> {
		const known = this.asItIs.get(contentHash) ?? soundType(await this.media.probe(path)) !== null;
		this.asItIs.set(contentHash, known);
		return known;
	}

	/** Throws 'not-found' where the track has no cover. */
	async cover(id: string): Promise<{ type: string; bytes: Uint8Array }> {
		const { path } = await this.track(id);
		const cover = await readCover(path);
		if (cover === null || !COVER_TYPES.has(cover.type)) throw new EngineError('not-found', 'there is no cover');
		return cover;
	}

	private async track(id: string): Promise<TrackRecord> {
		const track = await this.catalog.get(id);
		if (track === null) throw new EngineError('not-found', 'there is no such track');
		return track;
	}

	private async convert(path: string, out: string): Promise<string> {
		await mkdir(this.folder, { recursive: true });
		const partial = `${out}.${process.pid}`;
		try {
			await this.media.soundFile(path, partial);
			await rename(partial, out);
		} finally {
			await rm(partial, { force: true });
		}
		await makeRoom(this.folder, CONVERTED_LIMIT, basename(out));
		return out;
	}
}
