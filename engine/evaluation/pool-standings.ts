import { type SegmentSequence, summarise } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import { zeros32 } from '../numeric/matrix.js';
import { type DistanceName, distanceNames } from '../protocol/messages.js';
import type { ExactTools } from '../ranking/exact-ranking.js';
import { type FloatChunk, packTracks } from '../ranking/packed-tracks.js';
import type { TrackSections } from '../ranking/track-sections.js';
import type { Seconds } from '../time/time.js';
import { type Standing, standing } from './retrieval.js';
import type { Questions } from './scenarios.js';

/** What clips are ranked by: the product's distances, and the literal reading of two of the paper's as an ablation. */
export const rankedBy = [...distanceNames, 'trace-sum', 'best-trace-sum'] as const;
export type RankedBy = (typeof rankedBy)[number];

export type PoolRanking = {
	readonly distance: RankedBy;
	/** Of each query's own target among all targets. */
	readonly standings: readonly Standing[];
	/** Spent on this distance, the products of the embeddings left out. */
	readonly seconds: Seconds;
};

export type PoolOptions = {
	/** Seconds of a clock that never goes back. */
	readonly clock: () => Seconds;
	/** After each query, with the number of those that are done. */
	readonly onQuery?: (done: number) => void;
	readonly signal?: AbortSignal;
};

/** Queries in one product, which makes up for handing it the whole pool each time. */
const BATCH = 20;

/**
 * Where each query's own target stands among all targets, by each of the distances. Computed by the ranking kernel from
 * float32 products, as the product's own search is: Timed Best Trace therefore tries offsets a quarter of a second apart.
 *
 * @param parameters - of each distance
 * @throws RangeError where a sequence is empty, as it can't be ranked; the signal's reason when it aborts
 */
export const poolStandings = async (
	{ queries, targets }: Questions,
	distances: readonly RankedBy[],
	parameters: (distance: RankedBy) => DistanceParameters,
	{ kernel, similarity }: ExactTools,
	{ clock, onQuery = () => {}, signal }: PoolOptions,
): Promise<PoolRanking[]> => {
	if (queries.length !== targets.length) throw new RangeError(`${queries.length} queries, ${targets.length} targets`);
	if ([...queries, ...targets].some(({ spans }) => spans.length === 0)) throw new RangeError('a clip has no segments');
	if (queries.length === 0) return distances.map(distance => ({ distance, standings: [], seconds: 0 }));
	const [chunk] = packTracks(oneBlock(targets), Number.POSITIVE_INFINITY) as [FloatChunk];
	const rankings = distances.map(distance => ({ distance, standings: [] as Standing[], seconds: 0 }));
	const counts = targets.map(({ spans }) => spans.length);

	for (let first = 0; first < queries.length; first += BATCH) {
		signal?.throwIfAborted();
		const batch = queries.slice(first, first + BATCH);
		const { vectors } = oneBlock(batch);
		const products = await similarity.similarity(vectors, chunk.vectors, signal);
		let row = 0;
		for (const [k, query] of batch.entries()) {
			const rows = query.spans.length;
			const own = products.data.subarray(row * products.cols, (row + rows) * products.cols);
			const summary = summarise(query);
			row += rows;
			for (const ranking of rankings) {
				signal?.throwIfAborted();
				const start = clock();
				const of = parameters(ranking.distance);
				kernel.productRoom(chunk, summary, of.step).float32.set(own);
				const slots = kernel.distances(chunk, summary, { kind: 'float32' }, asMean(ranking.distance), of, 'float32');
				const values = new Float64Array(targets.length);
				chunk.tracks.forEach((target, slot) => {
					if (target >= 0) values[target] = slots[slot]! * sumFactor(ranking.distance, rows, counts[target]!);
				});
				ranking.seconds += clock() - start;
				ranking.standings.push(standing(values, first + k));
			}
			onQuery(first + k + 1);
		}
	}
	return rankings;
};

/** The distance that the kernel knows. */
const asMean = (distance: RankedBy): DistanceName =>
	distance === 'trace-sum' ? 'trace' : distance === 'best-trace-sum' ? 'best-trace' : distance;

/** All diagonals of two sequences have the same length, so the least sum is the least mean times that. */
const sumFactor = (distance: RankedBy, rows: number, cols: number): number =>
	distance === 'trace-sum' || distance === 'best-trace-sum' ? Math.min(rows, cols) : 1;

/** Sequences as one block. */
export const oneBlock = (sequences: readonly SegmentSequence[]): TrackSections => {
	const offsets = new Uint32Array(sequences.length + 1);
	sequences.forEach(({ spans }, k) => {
		offsets[k + 1] = offsets[k]! + spans.length;
	});
	const vectors = zeros32(offsets[sequences.length]!, sequences[0]!.vectors.cols);
	sequences.forEach((sequence, k) => {
		vectors.data.set(sequence.vectors.data, offsets[k]! * vectors.cols);
	});
	return {
		ids: sequences.map((_, k) => String(k)),
		offsets,
		spans: sequences.flatMap(({ spans }) => spans),
		vectors,
	};
};
