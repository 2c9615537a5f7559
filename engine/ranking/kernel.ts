import type { SequenceSummary } from '../alignment/comparison.js';
import type { DistanceParameters } from '../alignment/distances.js';
import type { DistanceName } from '../protocol/messages.js';
import { type Addresses, place } from './kernel-memory.js';
import { LANES } from './lane-layout.js';
import { largest, type PackedChunk } from './packed-tracks.js';
import { MOST_SHIFT, roundedUnits } from './rounded-units.js';
import { cellBoundaries, OFFSET_GRID, queryLength, scanCell, scanSteps, stepCounts, stepsOf } from './time-grid.js';

/** Addresses and counts in, distances written to memory: see alignment-kernel.as.ts. */
type KernelFunction = (...numbers: number[]) => void;
type Precise = 'F32' | 'I32';
type KernelName =
	| `${'centroid' | 'singleLinkage' | 'completeLinkage' | 'diagonals' | 'global' | 'local' | 'timedBestTrace' | 'timedLocal'}${Precise}`
	| `${'global' | 'local' | 'timedLocal'}I16`
	| 'timedBestTraceWhole';

/** The compiled kernel. */
export type KernelExports = { readonly [Name in KernelName]: KernelFunction } & {
	readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
	readonly heapBase: { readonly value: number };
};

/** What the products of a query with a chunk are: dot products, or those of quantised vectors in units of `scale`. */
export type Products = { readonly kind: 'float32' } | { readonly kind: 'int32'; readonly scale: number };

/**
 * How sums are kept. Whole numbers, for int32 products only, are many times as fast, and good for choosing the tracks
 * that are then compared exactly:
 *
 * - NW-DTW and SW-DTW add up in int16; how far off that can be is said at {@link roundedUnits}.
 * - Timed DTW does too, over steps of {@link scanSteps} times the length.
 * - Timed Best Trace moves all boundaries to the nearest of a grid of {@link scanCell}, then is exact but for rounding that is
 *   far below. A moved boundary changes what plays together for half a cell at most, and an offset is half a cell from the
 *   best one at most. So with n segments over m sections, distances that differ by R at most, and T seconds of query, the
 *   value is off by at most (n + m) R cell / T; and by about √(n + m) times less where roundings are unrelated.
 *
 * The others have no such form, and take whole numbers to mean floating point.
 */
export type Sums = 'float32' | 'whole';

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
	const int32 = (address: number, values: Int32Array): void =>
		new Int32Array(kernel.memory.buffer, address, values.length).set(values);
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
			}
			const whole = products.kind === 'int32' && sums === 'whole';
			const step = parameters.step * (whole ? scanSteps(query, parameters.step) : 1);
			const cell = scanCell(query);
			const queryCells = cellBoundaries(query, cell);
			if (name === 'timed-dtw') int32(at.querySteps, stepCounts(query, step));
			if (name === 'timed-best-trace') int32(at.querySteps, queryCells);
			const precise: Precise = products.kind === 'float32' ? 'F32' : 'I32';
			const scale = products.kind === 'float32' ? 1 : products.scale;
			const distances = new Float32Array(chunk.tracks.length);
			const largestSimilarity = Math.sqrt(largest(query.squaredNorms) * chunk.largestSquaredNorm);
			const largestDistance = Math.sqrt(largest(query.squaredNorms)) + Math.sqrt(chunk.largestSquaredNorm);
			const mostCells = Math.min(queryCells.at(-1)!, stepsOf(chunk.longest, cell));
			const wholeUnit = wholeUnitOf(Math.max(largestDistance, parameters.silenceCost), mostCells);
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
				const keepScores = (unit: number) => {
					const scores = new Int16Array(kernel.memory.buffer, at.out, count);
					for (let k = 0; k < count; k++) distances[start + k] = 0 - scores[k]! * unit;
				};

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
						if (!whole || units.shift > MOST_SHIFT) {
							kernel[`${form}${precise}`](...common, scale, at.scratch, parameters.indelCost);
							keep();
							break;
						}
						kernel[`${form}I16`](...common, at.scratch, units.indelCost, units.shift);
						keepScores(units.unit);
						break;
					}
					case 'timed-best-trace':
						if (whole) {
							kernel.timedBestTraceWhole(
								...common,
								scale,
								at.queryNorms,
								norms,
								at.querySteps,
								times,
								at.scratch,
								cell,
								parameters.silenceCost,
								wholeUnit,
							);
							keep();
							break;
						}
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
					case 'timed-dtw': {
						const [queryStepCount, mostSteps] = [stepsOf(queryLength(query), step), stepsOf(chunk.longest, step)];
						const cost = parameters.indelCostPerSecond;
						const units = roundedUnits(queryStepCount, mostSteps, largestSimilarity, cost, scale);
						if (whole && units.shift <= MOST_SHIFT) {
							const { indelCost, shift } = units;
							kernel.timedLocalI16(...common, at.querySteps, times, at.scratch, step, indelCost, shift);
							keepScores(units.unit * step);
							break;
						}
						kernel[`timedLocal${precise}`](...common, scale, at.querySteps, times, at.scratch, step, cost * step);
						keep();
						break;
					}
				}
				times += (bucket.length + 1) * count * 8;
			}
			return distances;
		},
	};
};

/** The finest unit in which a distance stays below 2^22, and a sum of one for each cell below 2^30. */
const wholeUnitOf = (largestDistance: number, cells: number): number =>
	largestDistance / Math.min(2 ** 22 - 1, 2 ** 30 / cells);

const NEEDS_NORMS: ReadonlySet<DistanceName> = new Set([
	'single-linkage',
	'complete-linkage',
	'trace',
	'best-trace',
	'timed-best-trace',
]);
