import type { Seconds } from '../time/time.js';
import { type BeatFeatures, boundaryTimes, type Segmenter } from './segmenter.js';

/**
 * The same segmenter without sections shorter than `shortest`: the shortest loses whichever of its boundaries has the
 * lower novelty, until none is too short.
 */
export const withoutShortSections = (segmenter: Segmenter, shortest: Seconds): Segmenter => ({
	...segmenter,
	segment: features => {
		const { boundaries, novelty } = segmenter.segment(features);
		const kept = [...boundaries];
		while (kept.length > 0) {
			const section = shortestSection(features, kept);
			if (section.length >= shortest) break;
			// Section i lies between boundaries i - 1 and i; the first and last have but one.
			const candidates = [section.index - 1, section.index].filter(i => i >= 0 && i < kept.length);
			candidates.sort((a, b) => novelty[kept[a]!]! - novelty[kept[b]!]!);
			kept.splice(candidates[0]!, 1);
		}
		return { boundaries: kept, novelty };
	},
});

const shortestSection = (features: BeatFeatures, boundaries: readonly number[]): { index: number; length: Seconds } => {
	const times = [0, ...boundaryTimes(features, boundaries), features.edges.at(-1)!];
	let index = 0;
	for (let i = 1; i + 1 < times.length; i++) {
		if (times[i + 1]! - times[i]! < times[index + 1]! - times[index]!) index = i;
	}
	return { index, length: times[index + 1]! - times[index]! };
};
