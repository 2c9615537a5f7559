import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../protocol/errors.js';
import type { Rate } from '../time/time.js';
import { isAbsolutePath, pathsOf } from '../timelines/media-address.js';
import { parseTimeline } from '../timelines/read-timeline.js';
import type { Timeline } from '../timelines/timeline.js';
import type { TimelineAnswer, TimelineWork } from './timeline-thread.js';

export type ReadTimelineOptions = {
	/** Frames a second, for formats that don't say it: that of the picture beside an EDL, say. */
	readonly rate?: Rate;
	readonly signal?: AbortSignal;
};

/**
 * Reads a timeline file: .otio, .fcpxml (or the .fcpxmld folder that newer versions of Final Cut write), FCP 7 .xml,
 * .edl. What the file holds decides which it is. Large ones are read in a thread of their own.
 *
 * @throws EngineError 'file-missing', 'file-empty', 'timeline-unreadable', 'cancelled'
 */
export const readTimeline = async (path: string, options: ReadTimelineOptions = {}): Promise<Timeline> => {
	const { text } = await readTimelineText(path);
	if (options.signal?.aborted) throw cancelled(path);
	return text.length > LARGE ? parseInThread(path, text, options) : parseTimeline(text, options.rate);
};

/** Whether a file's name says that it is a timeline; an .xml may turn out to be something else. */
export const isTimelineFile = (path: string): boolean => TIMELINES.has(extname(path).toLowerCase());

/**
 * Looks for the media of a timeline, those of nested sequences too: where the address says, relative to the timeline
 * file, and last beside it, as when a project was moved.
 *
 * @returns for each address in the timeline the file that exists, or null
 */
export const findMedia = async (timeline: Timeline, path: string): Promise<Map<string, string | null>> => {
	const folder = dirname(resolve(path));
	const found = new Map<string, string | null>();
	for (const url of mediaAddresses(timeline)) found.set(url, await firstExisting(mediaCandidates(url, folder)));
	return found;
};

/** Which of a timeline's addresses are files that exist, for timelines whose addresses are full paths. */
export const filesAt = async (timeline: Timeline): Promise<Map<string, string | null>> => {
	const found = new Map<string, string | null>();
	for (const path of mediaAddresses(timeline)) found.set(path, (await isFile(path)) ? path : null);
	return found;
};

/**
 * The rendered picture of a timeline: a video of the same name beside it.
 *
 * @returns null where there is none
 */
export const pictureBeside = async (path: string): Promise<string | null> => {
	const folder = dirname(resolve(path));
	const name = basename(path, extname(path)).toLowerCase();
	const files = await readdir(folder).catch(() => []);
	const videos = files.filter(file => basename(file, extname(file)).toLowerCase() === name);
	for (const extension of VIDEOS) {
		const video = videos.find(file => extname(file).toLowerCase() === extension);
		if (video && (await isFile(join(folder, video)))) return join(folder, video);
	}
	return null;
};

export type TextEncoding = 'utf8' | 'utf16le' | 'utf16be' | 'latin1';

/** A timeline's text without its byte order mark, and how it is written in the file. */
export const readTimelineText = async (
	path: string,
): Promise<{ text: string; encoding: TextEncoding; mark: boolean }> => {
	const file = await textFileOf(path);
	const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
		throw new EngineError('file-missing', `${path} can't be opened: ${cause.code ?? cause.message}.`, { cause });
	});
	if (bytes.length === 0) throw new EngineError('file-empty', `${path} is empty.`);
	if (bytes[0] === 0xff && bytes[1] === 0xfe) {
		return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf16le', mark: true };
	}
	if (bytes[0] === 0xfe && bytes[1] === 0xff) {
		const swapped = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
		return { text: new TextDecoder('utf-16le').decode(swapped), encoding: 'utf16be', mark: true };
	}
	const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
	try {
		return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf8', mark };
	} catch {
		// Old lists are in the code page of the computer that wrote them.
		return { text: bytes.toString('latin1'), encoding: 'latin1', mark: false };
	}
};

const TIMELINES: ReadonlySet<string> = new Set(['.otio', '.fcpxml', '.fcpxmld', '.xml', '.edl']);

