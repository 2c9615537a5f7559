import { basename, extname } from 'node:path';
import { type ICommonTagsResult, parseFile, selectCover } from 'music-metadata';
import type { TrackTags } from '../jobs/catalog.js';

/** What a music file's tags say. Broken or absent tags are no failure: the title then comes from the file's name. */
export const readTags = async (path: string): Promise<TrackTags> => {
	const common = await commonTags(path);
	return {
		title: text(common.title) ?? titleFromName(path),
		artist: text(common.artist) ?? text(common.artists?.join(', ')) ?? text(common.albumartist),
		album: text(common.album),
		licence: text(common.license) ?? text(common.copyright),
		hasCover: (common.picture?.length ?? 0) > 0,
	};
};

/** The picture that shows the cover best; null where there is none or the tags can't be read. */
export const readCover = async (path: string): Promise<{ type: string; bytes: Uint8Array } | null> => {
	const cover = selectCover((await commonTags(path)).picture);
	return cover && { type: cover.format, bytes: cover.data };
};

/**
 * A title made of a file's name: extension and track number dropped, underscores read as spaces. A number with nothing but
 * a space behind it is a track number only with a leading zero: "07 Seven", but not "99 Red Balloons".
 */
export const titleFromName = (path: string): string => {
	const name = basename(path, extname(path)).replace(/_+/g, ' ').replace(/\s+/g, ' ').trim();
	return name.replace(/^(?:\d{1,3}\s*[.\-–)]\s*|0\d{1,2}\s+)(?=\D)/, '').trim() || name || basename(path);
};

const commonTags = async (path: string): Promise<Partial<ICommonTagsResult>> => {
	try {
		return (await parseFile(path, { duration: false })).common;
	} catch {
		// Tags are hearsay: whether the sound can be read is for the decoder to say.
		return {};
	}
};

/** Null for what is absent or blank. Control characters come from tags in wrong encodings. */
const text = (value: string | undefined): string | null =>
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
	value?.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim() || null;
