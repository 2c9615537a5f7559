import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../../protocol/errors.js';

/**
 * Writes a file so that after a kill or a power cut it is there whole or not at all, and is there for good once this
 * returns: a partial file is written and flushed, renamed into place, and then the folder is flushed.
 *
 * Throws EngineError 'disk-full'.
 */
export const writeDurably = (path: string, bytes: Uint8Array): void =>
	onDisk(path, () => {
		mkdirSync(dirname(path), { recursive: true });
		const partial = `${path}.${process.pid}${PARTIAL}`;
		try {
			const file = openSync(partial, 'w', 0o600);
			try {
				writeFully(file, bytes, 0);
				fsyncSync(file);
			} finally {
				closeSync(file);
			}
			renameSync(partial, path);
		} catch (cause) {
			rmSync(partial, { force: true });
			throw cause;
		}
		flushFolder(dirname(path));
	});

/** How the names of files end that a kill left half written. */
export const PARTIAL = '.partial';

/** Writes bytes at a position of an existing file and flushes them. What a failed write added is cut off again. */
export const writeAt = (path: string, bytes: Uint8Array, position: number): void =>
	onDisk(path, () => {
		const file = openSync(path, 'r+');
		try {
			writeFully(file, bytes, position);
			fsyncSync(file);
		} catch (cause) {
			ftruncateSync(file, position);
			throw cause;
		} finally {
			closeSync(file);
		}
	});

/** Runs a write, telling a full disk from our own mistakes. */
const onDisk = (path: string, write: () => void): void => {
	try {
		write();
	} catch (cause) {
		const { code } = cause as NodeJS.ErrnoException;
		if (code === 'ENOSPC' || code === 'EDQUOT') {
			throw new EngineError('disk-full', `There is no space left to write ${path}.`, { cause });
		}
		throw cause;
	}
};

const writeFully = (file: number, bytes: Uint8Array, position: number): void => {
	let written = 0;
	while (written < bytes.length) {
		written += writeSync(file, bytes, written, bytes.length - written, position + written);
	}
};

/** Makes names in a folder durable. Windows has no such call: there the file system's journal does it. */
const flushFolder = (folder: string): void => {
	if (process.platform === 'win32') return;
	const handle = openSync(folder, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
};
