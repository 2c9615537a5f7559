import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openAnalysisPool } from '../engine/io/analysis/pool.js';
import { openInference } from '../engine/io/inference/networks.js';
import { ffmpegMedia } from '../engine/io/media/media.js';
import { projectPath } from '../engine/io/project.js';
import { createTagStream, TAGGER_RATE } from '../engine/jobs/tag-stream.js';
import { type Figure, figure } from './figures.js';

/** `npm run bench -- index [FOLDER]`: analysing music on all cores, against the bare networks on decoded sound. */
export const name = 'index';

/** Tracks of the folder that are analysed in a run. */
const TRACKS = 6;
const RUNS = 3;

export const run = async (options: {
	readonly arguments: readonly string[];
	readonly say: (text: string) => void;
}): Promise<Figure[]> => {
	const folder = options.arguments[0] ?? projectPath('demo', 'music');
	const paths = readdirSync(folder)
		.filter(file => /\.(opus|ogg|mp3|flac|m4a|wav)$/i.test(file))
		.sort()
		.slice(0, TRACKS)
		.map(file => join(folder, file));
	const inference = openInference();
	const pool = openAnalysisPool(inference.networks);
	const media = ffmpegMedia();
	try {
		const sounds = await Promise.all(paths.map(path => decoded(media, path)));
		const duration = sounds.reduce((sum, samples) => sum + samples.length / TAGGER_RATE, 0);
		const whole: number[] = [];
		const bare: number[] = [];
		// In turn, so that a machine that slows down slows both; the first round only warms up.
		for (let round = -1; round < RUNS; round++) {
			options.say(`round ${round + 2} of ${RUNS + 1} …`);
			const all = await seconds(() => Promise.all(paths.map(path => pool.track(path, { segmenter: 'foote' }))));
			const networks = await seconds(async () => {
				for (const samples of sounds) {
					const stream = createTagStream(inference.networks);
					await stream.push(samples);
					await stream.finish();
				}
			});
			if (round < 0) continue;
			whole.push(all);
			bare.push(networks);
		}
		return [
			figure(
				'analysis-times-real-time',
				'×',
				whole.map(time => duration / time),
			),
			figure(
				'bare-networks-times-real-time',
				'×',
				bare.map(time => duration / time),
			),
			figure(
				'analysis-over-bare-networks',
				'ratio',
				whole.map((time, k) => time / bare[k]!),
			),
			figure(
				'tracks-a-minute',
				'1/min',
				whole.map(time => (60 * paths.length) / time),
			),
		];
	} finally {
		await pool.close();
		await inference.networks.close();
	}
};

const decoded = async (media: ReturnType<typeof ffmpegMedia>, path: string): Promise<Float32Array> => {
	const parts: Float32Array[] = [];
	for await (const { samples } of media.audio(path, [TAGGER_RATE])) parts.push(samples);
	const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
};

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1000;
};
