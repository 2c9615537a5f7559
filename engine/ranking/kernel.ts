import type { SequenceSummary } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import { segmentAtSteps } from '../alignment/timed-dtw.js';
import type { DistanceName } from '../protocol/messages.js';
import { LANES } from './lane-layout.js';
import { largest, type PackedChunk } from './packed-tracks.js';
import { MOST_SHIFT, roundedUnits } from './rounded-units.js';

/** Addresses and counts in, distances written to memory: see alignment-kernel.as.ts. */
type KernelFunction = (...numbers: number[]) => void;
type Precise = 'F32' | 'I32';
type KernelName =
	| `${'centroid' | 'singleLinkage' | 'completeLinkage' | 'diagonals' | 'global' | 'local' | 'timedBestTrace' | 'timedLocal'}${Precise}`
	| `${'global' | 'local'}I16`;

/** The compiled kernel. */
export type KernelExports = { readonly [Name in KernelName]: KernelFunction } & {
	readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
	readonly heapBase: { readonly value: number };
};

/** What the products of a query with a chunk are: dot products, or those of quantised vectors in units of `scale`. */
export type Products = { readonly kind: 'float32' } | { readonly kind: 'int32'; readonly scale: number };

/**
 * How sums of an alignment are kept where products are int32. Int16 is twice as fast; how far off it can be is said at
 * {@link roundedUnits}.
 */
export type Sums = 'float32' | 'int16';

/** Scores chunks of tracks. Its memory belongs to one query at a time. */
export type RankingKernel = {
	/**
	 * Room for the products of `rows` query segments with a chunk, row by row, as 32-bit numbers of either kind. Write them,
	 * then call {@link RankingKernel.distances}; the room moves with the next call.
	 */
	readonly productRoom: (chunk: PackedChunk<unknown>, query: SequenceSummary, step: number) => ProductRoom;
	/**
	 * The distance of each of the chunk's `tracks` to the query; those of missing tracks mean nothing. Equal to
	 * engine/alignment's up to float32 rounding, except that Timed Best Trace tries the offsets of a grid of
	 * {@link OFFSET_GRID} instead of all meeting boundaries, so it comes out a little higher where none falls on the grid.
	 */
	readonly distances: (
		chunk: PackedChunk<unknown>,
		query: SequenceSummary,
		products: Products,
		name: DistanceName,
		parameters: DistanceParameters,
		sums: Sums,
	) => Float32Array;
};

export type ProductRoom = { readonly float32: Float32Array; readonly int32: Int32Array };

/** Seconds between the offsets that Timed Best Trace tries first. */
export const OFFSET_GRID = 0.25;

const PAGE = 65_536;

