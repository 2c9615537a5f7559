import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError } from '../protocol/errors.js';
import { makeRoom } from './bounded-folder.js';
import type { FfmpegMedia } from './media/media.js';
import type { Rendered, RenderOptions } from './render/render-crop.js';

/** Bytes of all rendered crops together; those used longest ago go first. */
const LIMIT = 2 * 2 ** 30;
/** Raised whenever the same plan would sound different. */
const RENDER_VERSION = 1;
const NAME = /^[0-9a-f]{64}\.(wav|flac)$/;

/** Crops as they are heard, rendered when first asked for and kept: a preview and a file for good are the same bytes. */
export class CropFiles {
	private readonly rendering = new Map<string, Promise<Rendered & { name: string; path: string }>>();

	constructor(
		private readonly media: FfmpegMedia,
		private readonly folder: string,
	) {}

	/** @param contentHash - of the song's file */
	render(
		song: { readonly path: string; readonly contentHash: string },
		options: RenderOptions,
		signal?: AbortSignal,
	): Promise<Rendered & { name: string; path: string }> {
		const recipe = JSON.stringify([RENDER_VERSION, song.contentHash, { ...options, format: null }]);
		const name = `${createHash('sha256').update(recipe).digest('hex')}.${options.format}`;
		const running = this.rendering.get(name);
		if (running) return running;
		const made = this.made(song.path, name, options, signal).finally(() => this.rendering.delete(name));
		this.rendering.set(name, made);
		return made;
	}

	/** Path of a crop that was rendered before. Throws 'not-found'. */
	async path(name: string): Promise<string> {
		const path = join(this.folder, name);
		if (!NAME.test(name) || (await stat(path).catch(() => null)) === null) {
			throw new EngineError('not-found', 'this crop was not rendered, or long ago; render it again');
		}
		return path;
	}

	private async made(song: string, name: string, options: RenderOptions, signal?: AbortSignal) {
		const path = join(this.folder, name);
		const notes = `${path}.json`;
		const known = await readFile(notes, 'utf8').catch(() => null);
		if (known !== null && (await stat(path).catch(() => null)) !== null) {
			return { ...(JSON.parse(known) as Rendered), name, path };
		}
		await mkdir(this.folder, { recursive: true });
		const rendered = await this.media.crop(song, options, path, signal);
		const partial = `${notes}.part`;
		await writeFile(partial, JSON.stringify(rendered));
		await rename(partial, notes);
		await makeRoom(this.folder, LIMIT, basename(path));
		return { ...rendered, name, path };
	}
}
