import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Media } from '../../jobs/ports.js';
import { EngineError } from '../../protocol/errors.js';
import type { Seconds, Span, TimeRange } from '../../time/time.js';
import { type Rendered, type RenderOptions, renderCrop } from '../render/render-crop.js';
import { audioRuns } from './audio.js';
import { writeProxy, writeSound } from './browser-media.js';
import { type Conformed, writeConformed } from './conform.js';
import type { Edit } from './edit.js';
import { type Ffmpeg, findFfmpeg } from './find-ffmpeg.js';
import { loudnessOf } from './loudness.js';
import { pictureRuns } from './pictures.js';
import { type Probed, probe } from './probe.js';
import { writeMix, writeWav } from './rendered-music.js';
import { stillAt } from './still.js';

/** Reading media with ffmpeg, and converting it for a browser. */
export type FfmpegMedia = Omit<Media, 'probe'> & {
	probe(path: string, signal?: AbortSignal): Promise<Probed>;
	/** Writes a video that every browser plays to `out`; progress is the share that is done. */
	proxy(path: string, out: string, onProgress: (share: number) => void, signal?: AbortSignal): Promise<void>;
	/** Writes an edit as one video that every browser plays to `out`; progress counts frames. */
	conform(edit: Edit, out: string, onProgress: (frames: number) => void, signal?: AbortSignal): Promise<Conformed>;
	/** Writes a stretch of a music file, in its samples, as a WAV file. */
	wav(music: string, crop: TimeRange, out: string, signal?: AbortSignal): Promise<void>;
	/** Writes a video with music under it, as {@link writeMix} says. */
	mix(
		video: { readonly path: string; readonly speech: readonly Span[] },
		music: { readonly path: string; readonly crop: TimeRange; readonly at: Seconds; readonly channels: number },
		out: string,
		signal?: AbortSignal,
	): Promise<void>;
	/** Writes sound that every browser plays to `out`; returns its MIME type. */
	soundFile(path: string, out: string, signal?: AbortSignal): Promise<string>;
	/** Writes a crop of a song as it is heard: see {@link renderCrop}. */
	crop(path: string, options: RenderOptions, out: string, signal?: AbortSignal): Promise<Rendered>;
};

const DESCRIPTIONS_KEPT = 256;

/**
 * Media through the ffmpeg of this computer, which is looked for at the first call. Several calls for one file describe
 * it once, for as long as its size and time stay the same.
 *
 * @param find - how to look for ffmpeg
 */
export const ffmpegMedia = (find: () => Ffmpeg | null = findFfmpeg): FfmpegMedia => {
	let found: Ffmpeg | null = null;
	const programs = (): Ffmpeg => {
		found ??= find();
		if (found === null) throw new EngineError('ffmpeg-missing', 'there is no ffmpeg that runs on this computer');
		return found;
	};

	const descriptions = new Map<string, Probed>();
	const describe = async (path: string, signal?: AbortSignal): Promise<Probed> => {
		const file = await stat(path).catch(() => null);
		const key = file && `${resolve(path)}\0${file.size}\0${file.mtimeMs}`;
		const known = key === null ? undefined : descriptions.get(key);
		if (known) return known;
		const description = await probe(programs(), path, signal);
		if (key !== null) descriptions.set(key, description);
		for (const oldest of descriptions.keys()) {
			if (descriptions.size <= DESCRIPTIONS_KEPT) break;
			descriptions.delete(oldest);
		}
		return description;
	};

	const withSound = async (path: string, signal?: AbortSignal) => {
		const info = await describe(path, signal);
		if (info.audio === null) throw new EngineError('no-audio', `${path} has no sound`);
		return { ...info, audio: info.audio };
	};
	const withPicture = async (path: string, signal?: AbortSignal) => {
		const info = await describe(path, signal);
		if (info.video === null) throw new EngineError('no-video', `${path} has no moving picture`);
		return { ...info, video: info.video };
	};

	return {
		probe: describe,
		async *audio(path, sampleRates, signal) {
			yield* audioRuns(programs(), path, await withSound(path, signal), sampleRates, signal);
		},
		async *pictures(path, options, signal) {
			yield* pictureRuns(programs(), path, await withPicture(path, signal), options, signal);
		},
		loudness: async (path, signal) => loudnessOf(programs(), path, await withSound(path, signal), signal),
		still: async (path, at, width, signal) =>
			stillAt(programs(), path, await withPicture(path, signal), at, width, signal),
		proxy: async (path, out, onProgress, signal) =>
			writeProxy(programs(), path, await withPicture(path, signal), out, onProgress, signal),
		conform: (edit, out, onProgress, signal) => writeConformed(programs(), describe, edit, out, onProgress, signal),
		wav: async (music, crop, out, signal) => writeWav(programs(), music, crop, out, signal),
		mix: async (video, music, out, signal) =>
			writeMix(programs(), { ...video, info: await withPicture(video.path, signal) }, music, out, signal),
		soundFile: async (path, out, signal) => writeSound(programs(), path, await withSound(path, signal), out, signal),
		crop: async (path, options, out, signal) =>
			renderCrop(programs(), path, await withSound(path, signal), options, out, signal),
	};
};
