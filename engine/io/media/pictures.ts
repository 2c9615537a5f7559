import type { PictureRun } from '../../jobs/ports.js';
import type { Rate, Span } from '../../time/time.js';
import { blocksOf } from './blocks.js';
import { decode, type Pass, pipe } from './decode.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { hasIndex, type Probed } from './probe.js';

/** Side of the pictures that the image network takes. */
export const PICTURE_SIDE = 224;
/** Size of the frames that the shot network takes. */
export const FRAME_WIDTH = 48;
export const FRAME_HEIGHT = 27;

const PICTURE_BYTES = 3 * PICTURE_SIDE * PICTURE_SIDE;
const FRAME_BYTES = 3 * FRAME_WIDTH * FRAME_HEIGHT;
const FRAMES_PER_RUN = 64;

/** The centre square of 224 / 256 of the shorter side, as TensorFlow evaluates ImageNet networks; `sar` for pixels that are not square. */
const CROP = [
	"crop=w='floor(0.875*min(iw*sar,ih))/sar'",
	"h='floor(0.875*min(iw*sar,ih))'",
	"x='floor((iw-ow+1)/2)'",
	"y='floor((ih-oh+1)/2)'",
	'exact=1',
].join(':');

/**
 * The pictures of a video from one decoding pass. Picture k is the last frame that is shown at or before second k.
 * Frames come at the video's constant rate: of a constant-rate file every decoded frame once, of a variable one the
 * nearest in time. Time 0 is the first frame's.
 *
 * @param info - the file's description; has a picture
 * @param range - limits the pictures to the seconds, and the frames to those times, that it touches; decoding starts
 *   at the key frame before it where the file has an index
 */
export async function* pictureRuns(
	programs: Ffmpeg,
	path: string,
	info: Probed & { video: NonNullable<Probed['video']> },
	{ frames, range }: { frames: boolean; range?: Span },
	signal?: AbortSignal,
): AsyncGenerator<PictureRun> {
	if (range && !(range.start >= 0 && range.end > range.start)) {
		throw new RangeError(`range must start at 0 or later and end after its start, not ${range.start} to ${range.end}`);
	}
	const window = windowOf(info.video.rate, range);
	yield* decode(
		programs,
		path,
		picturePass(programs, info, frames, range !== undefined, window),
		pipes => [
			secondsOf(blocksOf(pipes[0]!, PICTURE_BYTES, 1), window.firstSecond),
			...(frames ? [framesOf(blocksOf(pipes[1]!, FRAME_BYTES, FRAMES_PER_RUN), window.firstFrame)] : []),
		],
		signal,
	);
}

async function* secondsOf(blocks: AsyncGenerator<Uint8Array>, first: number): AsyncGenerator<PictureRun> {
	let second = first;
	for await (const pixels of blocks) yield { kind: 'second', second: second++, pixels };
}

async function* framesOf(blocks: AsyncGenerator<Uint8Array>, first: number): AsyncGenerator<PictureRun> {
	let frame = first;
	for await (const pixels of blocks) {
		yield { kind: 'frame', frame, pixels };
		frame += pixels.length / FRAME_BYTES;
	}
}

type Window = {
	readonly firstSecond: number;
	readonly seconds: number;
	readonly firstFrame: number;
	readonly frames: number;
};

const windowOf = (rate: Rate, range: Span | undefined): Window => {
	if (!range) return { firstSecond: 0, seconds: Infinity, firstFrame: 0, frames: Infinity };
	const perSecond = rate.numerator / rate.denominator;
	// A millionth of a frame forgives times that were computed from frame numbers.
	const firstFrame = Math.floor(range.start * perSecond + 1e-6);
	const firstSecond = Math.floor(range.start + 1e-6);
	return {
		firstSecond,
		seconds: Math.ceil(range.end - 1e-6) - firstSecond,
		firstFrame,
		frames: Math.ceil(range.end * perSecond - 1e-6) - firstFrame,
	};
};

const picturePass = (programs: Ffmpeg, info: Probed, frames: boolean, isRange: boolean, window: Window): Pass => {
	const video = info.video!;
	const isSought = isRange && hasIndex(info);
	// Microseconds, since seconds and frames are counted from the same stamps and some files' own units are whole frames.
	const clock = isSought
		? `settb=AVTB,setpts=PTS+${Math.round((window.firstSecond - video.delay) * 1e6)}`
		: 'settb=AVTB,setpts=PTS-STARTPTS';
	// A stamp rounded to milliseconds may lie half of one past the second at which its frame starts.
	const seconds = `setpts=PTS-600,fps=1:round=up:start_time=${window.firstSecond},${CROP},scale=${PICTURE_SIDE}:${PICTURE_SIDE}:flags=bicubic,format=rgb24`;
	const { numerator, denominator } = video.rate;
	const start = (window.firstFrame * denominator) / numerator;
	const all = `fps=${numerator}/${denominator}:round=near${isRange ? `:start_time=${start}` : ''},scale=${FRAME_WIDTH}:${FRAME_HEIGHT}:flags=bicubic,format=rgb24`;
	const graph = frames
		? `[0:${video.stream}]${clock},split=2[a][b];[a]${seconds}[seconds];[b]${all}[frames]`
		: `[0:${video.stream}]${clock},${seconds}[seconds]`;

	const output = (label: string, count: number, k: number) => [
		...['-map', `[${label}]`, ...(programs.fpsMode ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'])],
		...(count < Infinity ? ['-frames:v', String(count)] : []),
		...['-f', 'rawvideo', pipe(k)],
	];
	return {
		// Not accurate: the frame that is shown when the range begins may be older than the range.
		seek: isSought ? ['-noaccurate_seek', '-ss', String(window.firstSecond)] : [],
		outputs: [
			...['-filter_complex', graph],
			...output('seconds', window.seconds, 0),
			...(frames ? output('frames', window.frames, 1) : []),
		],
		pipes: frames ? 2 : 1,
	};
};
