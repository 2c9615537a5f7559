import { copyFile, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EngineError } from '../../protocol/errors.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { inputArguments, type Probed } from './probe.js';
import { startProgram } from './program.js';

const MP4 = /\b(mov|mp4)\b/;
const WEBM = /\bwebm\b/;
/** 8 bits, 4:2:0: what every decoder in a browser takes. */
const PLAIN_PIXELS = new Set(['yuv420p', 'yuvj420p']);

/**
 * Whether Chromium plays a video file as it is: H.264, VP9 or AV1 in MP4 or QuickTime, VP8, VP9 or AV1 in WebM, with a
 * sound codec that it decodes in that container, or none.
 */
export const playable = ({ container, video, audio }: Probed): boolean => {
	if (video === null || !PLAIN_PIXELS.has(video.pixelFormat)) return false;
	if (MP4.test(container)) {
		return (
			['h264', 'vp9', 'av1'].includes(video.codec) &&
			(audio === null || ['aac', 'mp3', 'opus', 'flac'].includes(audio.codec))
		);
	}
	// ffprobe gives Matroska and WebM one name; what Chromium takes of it is the WebM part.
	return (
		WEBM.test(container) &&
		['vp8', 'vp9', 'av1'].includes(video.codec) &&
		(audio === null || ['opus', 'vorbis'].includes(audio.codec))
	);
};

/** MIME type under which every browser plays a file without a picture as it is; null where it has to be converted first. */
export const soundType = ({ container, video, audio }: Probed): string | null => {
	if (video !== null || audio === null) return null;
	const { codec } = audio;
	if (container === 'mp3' && codec === 'mp3') return 'audio/mpeg';
	if (container === 'wav' && ['pcm_s16le', 'pcm_u8'].includes(codec)) return 'audio/wav';
	if (container === 'flac') return 'audio/flac';
	if (container === 'ogg' && ['opus', 'vorbis', 'flac'].includes(codec)) return 'audio/ogg';
	if (MP4.test(container) && codec === 'aac') return 'audio/mp4';
	if (WEBM.test(container) && ['opus', 'vorbis'].includes(codec)) return 'audio/webm';
	return null;
};

/** A video's widest stand-in; the page shows it no larger. */
const PROXY_WIDTH = 960;

/**
 * Writes a stand-in that every browser plays: H.264 and AAC in MP4, at most 960 pixels wide, constant rate, a key frame
 * every half second so that seeking is exact and quick. `out` appears only when it is complete.
 *
 * @param onProgress - share that is done, in [0, 1]
 */
export const writeProxy = async (
	programs: Ffmpeg,
	path: string,
	info: Probed & { video: NonNullable<Probed['video']> },
	out: string,
	onProgress: (share: number) => void,
	signal?: AbortSignal,
): Promise<void> => {
	const { rate, stream } = info.video;
	const perSecond = `${rate.numerator}/${rate.denominator}`;
	const keyFrames = String(Math.max(1, Math.round(rate.numerator / rate.denominator / 2)));
	const scale = `scale=w='trunc(min(${PROXY_WIDTH},iw*max(sar,1))/2)*2':h='max(2,trunc(ow/dar/2+0.5)*2)',setsar=1`;
	const picture = ['-map', `0:${stream}`, '-vf', `fps=${perSecond},${scale}`, '-pix_fmt', 'yuv420p', '-g', keyFrames];
	const sound = info.audio
		? ['-map', `0:${info.audio.stream}`, '-c:a', 'aac', '-b:a', '160k', ...atMostStereo(info)]
		: [];
	const container = ['-map_metadata', '-1', '-movflags', '+faststart', '-f', 'mp4'];
	const encoders = [
		['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23'],
		// Builds without x264 have another encoder under the codec's own name.
		['-c:v', 'h264', '-b:v', '3M'],
	];
	const attempts = encoders.map(encoder => [...picture, ...encoder, ...sound, ...container]);
	await convert(programs, path, info, attempts, out, onProgress, signal);
};

/**
 * Writes a track, or the sound of a video, as something that every browser plays: a copy where {@link soundType} says
 * that it does already, else Opus in WebM, else WAV where ffmpeg has no Opus encoder. `out` appears only when complete.
 *
 * @returns MIME type of what was written
 */
export const writeSound = async (
	programs: Ffmpeg,
	path: string,
	info: Probed & { audio: NonNullable<Probed['audio']> },
	out: string,
	signal?: AbortSignal,
): Promise<string> => {
	const asItIs = soundType(info);
	if (asItIs !== null) {
		const partial = partialName(out);
		await copyFile(path, partial);
		await rename(partial, out);
		return asItIs;
	}
	const sound = ['-map', `0:${info.audio.stream}`, '-map_metadata', '-1', ...atMostStereo(info)];
	const formats = [
		['-c:a', 'libopus', '-b:a', '160k', '-f', 'webm'],
		['-c:a', 'pcm_s16le', '-f', 'wav'],
	];
	const attempts = formats.map(format => [...sound, ...format]);
	const chosen = await convert(programs, path, info, attempts, out, () => {}, signal);
	return chosen === 0 ? 'audio/webm' : 'audio/wav';
};

/**
 * Scaled down as a whole where adding channels up could clip. One channel stays one: ffmpeg would make two softer ones of
 * it, and a browser plays it from both sides at its own level.
 */
const atMostStereo = ({ audio }: Probed): readonly string[] =>
	audio !== null && audio.channels > 2 ? ['-ac', '2', '-rematrix_maxval', '1'] : [];

/** Tries one set of output arguments after the other while ffmpeg lacks the encoder; returns which one it was. */
const convert = async (
	programs: Ffmpeg,
	path: string,
	info: Probed,
	attempts: readonly (readonly string[])[],
	out: string,
	onProgress: (share: number) => void,
	signal?: AbortSignal,
): Promise<number> => {
	const partial = partialName(out);
	try {
		for (const [index, attempt] of attempts.entries()) {
			const args = ['-v', 'error', '-nostdin', '-y', '-max_error_rate', '1', '-progress', 'pipe:1'];
			args.push(...inputArguments(path), ...attempt, `file:${partial}`);
			const { code, complaints } = await followed(programs, args, info, onProgress, signal);
			if (code === 0) {
				await rename(partial, out);
				return index;
			}
			if (/Unknown encoder/.test(complaints) && index + 1 < attempts.length) continue;
			const isFull = /No space left on device/.test(complaints);
			throw isFull
				? new EngineError('disk-full', `there is no space left to write ${out}`, { cause: complaints })
				: new EngineError('media-unreadable', `${path} cannot be converted`, { cause: complaints });
		}
		throw new RangeError('attempts must not be empty');
	} finally {
		await rm(partial, { force: true });
	}
};

const followed = async (
	programs: Ffmpeg,
	args: readonly string[],
	info: Probed,
	onProgress: (share: number) => void,
	signal?: AbortSignal,
) => {
	const program = startProgram(programs.ffmpeg, args, 1, signal);
	try {
		for await (const text of program.outputs[0] as AsyncIterable<Buffer>) {
			const done = /out_time_us=(\d+)/.exec(text.toString('latin1'))?.[1];
			if (done) onProgress(Math.min(1, Number(done) / 1e6 / info.duration));
		}
		return await program.ended;
	} finally {
		await program.end();
	}
};

let partialCount = 0;

/** In the same folder, so that renaming it is one step; unlike any other, so that two conversions don't meet. */
const partialName = (out: string): string => `${resolve(out)}.${process.pid}-${++partialCount}.part`;
