import type { SequenceSummary } from '../alignment/comparison.js';
import { LANES } from './lane-layout.js';
import type { PackedChunk } from './packed-tracks.js';
import { LEAST_CELL, OFFSET_GRID, queryLength } from './time-grid.js';

/** Addresses in the kernel's memory. */
export type Addresses = Readonly<
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

/** Where all that the kernel reads and writes for one query and one chunk lies in its memory, from `start` on. */
export const place = (chunk: PackedChunk<unknown>, query: SequenceSummary, step: number, start: number): Addresses => {
	const rows = query.spans.length;
	const longestBucket = chunk.buckets.reduce((most, { length }) => Math.max(most, length), 0);
	const bothLengths = chunk.longest + queryLength(query);
	const rowScratch = longestBucket * LANES * 4;
	const slopeScratch = (longestBucket + 1 + bothLengths / OFFSET_GRID + 8) * 8;
	const cellScratch = (longestBucket + 1) * 64 + (bothLengths / LEAST_CELL + 4) * 32;
	// Of the two forms of Timed DTW the one with shorter steps needs more.
	const stepScratch = (longestBucket + 1) * 32 + (chunk.longest / step + 4) * 96;
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
		querySteps: take((rows + 1) * 4),
		scratch: take(Math.max(rowScratch, slopeScratch, cellScratch, stepScratch)),
		end: take(0),
	};
};
