import fc from 'fast-check';
import { dotProducts } from '../../../engine/alignment/comparison.js';
import type { SimilarityProduct } from '../../../engine/ranking/rank.js';
import type { TrackSections } from '../../../engine/ranking/track-sections.js';
import { sequences } from '../alignment/arbitraries.js';

/** Catalogues of tracks of 0 to 7 sections, ids in no particular order. */
export const catalogues = (most: number): fc.Arbitrary<TrackSections> =>
	fc.array(sequences(0, 7), { maxLength: most }).map(tracks => ({
		ids: tracks.map((_, track) => `track-${(track * 7919) % 1009}`),
		offsets: Uint32Array.from(
			[0, ...tracks.keys()].map((_, count) => tracks.slice(0, count).reduce((sum, { spans }) => sum + spans.length, 0)),
		),
		spans: tracks.flatMap(({ spans }) => spans),
		vectors: {
			rows: tracks.reduce((sum, { spans }) => sum + spans.length, 0),
			cols: 3,
			data: Float32Array.from(tracks.flatMap(({ vectors }) => [...vectors.data])),
		},
	}));

/** The product by its definition. */
export const plainProduct: SimilarityProduct = {
	similarity: async (query, catalogue) => {
		const { rows, cols, data } = dotProducts(query, catalogue);
		return { rows, cols, data: Float32Array.from(data) };
	},
};
