import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { createTrackFrontEnd, FRONT_END_RATE } from '../engine/features/audio/front-end.js';
import { openAnalysisPool } from '../engine/io/analysis/pool.js';
import { openInference } from '../engine/io/inference/networks.js';
import { spectralKernel } from '../engine/io/kernels.js';
import { findFfmpeg } from '../engine/io/media/find-ffmpeg.js';
import { ffmpegMedia } from '../engine/io/media/media.js';
import { projectPath } from '../engine/io/project.js';
import { segmenterNamed } from '../engine/io/segmenters.js';
import { readSamples } from '../engine/io/track-signal.js';
import type { Networks } from '../engine/jobs/ports.js';
import { createTagStream, TAGGER_RATE } from '../engine/jobs/tag-stream.js';
import { zeros32 } from '../engine/numeric/matrix.js';
import { describeSections, describeTrack } from '../engine/segments/describe-track.js';
import { type BenchOptions, type Figure, figure } from './figures.js';

/**
 * `npm run bench -- analysis [TRACK…] [python=PROGRAM]`: music analysis in times real time, part by part and as a whole,
 * beside librosa, MSAF and the taggers' own program. PROGRAM, or SEGUE_PYTHON, is a Python that has them.
 */
export const name = 'analysis';

const TRACKS = ['hell', 'hacienda'] as const;
const RUNS = 3;
/** Seconds of a track that peers run on before their times count. */
const WARM_UP = 20;

type Cost = { readonly wall: number; readonly cpu: number };
type Parts = Map<string, Cost[]>;

export const run = async ({ arguments: given, say }: BenchOptions): Promise<Figure[]> => {
	const python = given.find(argument => argument.startsWith('python='))?.slice(7) ?? process.env.SEGUE_PYTHON;
	const named = given.filter(argument => !argument.includes('='));
	const paths = named.length > 0 ? named : TRACKS.map(track => projectPath('demo', 'music', `${track}.opus`));
	const media = ffmpegMedia();
	const inference = openInference();
	const pool = openAnalysisPool(inference.networks);
	const deaf = openAnalysisPool(noNetworks);
	const costs: Parts = new Map();
	try {
		const sounds = await Promise.all(paths.map(path => readSamples(media, path, FRONT_END_RATE)));
		const tagged = await Promise.all(paths.map(path => readSamples(media, path, TAGGER_RATE)));
		const duration = sounds.reduce((sum, { length }) => sum + length / FRONT_END_RATE, 0);
		const analyse = (with_: typeof pool) => () =>
			Promise.all(paths.map(path => with_.track(path, { segmenter: 'default' })));
		// In turn, so that a machine that slows down slows all; the first round only warms up.
		for (let round = -1; round < RUNS; round++) {
			say(`round ${round + 2} of ${RUNS + 1} …`);
			const record = (name: string, cost: Cost) => {
				if (round >= 0) costs.set(name, [...(costs.get(name) ?? []), cost]);
			};
			record('decoding', await cost(() => Promise.all(paths.map(path => readSamples(media, path, FRONT_END_RATE)))));
			for (const [part, own] of Object.entries(signalParts(sounds))) record(part, await cost(own));
			record(
				'taggers',
				await cost(async () => {
					for (const samples of tagged) {
						const stream = createTagStream(inference.networks);
						await stream.push(samples);
						await stream.finish();
					}
				}),
			);
			record('signal-part', await cost(analyse(deaf)));
			record('complete', await cost(analyse(pool)));
		}
		const peers = python === undefined ? null : await peerCosts(python, paths, say);
		if (peers === null) {
			say('Peers are left out: python=PROGRAM or SEGUE_PYTHON names a Python with librosa, msaf and musicnn.');
		}
		return [...ownFigures(costs, duration), ...(peers === null ? [] : peerFigures(peers, costs, duration, say))];
	} finally {
		await Promise.all([pool.close(), deaf.close()]);
		await inference.networks.close();
	}
};

/** Decoded sound through each part of the signal analysis alone, on one thread. */
const signalParts = (sounds: readonly Float32Array[]): Record<string, () => unknown> => {
	const heard = (samples: Float32Array) => {
		const frontEnd = createTrackFrontEnd(spectralKernel());
		// In runs of a size as they come from the decoder.
		for (let at = 0; at < samples.length; at += 1 << 16) frontEnd.push(samples.subarray(at, at + (1 << 16)));
		return frontEnd.finish();
	};
	let signals: ReturnType<typeof heard>[] = [];
	const sections = (algorithm: Parameters<typeof segmenterNamed>[0]) => () =>
		signals.map(signal => describeSections(segmenterNamed(algorithm), signal));
	return {
		'front-end': () => {
			signals = sounds.map(heard);
		},
		'sections-foote': sections('foote'),
		'sections-sf': sections('sf'),
		'sections-olda': sections('olda'),
		labels: () => signals.map(signal => describeTrack(signal, zeros32(Math.ceil(signal.duration), 100))),
	};
};

