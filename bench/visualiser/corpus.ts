import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import PQueue from 'p-queue';
import type { Ffmpeg } from '../../engine/io/media/find-ffmpeg.js';
import { scanFolder } from '../../engine/io/music-files.js';
import { seededRandom } from '../../engine/numeric/random.js';
import { EngineError } from '../../engine/protocol/errors.js';
import { bandsOf } from './bands.js';
import { moodOf } from './mood.js';
import { renderClip } from './render.js';
import { type Cutting, shotsOf } from './shots.js';
import { randomStyle, type SceneName, type Style } from './style.js';
import { otioOf, pairsTable, timelineName } from './timeline.js';

/** One clip of the corpus, as its .json file says it. */
export type ClipFile = {
	readonly video: string;
	readonly music: string;
	readonly seed: number;
	readonly cutting: Cutting;
	readonly fps: number;
	/** In seconds; the clip begins where the track does. */
	readonly duration: number;
	readonly style: Style;
	/** Starts and ends in seconds. */
	readonly shots: readonly { readonly start: number; readonly end: number; readonly scene: SceneName }[];
};

export type Order = {
	/** A folder of tracks. */
	readonly music: string;
	/** The folder that the clips go to. */
	readonly clips: string;
	/** Of each track, from its start. */
	readonly seconds: number;
	/** Tracks with fewer seconds are left out. */
	readonly shortest: number;
	/** One of {@link FRAME_RATES}. */
	readonly fps: number;
	readonly width: number;
	/** Tracks at most, spread over the folder. */
	readonly limit: number;
	readonly cutting: Cutting;
	readonly seed: number;
};

/** Those that divide the sample rate at which the music is measured. */
export const FRAME_RATES: readonly number[] = [10, 16, 20, 25];

/**
 * Renders the clips of a corpus and lists them in corpus.json. Clips that are there already are kept.
 *
 * @param onClip - after each track; null for one that is too short or has no sound
 */
export const makeCorpus = async (
	order: Order,
	programs: Ffmpeg,
	onClip: (clip: ClipFile | null, done: number, total: number) => void,
	signal: AbortSignal,
): Promise<ClipFile[]> => {
	const scan = await scanFolder(order.music, signal);
	if (scan.state === 'offline') throw new EngineError('file-missing', `${order.music} cannot be read`);
	const tracks = spreadOver(scan.files.map(({ path }) => path).sort(), order.limit);
	await mkdir(order.clips, { recursive: true });

	const made: ClipFile[] = [];
	let done = 0;
	const queue = new PQueue({ concurrency: availableParallelism() });
	await queue.addAll(
		tracks.map(track => async () => {
			const clip = await makeClip(programs, track, order, signal);
			if (clip !== null) made.push(clip);
			onClip(clip, ++done, tracks.length);
		}),
	);
	made.sort((a, b) => (a.video < b.video ? -1 : 1));
	await writeFile(join(order.clips, 'corpus.json'), `${JSON.stringify(made, null, '\t')}\n`);
	await writeFile(join(order.clips, 'pairs.csv'), pairsTable(made));
	return made;
};

/** At most `count` of some things, evenly spread over them. */
const spreadOver = <Thing>(things: readonly Thing[], count: number): Thing[] =>
	things.filter((_, k) => Math.floor((k * count) / things.length) !== Math.floor(((k - 1) * count) / things.length));

/** Null for a track that is too short or has no sound; as it is for one that has been made. */
const makeClip = async (
	programs: Ffmpeg,
	track: string,
	order: Order,
	signal: AbortSignal,
): Promise<ClipFile | null> => {
	const name = relative(order.music, track).replace(/[^A-Za-z0-9.-]+/g, '_');
	const described = join(order.clips, `${name}.json`);
	const { fps, cutting, seed } = order;
	const known = await readFile(described, 'utf8').catch(() => null);
	if (known !== null) return JSON.parse(known) as ClipFile;

	const bands = await bandsOf(programs, track, fps, order.seconds, signal).catch(error => {
		if (error instanceof EngineError && error.code === 'media-unreadable') return null;
		throw error;
	});
	if (bands === null || bands.low.length < order.shortest * fps) return null;
	const mood = moodOf(bands, fps);
	const random = seededRandom(seed, createHash('sha256').update(name).digest().readInt32LE());
	const style = randomStyle(random);
	const shots = shotsOf(mood, fps, style, cutting, random);
	const video = `${name}.mp4`;
	await renderClip(programs, track, join(order.clips, video), { mood, shots, style }, order, signal);
	const edges = shots.map(({ end }) => end);
	await writeFile(join(order.clips, timelineName(video)), otioOf({ video, fps, edges }));
	const clip: ClipFile = {
		video,
		music: relative(order.music, track),
		seed,
		cutting,
		fps,
		duration: mood.level.length / fps,
		style,
		shots: shots.map(({ start, end, scene }) => ({ start: start / fps, end: end / fps, scene })),
	};
	await writeFile(`${described}.part`, `${JSON.stringify(clip, null, '\t')}\n`);
	await rename(`${described}.part`, described);
	return clip;
};
