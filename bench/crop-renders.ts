import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { ENDING_CHOICES, planWithEnding } from '../engine/crops/endings.js';
import { findFfmpeg } from '../engine/io/media/find-ffmpeg.js';
import { ffmpegMedia } from '../engine/io/media/media.js';
import type { BenchMusic } from './crops.js';
import { type Figure, figure } from './figures.js';

const RENDERS = 200;
const COMPARED = 20;
const RATES = [
	[24, 1],
	[25, 1],
	[30, 1],
	[50, 1],
	[60, 1],
	[24_000, 1001],
	[30_000, 1001],
	[60_000, 1001],
] as const;

/**
 * Crops of random tracks, ranges and frame rates, rendered: how many are not exactly as long as their range, to the sample;
 * and, for some, by how many samples the first piece lies off an independent decode of the song, by cross-correlation.
 */
export const renderFigures = async (
	{ analyses, paths }: BenchMusic,
	seed: number,
	say: (text: string) => void,
): Promise<Figure[]> => {
	const ffmpeg = findFfmpeg()?.ffmpeg;
	if (!ffmpeg) throw new Error('There is no ffmpeg: npm run setup.');
	const random = xoroshiro128plus(seed + 2);
	const media = ffmpegMedia();
	const folder = mkdtempSync(join(tmpdir(), 'segue-renders-'));
	const off: number[] = [];
	const lags: number[] = [];
	try {
		for (let k = 0; k < RENDERS; k++) {
			const track = uniformInt(random, 0, analyses.length - 1);
			const song = analyses[track]!;
			const [numerator, denominator] = RATES[k % RATES.length]!;
			const frames = uniformInt(
				random,
				Math.ceil((8 * numerator) / denominator),
				Math.ceil((70 * numerator) / denominator),
			);
			const length = (frames * denominator) / numerator;
			const start = uniformFloat64(random) * song.duration * 0.8;
			const plan = planWithEnding(song, start, length, ENDING_CHOICES[k % ENDING_CHOICES.length]!);
			const out = join(folder, 'crop.wav');
			const options = { plan, length, format: 'wav' as const, loudness: null, speech: [] };
			const { sampleRate, channels } = await media.crop(paths[track]!, options, out);
			const bytes = execFileSync(ffmpeg, ['-v', 'error', '-i', out, '-f', 's16le', '-'], { maxBuffer: 2 ** 28 }).length;
			off.push(Math.abs(bytes / (2 * channels) - Math.round((frames * denominator * sampleRate) / numerator)));
			if (lags.length < COMPARED) lags.push(lagOf(ffmpeg, paths[track]!, out, start, sampleRate));
			if (statSync(out).size === 0) throw new Error('A rendered crop is empty.');
			if (k % 25 === 24) say(`${k + 1} of ${RENDERS} crops rendered …`);
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	return [figure('rendered-length-off', 'samples', off), figure('rendered-lag', 'samples', lags)];
};

/** Samples compared, from a second into the crop on. */
const COMPARE = 1 << 15;
const MOST_LAG = 200;

const lagOf = (ffmpeg: string, song: string, crop: string, start: number, sampleRate: number): number => {
	const mono = (path: string) => {
		const args = ['-v', 'error', '-i', path, '-ac', '1', '-ar', String(sampleRate), '-f', 'f32le', '-'];
		const bytes = execFileSync(ffmpeg, args, { maxBuffer: 2 ** 30 });
		return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
	};
	const [whole, heard] = [mono(song), mono(crop)];
	const from = sampleRate;
	const origin = Math.round(start * sampleRate) + from;
	let best = { lag: 0, product: Number.NEGATIVE_INFINITY };
	for (let lag = -MOST_LAG; lag <= MOST_LAG; lag++) {
		let product = 0;
		for (let k = 0; k < COMPARE; k++) product += heard[from + k]! * (whole[origin + lag + k] ?? 0);
		if (product > best.product) best = { lag, product };
	}
	return Math.abs(best.lag);
};
