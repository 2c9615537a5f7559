import { EngineError } from '../../protocol/errors.js';
import { blocksOf } from '../media/blocks.js';
import { decode, pipe } from '../media/decode.js';
import type { Ffmpeg } from '../media/find-ffmpeg.js';
import type { Probed } from '../media/probe.js';

const SAMPLES_PER_RUN = 1 << 15;

/** Interleaved samples in [-1, 1] of the original, in the order and at the rate that it holds them. */
export type SampleRun = { readonly first: number; readonly samples: Float32Array };

/**
 * A file's sound at its own rate, one channel or two; more are mixed down to two. Decoded from its beginning, since
 * formats with frames of their own cannot be entered to the sample elsewhere. Sample 0 is that of the analysis.
 */
export async function* sampleRuns(
	programs: Ffmpeg,
	path: string,
	info: Probed & { audio: NonNullable<Probed['audio']> },
	signal?: AbortSignal,
): AsyncGenerator<SampleRun> {
	const channels = channelsOf(info);
	const outputs = ['-map', `0:${info.audio.stream}`, '-ac', String(channels), '-rematrix_maxval', '1'];
	outputs.push('-ar', String(info.audio.sampleRate), '-f', 'f32le', pipe(0));
	let first = 0;
	for await (const block of decode(
		programs,
		path,
		{ seek: [], outputs, pipes: 1 },
		([output]) => {
			if (!output) throw new EngineError('internal', 'ffmpeg has no output');
			return [blocksOf(output, 4 * channels, SAMPLES_PER_RUN)];
		},
		signal,
	)) {
		const samples = new Float32Array(block.buffer, 0, block.length / 4);
		yield { first, samples };
		first += samples.length / channels;
	}
}

export const channelsOf = ({ audio }: { readonly audio: { readonly channels: number } }): number =>
	Math.min(2, audio.channels);
