import { blocksOf } from '../../engine/io/media/blocks.js';
import { decode, pipe } from '../../engine/io/media/decode.js';
import type { Ffmpeg } from '../../engine/io/media/find-ffmpeg.js';
import { EngineError } from '../../engine/protocol/errors.js';
import type { Bands } from './mood.js';

const SAMPLE_RATE = 16_000;
/** Two filters of 12 dB an octave each. */
const BANDS = ['lowpass=f=200,lowpass=f=200', 'highpass=f=200,lowpass=f=2000', 'highpass=f=2000,highpass=f=2000'];

/**
 * How loud three bands of a file's sound are at each video frame.
 *
 * @param fps - divides 16,000
 * @param seconds - of the sound, from its start
 */
export const bandsOf = async (
	programs: Ffmpeg,
	path: string,
	fps: number,
	seconds: number,
	signal?: AbortSignal,
): Promise<Bands> => {
	const split = BANDS.map((_, k) => `[s${k}]`).join('');
	const filters = BANDS.map((filter, k) => `[s${k}]${filter},aformat=sample_fmts=flt[o${k}]`);
	const graph = [`[0:a:0]aformat=channel_layouts=mono,aresample=${SAMPLE_RATE},asplit=3${split}`, ...filters].join(';');
	const outputs = BANDS.flatMap((_, k) => ['-map', `[o${k}]`, '-t', String(seconds), '-f', 'f32le', pipe(k)]);
	const levels: number[][] = BANDS.map(() => []);
	const frames = decode(
		programs,
		path,
		{ seek: [], outputs: ['-filter_complex', graph, ...outputs], pipes: BANDS.length },
		pipes => pipes.map((stream, band) => levelsOf(blocksOf(stream, 4, SAMPLE_RATE / fps), band)),
		signal,
	);
	for await (const { band, level } of frames) levels[band]!.push(level);
	const count = Math.min(...levels.map(({ length }) => length));
	if (count < fps) throw new EngineError('media-unreadable', `${path} has no second of sound`);
	const [low, mid, high] = levels.map(values => Float64Array.from(values.slice(0, count)));
	return { low: low!, mid: mid!, high: high! };
};

async function* levelsOf(
	blocks: AsyncGenerator<Uint8Array>,
	band: number,
): AsyncGenerator<{ band: number; level: number }> {
	for await (const block of blocks) {
		const samples = new Float32Array(block.buffer, 0, block.length >> 2);
		let squares = 0;
		for (const sample of samples) squares += sample * sample;
		yield { band, level: Math.sqrt(squares / Math.max(1, samples.length)) };
	}
}
