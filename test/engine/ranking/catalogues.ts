import fc from 'fast-check';
import { dotProducts } from '../../../engine/alignment/comparison.js';
import type { Matrix32 } from '../../../engine/numeric/matrix.js';
import type { QuantisedProduct } from '../../../engine/ranking/quantised-product.js';
import type { SimilarityProduct } from '../../../engine/ranking/rank.js';
import type { TrackSections } from '../../../engine/ranking/track-sections.js';
import type { Span } from '../../../engine/time/time.js';
import { sequences, spansOf } from '../alignment/arbitraries.js';

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

/** By its definition, a turn of the event loop later, as a real one answers. */
export const plainQuantised: QuantisedProduct = {
	multiply: async (query, catalogue, products) => {
		await new Promise(setImmediate);
		for (let i = 0; i < query.rows; i++) {
			for (let j = 0; j < catalogue.rows; j++) {
				let sum = 0;
				for (let c = 0; c < query.cols; c++) {
					const at = catalogue.layout === 'columns' ? c * catalogue.rows + j : j * catalogue.cols + c;
					sum += query.data[i * query.cols + c]! * catalogue.data[at]!;
				}
				products[i * catalogue.rows + j] = sum;
			}
		}
	},
};

/** Standard normal numbers from a seed (Marsaglia's polar method on a 32-bit linear congruential generator). */
export const normals = (seed: number): (() => number) => {
	let state = seed >>> 0;
	const uniform = (): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return (state + 0.5) / 2 ** 32;
	};
	return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
};

/** Rows of unit length in random directions, each leaning to the one before. */
export const unitRows = (rows: number, cols: number, normal: () => number): Matrix32 => {
	const data = new Float32Array(rows * cols);
	for (let r = 0; r < rows; r++) {
		for (let c = 0; c < cols; c++) data[r * cols + c] = normal() * 0.3 + (r > 0 ? 0.7 * data[(r - 1) * cols + c]! : 0);
		const norm = Math.hypot(...data.subarray(r * cols, (r + 1) * cols));
		for (let c = 0; c < cols; c++) data[r * cols + c]! /= norm;
	}
	return { rows, cols, data };
};

/** Sections of 2 to 30 seconds. */
export const randomSpans = (count: number, normal: () => number): Span[] =>
	spansOf(Array.from({ length: count }, () => 2 + Math.min(28, Math.abs(normal()) * 10)));

/** A catalogue of unit vectors whose tracks have these numbers of sections. */
export const catalogueOf = (lengths: readonly number[], cols: number, seed: number): TrackSections => {
	const normal = normals(seed);
	let rows = 0;
	const offsets = Uint32Array.from([0, ...lengths.map(length => (rows += length))]);
	return {
		ids: lengths.map((_, track) => `t${track}`),
		offsets,
		spans: lengths.flatMap(length => randomSpans(length, normal)),
		vectors: unitRows(rows, cols, normal),
	};
};
