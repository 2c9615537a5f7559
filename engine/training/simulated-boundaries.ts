import type { Random } from '../numeric/random.js';
import type { Seconds } from '../time/time.js';

/**
 * How far each segmenter is right: the share of true boundaries within 0.5 s and within 3 s of a found one. For music the
 * F-measures of published runs on SALAMI, as computed from MSAF's own tables; for shots that of TransNet V2 on ClipShots
 * and BBC, rounded, where a found shot is right to the frame.
 */
const HIT_RATES: Readonly<Record<'foote' | 'sf' | 'olda' | 'transnet', { half: number; three: number }>> = {
	foote: { half: 0.284, three: 0.528 },
	sf: { half: 0.287, three: 0.563 },
	olda: { half: 0.359, three: 0.55 },
	transnet: { half: 0.9, three: 0.9 },
};

/** Boundaries closer than this are one. */
const SHORTEST: Seconds = 2;
const SHORTEST_SHOT: Seconds = 0.4;

export type FoundBoundaries = {
	readonly picture: Readonly<Record<'transnet', readonly Seconds[]>>;
	readonly music: Readonly<Record<'foote' | 'sf' | 'olda', readonly Seconds[]>>;
};

/**
 * What segmenters would find in a clip, each in one side alone: it misses true boundaries, is off by up to half a second or
 * up to three, and puts as many in places where there is none, so the mean length of a segment stays what it is.
 *
 * @param sections - true inner boundaries of the music; `shots`: of the picture
 */
export const simulatedBoundaries = (
	sections: readonly Seconds[],
	shots: readonly Seconds[],
	duration: Seconds,
	random: Random,
): FoundBoundaries => ({
	picture: { transnet: found(shots, duration, HIT_RATES.transnet, SHORTEST_SHOT, random) },
	music: {
		foote: found(sections, duration, HIT_RATES.foote, SHORTEST, random),
		sf: found(sections, duration, HIT_RATES.sf, SHORTEST, random),
		olda: found(sections, duration, HIT_RATES.olda, SHORTEST, random),
	},
});

const found = (
	truth: readonly Seconds[],
	duration: Seconds,
	{ half, three }: { half: number; three: number },
	shortest: Seconds,
	random: Random,
): Seconds[] => {
	const times = truth.map(time => {
		const kind = random.uniform();
		if (kind >= three) return random.between(0, duration);
		if (three === half) return time;
		const side = random.uniform() < 0.5 ? -1 : 1;
		return time + side * (kind < half ? random.between(0, 0.5) : random.between(0.5, 3));
	});
	const kept: Seconds[] = [];
	for (const time of times.sort((a, b) => a - b)) {
		if (time - (kept.at(-1) ?? 0) >= shortest && duration - time >= shortest) kept.push(time);
	}
	return kept;
};
