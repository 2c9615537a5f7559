import type { Embedding } from '../embeddings/embedding.js';
import { createRanker, type Ranker } from '../ranking/ranker.js';
import type { TrackSections } from '../ranking/track-sections.js';
import type { TwoStageTools } from '../ranking/two-stages.js';
import type { SectionVectors } from './catalog.js';

/** A catalogue's sections where cuts can be compared with them, and what ranks them. */
export type PlacedCatalogue = {
	readonly sections: TrackSections;
	readonly ranker: Ranker;
	/** As they are stored. */
	readonly stored: SectionVectors;
};

/**
 * Places stored vectors in an embedding's space and lays them out for ranking. Both cost as much as a question does, so they
 * are made once for each state of the catalogue and kept for as long as that is.
 */
export const createPlacing = (
	embedding: Embedding,
	tools: () => Promise<TwoStageTools>,
): ((stored: SectionVectors) => Promise<PlacedCatalogue>) => {
	const placed = new WeakMap<SectionVectors, Promise<PlacedCatalogue>>();
	const place = async (stored: SectionVectors): Promise<PlacedCatalogue> => {
		const sections: TrackSections = { ...stored, vectors: embedding.place(stored) };
		return { sections, ranker: createRanker(sections, await tools()), stored };
	};
	return stored => {
		const known = placed.get(stored) ?? place(stored);
		placed.set(stored, known);
		return known;
	};
};
