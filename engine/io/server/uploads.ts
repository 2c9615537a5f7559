import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../protocol/errors.js';
import { makeRoom } from '../bounded-folder.js';

export type UploadLimits = {
	/** Bytes of one file. */
	readonly file: number;
	/** Bytes of all files kept; the oldest go first. */
	readonly folder: number;
};

const GIB = 2 ** 30;
const LIMITS: UploadLimits = { file: 8 * GIB, folder: 16 * GIB };

/** Files that were dropped into a browser, kept in one folder as ID-NAME (8.2). A file is complete or not there. */
export class Uploads {
	constructor(
		private readonly folder: string,
		private readonly limits: UploadLimits = LIMITS,
	) {}

	/** Throws 'file-empty', 'media-absurd' above the limit, 'disk-full', or 'cancelled' where the client broke off. */
	async accept(body: Readable, name: string): Promise<{ upload: string; name: string }> {
		await mkdir(this.folder, { recursive: true });
		const upload = randomBytes(8).toString('hex');
		const safe = harmlessName(name);
		const partial = join(this.folder, `${upload}.part`);
		try {
			const size = await this.write(body, partial);
			if (size === 0) throw new EngineError('file-empty', `${safe} is empty`);
			await rename(partial, join(this.folder, `${upload}-${safe}`));
			await makeRoom(this.folder, this.limits.folder, `${upload}-${safe}`);
		} catch (cause) {
			await rm(partial, { force: true });
			throw uploadError(cause, safe);
		}
		return { upload, name: safe };
	}

	/** Path of a file that {@link accept} took. Throws 'not-found'. */
	async path(upload: string): Promise<string> {
		const names = await readdir(this.folder).catch(() => []);
		const found = /^[0-9a-f]{16}$/.test(upload) && names.find(name => name.startsWith(`${upload}-`));
		if (!found) throw new EngineError('not-found', 'there is no such upload');
		return join(this.folder, found);
	}

	/** Removes what a kill left half written. */
	async clean(): Promise<void> {
		const names = await readdir(this.folder).catch(() => []);
		await Promise.all(
			names.filter(name => name.endsWith('.part')).map(name => rm(join(this.folder, name), { force: true })),
		);
	}

	private async write(body: Readable, path: string): Promise<number> {
		let size = 0;
		const { file } = this.limits;
		const counted = new Transform({
			transform(chunk: Buffer, _encoding, done) {
				size += chunk.length;
				if (size > file) done(new EngineError('media-absurd', `an upload may hold ${file} bytes`));
				else done(null, chunk);
			},
		});
		await pipeline(body, counted, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
		return size;
	}
}

/** A file name that no file system or shell stumbles over: at most 80 characters, its extension kept. */
export const harmlessName = (name: string): string => {
	const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
	const plain = last.replace(/[^\p{L}\p{N}._ -]/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
	const extension = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? '';
	const stem = [...plain.slice(0, plain.length - extension.length)].slice(0, 80 - extension.length).join('');
	return `${stem === '' ? 'upload' : stem}${extension}`;
};

const uploadError = (cause: unknown, name: string): EngineError => {
	if (cause instanceof EngineError) return cause;
	const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
	if (code === 'ENOSPC') return new EngineError('disk-full', `no space for ${name}`, { cause });
	if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET') {
		return new EngineError('cancelled', `the upload of ${name} broke off`, { cause });
	}
	return new EngineError('internal', `cannot store ${name}`, { cause });
};
