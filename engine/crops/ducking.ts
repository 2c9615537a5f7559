import type { Seconds, Span } from '../time/time.js';

/** How far music steps back under speech, how fast it does, and how slowly it returns. Ours, after what mixers do by hand. */
const DUCKED = 10 ** (-9 / 20);
const ATTACK: Seconds = 0.3;
const RELEASE: Seconds = 0.5;

export type Ducking = { readonly at: Seconds; readonly gain: number };

/**
 * Corners of the music's gain over the time that speech is told in, straight lines between them: down before speech begins,
 * up after it ended. Pauses in which it couldn't come up and go down again are kept down.
 */
export const ducking = (speech: readonly Span[]): readonly Ducking[] => {
	const joined: { start: Seconds; end: Seconds }[] = [];
	for (const span of [...speech].sort((a, b) => a.start - b.start)) {
		const last = joined.at(-1);
		if (last && span.start - last.end < ATTACK + RELEASE) last.end = Math.max(last.end, span.end);
		else joined.push({ ...span });
	}
	return joined.flatMap(({ start, end }) => [
		{ at: start - ATTACK, gain: 1 },
		{ at: start, gain: DUCKED },
		{ at: end, gain: DUCKED },
		{ at: end + RELEASE, gain: 1 },
	]);
};

/** The gain at one position between the corners. */
export const gainAt = (corners: readonly Ducking[], at: Seconds): number => {
	const next = corners.findIndex(corner => corner.at > at);
	if (next === -1 || next === 0) return 1;
	const [before, after] = [corners[next - 1]!, corners[next]!];
	return before.gain + ((after.gain - before.gain) * (at - before.at)) / (after.at - before.at);
};

/**
 * Turns music down where somebody speaks.
 *
 * @param first - which sample the block begins with, counted at `sampleRate` in the time that speech is told in
 */
export const duckUnder = (
	block: readonly Float32Array[],
	corners: readonly Ducking[],
	sampleRate: number,
	first = 0,
): void => {
	const samples = block[0]?.length ?? 0;
	for (let k = 0; k < corners.length; k += 4) {
		const passage = corners.slice(k, k + 4);
		const from = Math.max(0, Math.ceil(passage[0]!.at * sampleRate) - first);
		const to = Math.min(samples, Math.ceil(passage[3]!.at * sampleRate) - first);
		for (let sample = from; sample < to; sample++) {
			const gain = gainAt(passage, (first + sample) / sampleRate);
			for (const channel of block) channel[sample]! *= gain;
		}
	}
};
