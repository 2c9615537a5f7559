import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

/** Where the boxes on the way to the sample descriptions hold others (ISO/IEC 14496-12). */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);

/** Sample entries of protected tracks: Common Encryption (ISO/IEC 23001-7), and the iTunes store's. */
const PROTECTED = new Set(['encv', 'enca', 'enct', 'encs', 'drms', 'drmi', 'drmt']);

/** More boxes than any real file holds on these levels; a crafted one could otherwise keep us reading. */
const BOX_LIMIT = 100_000;

/**
 * Whether an MP4 or QuickTime file says that one of its tracks is encrypted. ffmpeg reports the codec inside such a
 * track and decodes noise, so the file itself has to be asked.
 */
export const isProtectedMovie = async (path: string): Promise<boolean> => {
	const file = await open(path);
	try {
		const { size } = await file.stat();
		const open: [start: number, end: number][] = [[0, size]];
		let boxes = 0;
		for (let range = open.pop(); range; range = open.pop()) {
			let [at, end] = range;
			while (at + 8 <= end && boxes++ < BOX_LIMIT) {
				const box = await boxAt(file, at, end);
				if (!box) break;
				if (CONTAINERS.has(box.type)) open.push([box.content, box.end]);
				if (box.type === 'stsd' && (await holdsProtectedEntry(file, box.content + 8, box.end))) return true;
				at = box.end;
			}
		}
		return false;
	} finally {
		await file.close();
	}
};

const holdsProtectedEntry = async (file: FileHandle, start: number, end: number): Promise<boolean> => {
	for (let at = start, entries = 0; at + 8 <= end && entries < 64; entries++) {
		const entry = await boxAt(file, at, end);
		if (!entry) return false;
		if (PROTECTED.has(entry.type)) return true;
		at = entry.end;
	}
	return false;
};

type Box = { readonly type: string; readonly content: number; readonly end: number };

/** Null where no box fits between `at` and `limit`. */
const boxAt = async (file: FileHandle, at: number, limit: number): Promise<Box | null> => {
	const header = Buffer.alloc(16);
	const { bytesRead } = await file.read(header, 0, 16, at);
	if (bytesRead < 8) return null;
	const size = header.readUInt32BE(0);
	const type = header.toString('latin1', 4, 8);
	const isLong = size === 1 && bytesRead === 16;
	const headerSize = isLong ? 16 : 8;
	// Size 0 stands for "to the end of the file".
	const length = isLong ? Number(header.readBigUInt64BE(8)) : size === 0 ? limit - at : size;
	if (length < headerSize) return null;
	return { type, content: at + headerSize, end: Math.min(at + length, limit) };
};
