import { open, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from '../protocol/errors.js';
import type { Rate } from '../time/time.js';
import type { MusicPlacement } from '../timelines/music-placement.js';
import { parseTimeline } from '../timelines/read-timeline.js';
import { writeMusic } from '../timelines/write-timeline.js';
import { readTimelineText, type TextEncoding } from './timeline-file.js';

/**
 * Writes a copy of a timeline file with music in it, in the same format and encoding. The copy appears whole or not at
 * all, and is read back before it does.
 *
 * @param copy - must not exist yet
 * @returns the track that the music is on
 * @throws EngineError 'file-missing', 'timeline-unreadable', 'bad-request' where the track is not free or the copy exists,
 * 'disk-full'
 */
export const copyWithMusic = async (
	path: string,
	copy: string,
	placement: MusicPlacement,
	rate?: Rate,
): Promise<string> => {
	if (await stat(copy).then(Boolean, () => false)) {
		throw new EngineError('bad-request', `${copy} exists already; nothing was overwritten.`);
	}
	const { text, encoding, mark } = await readTimelineText(path);
	const placed = writeMusic(text, placement, rate);
	parseTimeline(placed.text, rate);
	const partial = `${resolve(copy)}.partial`;
	try {
		const file = await open(partial, 'w');
		try {
			await file.writeFile(encoded(placed.text, encoding, mark));
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(partial, copy);
	} catch (cause) {
		await rm(partial, { force: true });
		const { code } = cause as NodeJS.ErrnoException;
		if (code === 'ENOSPC' || code === 'EDQUOT') throw new EngineError('disk-full', `${copy} did not fit.`, { cause });
		throw new EngineError('bad-request', `${copy} can't be written: ${code}.`, { cause });
	}
	return placed.track;
};

const encoded = (text: string, encoding: TextEncoding, mark: boolean): Buffer => {
	if (encoding === 'utf16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
	if (encoding === 'utf16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
	// A name that the old code page can't hold would point at another file.
	const isOld = encoding === 'latin1' && [...text].every(char => char.codePointAt(0)! < 256);
	return isOld ? Buffer.from(text, 'latin1') : Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf8');
};
