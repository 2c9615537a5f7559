import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { renderAsync } from '@resvg/resvg-js';
import type { Ffmpeg } from '../../engine/io/media/find-ffmpeg.js';
import { EngineError } from '../../engine/protocol/errors.js';
import type { Mood } from './mood.js';
import { HEIGHT, sceneDrawer, WIDTH } from './scenes.js';
import type { Shot } from './shots.js';
import type { Style } from './style.js';

export type Picture = { readonly fps: number; readonly width: number };

/**
 * Draws a clip and writes it with its music as an MP4 file, which is there whole or not at all.
 *
 * @param shots - cover all frames of the mood
 */
export const renderClip = async (
	{ ffmpeg }: Ffmpeg,
	music: string,
	output: string,
	{ mood, shots, style }: { readonly mood: Mood; readonly shots: readonly Shot[]; readonly style: Style },
	{ fps, width }: Picture,
	signal: AbortSignal,
): Promise<void> => {
	const height = Math.round((width * HEIGHT) / WIDTH / 2) * 2;
	const seconds = mood.level.length / fps;
	const unfinished = `${output}.part`;
	const picture = ['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${width}x${height}`, '-r', String(fps), '-i', 'pipe:0'];
	const sound = ['-t', String(seconds), '-i', `file:${music}`, '-map', '0:v:0', '-map', '1:a:0', '-ac', '2'];
	const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '26', '-pix_fmt', 'yuv420p', '-threads', '1'];
	const muxed = ['-c:a', 'aac', '-b:a', '128k', '-map_metadata', '-1', '-f', 'mp4', `file:${unfinished}`];
	const program = spawn(ffmpeg, ['-v', 'error', '-y', ...picture, ...sound, ...coded, ...muxed], {
		stdio: ['pipe', 'ignore', 'pipe'],
		signal,
	});
	let complaints = '';
	program.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaints = (complaints + text).slice(-2000);
	});
	// Its end is what says whether it failed; a pipe that it closed early says nothing more.
	program.stdin.on('error', () => {});
	const ended = once(program, 'close');
	ended.catch(() => {});
	try {
		for await (const frame of frames(mood, shots, style, fps, width)) {
			if (program.exitCode !== null) break;
			if (!program.stdin.write(frame)) await Promise.race([once(program.stdin, 'drain'), ended]);
		}
		program.stdin.end();
		const [code] = (await ended) as [number | null];
		if (code !== 0) throw new EngineError('internal', `ffmpeg could not write ${output}`, { cause: complaints });
		await rename(unfinished, output);
	} finally {
		program.kill();
		await rm(unfinished, { force: true });
	}
};

/** A pulse fades to half in so many seconds. */
const HALF_LIFE = 0.15;

/** The pixels of each frame, row by row, four bytes each. */
async function* frames(
	{ level, onset }: Mood,
	shots: readonly Shot[],
	style: Style,
	fps: number,
	width: number,
): AsyncGenerator<Buffer> {
	const options = { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false } } as const;
	let phase = 0;
	let pulse = 0;
	for (const shot of shots) {
		const draw = sceneDrawer(shot, style);
		for (let frame = shot.start; frame < shot.end; frame++) {
			pulse = Math.max(onset[frame]!, pulse * 0.5 ** (1 / (fps * HALF_LIFE)));
			phase += (style.speed * (0.1 + 3 * level[frame]! ** 2)) / fps;
			yield (await renderAsync(draw(phase, pulse), options)).pixels;
		}
	}
}
