import { ducking, duckUnder } from '../../crops/ducking.js';
import { Limiter } from '../../crops/limiter.js';
import { EngineError } from '../../protocol/errors.js';
import type { Span } from '../../time/time.js';
import { blocksOf } from './blocks.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { type Program, startProgram } from './program.js';

/** Of what is mixed: stereo, at this rate. */
export const MIX_RATE = 48_000;
const CHANNELS = 2;
const SAMPLES_PER_BLOCK = 1 << 14;

/** A file's sound as it goes into a mix: what opens it, which stream, and filters that make it stereo at the mix's rate. */
export type MixSource = { readonly input: readonly string[]; readonly stream: string; readonly filter: string };

/**
 * A video's own sound with music under it: the music steps back where somebody speaks, and no sample of the two together
 * goes above the limiter's ceiling. Interleaved float32, for an encoder to read.
 *
 * @param own - null where the music takes its place
 * @param samples - of the whole; what ends earlier is silent from there on
 * @throws EngineError 'media-unreadable', 'cancelled'
 */
export async function* mixedSound(
	programs: Ffmpeg,
	own: MixSource | null,
	music: MixSource,
	speech: readonly Span[],
	samples: number,
	signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
	const opened = [music, ...(own ? [own] : [])].map(source => open(programs, source, signal));
	const corners = own ? ducking(speech) : [];
	const limiter = new Limiter(MIX_RATE, CHANNELS);
	try {
		// What the limiter holds back comes out behind the end, and as much less at the start.
		for (let first = 0; first < samples + limiter.latency; first += SAMPLES_PER_BLOCK) {
			const block = silence();
			for (const [k, { blocks }] of opened.entries()) {
				const next = await blocks.next();
				const channels = next.done ? silence() : apart(next.value);
				if (k === 0) duckUnder(channels, corners, MIX_RATE, first);
				block.forEach((channel, c) => {
					for (let j = 0; j < channel.length; j++) channel[j]! += channels[c]![j]!;
				});
			}
			limiter.process(block);
			const from = Math.max(0, limiter.latency - first);
			const to = Math.min(SAMPLES_PER_BLOCK, samples + limiter.latency - first);
			if (to > from) yield together(block, from, to);
		}
	} finally {
		for (const { program } of opened) await program.end();
	}
}

type Opened = { readonly program: Program; readonly blocks: AsyncGenerator<Uint8Array> };

const open = (programs: Ffmpeg, { input, stream, filter }: MixSource, signal?: AbortSignal): Opened => {
	const format = ['-ac', String(CHANNELS), '-ar', String(MIX_RATE), '-f', 'f32le', 'pipe:1'];
	const args = ['-v', 'error', '-nostdin', ...input, '-map', stream, '-af', filter, ...format];
	const program = startProgram(programs.ffmpeg, args, 1, signal);
	return { program, blocks: readThrough(program) };
};

/** Its sound in blocks; a program that failed is told of at its end. */
async function* readThrough(program: Program): AsyncGenerator<Uint8Array> {
	yield* blocksOf(program.outputs[0]!, 4 * CHANNELS, SAMPLES_PER_BLOCK);
	const { code, complaints } = await program.ended;
	if (code !== 0) throw new EngineError('media-unreadable', 'the sound cannot be read', { cause: complaints });
}

const silence = (): Float32Array[] => Array.from({ length: CHANNELS }, () => new Float32Array(SAMPLES_PER_BLOCK));

/** One array a channel, of a block's whole length. */
const apart = (bytes: Uint8Array): Float32Array[] => {
	const interleaved = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
	const channels = silence();
	for (let k = 0; k < interleaved.length; k++) channels[k % CHANNELS]![Math.floor(k / CHANNELS)] = interleaved[k]!;
	return channels;
};

const together = (channels: readonly Float32Array[], from: number, to: number): Uint8Array => {
	const interleaved = new Float32Array((to - from) * CHANNELS);
	for (let k = 0; k < interleaved.length; k++) {
		interleaved[k] = channels[k % CHANNELS]![from + Math.floor(k / CHANNELS)]!;
	}
	return new Uint8Array(interleaved.buffer);
};
