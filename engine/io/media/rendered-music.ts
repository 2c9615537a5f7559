import { rename, rm } from 'node:fs/promises';
import { EngineError } from '../../protocol/errors.js';
import type { Seconds, Span, TimeRange } from '../../time/time.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { inputArguments, type Probed } from './probe.js';
import { outputOf } from './program.js';

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

/** How much louder speech stays: the music goes down by this under it, as when listening on the page. */
const DUCKED_DB = -9;
/** Seconds in which the music goes down and up again. */
const RAMP: Seconds = 0.3;

/**
 * Writes a video with music under it: the picture as it is, the music from `at` on. Where somebody speaks the video's own
 * sound stays and the music goes down under it; else the music takes the place of the video's own sound. `out` appears
 * only when it is complete.
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
	const format = (channels: number): string => `${stereo(channels)},aresample=48000,aformat=sample_fmts=fltp`;
	const keepsOwn = speech.length > 0 && info.audio !== null;
	const level = keepsOwn ? `,volume=eval=frame:volume='${ducking(speech)}'` : '';
	const laid = `[1:a:0]${trimmed},${format(music.channels)},adelay=${Math.round(at * 48_000)}S:all=1${level}`;
	const mixed = keepsOwn
		? `[0:${info.audio.stream}]${format(info.audio.channels)}[own];${laid}[music];[own][music]amix=inputs=2:normalize=0:duration=longest`
		: laid;
	const graph = `${mixed},apad,atrim=end=${info.duration.toFixed(6)}[out]`;
	const inputs = [...inputArguments(video.path), ...inputArguments(music.path)];
	const maps = ['-filter_complex', graph, '-map', `0:${info.video?.stream ?? 'v:0'}`, '-map', '[out]'];
	const container = /\b(mov|mp4)\b/.test(info.container)
		? ['-movflags', '+faststart', '-f', 'mp4']
		: ['-f', 'matroska'];
	const encode = ['-c:v', 'copy', '-c:a', 'aac', '-b:a', '256k', ...container];
	return written(programs, [...inputs, ...maps, ...encode], out, signal);
};

/** One channel on both sides at its own level: ffmpeg by itself would make it 3 dB softer. */
const stereo = (channels: number): string =>
	channels === 1 ? 'pan=stereo|c0=c0|c1=c0' : 'aformat=channel_layouts=stereo';

/** The ending of a mix's name: its container is that of the video where that takes AAC for sure. */
export const mixExtension = ({ container }: Probed): string => (/\b(mov|mp4)\b/.test(container) ? '.mp4' : '.mkv');

/** The music's gain at time t, as ffmpeg's expressions write it: down over speech, with ramps on either side. */
const ducking = (speech: readonly Span[]): string => {
	const depth = (1 - 10 ** (DUCKED_DB / 20)).toFixed(4);
	const holes = speech.map(({ start, end }) => {
		const [from, to] = [start.toFixed(3), end.toFixed(3)];
		return `clip(min((t-${from})/${RAMP}+1,(${to}-t)/${RAMP}+1),0,1)`;
	});
	// Passages closer than a ramp would add up.
	return `1-${depth}*min(1,${holes.join('+')})`;
};

const written = async (programs: Ffmpeg, args: readonly string[], out: string, signal?: AbortSignal): Promise<void> => {
	const partial = `${out}.${process.pid}.part`;
	try {
		const all = ['-v', 'error', '-nostdin', '-y', ...args, `file:${partial}`];
		const { code, complaints } = await outputOf(programs.ffmpeg, all, 1 << 20, signal);
		if (code !== 0) {
			throw /No space left on device/.test(complaints)
				? new EngineError('disk-full', `There is no space left to write ${out}.`, { cause: complaints })
				: new EngineError('media-unreadable', `${out} can't be written.`, { cause: complaints });
		}
		await rename(partial, out);
	} finally {
		await rm(partial, { force: true });
	}
};
