import { AROUSAL } from '../embeddings/affect.js';
import { row } from '../numeric/matrix.js';
import { sectionsOf, type TrackSections } from '../ranking/track-sections.js';

/**
 * How energetic each track is among those of its catalogue: the share of the other tracks that are calmer, in [0, 1], by
 * the arousal of its sections, each counted by its length. Ours; listeners sort music by it well (Russell 1980).
 *
 * @param sections - placed in the space of `affect`
 * @returns by id; tracks without sections are left out, a lone track gets 0.5. Remembered for as long as the block is
 */
export const trackEnergies = (sections: TrackSections): ReadonlyMap<string, number> => {
	const energies = remembered.get(sections) ?? measured(sections);
	remembered.set(sections, energies);
	return energies;
};

const remembered = new WeakMap<TrackSections, ReadonlyMap<string, number>>();

const measured = (sections: TrackSections): ReadonlyMap<string, number> => {
	const arousals = sections.ids.flatMap((id, track) => {
		const { spans, vectors } = sectionsOf(sections, track);
		const total = spans.reduce((sum, { start, end }) => sum + (end - start), 0);
		if (total === 0) return [];
		const arousal =
			spans.reduce((sum, { start, end }, s) => sum + (end - start) * row(vectors, s)[AROUSAL]!, 0) / total;
		return [{ id, arousal }];
	});
	const ascending = arousals.map(({ arousal }) => arousal).sort((a, b) => a - b);
	const others = ascending.length - 1;
	return new Map(
		arousals.map(({ id, arousal }) => [id, others === 0 ? 0.5 : firstAtLeast(ascending, arousal) / others]),
	);
};

/** How many of the ascending values are less than `value`. */
const firstAtLeast = (ascending: readonly number[], value: number): number => {
	let low = 0;
	let high = ascending.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (ascending[middle]! < value) low = middle + 1;
		else high = middle;
	}
	return low;
};
