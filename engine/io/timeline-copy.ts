import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from '../protocol/errors.js';
import type { Rate } from '../time/time.js';
import { parseTimeline } from '../timelines/read-timeline.js';
import { readTimelineText, type TextEncoding } from './timeline-file.js';

/**
 * Writes a copy of a timeline file with something put into it, in the same format and encoding. The copy appears whole or
 * not at all, and is read back before it does.
 *
 * @param copy - replaced where it exists: whoever calls this made it
 * @param change - from the text of the file to that of the copy
 * @throws EngineError 'file-missing', 'timeline-unreadable', 'disk-full', 'bad-request' where the folder can't be written,
 * or what `change` throws
 */
export const writeCopy = async <Result extends { readonly text: string }>(
	path: string,
	copy: string,
	change: (text: string) => Result,
	rate?: Rate,
): Promise<Result> => {
	const { text, encoding, mark } = await readTimelineText(path);
	const changed = change(text);
	parseTimeline(changed.text, rate);
	const partial = `${resolve(copy)}.partial`;
	try {
		const file = await open(partial, 'w');
		try {
			await file.writeFile(encoded(changed.text, encoding, mark));
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
	return changed;
};

const encoded = (text: string, encoding: TextEncoding, mark: boolean): Buffer => {
	if (encoding === 'utf16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
	if (encoding === 'utf16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
	// A name that the old code page can't hold would point at another file.
	const isOld = encoding === 'latin1' && [...text].every(char => char.codePointAt(0)! < 256);
	return isOld ? Buffer.from(text, 'latin1') : Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf8');
};
