import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	type Comparison,
	comparisonFrom,
	dotProducts,
	type SegmentSequence,
	type SequenceSummary,
	summarise,
} from '../../../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS, distanceNamed } from '../../../engine/alignment/distances.js';
import { offsetRange, timedBestTrace, timedTrace } from '../../../engine/alignment/timed-best-trace.js';
import { segmentAtSteps, timedLocalDistance } from '../../../engine/alignment/timed-dtw.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import type { Matrix, Matrix32 } from '../../../engine/numeric/matrix.js';
import { type DistanceName, distanceNames } from '../../../engine/protocol/messages.js';

import { type PackedChunk, packTracks, quantiseTracks } from '../../../engine/ranking/packed-tracks.js';
import { quantiseQuery } from '../../../engine/ranking/quantised-product.js';
import { roundedUnits } from '../../../engine/ranking/rounded-units.js';
import { OFFSET_GRID, scanCell, scanSteps } from '../../../engine/ranking/time-grid.js';
import { sectionsOf, type TrackSections } from '../../../engine/ranking/track-sections.js';
import type { Span } from '../../../engine/time/time.js';
import { sequence, sequences } from '../alignment/arbitraries.js';
import { catalogueOf, normals, randomSpans, unitRows } from './catalogues.js';

const DIMENSIONS = 12;
const kernel = openRankingKernel();

const queryOf = (rows: number, seed: number): SegmentSequence => {
	const normal = normals(seed);
	return { spans: randomSpans(rows, normal), vectors: unitRows(rows, DIMENSIONS, normal) };
};

/** Lengths of 0 to 40 sections, one track of 200, several alike. */
const mixed = catalogueOf(
	[0, 1, 1, 7, ...Array.from({ length: 60 }, (_, k) => (k * 13) % 41), 200, 12, 12, 12],
	DIMENSIONS,
	5,
);

/** Distances of all tracks by the kernel, from products given chunk by chunk; NaN where a track has no sections. */
const score = <Vectors>(
	chunks: readonly PackedChunk<Vectors>[],
	tracks: number,
	query: SequenceSummary,
	fill: (chunk: PackedChunk<Vectors>) => { values: ArrayLike<number>; scale: number | null },
	name: DistanceName,
	sums: 'float32' | 'whole' = 'float32',
): Float64Array => {
	const values = new Float64Array(tracks).fill(Number.NaN);
	for (const chunk of chunks) {
		const products = fill(chunk);
		const room = kernel.productRoom(chunk, query, DEFAULT_PARAMETERS.step);
		if (products.scale === null) room.float32.set(products.values);
		else room.int32.set(products.values);
		const kind =
			products.scale === null ? ({ kind: 'float32' } as const) : ({ kind: 'int32', scale: products.scale } as const);
		const distances = kernel.distances(chunk, query, kind, name, DEFAULT_PARAMETERS, sums);
		chunk.tracks.forEach((track, slot) => {
			if (track >= 0) values[track] = distances[slot]!;
		});
	}
	return values;
};

const byKernel = (query: SegmentSequence, sections: TrackSections, name: DistanceName, mostRows = 3000): Float64Array =>
	score(
		packTracks(sections, mostRows),
		sections.ids.length,
		summarise(query),
		({ vectors }) => ({ values: dotProducts(query.vectors, vectors).data, scale: null }),
		name,
	);

/** The oracle for the same dot products, which the kernel reads as float32. */
const byOracle = (query: SegmentSequence, sections: TrackSections, track: number, name: DistanceName): number => {
	const own = sectionsOf(sections, track);
	const products = dotProducts(query.vectors, own.vectors);
	const rounded = { ...products, data: Float64Array.from(Float32Array.from(products.data)) };
	const comparison = comparisonFrom(rounded, summarise(query), summarise(own));
	return name === 'timed-best-trace' ? onGrid(query, own, rounded) : distanceNamed(name).value(comparison);
};

/** Timed Best Trace over the kernel's grid of offsets, one by one. */
const onGrid = (query: SegmentSequence, candidate: SegmentSequence, similarity: Matrix): number => {
	const comparison = comparisonFrom(similarity, summarise(query), summarise(candidate));
	const { start, end } = offsetRange(query.spans, candidate.spans);
	let least = Number.POSITIVE_INFINITY;
	for (let k = 0; start + k * OFFSET_GRID <= end; k++) {
		least = Math.min(least, timedTrace(comparison, start + k * OFFSET_GRID, DEFAULT_PARAMETERS.silenceCost));
	}
	return least;
};

