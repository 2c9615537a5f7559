import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** The ffmpeg that does our reading, and what of it differs from build to build. */
export type Ffmpeg = {
	readonly ffmpeg: string;
	readonly ffprobe: string;
	/** As the program states it: '7.1', '5.1.9-0+deb12u1', 'N-118000-g1234567'. */
	readonly version: string;
	/** Where it was found. */
	readonly from: 'FFMPEG_PATH' | 'ffmpeg-static' | 'PATH';
	/** Whether it holds the SoX resampler. */
	readonly soxr: boolean;
	/** Whether it knows `-fps_mode` (since 5.1), which took the place of `-vsync`. */
	readonly fpsMode: boolean;
};

/**
 * Looks for an ffmpeg that runs: the one FFMPEG_PATH names, which rules out all others, else the package ffmpeg-static,
 * else the first on the PATH. ffprobe is taken from beside it, else from the PATH, else from the package
 * \@ffprobe-installer/ffprobe. Null where either is missing.
 */
export const findFfmpeg = (environment: NodeJS.ProcessEnv = process.env): Ffmpeg | null => {
	const named = environment.FFMPEG_PATH;
	const candidates = named
		? ([[named, 'FFMPEG_PATH']] as const)
		: ([
				[packagedProgram('ffmpeg-static'), 'ffmpeg-static'],
				['ffmpeg', 'PATH'],
			] as const);

	for (const [ffmpeg, from] of candidates) {
		const banner = ffmpeg === null ? null : versionBanner(ffmpeg, environment);
		if (ffmpeg === null || banner === null) continue;
		const ffprobe = [besideIt(ffmpeg), 'ffprobe', packagedProgram('@ffprobe-installer/ffprobe')].find(
			program => program !== null && versionBanner(program, environment) !== null,
		);
		if (!ffprobe) return null;
		const version = /^ffmpeg version (\S+)/.exec(banner)?.[1] ?? 'unknown';
		const soxr = banner.includes('--enable-libsoxr');
		return { ffmpeg, ffprobe, version, from, soxr, fpsMode: isAtLeast(version, 5, 1) };
	}
	return null;
};

const besideIt = (ffmpeg: string): string | null => {
	// A bare name comes from the PATH, where ffprobe is looked up next anyway.
	if (basename(ffmpeg) === ffmpeg) return null;
	const ffprobe = join(dirname(ffmpeg), basename(ffmpeg).replace('ffmpeg', 'ffprobe'));
	return existsSync(ffprobe) && ffprobe !== ffmpeg ? ffprobe : null;
};

const versionBanner = (program: string, environment: NodeJS.ProcessEnv): string | null => {
	const { status, stdout } = spawnSync(program, ['-version'], { encoding: 'utf8', env: environment, timeout: 20_000 });
	return status === 0 ? stdout : null;
};

/** Both packages are optional, and one of them is installed without its program where its download failed. */
const packagedProgram = (name: string): string | null => {
	try {
		const exported: unknown = createRequire(import.meta.url)(name);
		const path = typeof exported === 'object' && exported !== null && 'path' in exported ? exported.path : exported;
		return typeof path === 'string' && existsSync(path) ? path : null;
	} catch {
		return null;
	}
};

/** Builds from the development branch carry no number and count as new. */
const isAtLeast = (version: string, major: number, minor: number): boolean => {
	const match = /^n?(\d+)\.(\d+)/.exec(version);
	if (!match) return true;
	const [ours, oursMinor] = [Number(match[1]), Number(match[2])];
	return ours > major || (ours === major && oursMinor >= minor);
};
