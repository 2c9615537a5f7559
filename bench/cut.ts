import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CutBoundary } from '../engine/features/cut-analysis.js';
import { openInference } from '../engine/io/inference/networks.js';
import { findFfmpeg } from '../engine/io/media/find-ffmpeg.js';
import { ffmpegMedia } from '../engine/io/media/media.js';
import { projectPath } from '../engine/io/project.js';
import { analyseCut } from '../engine/jobs/analyse-cut.js';
import { type Figure, figure, timed } from './figures.js';

/**
 * `npm run bench -- cut [VIDEO]`: analysing a minute of video, against ffmpeg decoding it. Unless given, the video is the demo
 * film, enlarged to 1080p.
 */
export const name = 'cut';

const RUNS = 3;

export const run = async (options: {
	readonly arguments: readonly string[];
	readonly say: (text: string) => void;
}): Promise<Figure[]> => {
	const programs = findFfmpeg();
	if (!programs) throw new Error('There is no ffmpeg: npm run setup.');
	const video = options.arguments[0] ?? enlarged(programs.ffmpeg, options.say);
	const media = ffmpegMedia();
	const inference = openInference();
	const ports = { media, networks: inference.networks };
	const decode = (...filter: string[]) =>
		execFileSync(programs.ffmpeg, ['-v', 'error', '-i', video, '-an', ...filter, '-f', 'null', '-']);
	try {
		options.say('plain …');
		const first = await analyseCut(video, ports, { known: null, onProgress: () => {} });
		const known: CutBoundary[] = first.boundaries.map(boundary => ({ ...boundary, from: 'timeline' }));
		const plain = await timed(() => analyseCut(video, ports, { known: null, onProgress: () => {} }), RUNS, 0);
		const bare = await timed(() => decode(), RUNS);
		options.say('with known boundaries …');
		const withCuts = await timed(() => analyseCut(video, ports, { known, onProgress: () => {} }), RUNS, 0);
		const bareSeconds = await timed(() => decode('-vf', 'fps=1'), RUNS);
		const shots = await timed(() => inference.networks.shotEnds(new Uint8Array(48 * 27 * 3 * 500)), RUNS);
		return [
			figure('plain-s', 's', plain.map(inSeconds)),
			figure('bare-decode-s', 's', bare.map(inSeconds)),
			figure(
				'plain-over-bare',
				'ratio',
				plain.map((time, k) => time / bare[k]!),
			),
			figure('known-boundaries-s', 's', withCuts.map(inSeconds)),
			figure('bare-1fps-decode-s', 's', bareSeconds.map(inSeconds)),
			figure(
				'known-over-bare-1fps',
				'ratio',
				withCuts.map((time, k) => time / bareSeconds[k]!),
			),
			figure(
				'shot-network-ms-a-frame',
				'ms',
				shots.map(time => time / 500),
			),
		];
	} finally {
		await inference.networks.close();
	}
};

const inSeconds = (milliseconds: number): number => milliseconds / 1000;

const enlarged = (ffmpeg: string, say: (text: string) => void): string => {
	const path = join(tmpdir(), 'segue-bench-1080p.mp4');
	if (existsSync(path)) return path;
	say('making a minute of 1080p …');
	const source = projectPath('demo', 'cut', 'film.mp4');
	execFileSync(ffmpeg, [
		'-v',
		'error',
		'-y',
		'-t',
		'60',
		'-i',
		source,
		'-vf',
		'scale=1920:1080',
		'-preset',
		'veryfast',
		path,
	]);
	return path;
};