/** In the place of the networks: what is left is the signal part, with all that surrounds it. */
const noNetworks: Pick<Networks, 'logMel' | 'musicTags'> = {
	logMel: async samples => zeros32(Math.ceil(samples.length / 256), 96),
	musicTags: async (_logMel, starts) => ({ tags: zeros32(starts.length, 100), features: zeros32(starts.length, 400) }),
};

/** Seconds that pass, and seconds that this process's threads are busy: ffmpeg, a process of its own, isn't counted. */
const cost = async (work: () => unknown): Promise<Cost> => {
	const busy = process.cpuUsage();
	const start = performance.now();
	await work();
	const { user, system } = process.cpuUsage(busy);
	return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
};

const ownFigures = (costs: Parts, duration: number): Figure[] =>
	[...costs].flatMap(([part, all]) => [
		figure(
			`${part}-times-real-time`,
			'×',
			all.map(({ wall }) => duration / wall),
		),
		...(part === 'decoding'
			? []
			: [
					figure(
						`${part}-times-real-time-a-busy-core`,
						'×',
						all.map(({ cpu }) => duration / cpu),
					),
				]),
	]);

type Answer = Record<string, { wall: number; cpu: number; version: string } | { absent: string }>;

/** Every track by a process of its own, all at the same time as ours are. */
const peerCosts = async (python: string, paths: readonly string[], say: BenchOptions['say']): Promise<Answer[]> => {
	say(`peers: ${paths.length} tracks, each through librosa, MSAF three times, and the taggers …`);
	const folder = mkdtempSync(join(tmpdir(), 'segue-peers-'));
	try {
		return await Promise.all(
			paths.map(async path => {
				const wave = join(folder, `${basename(path)}.wav`);
				const sound = ['-ac', '1', '-ar', String(FRONT_END_RATE), wave];
				execFileSync(findFfmpeg()!.ffmpeg, ['-v', 'error', '-i', path, ...sound]);
				const script = projectPath('bench', 'peers', 'analysis.py');
				const options = { maxBuffer: 1 << 26 };
				const { stdout } = await promisify(execFile)(python, [script, wave, String(WARM_UP)], options);
				return JSON.parse(stdout) as Answer;
			}),
		);
	} finally {
		rmSync(folder, { recursive: true });
	}
};

/** The pipeline that ours is held against; MSAF by the algorithm that we use. */
const REFERENCE = ['librosa', 'msaf-olda', 'tagger'] as const;

const peerFigures = (answers: Answer[], costs: Parts, duration: number, say: BenchOptions['say']): Figure[] => {
	const of = (part: string): Cost | null => {
		const all = answers.map(answer => answer[part]!);
		for (const each of all) {
			if (!('absent' in each)) continue;
			say(`${part} did not run: ${each.absent}`);
			return null;
		}
		const ran = all as Cost[];
		return {
			wall: Math.max(...ran.map(({ wall }) => wall)),
			cpu: ran.reduce((sum, { cpu }) => sum + cpu, 0),
		};
	};
	const peers = Object.keys(answers[0]!).map(part => [part, of(part)] as const);
	const figures = peers.flatMap(([part, found]) =>
		found === null
			? []
			: [
					figure(`peer-${part}-times-real-time`, '×', [duration / found.wall]),
					figure(`peer-${part}-times-real-time-a-busy-core`, '×', [duration / found.cpu]),
				],
	);
	const reference = REFERENCE.map(part => peers.find(([name]) => name === part)?.[1] ?? null);
	if (reference.includes(null)) return figures;
	const whole = { wall: 0, cpu: 0 };
	for (const part of reference) {
		whole.wall += part!.wall;
		whole.cpu += part!.cpu;
	}
	const complete = costs.get('complete')!;
	return [
		...figures,
		figure('reference-pipeline-times-real-time', '×', [duration / whole.wall]),
		figure('reference-pipeline-times-real-time-a-busy-core', '×', [duration / whole.cpu]),
		figure(
			'complete-over-reference-pipeline',
			'times as fast',
			complete.map(({ wall }) => whole.wall / wall),
		),
		figure(
			'complete-over-reference-pipeline-a-busy-core',
			'times as fast',
			complete.map(({ cpu }) => whole.cpu / cpu),
		),
	];
};
