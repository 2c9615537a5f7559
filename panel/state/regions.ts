import type { CutView } from '../../engine/protocol/messages.js';
import type { Seconds, Span } from '../../engine/time/time.js';

/** A region is never longer than one piece of music carries well, and never shorter than one that is worth it. Ours. */
const LONGEST: Seconds = 120;
const SHORTEST: Seconds = 20;
/** Each change is measured between the means of this long before and after. */
const WINDOW: Seconds = 10;
/** What the first or last word of a passage counts, against a change of energy from nothing to the most. */
const SPEECH = 0.3;

/**
 * Regions that a long cut could be scored in, one cue each: it is split at its own cuts, where the energy of the picture
 * changes most or somebody begins or stops to speak, until no region is longer than two minutes.
 *
 * @returns in order of time, without gap or overlap, from the cut's start to its end; a region without a cut to split at
 * stays as long as it is
 */
export const proposedRegions = (cut: Pick<CutView, 'duration' | 'boundaries' | 'energy' | 'speech'>): Span[] => {
	const places = cut.boundaries.map(({ seconds }) => ({ at: seconds, change: changeAt(cut, seconds) }));
	const split = (region: Span): Span[] => {
		if (region.end - region.start <= LONGEST) return [region];
		const best = places
			.filter(({ at }) => at - region.start >= SHORTEST && region.end - at >= SHORTEST)
			.reduce<(typeof places)[number] | null>(
				(most, place) => (most && most.change >= place.change ? most : place),
				null,
			);
		if (best === null) return [region];
		return [...split({ start: region.start, end: best.at }), ...split({ start: best.at, end: region.end })];
	};
	return split({ start: 0, end: cut.duration });
};

const changeAt = ({ energy, speech }: Pick<CutView, 'energy' | 'speech'>, at: Seconds): number => {
	const mean = (from: Seconds, to: Seconds): number => {
		const values = energy.values.slice(Math.max(0, Math.round(from * energy.rate)), Math.round(to * energy.rate));
		return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
	};
	const speaks = speech.some(({ start, end }) => Math.abs(start - at) < 1 || Math.abs(end - at) < 1);
	return Math.abs(mean(at, at + WINDOW) - mean(at - WINDOW, at)) + (speaks ? SPEECH : 0);
};
