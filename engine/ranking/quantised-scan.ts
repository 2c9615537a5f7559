import { type SegmentSequence, type SequenceSummary, summarise } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { DistanceName } from '../protocol/messages.js';
import type { RankingKernel } from './kernel.js';
import type { QuantisedChunk } from './packed-tracks.js';
import { type QuantisedProduct, type QuantisedVectors, quantiseQuery } from './quantised-product.js';
import type { RankOptions } from './rank.js';

/** A query as chunks are scanned with it, and what the scan has found. */
export type ScannedQuery = {
	readonly summary: SequenceSummary;
	readonly vectors: QuantisedVectors;
	/** The distance of each track of the catalogue; +Infinity for those not compared. */
	readonly values: Float64Array;
};

/**
 * @param tracks - number of the catalogue's tracks
 * @param vectors - in the coordinates of the chunks' vectors, where those aren't the query's own
 */
export const scannedQuery = (
	query: SegmentSequence,
	tracks: number,
	vectors: Matrix32 = query.vectors,
): ScannedQuery => ({
	summary: summarise(query),
	vectors: quantiseQuery(vectors),
	values: new Float64Array(tracks).fill(Number.POSITIVE_INFINITY),
});

export type ScanTools = { readonly kernel: RankingKernel; readonly quantised: QuantisedProduct };

/**
 * Writes the distances of the chunks' tracks to the queries' `values`, from products of 8-bit vectors. Queries that are
 * scanned together share one product a chunk, which reads the chunk once and goes faster the more rows it has; each comes
 * out as it would alone.
 */
export const scanChunks = async (
	queries: readonly ScannedQuery[],
	chunks: Iterable<QuantisedChunk>,
	name: DistanceName,
	parameters: DistanceParameters,
	{ kernel, quantised }: ScanTools,
	{ include = () => true, signal }: RankOptions = {},
): Promise<void> => {
	const asked = queries.filter(({ vectors }) => vectors.rows > 0);
	const [first] = asked;
	if (!first) return;
	const stacked = asked.length === 1 ? first.vectors : stack(asked.map(({ vectors }) => vectors));
	let shared = new Int32Array(0);
	for (const chunk of chunks) {
		signal?.throwIfAborted();
		if (!chunk.tracks.some(track => track >= 0 && include(track))) continue;
		const size = stacked.rows * chunk.rows.length;
		if (asked.length > 1 && shared.length < size) shared = new Int32Array(size);
		const products =
			asked.length === 1 ? kernel.productRoom(chunk, first.summary, parameters.step).int32 : shared.subarray(0, size);
		await quantised.multiply(stacked, chunk.vectors, products);
		let filled = 0;
		for (const { summary, vectors, values } of asked) {
			if (asked.length > 1) {
				const own = products.subarray(filled, filled + vectors.rows * chunk.rows.length);
				kernel.productRoom(chunk, summary, parameters.step).int32.set(own);
				filled += own.length;
			}
			const scale = vectors.scale * chunk.vectors.scale;
			const distances = kernel.distances(chunk, summary, { kind: 'int32', scale }, name, parameters, 'whole');
			chunk.tracks.forEach((track, slot) => {
				if (track >= 0 && include(track)) values[track] = distances[slot]!;
			});
		}
	}
};

/** Rows one below the other. Their scales differ: the product is of whole numbers, and doesn't look at them. */
const stack = (queries: readonly QuantisedVectors[]): QuantisedVectors => {
	const { cols, scale } = queries[0]!;
	const rows = queries.reduce((sum, query) => sum + query.rows, 0);
	const data = new Int8Array(rows * cols);
	let filled = 0;
	for (const query of queries) {
		data.set(query.data, filled);
		filled += query.data.length;
	}
	return { rows, cols, data, scale };
};
