import { extname } from 'node:path';
import { EngineError } from '../../protocol/errors.js';
import { type Rate, toSeconds } from '../../time/time.js';
import { blocksOf } from './blocks.js';
import type { Edit, EditPicture } from './edit.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { hasIndex, inputArguments, type Probed } from './probe.js';
import { startProgram } from './program.js';

export type FrameSize = { readonly width: number; readonly height: number };

/** ffmpeg has to hold all that it plays backwards; longer pieces are read in pieces of this many frames, last one first. */
const BACKWARDS_AT_ONCE = 250;

const STILLS = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.bmp', '.webp', '.tga']);

/**
 * The frames of an edit, each once, in order, as planar 4:2:0 pictures of one size. A source that ends early holds its last
 * frame; one that yields none is black and reported.
 *
 * @param onUnreadable - told the file of which nothing could be shown
 * @param onProgress - frames so far
 */
export async function* editFrames(
	programs: Ffmpeg,
	describe: (path: string, signal?: AbortSignal) => Promise<Probed>,
	{ pictures, rate }: Edit,
	size: FrameSize,
	onUnreadable: (path: string) => void,
	onProgress: (frames: number) => void,
	signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
	const black = blackFrame(size);
	let written = 0;
	for (const picture of pictures.flatMap(whole => inReach(whole, rate))) {
		let last = black;
		let shown = 0;
		try {
			for await (const frame of framesOf(programs, describe, picture, rate, size, signal)) {
				last = frame;
				shown++;
				yield frame;
				onProgress(++written);
			}
		} catch (error) {
			if (!(error instanceof EngineError) || error.code === 'cancelled' || error.code === 'ffmpeg-missing') throw error;
		}
		if (shown === 0 && picture.from) onUnreadable(picture.from.path);
		for (; shown < picture.frames; shown++) {
			yield last;
			onProgress(++written);
		}
	}
}

/** Pieces that can be decoded with bounded memory: long backward ones are cut. */
const inReach = (picture: EditPicture, rate: Rate): EditPicture[] => {
	const { from, frames } = picture;
	if (!from?.reversed || frames <= BACKWARDS_AT_ONCE) return [picture];
	const rest = frames - BACKWARDS_AT_ONCE;
	const later = { ...from, at: from.at - toSeconds(BACKWARDS_AT_ONCE, rate) * from.speed };
	return [{ frames: BACKWARDS_AT_ONCE, from }, ...inReach({ frames: rest, from: later }, rate)];
};

async function* framesOf(
	programs: Ffmpeg,
	describe: (path: string, signal?: AbortSignal) => Promise<Probed>,
	{ from, frames }: EditPicture,
	rate: Rate,
	size: FrameSize,
	signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
	if (from === null) return;
	const { path, speed, reversed } = from;
	const held = speed === 0 || isStill(path);
	const length = held ? 0 : toSeconds(frames, rate) * speed;
	const input = isStill(path)
		? inputArguments(path)
		: seekArguments(
				await withPicture(describe, path, signal),
				path,
				reversed ? from.at - length : from.at,
				length,
				reversed,
			);
	const perSecond = `${rate.numerator}/${rate.denominator}`;
	const { width, height } = size;
	const filters = [
		`scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2:out_color_matrix=bt709:out_range=tv`,
		`pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2,setsar=1`,
		...(reversed && !held ? ['reverse'] : []),
		...(held ? [] : [`setpts=(PTS-STARTPTS)/${speed},fps=${perSecond}:start_time=0`]),
	];
	const args = ['-v', 'error', '-nostdin', '-max_error_rate', '1', ...input, '-an', '-sn', '-vf', filters.join(',')];
	args.push('-pix_fmt', 'yuv420p', '-frames:v', String(held ? 1 : frames), '-f', 'rawvideo', 'pipe:1');
	const program = startProgram(programs.ffmpeg, args, 1, signal);
	try {
		yield* blocksOf(program.outputs[0]!, frameBytes(size), 1);
		await program.ended;
	} finally {
		await program.end();
	}
}

export const isStill = (path: string): boolean => STILLS.has(extname(path).toLowerCase());

const withPicture = async (
	describe: (path: string, signal?: AbortSignal) => Promise<Probed>,
	path: string,
	signal?: AbortSignal,
) => {
	const info = await describe(path, signal);
	if (info.video === null) throw new EngineError('no-video', `${path} has no moving picture`);
	return { ...info, video: info.video };
};

/**
 * Reads from a moment on. A quarter of a frame early, so that rounding does not lose the frame that begins exactly there;
 * and in files whose key frames cannot be looked up by decoding all that comes before.
 */
const seekArguments = (
	info: Probed & { video: NonNullable<Probed['video']> },
	path: string,
	at: number,
	length: number,
	reversed: boolean,
): readonly string[] => {
	const frame = toSeconds(1, info.video.rate);
	const start = Math.max(0, at - frame / 4);
	const seek = ['-ss', start.toFixed(6)];
	// Forwards a frame too many is left unused; backwards it would come first.
	const limit = ['-t', (reversed ? length : length + 2 * frame).toFixed(6)];
	return hasIndex(info) ? [...seek, ...limit, ...inputArguments(path)] : [...inputArguments(path), ...seek, ...limit];
};

const frameBytes = ({ width, height }: FrameSize): number => (width * height * 3) / 2;

const blackFrame = (size: FrameSize): Uint8Array => {
	const frame = new Uint8Array(frameBytes(size)).fill(128);
	return frame.fill(16, 0, size.width * size.height);
};
