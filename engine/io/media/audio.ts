import type { AudioRun } from '../../jobs/ports.js';
import { blocksOf } from './blocks.js';
import { decode, pipe } from './decode.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import type { Probed } from './probe.js';

const SAMPLES_PER_RUN = 1 << 16;

/**
 * The sound of a file, mixed down to the mean of its channels and resampled to each of the rates, from one decoding pass.
 * In a file with a picture, sample 0 belongs to the first frame, and gaps in the sound become silence.
 *
 * @param info - the file's description; has sound
 * @param sampleRates - in Hz, each once
 */
export async function* audioRuns(
	programs: Ffmpeg,
	path: string,
	info: Probed & { audio: NonNullable<Probed['audio']> },
	sampleRates: readonly number[],
	signal?: AbortSignal,
): AsyncGenerator<AudioRun> {
	if (sampleRates.length === 0 || new Set(sampleRates).size !== sampleRates.length) {
		throw new RangeError(`sampleRates must be distinct and at least one, not [${sampleRates}]`);
	}
	const split = sampleRates.map((_, k) => `[s${k}]`).join('');
	const branches = sampleRates.map((rate, k) => `[s${k}]${resampler(programs, rate)},aformat=sample_fmts=flt[o${k}]`);
	const graph = [
		`[0:${info.audio.stream}]${[...alignment(info), mixdown(info.audio.channels)].join(',')},asplit=${sampleRates.length}${split}`,
		...branches,
	].join(';');
	const outputs = sampleRates.flatMap((_, k) => ['-map', `[o${k}]`, '-f', 'f32le', pipe(k)]);

	yield* decode(
		programs,
		path,
		{ seek: [], outputs: ['-filter_complex', graph, ...outputs], pipes: sampleRates.length },
		pipes => sampleRates.map((sampleRate, k) => runsOf(blocksOf(pipes[k]!, 4, SAMPLES_PER_RUN), sampleRate)),
		signal,
	);
}

async function* runsOf(blocks: AsyncGenerator<Uint8Array>, sampleRate: number): AsyncGenerator<AudioRun> {
	for await (const block of blocks) yield { sampleRate, samples: new Float32Array(block.buffer, 0, block.length / 4) };
}

/** Music has no picture to be in time with; its time stamps are left alone, as they add nothing to the decoded samples. */
const alignment = (info: Probed): readonly string[] =>
	info.video === null ? [] : [`asetpts=PTS-${info.video.delay}/TB`, 'aresample=async=1:first_pts=0'];

/**
 * The mean of all channels. ffmpeg's own mixdown weighs them by their position and, for floating-point sources, lets two
 * equal channels come out 3 dB louder. '<' makes the gains add up to one over the channels that are there.
 */
const mixdown = (channels: number): string =>
	`aformat=sample_fmts=fltp,pan=mono|c0<${Array.from({ length: Math.max(2, channels) }, (_, c) => `c${c}`).join('+')}`;

/** Precision 20 is what librosa calls 'soxr_hq'. Without SoX, a longer filter than ffmpeg's default. */
const resampler = (programs: Ffmpeg, rate: number): string =>
	programs.soxr
		? `aresample=${rate}:resampler=soxr:precision=20`
		: `aresample=${rate}:filter_size=64:cutoff=0.97:exact_rational=1`;
