import { createTrackFrontEnd, FRONT_END_RATE, type TrackSignal } from '../features/audio/front-end.js';
import { growingFloats } from '../features/audio/growing.js';
import { EngineError } from '../protocol/errors.js';
import { spectralKernel } from './kernels.js';
import type { FfmpegMedia } from './media/media.js';

/**
 * Signal analysis of a file in this thread, without the networks: what stored analyses leave out, such as the features that
 * sections are found in.
 *
 * @throws EngineError 'media-unreadable' for a file without a sample, or what {@link FfmpegMedia} throws
 */
export const readTrackSignal = async (media: FfmpegMedia, path: string, signal?: AbortSignal): Promise<TrackSignal> => {
	const frontEnd = createTrackFrontEnd(spectralKernel());
	let heard = 0;
	for await (const { samples } of media.audio(path, [FRONT_END_RATE], signal)) {
		heard += samples.length;
		frontEnd.push(samples);
	}
	if (heard === 0) throw unheard(path);
	return frontEnd.finish();
};

/** All of a file's sound, mono; throws as {@link readTrackSignal}. Memory grows with the file, by 4 bytes a sample. */
export const readSamples = async (
	media: FfmpegMedia,
	path: string,
	sampleRate: number,
	signal?: AbortSignal,
): Promise<Float32Array> => {
	const all = growingFloats();
	for await (const { samples } of media.audio(path, [sampleRate], signal)) all.append(samples);
	if (all.values().length === 0) throw unheard(path);
	return all.values();
};

const unheard = (path: string) => new EngineError('media-unreadable', `${path} holds no sound that can be decoded.`);