/** Within 1e-5, relative where values exceed 1, as sums of float32 are. */
const expectClose = (value: number, expected: number): void =>
	expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected)));

describe.each(distanceNames)('%s by the kernel', name => {
	test.each([1, 2, 9, 36, 70])('equals the oracle for tracks of 1 to 200 sections, query of %d segments', rows => {
		const query = queryOf(rows, 100 + rows);
		const values = byKernel(query, mixed, name);
		mixed.ids.forEach((_, track) => {
			const sectionCount = mixed.offsets[track + 1]! - mixed.offsets[track]!;
			if (sectionCount === 0) expect(values[track]).toBeNaN();
			else expectClose(values[track]!, byOracle(query, mixed, track, name));
		});
	});

	test('does not depend on how the catalogue is cut into chunks', () => {
		const query = queryOf(5, 3);
		expect(byKernel(query, mixed, name, 1)).toEqual(byKernel(query, mixed, name, 1_000_000));
	});

	test('equals the oracle where products come from quantised vectors', () => {
		const query = queryOf(17, 9);
		const products = quantisedProducts(query);
		const values = score(products.chunks, mixed.ids.length, summarise(query), products.of, name);
		mixed.ids.forEach((_, track) => {
			if (mixed.offsets[track + 1] === mixed.offsets[track]) return;
			const own = sectionsOf(mixed, track);
			const comparison = comparisonFrom(products.similarityOf(track), summarise(query), summarise(own));
			const expected =
				name === 'timed-best-trace' ? onGrid(query, own, comparison.similarity) : distanceNamed(name).value(comparison);
			expectClose(values[track]!, expected);
		});
	});
});

describe.each(distanceNames)('%s of sequences of any shape', name => {
	// Coordinates are few and whole, so that ties, equal segments and zero vectors are common.
	const anySequence = (most: number) => fc.oneof(sequences(1, 6), sequences(1, 1), sequences(most, most));

	test('equals the oracle, with neighbours of other lengths in the chunk', () => {
		fc.assert(
			fc.property(anySequence(200), fc.array(anySequence(200), { minLength: 1, maxLength: 12 }), (query, tracks) => {
				const sections = joined(tracks);
				const values = byKernel(query, sections, name, 700);
				tracks.forEach((_, track) => {
					expectClose(values[track]!, byOracle(query, sections, track, name));
				});
			}),
			{ numRuns: 25, seed: 7 },
		);
	});
});

