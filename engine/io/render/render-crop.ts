import { open, rename, rm } from 'node:fs/promises';
import { type Clip, clipsOf, rangeSamples } from '../../crops/clips.js';
import { ducking, duckUnder } from '../../crops/ducking.js';
import { gainToLoudness, mixRun } from '../../crops/mix.js';
import type { CropPlan } from '../../crops/plan.js';
import { loudnessMeter } from '../../features/audio/loudness.js';
import { EngineError } from '../../protocol/errors.js';
import type { Seconds, Span } from '../../time/time.js';
import type { Ffmpeg } from '../media/find-ffmpeg.js';
import type { Probed } from '../media/probe.js';
import { outputOf } from '../media/program.js';
import { channelsOf, sampleRuns } from './samples.js';

export type RenderOptions = {
	readonly plan: CropPlan;
	/** Of the range. */
	readonly length: Seconds;
	readonly format: 'wav' | 'flac';
	/** In LUFS; null leaves the level. */
	readonly loudness: number | null;
	/** Where the music steps back, in seconds after the range's start. */
	readonly speech: readonly Span[];
};

export type Rendered = {
	readonly sampleRate: number;
	readonly channels: number;
	readonly samples: number;
	readonly gain: number;
	readonly loudness: number | null;
	readonly clips: readonly Clip[];
};

/**
 * Writes a crop as it is heard, from the original file at its own rate, in 24 bits, exactly as long as the range. The same
 * plan gives the same samples in either format. `out` appears only when it is complete.
 *
 * The loudness is that of the music before it steps back under speech.
 */
export const renderCrop = async (
	programs: Ffmpeg,
	path: string,
	info: Probed & { audio: NonNullable<Probed['audio']> },
	options: RenderOptions,
	out: string,
	signal?: AbortSignal,
): Promise<Rendered> => {
	const { sampleRate } = info.audio;
	const channels = channelsOf(info);
	const samples = rangeSamples(options.length, sampleRate);
	const heard = Array.from({ length: channels }, () => new Float32Array(samples));
	const fileSamples = await mixFile(programs, path, info, options, heard, signal);

	const peak = heard.reduce((most, channel) => channel.reduce((m, value) => Math.max(m, Math.abs(value)), most), 0);
	const before = loudnessOf(heard, sampleRate);
	// Without a target only what would clip is turned down.
	const gain =
		options.loudness === null
			? Math.min(0, -20 * Math.log10(Math.max(1e-9, peak)))
			: gainToLoudness(options.loudness, before, peak);
	const factor = 10 ** (gain / 20);
	if (gain !== 0) for (const channel of heard) for (let k = 0; k < samples; k++) channel[k]! *= factor;
	duckUnder(heard, ducking(options.speech), sampleRate);
	const loudness = loudnessOf(heard, sampleRate);
	await encode(programs, heard, sampleRate, options.format, out, signal);
	return {
		sampleRate,
		channels,
		samples,
		gain,
		loudness: Number.isFinite(loudness) ? loudness : null,
		clips: clipsOf(options.plan, sampleRate, fileSamples, options.length),
	};
};

/**
 * Mixes while decoding, so that only what is heard is held. How long the file is in samples is known at its end; until
 * then clips reach as far as the plan says.
 *
 * @returns samples of the whole file
 */
const mixFile = async (
	programs: Ffmpeg,
	path: string,
	info: Probed & { audio: NonNullable<Probed['audio']> },
	{ plan, length }: RenderOptions,
	heard: readonly Float32Array[],
	signal?: AbortSignal,
): Promise<number> => {
	const clips = clipsOf(plan, info.audio.sampleRate, Number.MAX_SAFE_INTEGER, length);
	let end = 0;
	for await (const { first, samples } of sampleRuns(programs, path, info, signal)) {
		mixRun(heard, clips, samples, first);
		end = first + samples.length / heard.length;
	}
	return end;
};

const loudnessOf = (heard: readonly Float32Array[], sampleRate: number): number => {
	const meter = loudnessMeter(sampleRate, heard.length);
	meter.push(heard);
	// One channel is played from both sides.
	return meter.integrated() + (heard.length === 1 ? 10 * Math.log10(2) : 0);
};

const LEVELS = 2 ** 23;
const SAMPLES_AT_ONCE = 1 << 16;

const encode = async (
	programs: Ffmpeg,
	heard: readonly Float32Array[],
	sampleRate: number,
	format: RenderOptions['format'],
	out: string,
	signal?: AbortSignal,
): Promise<void> => {
	const raw = `${out}.raw`;
	const partial = `${out}.part`;
	try {
		await writeRaw(heard, raw);
		const input = ['-f', 's32le', '-ar', String(sampleRate), '-ac', String(heard.length), '-i', `file:${raw}`];
		const codec = format === 'wav' ? ['-c:a', 'pcm_s24le'] : ['-c:a', 'flac', '-sample_fmt', 's32'];
		const args = ['-v', 'error', '-nostdin', '-y', ...input, ...codec, '-fflags', '+bitexact', '-flags', '+bitexact'];
		const { code, complaints } = await outputOf(
			programs.ffmpeg,
			[...args, '-f', format, `file:${partial}`],
			1_000_000,
			signal,
		);
		if (code !== 0) {
			const isFull = /No space left on device/.test(complaints);
			throw isFull
				? new EngineError('disk-full', `there is no space left to write ${out}`, { cause: complaints })
				: new EngineError('internal', 'the crop cannot be encoded', { cause: complaints });
		}
		await rename(partial, out);
	} finally {
		await rm(raw, { force: true });
		await rm(partial, { force: true });
	}
};

/** 24 bits in the upper part of 32, interleaved. */
const writeRaw = async (heard: readonly Float32Array[], path: string): Promise<void> => {
	const file = await open(path, 'w');
	try {
		const total = heard[0]?.length ?? 0;
		for (let from = 0; from < total; from += SAMPLES_AT_ONCE) {
			const count = Math.min(SAMPLES_AT_ONCE, total - from);
			const block = new Int32Array(count * heard.length);
			heard.forEach((channel, c) => {
				for (let k = 0; k < count; k++) {
					const level = Math.round(channel[from + k]! * LEVELS);
					block[k * heard.length + c] = Math.max(-LEVELS, Math.min(LEVELS - 1, level)) * 256;
				}
			});
			await file.write(new Uint8Array(block.buffer));
		}
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
		throw new EngineError('disk-full', `there is no space left to write ${path}`, { cause });
	} finally {
		await file.close();
	}
};
