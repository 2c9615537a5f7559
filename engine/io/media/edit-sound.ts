import { join } from 'node:path';
import { EngineError } from '../../protocol/errors.js';
import type { Seconds } from '../../time/time.js';
import type { EditSound } from './edit.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { inputArguments, type Probed } from './probe.js';
import { outputOf } from './program.js';

/** Files that one ffmpeg is given to mix: each holds a decoder and a file open. */
const AT_ONCE = 24;
const SAMPLE_RATE = 48_000;
/** What ffmpeg's tempo filter takes in one step. */
const TEMPO = { least: 0.5, most: 100 };
const COMPLAINTS_LIMIT = 1_000_000;

/**
 * Mixes what is heard of an edit into one WAV file, stereo at 48 kHz, as long as the edit; each piece at its own level, pieces that
 * overlap added up. What cannot be read is silent.
 *
 * @returns false, and no file, where nothing is heard
 * @throws EngineError 'cancelled', or 'media-unreadable' where nothing can be mixed
 */
export const writeEditSound = async (
	programs: Ffmpeg,
	describe: (path: string, signal?: AbortSignal) => Promise<Probed>,
	sounds: readonly EditSound[],
	duration: Seconds,
	out: string,
	signal?: AbortSignal,
): Promise<boolean> => {
	const audible: EditSound[] = [];
	for (const sound of sounds) {
		if (sound.speed > 0 && sound.start < duration && (await hasAudio(describe, sound.path, signal)))
			audible.push(sound);
	}
	if (audible.length === 0) return false;

	let mixed: string | null = null;
	for (let k = 0; k < audible.length; k += AT_ONCE) {
		const next = k + AT_ONCE < audible.length ? join(out, '..', `mix-${k}.wav`) : out;
		await mix(programs, audible.slice(k, k + AT_ONCE), mixed, duration, next, signal);
		mixed = next;
	}
	return true;
};

const hasAudio = (
	describe: (path: string, signal?: AbortSignal) => Promise<Probed>,
	path: string,
	signal?: AbortSignal,
): Promise<boolean> =>
	describe(path, signal).then(
		info => info.audio !== null,
		(error: unknown) => {
			if (error instanceof EngineError && error.code === 'cancelled') throw error;
			return false;
		},
	);

const mix = async (
	programs: Ffmpeg,
	sounds: readonly EditSound[],
	before: string | null,
	duration: Seconds,
	out: string,
	signal?: AbortSignal,
): Promise<void> => {
	const inputs = sounds.flatMap(({ path, at, speed, duration: length }) => [
		'-ss',
		Math.max(0, at).toFixed(6),
		'-t',
		(length * speed).toFixed(6),
		...inputArguments(path),
	]);
	const chains = sounds.map(({ start, speed }, k) => {
		const delay = Math.round(Math.max(0, start) * SAMPLE_RATE);
		return `[${k}:a:0]${tempo(speed)}aresample=${SAMPLE_RATE},aformat=sample_fmts=flt:channel_layouts=stereo,adelay=delays=${delay}S:all=1[s${k}]`;
	});
	const names = [...sounds.map((_, k) => `[s${k}]`), ...(before ? [`[${sounds.length}:a]`] : [])];
	const whole = `apad=whole_dur=${duration},atrim=end=${duration}`;
	const graph = `${chains.join(';')};${names.join('')}amix=inputs=${names.length}:normalize=0:duration=longest,${whole}[out]`;
	const args = [
		'-v',
		'error',
		'-nostdin',
		'-y',
		'-max_error_rate',
		'1',
		...inputs,
		...(before ? inputArguments(before) : []),
	];
	args.push('-filter_complex', graph, '-map', '[out]', '-c:a', 'pcm_f32le', out);
	const { code, complaints } = await outputOf(programs.ffmpeg, args, COMPLAINTS_LIMIT, signal);
	if (code !== 0)
		throw new EngineError('media-unreadable', 'the sound of the edit cannot be mixed', { cause: complaints });
};

const tempo = (speed: number): string => {
	if (speed === 1) return '';
	if (speed < TEMPO.least) return `atempo=${TEMPO.least},${tempo(speed / TEMPO.least)}`;
	return `atempo=${Math.min(TEMPO.most, speed)},`;
};