/** In the order in which they are taken where there are several. */
const VIDEOS = ['.mp4', '.mov', '.m4v', '.mkv', '.webm', '.mxf', '.avi', '.mpg', '.mpeg', '.ts', '.wmv'];

/** Characters from which on reading is left to a thread: about a tenth of a second. */
const LARGE = 1_000_000;
const LARGEST_FILE = 256 * 1024 * 1024;
const LONGEST_READ = 180_000;
const THREAD_MEMORY_MB = 4096;

/** The file that holds a timeline's text: itself, or the one inside a bundle. Throws 'file-missing', 'timeline-unreadable'. */
export const textFileOf = async (path: string): Promise<string> => {
	const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
		throw new EngineError('file-missing', `${path} can't be opened: ${cause.code ?? cause.message}.`, { cause });
	});
	// A bundle holds the text under this name.
	if (info.isDirectory()) return textFileInBundle(path);
	if (info.size > LARGEST_FILE) {
		const size = Math.round(info.size / 1024 / 1024);
		throw new EngineError('timeline-unreadable', `${path} holds ${size} MB, which no timeline needs.`);
	}
	return path;
};

const textFileInBundle = async (folder: string): Promise<string> => {
	const file = join(folder, 'Info.fcpxml');
	if (!(await isFile(file))) throw new EngineError('timeline-unreadable', `The folder ${folder} holds no Info.fcpxml.`);
	return textFileOf(file);
};

const parseInThread = (path: string, text: string, { rate, signal }: ReadTimelineOptions): Promise<Timeline> => {
	const program = new URL(
		import.meta.url.endsWith('.ts') ? '../../dist/engine/io/timeline-thread.js' : './timeline-thread.js',
		import.meta.url,
	);
	const work: TimelineWork = { text, rate };
	const thread = new Worker(program, {
		workerData: work,
		resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MB },
	});
	const unreadable = (why: string, cause?: unknown) =>
		new EngineError('timeline-unreadable', `${path} ${why}`, { cause });
	return new Promise<Timeline>((done, fail) => {
		const timer = setTimeout(() => fail(unreadable('takes minutes to read; it was given up.')), LONGEST_READ);
		const stop = () => fail(cancelled(path));
		signal?.addEventListener('abort', stop, { once: true });
		thread.once('message', (answer: TimelineAnswer) => {
			if ('timeline' in answer) done(answer.timeline);
			else fail(new EngineError(answer.failure.code, answer.failure.detail));
		});
		thread.once('error', (cause: NodeJS.ErrnoException) =>
			fail(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? unreadable('needs too much memory.', cause) : cause),
		);
		const finish = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', stop);
		};
		thread.once('exit', code => {
			finish();
			fail(new Error(`the thread that reads timelines ended with ${code}`));
		});
	}).finally(() => thread.terminate());
};

const cancelled = (path: string): EngineError => new EngineError('cancelled', `Reading ${path} was cancelled.`);

const mediaAddresses = (timeline: Timeline): Set<string> => {
	const addresses = new Set<string>();
	const seen = new Set<Timeline>();
	const waiting = [timeline];
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		if (seen.has(next)) continue;
		seen.add(next);
		for (const { source } of [...next.videoTracks, ...next.audioTracks].flatMap(({ clips }) => clips)) {
			if (source.kind === 'media') addresses.add(source.url);
			if (source.kind === 'nested') waiting.push(source.timeline);
		}
	}
	return addresses;
};

const mediaCandidates = (url: string, folder: string): string[] => {
	const paths = pathsOf(url);
	const stated = paths.map(path => (isAbsolutePath(path) ? path : join(folder, path)));
	const beside = paths.flatMap(path => {
		const parts = path.split('/').filter(part => part !== '' && part !== '..');
		return [parts.slice(-2), parts.slice(-1)].filter(tail => tail.length > 0).map(tail => join(folder, ...tail));
	});
	return [...new Set([...stated, ...beside])];
};

const firstExisting = async (candidates: readonly string[]): Promise<string | null> => {
	for (const candidate of candidates) if (await isFile(candidate)) return candidate;
	return null;
};

const isFile = (path: string): Promise<boolean> =>
	stat(path).then(
		info => info.isFile(),
		() => false,
	);