describe('the kernel in whole numbers', () => {
	/** Calls `check` with each track's value and the comparison that the same products make. */
	const eachTrack = (
		query: SegmentSequence,
		sections: TrackSections,
		name: DistanceName,
		check: (value: number, comparison: Comparison, scale: number) => void,
	): void => {
		const products = quantisedProducts(query, sections);
		const values = score(products.chunks, sections.ids.length, summarise(query), products.of, name, 'whole');
		sections.ids.forEach((_, track) => {
			const own = sectionsOf(sections, track);
			if (own.spans.length === 0) return;
			const comparison = comparisonFrom(products.similarityOf(track), summarise(query), summarise(own));
			check(values[track]!, comparison, products.scaleOf(track));
		});
	};

	/** Within half a unit for each of the n + m summands of an alignment. */
	const expectWithinRounding = (value: number, expected: number, n: number, m: number, scale: number, worth = 1) => {
		const { unit } = roundedUnits(n, m, 1, DEFAULT_PARAMETERS.indelCost, scale);
		expect(Math.abs(value - expected)).toBeLessThanOrEqual((worth * unit * (n + m)) / 2 + 1e-5);
	};

	test.each([1, 8, 36, 120])(
		'adds %d rows of an alignment up within half a unit for each segment of either side',
		rows => {
			for (const name of ['nw-dtw', 'sw-dtw'] as const) {
				eachTrack(queryOf(rows, rows), mixed, name, (value, comparison, scale) => {
					const expected = distanceNamed(name).value(comparison);
					expectWithinRounding(value, expected, rows, comparison.candidate.spans.length, scale);
				});
			}
		},
	);

	const expectTimedDtw = (query: SegmentSequence, sections: TrackSections): void => {
		const step = DEFAULT_PARAMETERS.step * scanSteps(summarise(query), DEFAULT_PARAMETERS.step);
		eachTrack(query, sections, 'timed-dtw', (value, comparison, scale) => {
			const expected = timedLocalDistance(comparison, DEFAULT_PARAMETERS.indelCostPerSecond, step);
			const steps = segmentAtSteps(query.spans, step).length;
			// Units suit the longest track of a chunk.
			const longest = Math.max(...sections.ids.map((_, track) => durationOf(sectionsOf(sections, track).spans)));
			expectWithinRounding(value, expected, steps, Math.max(1, Math.round(longest / step)), scale, step);
		});
	};

	const expectTimedBestTrace = (query: SegmentSequence, sections: TrackSections): void =>
		eachTrack(query, sections, 'timed-best-trace', (value, { similarity, ...sides }) => {
			const cell = scanCell(sides.query);
			const comparison = comparisonFrom(similarity, rounded(sides.query, cell), rounded(sides.candidate, cell));
			expectClose(value, timedBestTrace(comparison, DEFAULT_PARAMETERS.silenceCost).value);
		});

	test.each([1, 2, 9, 36, 70])(
		'samples %d rows of Timed DTW a few steps apart and is right to their rounding',
		rows => {
			expectTimedDtw(queryOf(rows, 200 + rows), mixed);
		},
	);

	test.each([1, 2, 9, 36, 70])('equals Timed Best Trace of %d rows once boundaries are moved to the grid', rows => {
		expectTimedBestTrace(queryOf(rows, 300 + rows), mixed);
	});

	test('does so for sequences of any shape, with neighbours of other lengths in the chunk', () => {
		// Segments of less than a cell or a step are common.
		const short = (given: SegmentSequence, by: number): SegmentSequence => ({
			...given,
			spans: given.spans.map(({ start, end }) => ({ start: start / by, end: end / by })),
		});
		const anySequence = fc
			.tuple(fc.oneof(sequences(1, 6), sequences(1, 1), sequences(90, 90)), fc.constantFrom(1, 3, 20, 400))
			.map(([given, by]) => short(given, by));
		fc.assert(
			fc.property(anySequence, fc.array(anySequence, { minLength: 1, maxLength: 12 }), (query, tracks) => {
				expectTimedDtw(query, joined(tracks));
				expectTimedBestTrace(query, joined(tracks));
			}),
			{ numRuns: 50, seed: 11 },
		);
	});
});

describe('the kernel', () => {
	test('gives equal tracks equal distances, whatever their lane', () => {
		const own = queryOf(6, 77);
		const copies = 19;
		const sections: TrackSections = {
			ids: Array.from({ length: copies }, (_, k) => `copy ${k}`),
			offsets: Uint32Array.from({ length: copies + 1 }, (_, k) => k * 6),
			spans: Array.from({ length: copies }, () => own.spans).flat(),
			vectors: {
				rows: copies * 6,
				cols: DIMENSIONS,
				data: Float32Array.from({ length: copies * 6 * DIMENSIONS }, (_, k) => own.vectors.data[k % (6 * DIMENSIONS)]!),
			},
		};
		for (const name of distanceNames) {
			expect(new Set(byKernel(queryOf(4, 78), sections, name)).size).toBe(1);
		}
	});

	test('a distance near 0 is right to the rounding of its square', () => {
		const own = queryOf(8, 21);
		const sections = { ...own, ids: ['same'], offsets: Uint32Array.of(0, 8) };
		for (const name of ['trace', 'best-trace', 'single-linkage', 'centroid'] as const) {
			// A float32 near 2 is right to 1.2e-7, and so is the squared distance that is left when norms cancel.
			expect(byKernel(own, sections, name)[0]).toBeLessThan(Math.sqrt(4 * 1.2e-7));
		}
	});

	test('embeddings of other lengths than 1 are compared alike', () => {
		const query = sequence([
			[3, 0, 0, 4],
			[0, 0.1, 0, 0],
		]);
		const sections: TrackSections = {
			...sequence([
				[1, 2, 3, 4],
				[-2, 0, 0, 1],
				[0.5, 0, 0.5, 0],
			]),
			ids: ['only'],
			offsets: Uint32Array.of(0, 3),
		};
		for (const name of distanceNames) {
			expectClose(byKernel(query, sections, name)[0]!, byOracle(query, sections, 0, name));
		}
	});
});

