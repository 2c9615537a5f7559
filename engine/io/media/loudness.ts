import { EngineError } from '../../protocol/errors.js';
import type { Ffmpeg } from './find-ffmpeg.js';
import { inputArguments, type Probed } from './probe.js';
import { outputOf } from './program.js';

/** What integrated loudness reads where no block passes the absolute gate (ITU-R BS.1770). */
const GATE = -70;

/**
 * Integrated loudness and true peak by EBU R128 over all channels of a file's sound. -Infinity for digital silence; -70
 * where there is sound but none above the gate, or less than the 0.4 s that a block takes.
 */
export const loudnessOf = async (
	programs: Ffmpeg,
	path: string,
	info: Probed & { audio: NonNullable<Probed['audio']> },
	signal?: AbortSignal,
): Promise<{ integrated: number; truePeak: number }> => {
	const args = ['-hide_banner', '-nostats', '-nostdin', '-v', 'info', '-max_error_rate', '1', ...inputArguments(path)];
	// Its line for every tenth of a second is not wanted; only newer versions can switch it off altogether.
	args.push('-map', `0:${info.audio.stream}`, '-af', 'ebur128=peak=true:framelog=verbose', '-f', 'null', '-');
	const { code, complaints } = await outputOf(programs.ffmpeg, args, 1_000_000, signal);

	const summary = complaints.slice(complaints.lastIndexOf('Summary:'));
	const integrated = /I:\s+(-?[\d.]+|-inf|nan) LUFS/.exec(summary)?.[1];
	const peak = /Peak:\s+(-?[\d.]+|-inf|nan) dBFS/.exec(summary)?.[1];
	if (code !== 0 || integrated === undefined || peak === undefined) {
		throw new EngineError('media-unreadable', `${path} cannot be decoded`, { cause: complaints });
	}
	const truePeak = peak === '-inf' ? Number.NEGATIVE_INFINITY : Number(peak);
	if (truePeak === Number.NEGATIVE_INFINITY) return { integrated: truePeak, truePeak };
	return { integrated: Math.max(GATE, Number(integrated) || GATE), truePeak };
};
