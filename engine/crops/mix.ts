import type { Clip } from './clips.js';

/**
 * Adds a run of a file's samples to what is heard, wherever a clip plays them. Fades follow a quarter of a sine, so that
 * two pieces that cross over keep their power.
 *
 * @param heard - one array a channel, as long as the range
 * @param run - interleaved samples of the file
 * @param first - which sample of the file the run begins with
 */
export const mixRun = (
	heard: readonly Float32Array[],
	clips: readonly Clip[],
	run: Float32Array,
	first: number,
): void => {
	const channels = heard.length;
	const length = run.length / channels;
	for (const clip of clips) {
		const from = Math.max(clip.in, first);
		const to = Math.min(clip.out, first + length);
		for (let sample = from; sample < to; sample++) {
			const gain = fadeGain(clip, sample - clip.in);
			const target = clip.at + sample - clip.in;
			for (let c = 0; c < channels; c++) heard[c]![target]! += gain * run[(sample - first) * channels + c]!;
		}
	}
};

const fadeGain = (clip: Clip, k: number): number => {
	const left = clip.out - clip.in - 1 - k;
	const up = k < clip.fadeIn ? Math.sin((0.5 * Math.PI * (k + 0.5)) / clip.fadeIn) : 1;
	const down = left < clip.fadeOut ? Math.sin((0.5 * Math.PI * (left + 0.5)) / clip.fadeOut) : 1;
	return up * down;
};

/** Full scale for peaks that a gain may raise, in dBFS. */
const HIGHEST_PEAK = -1;

/**
 * The gain that brings sound to a loudness as far as its largest sample allows: it stays at or below -1 dBFS. Sound that
 * is louder than asked comes down all the way.
 *
 * @param target - in LUFS
 * @param loudness - of the sound as it is, in LUFS
 * @param peak - its largest absolute sample
 * @returns in dB; 0 for silence
 */
export const gainToLoudness = (target: number, loudness: number, peak: number): number => {
	if (!Number.isFinite(loudness) || peak === 0) return 0;
	return Math.min(target - loudness, HIGHEST_PEAK - 20 * Math.log10(peak));
};
