import { EngineError } from '../../protocol/errors.js';
import type { Seconds } from '../../time/time.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { hasIndex, inputArguments, type Probed } from './probe.js';
import { outputOf } from './program.js';

const LARGEST_STILL = 64_000_000;

/** How much before the wanted time to look where a video ends before its sound does, or before the length it claims. */
const FALLBACKS: readonly Seconds[] = [0, 1, 10, Number.POSITIVE_INFINITY];

/** JPEG of the frame that is shown `at`; beyond the end, of one of the last. */
export const stillAt = async (
	programs: Ffmpeg,
	path: string,
	info: Probed & { video: NonNullable<Probed['video']> },
	at: Seconds,
	width: number,
	signal?: AbortSignal,
): Promise<Uint8Array> => {
	if (!(at >= 0)) throw new RangeError(`at must be 0 or later, not ${at}`);
	if (!(Number.isInteger(width) && width > 0 && width <= 8192)) {
		throw new RangeError(`width must be a whole number of pixels up to 8192, not ${width}`);
	}
	const { rate, delay, stream } = info.video;
	const frameLength = rate.denominator / rate.numerator;
	// The frame on show began within the last frame's length; a millisecond covers the rounding of stamps.
	const wanted = Math.min(at, info.duration - frameLength / 2) - frameLength + Math.min(0.001, frameLength / 2);

	for (const earlier of FALLBACKS) {
		const seek = ['-ss', (Math.max(0, wanted - earlier) + delay).toFixed(6)];
		const input = inputArguments(path);
		const args = ['-v', 'error', '-nostdin', ...(hasIndex(info) ? [...seek, ...input] : [...input, ...seek])];
		args.push('-map', `0:${stream}`, '-frames:v', '1');
		args.push('-vf', `scale=${width}:trunc(ow/dar/2+0.5)*2:flags=bicubic,setsar=1,format=yuvj420p`);
		args.push('-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2pipe', 'pipe:1');
		const { output } = await outputOf(programs.ffmpeg, args, LARGEST_STILL, signal);
		if (output.length > 0) return output;
		if (wanted <= earlier) break;
	}
	throw new EngineError('media-unreadable', `${path} holds no picture that can be decoded`);
};