export const rankingKernel = (kernel: KernelExports): RankingKernel => {
	const memoryFor = (chunk: PackedChunk<unknown>, query: SequenceSummary, step: number): Addresses => {
		const addresses = place(chunk, query, step, kernel.heapBase.value);
		const missing = addresses.end - kernel.memory.buffer.byteLength;
		if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE));
		return addresses;
	};
	const float32 = (address: number, values: ArrayLike<number>): void =>
		new Float32Array(kernel.memory.buffer, address, values.length).set(values);
	const float64 = (address: number, values: ArrayLike<number>): void =>
		new Float64Array(kernel.memory.buffer, address, values.length).set(values);

	return {
		productRoom: (chunk, query, step) => {
			const { products } = memoryFor(chunk, query, step);
			const count = chunk.rows.length * query.spans.length;
			return {
				float32: new Float32Array(kernel.memory.buffer, products, count),
				int32: new Int32Array(kernel.memory.buffer, products, count),
			};
		},
		distances: (chunk, query, products, name, parameters, sums) => {
			const at = memoryFor(chunk, query, parameters.step);
			const rows = query.spans.length;
			if (name === 'centroid') float32(at.centroids, chunk.centroidSquaredNorms);
			if (NEEDS_NORMS.has(name)) {
				float32(at.queryNorms, query.squaredNorms);
				float32(at.norms, chunk.squaredNorms);
			}
			if (name === 'timed-best-trace' || name === 'timed-dtw') {
				float64(at.times, chunk.times);
				float64(at.queryTimes, [...query.spans.map(({ start }) => start), query.spans.at(-1)!.end]);
				new Int32Array(kernel.memory.buffer, at.querySteps, rows).set(stepCounts(query, parameters.step));
			}
			const precise: Precise = products.kind === 'float32' ? 'F32' : 'I32';
			const scale = products.kind === 'float32' ? 1 : products.scale;
			const distances = new Float32Array(chunk.tracks.length);
			const largestSimilarity = Math.sqrt(largest(query.squaredNorms) * chunk.largestSquaredNorm);
			let times = at.times;

			for (const bucket of chunk.buckets) {
				const norms = at.norms + bucket.firstRow * 4;
				const common = [
					at.products + bucket.firstRow * 4,
					chunk.rows.length * 4,
					rows,
					bucket.length,
					bucket.groups,
					at.out,
				];
				const start = bucket.firstTrack;
				const count = bucket.groups * LANES;
				const keep = () => distances.set(new Float32Array(kernel.memory.buffer, at.out, count), start);

				switch (name) {
					case 'centroid':
						kernel[`centroid${precise}`](...common, scale, query.centroidSquaredNorm, at.centroids + start * 4);
						keep();
						break;
					case 'single-linkage':
						kernel[`singleLinkage${precise}`](...common, scale, at.queryNorms, norms);
						keep();
						break;
					case 'complete-linkage':
						kernel[`completeLinkage${precise}`](...common, scale, at.queryNorms, norms);
						keep();
						break;
					case 'trace':
						kernel[`diagonals${precise}`](...common, scale, at.queryNorms, norms, 1);
						keep();
						break;
					case 'best-trace': {
						const shifts = Math.abs(rows - bucket.length) + 1;
						kernel[`diagonals${precise}`](...common, scale, at.queryNorms, norms, shifts);
						keep();
						break;
					}
					case 'nw-dtw':
					case 'sw-dtw': {
						const form = name === 'nw-dtw' ? 'global' : 'local';
						const units = roundedUnits(rows, bucket.length, largestSimilarity, parameters.indelCost, scale);
						if (products.kind === 'float32' || sums === 'float32' || units.shift > MOST_SHIFT) {
							kernel[`${form}${precise}`](...common, scale, at.scratch, parameters.indelCost);
							keep();
							break;
						}
						kernel[`${form}I16`](...common, at.scratch, units.indelCost, units.shift);
						const scores = new Int16Array(kernel.memory.buffer, at.out, count);
						for (let k = 0; k < count; k++) distances[start + k] = 0 - scores[k]! * units.unit;
						break;
					}
					case 'timed-best-trace':
						kernel[`timedBestTrace${precise}`](
							...common,
							scale,
							at.queryNorms,
							norms,
							at.queryTimes,
							times,
							at.scratch,
							OFFSET_GRID,
							parameters.silenceCost,
						);
						keep();
						break;
					case 'timed-dtw':
						kernel[`timedLocal${precise}`](
							...common,
							scale,
							at.querySteps,
							times,
							at.scratch,
							parameters.step,
							parameters.indelCostPerSecond * parameters.step,
						);
						keep();
						break;
				}
				times += (bucket.length + 1) * count * 8;
			}
			return distances;
		},
	};
};

type Addresses = Readonly<
	Record<
		| 'products'
		| 'out'
		| 'norms'
		| 'centroids'
		| 'times'
		| 'queryNorms'
		| 'queryTimes'
		| 'querySteps'
		| 'scratch'
		| 'end',
		number
	>
>;

/** Where everything lies in the kernel's memory. */
const place = (chunk: PackedChunk<unknown>, query: SequenceSummary, step: number, start: number): Addresses => {
	const rows = query.spans.length;
	const longestBucket = chunk.buckets.reduce((most, { length }) => Math.max(most, length), 0);
	const queryLength = rows === 0 ? 0 : query.spans.at(-1)!.end - query.spans[0]!.start;
	const rowScratch = longestBucket * LANES * 4;
	const slopeScratch = (longestBucket + 1 + (chunk.longest + queryLength) / OFFSET_GRID + 8) * 8;
	const stepScratch = (chunk.longest / step + 3) * 96;
	let free = start;
	const take = (bytes: number): number => {
		const address = Math.ceil(free / 16) * 16;
		free = address + Math.ceil(bytes);
		return address;
	};
	return {
		products: take(chunk.rows.length * rows * 4),
		out: take(chunk.tracks.length * 4),
		norms: take(chunk.rows.length * 4),
		centroids: take(chunk.tracks.length * 4),
		times: take(chunk.times.length * 8),
		queryNorms: take(rows * 4),
		queryTimes: take((rows + 1) * 8),
		querySteps: take(rows * 4),
		scratch: take(Math.max(rowScratch, slopeScratch, stepScratch)),
		end: take(0),
	};
};

/** How many steps of time each query segment fills. */
const stepCounts = ({ spans }: SequenceSummary, step: number): Int32Array => {
	const counts = new Int32Array(spans.length);
	for (const segment of segmentAtSteps(spans, step)) counts[segment]!++;
	return counts;
};

const NEEDS_NORMS: ReadonlySet<DistanceName> = new Set([
	'single-linkage',
	'complete-linkage',
	'trace',
	'best-trace',
	'timed-best-trace',
]);
