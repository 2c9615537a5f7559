import { rename, rm } from 'node:fs/promises';
import { EngineError } from '../../protocol/errors.js';
import type { Seconds, Span, TimeRange } from '../../time/time.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { MIX_RATE, mixedSound } from './mixed-sound.js';
import { inputArguments, type Probed } from './probe.js';
import { startProgram } from './program.js';

/**
 * Writes a stretch of a music file as 24-bit WAV at the file's own sample rate, to the sample. `out` appears only when it
 * is complete.
 *
 * @param crop - in samples of the file
 * @throws EngineError 'media-unreadable', 'disk-full', 'cancelled'
 */
export const writeWav = (
	programs: Ffmpeg,
	music: string,
	crop: TimeRange,
	out: string,
	signal?: AbortSignal,
): Promise<void> => {
	const cut = `atrim=start_sample=${crop.start}:end_sample=${crop.start + crop.duration}`;
	const args = [...inputArguments(music), '-vn', '-af', `${cut},asetpts=PTS-STARTPTS`];
	return written(programs, [...args, '-c:a', 'pcm_s24le', '-f', 'wav'], out, signal);
};

/**
 * Writes a video with music under it: the picture as it is, the music from `at` on. Where somebody speaks the video's own
 * sound stays and the music goes down under it; else the music takes the place of the video's own sound. However loud
 * both are, they don't clip. `out` appears only when it is complete.
 *
 * @param crop - in samples of the music
 * @param speech - where somebody speaks, in seconds of the video
 * @throws EngineError 'media-unreadable', 'disk-full', 'cancelled'
 */
export const writeMix = (
	programs: Ffmpeg,
	video: { readonly path: string; readonly info: Probed; readonly speech: readonly Span[] },
	music: { readonly path: string; readonly crop: TimeRange; readonly at: Seconds; readonly channels: number },
	out: string,
	signal?: AbortSignal,
): Promise<void> => {
	const { info, speech } = video;
	const { crop, at } = music;
	const trimmed = `atrim=start_sample=${crop.start}:end_sample=${crop.start + crop.duration},asetpts=PTS-STARTPTS`;
	const laid = {
		input: inputArguments(music.path),
		stream: '0:a:0',
		filter: `${trimmed},${stereo(music.channels)},aresample=${MIX_RATE},adelay=${Math.round(at * MIX_RATE)}S:all=1`,
	};
	const own = speech.length > 0 &&
		info.audio !== null && {
			input: inputArguments(video.path),
			stream: `0:${info.audio.stream}`,
			// Gaps become silence, so that it stays beside its picture.
			filter: `${stereo(info.audio.channels)},aresample=${MIX_RATE}:async=1:first_pts=0`,
		};
	const samples = Math.round(info.duration * MIX_RATE);
	const sound = mixedSound(programs, own || null, laid, speech, samples, signal);
	const mixed = ['-f', 'f32le', '-ar', String(MIX_RATE), '-ac', '2', '-i', 'pipe:0'];
	const maps = ['-map', `0:${info.video?.stream ?? 'v:0'}`, '-map', '1:a'];
	const container = /\b(mov|mp4)\b/.test(info.container)
		? ['-movflags', '+faststart', '-f', 'mp4']
		: ['-f', 'matroska'];
	const encode = ['-c:v', 'copy', '-c:a', 'aac', '-b:a', '256k', ...container];
	return written(programs, [...inputArguments(video.path), ...mixed, ...maps, ...encode], out, signal, sound);
};

/** One channel on both sides at its own level: ffmpeg by itself would make it 3 dB softer. */
const stereo = (channels: number): string =>
	channels === 1 ? 'pan=stereo|c0=c0|c1=c0' : 'aformat=channel_layouts=stereo';

/** The ending of a mix's name: its container is that of the video where that takes AAC for sure. */
export const mixExtension = ({ container }: Probed): string => (/\b(mov|mp4)\b/.test(container) ? '.mp4' : '.mkv');

/** @param input - what the program reads from its standard input */
const written = async (
	programs: Ffmpeg,
	args: readonly string[],
	out: string,
	signal?: AbortSignal,
	input?: AsyncIterable<Uint8Array>,
): Promise<void> => {
	const partial = `${out}.${process.pid}.part`;
	const program = startProgram(programs.ffmpeg, ['-v', 'error', '-y', ...args, `file:${partial}`], 1, signal, input);
	try {
		program.outputs[0]!.resume();
		const { code, complaints } = await program.ended;
		if (code !== 0) {
			throw /No space left on device/.test(complaints)
				? new EngineError('disk-full', `There is no space left to write ${out}.`, { cause: complaints })
				: new EngineError('media-unreadable', `${out} can't be written.`, { cause: complaints });
		}
		await rename(partial, out);
	} finally {
		await program.end();
		await rm(partial, { force: true });
	}
};
