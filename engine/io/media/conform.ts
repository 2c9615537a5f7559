import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../protocol/errors.js';
import { toSeconds } from '../../time/time.js';
import type { Edit } from './edit.js';
import { editFrames, type FrameSize } from './edit-frames.js';
import { writeEditSound } from './edit-sound.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import type { Probed } from './probe.js';
import { startProgram } from './program.js';

/** Conformed pictures are this wide: as much as the page shows, more than any network looks at. */
const WIDTH = 640;
const DEFAULT_ASPECT = 16 / 9;

export type Conformed = {
	/** Files that no picture could be read from; black is shown for them. */
	readonly unreadable: readonly string[];
	readonly hasSound: boolean;
};

/**
 * Writes an edit as one file that every browser plays: H.264 and AAC in MP4, 640 pixels wide, exactly as many frames as
 * the edit has, a key frame every half second. Dissolves are cuts at their centres, and sources of another shape get bars. `out`
 * appears only when it is complete; memory stays at a few frames.
 *
 * @param describe - what a file says of itself
 * @param onProgress - frames written so far
 * @throws EngineError 'disk-full', 'cancelled', 'ffmpeg-missing'
 */
export const writeConformed = async (
	programs: Ffmpeg,
	describe: (path: string, signal?: AbortSignal) => Promise<Probed>,
	edit: Edit,
	out: string,
	onProgress: (frames: number) => void,
	signal?: AbortSignal,
): Promise<Conformed> => {
	const folder = await mkdtemp(join(tmpdir(), 'segue-conform-'));
	const partial = `${out}.part.mp4`;
	try {
		const frames = edit.pictures.reduce((sum, picture) => sum + picture.frames, 0);
		const sound = join(folder, 'sound.wav');
		const duration = toSeconds(frames, edit.rate);
		const hasSound = await writeEditSound(programs, describe, edit.sounds, duration, sound, signal);
		const size = { width: WIDTH, height: await heightOf(edit, describe, signal) };
		const unreadable = new Set<string>();
		const pictures = editFrames(programs, describe, edit, size, path => unreadable.add(path), onProgress, signal);
		await encode(programs, edit, size, pictures, hasSound ? sound : null, partial, signal);
		await rename(partial, out);
		return { unreadable: [...unreadable], hasSound };
	} finally {
		await rm(folder, { recursive: true, force: true });
		await rm(partial, { force: true });
	}
};

/** That of the first source with a picture: most edits are in the shape of what they are made of. */
const heightOf = async (
	{ pictures }: Edit,
	describe: (path: string, signal?: AbortSignal) => Promise<Probed>,
	signal?: AbortSignal,
): Promise<number> => {
	let aspect = DEFAULT_ASPECT;
	for (const path of new Set(pictures.flatMap(({ from }) => (from ? [from.path] : [])))) {
		const video = await describe(path, signal).then(
			info => info.video,
			() => null,
		);
		if (video) {
			aspect = video.width / video.height;
			break;
		}
	}
	return Math.max(2, 2 * Math.round(WIDTH / aspect / 2));
};

const encode = async (
	programs: Ffmpeg,
	{ rate }: Edit,
	{ width, height }: FrameSize,
	pictures: AsyncIterable<Uint8Array>,
	sound: string | null,
	out: string,
	signal?: AbortSignal,
): Promise<void> => {
	const perSecond = `${rate.numerator}/${rate.denominator}`;
	const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${width}x${height}`, '-framerate', perSecond];
	const keyFrames = String(Math.max(1, Math.round(rate.numerator / rate.denominator / 2)));
	const args = [
		'-v',
		'error',
		'-y',
		...raw,
		'-i',
		'pipe:0',
		...(sound ? ['-i', sound, '-c:a', 'aac', '-b:a', '160k'] : []),
	];
	// Said to the decoder, which else would guess other colours.
	args.push(...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv']);
	args.push('-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-g', keyFrames, '-movflags', '+faststart', out);
	const program = startProgram(programs.ffmpeg, args, 1, signal, pictures);
	try {
		program.outputs[0]!.resume();
		const { code, complaints } = await program.ended;
		if (code === 0) return;
		throw /No space left on device/.test(complaints)
			? new EngineError('disk-full', `there is no space left to write ${out}`, { cause: complaints })
			: new EngineError('media-unreadable', 'the edit cannot be put together', { cause: complaints });
	} finally {
		await program.end();
	}
};
