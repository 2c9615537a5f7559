import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import type { AudioRun, PictureRun } from '../../../../engine/jobs/ports.js';

/** A file of the demo, as 'cut/film.mp4'. */
export const demo = (name: string): string => fileURLToPath(new URL(`../../../../demo/${name}`, import.meta.url));

let folder = '';

/** Gives each test file that calls this a folder of its own, removed after its tests. */
export const clipFolder = (): void => {
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'segue-clips-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));
};

export const inFolder = (name: string): string => join(folder, name);

/** Makes a file with a plain ffmpeg call of its own: everything but the output's name. */
export const makeClip = (name: string, ...args: readonly string[]): string => {
	const path = inFolder(name);
	plainFfmpeg(...args, '-y', `file:${path}`);
	return path;
};

/** What a plain ffmpeg call writes to its standard output. */
export const plainFfmpeg = (...args: readonly string[]): Buffer => {
	const { status, stdout, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...args], { maxBuffer: 1 << 30 });
	if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${stderr}`);
	return stdout;
};

/** Output options that keep the time stamps as they are; their name changed between versions. */
export const variableRate = (): string[] => (findFfmpeg()?.fpsMode ? ['-fps_mode', 'vfr'] : ['-vsync', 'vfr']);

/** How many frames a full decode by ffprobe counts. */
export const countedFrames = (path: string): number => {
	const args = ['-v', 'error', '-count_frames', '-select_streams', 'v:0', '-show_entries', 'stream=nb_read_frames'];
	return Number.parseInt(
		spawnSync('ffprobe', [...args, '-of', 'csv=p=0', `file:${path}`], { encoding: 'utf8' }).stdout,
		10,
	);
};

export const floats = (bytes: Buffer): Float32Array =>
	new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - (bytes.length % 4)));

/** All samples of each rate, joined. */
export const joinedSound = async (runs: AsyncIterable<AudioRun>): Promise<Map<number, Float32Array>> => {
	const parts = new Map<number, Float32Array[]>();
	for await (const { sampleRate, samples } of runs) {
		parts.set(sampleRate, [...(parts.get(sampleRate) ?? []), samples]);
	}
	return new Map(
		[...parts].map(([rate, runsOfRate]) => {
			const joined = new Float32Array(runsOfRate.reduce((sum, run) => sum + run.length, 0));
			let at = 0;
			for (const run of runsOfRate) {
				joined.set(run, at);
				at += run.length;
			}
			return [rate, joined];
		}),
	);
};

export type Pictures = { seconds: Map<number, Buffer>; frames: Map<number, Buffer> };

/** Every picture by its second and every frame by its number; a number that comes twice is an error. */
export const gatheredPictures = async (runs: AsyncIterable<PictureRun>): Promise<Pictures> => {
	const gathered: Pictures = { seconds: new Map(), frames: new Map() };
	const add = (pictures: Map<number, Buffer>, number: number, pixels: Uint8Array) => {
		if (pictures.has(number)) throw new Error(`picture ${number} came twice`);
		pictures.set(number, Buffer.from(pixels));
	};
	for await (const run of runs) {
		if (run.kind === 'second') {
			add(gathered.seconds, run.second, run.pixels);
		} else {
			for (let at = 0; at < run.pixels.length; at += FRAME_BYTES) {
				add(gathered.frames, run.frame + at / FRAME_BYTES, run.pixels.subarray(at, at + FRAME_BYTES));
			}
		}
	}
	return gathered;
};

export const FRAME_BYTES = 48 * 27 * 3;

export const rootMeanSquare = (samples: Float32Array): number =>
	Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** How many programs that this process has started are still there, zombies included. */
export const childrenAlive = (): number => {
	if (process.platform !== 'linux') {
		return process.getActiveResourcesInfo().filter(resource => resource === 'ProcessWrap').length;
	}
	return readdirSync('/proc').filter(entry => {
		if (!/^\d+$/.test(entry)) return false;
		try {
			// pid (name) state parent …; the name may hold spaces and brackets.
			const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
			const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
			return parent === process.pid && stat.includes('(ff');
		} catch {
			return false;
		}
	}).length;
};
