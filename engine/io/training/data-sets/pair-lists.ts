import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { EngineError } from '../../../protocol/errors.js';
import type { Span } from '../../../time/time.js';
import { audiblePieces } from '../../../timelines/audible-pieces.js';
import type { FfmpegMedia } from '../../media/media.js';
import { findMedia, isTimelineFile, readTimeline } from '../../timeline-file.js';
import type { MediaPair } from './media-pairs.js';

const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set(
	'.mp4 .mov .mkv .webm .avi .m4v .mpg .mpeg .mxf .mts .ts .wmv .flv .ogv'.split(' '),
);

/** All finished edits or music videos in a folder and those below it: picture and music come from the same file. */
export const editsIn = async (folder: string): Promise<MediaPair[]> =>
	(await filesIn(folder, path => VIDEO_EXTENSIONS.has(extname(path).toLowerCase()))).map(path => ({
		id: relative(folder, path),
		group: relative(folder, path),
		picture: { path, range: null },
		music: { path, range: null },
	}));

/** All timelines in a folder and those below it. */
export const timelinesIn = (folder: string): Promise<string[]> => filesIn(folder, isTimelineFile);

/** In order of path; hidden files and folders are left out. */
const filesIn = async (folder: string, wanted: (path: string) => boolean): Promise<string[]> => {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter(entry => !entry.isDirectory())
		.map(entry => join(entry.parentPath, entry.name))
		.filter(
			path =>
				wanted(path) &&
				!relative(folder, path)
					.split(/[/\\]/)
					.some(part => part.startsWith('.')),
		)
		.sort();
};

/** A row of a table of pairs. Starts and ends are seconds; without them the whole file is meant. */
const tableRow = z.object({
	video: z.string().min(1),
	video_start: z.string().optional(),
	video_end: z.string().optional(),
	music: z.string().min(1),
	music_start: z.string().optional(),
	music_end: z.string().optional(),
	/** Rows of one group never come into different splits; the video unless given. */
	group: z.string().optional(),
});

/**
 * A table of one's own pairs as CSV with the columns video, video_start, video_end, music, music_start, music_end and
 * group. Paths may be relative to the table.
 *
 * @throws EngineError 'data-unreadable' that names the row
 */
export const pairsInTable = async (table: string): Promise<MediaPair[]> => {
	let rows: unknown[];
	try {
		rows = parse(await readFile(table), { columns: true, bom: true, skip_empty_lines: true, trim: true });
	} catch (cause) {
		throw new EngineError('data-unreadable', `${table} is no table: ${messageOf(cause)}`, { cause });
	}
	return rows.map((row, r) => {
		const wrong = (what: string) => new EngineError('data-unreadable', `row ${r + 1} of ${table}: ${what}`);
		const parsed = tableRow.safeParse(row);
		if (!parsed.success) throw wrong(`${parsed.error.issues[0]?.path.join('.')} is missing`);
		const { video, music, group, ...times } = parsed.data;
		const range = (start: string | undefined, end: string | undefined): Span | null => {
			if (!start && !end) return null;
			const span = { start: start ? Number(start) : 0, end: end ? Number(end) : Number.POSITIVE_INFINITY };
			if (!(span.start >= 0 && span.end > span.start))
				throw wrong(`${start ?? ''} to ${end ?? ''} is no range of seconds`);
			return span;
		};
		const place = (path: string) => resolve(dirname(table), path);
		return {
			id: `row ${r + 1}`,
			group: group || video,
			picture: { path: place(video), range: range(times.video_start, times.video_end) },
			music: { path: place(music), range: range(times.music_start, times.music_end) },
		};
	});
};

/** A cue shorter than this is an effect or a line, not music that somebody chose. Ours. */
const SHORTEST_CUE = 8;

/**
 * The music under the picture of a past project: every stretch of its timeline's sound that comes from a file without a
 * picture, at its own speed, and is long enough.
 */
export const pairsInTimeline = async (path: string, media: FfmpegMedia, signal?: AbortSignal): Promise<MediaPair[]> => {
	const timeline = await readTimeline(path, signal && { signal });
	const found = await findMedia(timeline, path);
	const pairs: MediaPair[] = [];
	for (const { source, start, duration, sourceStart, speed } of audiblePieces(timeline)) {
		const file = found.get(source.url) ?? null;
		if (file === null || duration < SHORTEST_CUE || Math.abs(speed - 1) > 1e-3) continue;
		const info = await media.probe(file, signal);
		if (info.video !== null || info.audio === null) continue;
		pairs.push({
			id: `${path} at ${start.toFixed(1)} s`,
			group: path,
			picture: { path, range: { start, end: start + duration } },
			music: { path: file, range: { start: sourceStart, end: sourceStart + duration } },
		});
	}
	return pairs;
};

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
