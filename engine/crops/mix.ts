import type { Seconds, Span } from '../time/time.js';
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

/** How far music steps back under speech, and how long it takes to. Ours, after what mixers do by hand. */
const DUCKING = -10;
const DOWN: Seconds = 0.25;
const UP: Seconds = 0.6;
/** Between two words nobody turns the music up. */
const LONGEST_PAUSE: Seconds = 1.2;

/** Turns the music down where somebody speaks: it is down when the first word comes, and comes back after the last. */
export const duckUnder = (heard: readonly Float32Array[], speech: readonly Span[], sampleRate: number): void => {
	for (const { start, end } of merged(speech)) {
		const from = Math.max(0, Math.round((start - DOWN) * sampleRate));
		const to = Math.min(heard[0]?.length ?? 0, Math.round((end + UP) * sampleRate));
		for (let k = from; k < to; k++) {
			const time = k / sampleRate;
			const depth = Math.min(1, (time - (start - DOWN)) / DOWN, (end + UP - time) / UP);
			const gain = 10 ** ((DUCKING * Math.max(0, depth)) / 20);
			for (const channel of heard) channel[k]! *= gain;
		}
	}
};

const merged = (speech: readonly Span[]): Span[] => {
	const spans: Span[] = [];
	for (const span of [...speech].sort((a, b) => a.start - b.start)) {
		const last = spans.at(-1);
		if (last && span.start - last.end < LONGEST_PAUSE) {
			spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
		} else spans.push(span);
	}
	return spans;
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