describe('units of int16', () => {
	test('are the finest in which neither the best nor the worst sum overflows', () => {
		for (const [n, m, similarity, indelCost, scale] of [
			[36, 30, 1, 0.1, 3e-6],
			[1, 1, 1, 0, 1e-6],
			[200, 200, 1, 1, 1e-5],
			[10, 300, 0.2, 2, 1e-4],
		] as const) {
			const { unit, indelCost: units } = roundedUnits(n, m, similarity, indelCost, scale);
			expect(Math.min(n, m) * similarity).toBeLessThanOrEqual(32_767 * unit);
			expect((n + m) * units).toBeLessThanOrEqual(32_767);
			const half = unit / 2;
			expect(half < scale || Math.max(Math.min(n, m) * similarity, (n + m) * indelCost) > 30_000 * half).toBe(true);
		}
	});
});

const joined = (tracks: readonly SegmentSequence[]): TrackSections => {
	const offsets = [0];
	for (const { spans } of tracks) offsets.push(offsets.at(-1)! + spans.length);
	const { cols } = tracks[0]!.vectors;
	return {
		ids: tracks.map((_, k) => `t${k}`),
		offsets: Uint32Array.from(offsets),
		spans: tracks.flatMap(({ spans }) => spans),
		vectors: {
			rows: offsets.at(-1)!,
			cols,
			data: Float32Array.from(tracks.flatMap(({ vectors }) => [...vectors.data])),
		},
	};
};

const durationOf = (spans: readonly Span[]): number => (spans.at(-1)?.end ?? 0) - (spans[0]?.start ?? 0);

/** The same with every boundary at the nearest of a grid that begins with the first one; it has one cell at least. */
const rounded = (summary: SequenceSummary, cell: number): SequenceSummary => {
	const { spans } = summary;
	const onto = (time: number): number => Math.round((time - spans[0]!.start) / cell) * cell;
	const moved = spans.map(({ start }, k) => ({ start: onto(start), end: onto(spans[k + 1]?.start ?? spans[k]!.end) }));
	const last = moved.at(-1)!;
	return { ...summary, spans: [...moved.slice(0, -1), { ...last, end: Math.max(last.end, cell) }] };
};

/** Products of quantised vectors by their definition, and what similarities they stand for. */
const quantisedProducts = (query: SegmentSequence, sections = mixed) => {
	const chunks = quantiseTracks(sections, 3000);
	const dimensions = sections.vectors.cols;
	const { data, scale, rows } = quantiseQuery(query.vectors);
	const similarities = new Map<number, Matrix>();
	const scales = new Map<number, number>();
	const products = chunks.map(chunk => {
		const left: Matrix32 = { rows, cols: dimensions, data: Float32Array.from(data) };
		const right: Matrix32 = {
			rows: chunk.vectors.rows,
			cols: dimensions,
			data: transpose(chunk.vectors.data, dimensions, chunk.vectors.rows),
		};
		return { values: dotProducts(left, right).data, scale: scale * chunk.vectors.scale };
	});
	chunks.forEach((chunk, c) => {
		chunk.tracks.forEach(track => {
			if (track < 0) return;
			const columns = [...chunk.rows.keys()]
				.filter(
					position =>
						chunk.rows[position]! >= sections.offsets[track]! && chunk.rows[position]! < sections.offsets[track + 1]!,
				)
				.sort((a, b) => chunk.rows[a]! - chunk.rows[b]!);
			scales.set(track, products[c]!.scale);
			similarities.set(track, {
				rows,
				cols: columns.length,
				data: Float64Array.from(
					Array.from({ length: rows }, (_, i) =>
						columns.map(column => products[c]!.values[i * chunk.rows.length + column]! * products[c]!.scale),
					).flat(),
				),
			});
		});
	});
	return {
		chunks,
		of: (chunk: PackedChunk<unknown>) => products[chunks.findIndex(({ tracks }) => tracks === chunk.tracks)]!,
		similarityOf: (track: number) => similarities.get(track)!,
		scaleOf: (track: number) => scales.get(track)!,
	};
};

const transpose = (columns: Int8Array, cols: number, rows: number): Float32Array =>
	Float32Array.from({ length: rows * cols }, (_, k) => columns[(k % cols) * rows + Math.floor(k / cols)]!);
