import { describe, expect, test } from 'vitest';
import { DEFAULT_PARAMETERS, distanceNamed } from '../../../engine/alignment/distances.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import { type Matrix32, row, zeros } from '../../../engine/numeric/matrix.js';
import { symmetricEigen } from '../../../engine/numeric/symmetric-eigen.js';
import { distanceNames } from '../../../engine/protocol/messages.js';
import { COARSE_PARTS, coarse } from '../../../engine/ranking/coarse.js';
import { rank } from '../../../engine/ranking/rank.js';
import { SKETCH_SIZE, sketchDirections } from '../../../engine/ranking/sketch.js';
import { rankBySketches } from '../../../engine/ranking/sketched-ranking.js';
import { sketchTracks } from '../../../engine/ranking/sketched-tracks.js';
import type { TrackSections } from '../../../engine/ranking/track-sections.js';
import { sourceOf, type TwoStageTools } from '../../../engine/ranking/two-stages.js';
import { catalogueOf, normals, plainProduct, plainQuantised, randomSpans, unitRows } from './catalogues.js';

const tools: TwoStageTools = { kernel: openRankingKernel(), similarity: plainProduct, quantised: plainQuantised };

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);

describe('directions of sketches', () => {
	const COLS = 80;
	/** Coordinates whose spread falls. */
	const sample = ((): Matrix32 => {
		const normal = normals(3);
		const rows = 400;
		const data = Float32Array.from({ length: rows * COLS }, (_, k) => normal() / (1 + (k % COLS) / 4));
		return { rows, cols: COLS, data };
	})();
	const directions = sketchDirections(sample);

	test('are orthonormal', () => {
		expect([directions.rows, directions.cols]).toEqual([SKETCH_SIZE, COLS]);
		for (let a = 0; a < SKETCH_SIZE; a++) {
			for (let b = 0; b <= a; b++) {
				expect(dot(row(directions, a), row(directions, b))).toBeCloseTo(a === b ? 1 : 0, 5);
			}
		}
	});

	test('keep as much of the sample as the leading eigenvectors of its second moments', () => {
		const moments = zeros(COLS, COLS);
		for (let r = 0; r < sample.rows; r++) {
			for (let a = 0; a < COLS; a++) {
				for (let b = 0; b < COLS; b++) moments.data[a * COLS + b]! += row(sample, r)[a]! * row(sample, r)[b]!;
			}
		}
		const most = symmetricEigen(moments)
			.values.slice(0, SKETCH_SIZE)
			.reduce((sum, value) => sum + value, 0);
		let kept = 0;
		for (let r = 0; r < sample.rows; r++) {
			for (let d = 0; d < SKETCH_SIZE; d++) kept += dot(row(sample, r), row(directions, d)) ** 2;
		}
		expect(kept / most).toBeCloseTo(1, 5);
	});

	test('of vectors with fewer dimensions are those dimensions', () => {
		expect(sketchDirections({ rows: 1, cols: 2, data: Float32Array.of(3, 4) }).data).toEqual(
			Float32Array.of(1, 0, 0, 1),
		);
	});
});

describe('a sequence from afar', () => {
	test('has the means of runs of its segments, which cover it from end to end', () => {
		const vectors = { rows: 6, cols: 1, data: Float32Array.of(1, 3, 5, 7, 9, 11) };
		const spans = Array.from({ length: 6 }, (_, k) => ({ start: k, end: k + 1 }));
		const seen = coarse({ spans, vectors });
		expect(seen.spans).toEqual([
			{ start: 0, end: 2 },
			{ start: 2, end: 3 },
			{ start: 3, end: 5 },
			{ start: 5, end: 6 },
		]);
		expect([...seen.vectors.data]).toEqual([2, 5, 8, 11]);
	});

	test('of few segments is itself', () => {
		for (let rows = 0; rows <= COARSE_PARTS; rows++) {
			const normal = normals(rows);
			const sequence = { spans: randomSpans(rows, normal), vectors: unitRows(rows, 3, normal) };
			expect(coarse(sequence)).toEqual(sequence);
		}
	});
});

describe('ranking by sketches', () => {
	const DIMENSIONS = 96;
	const LATENT = 24;
	const TRACKS = 1500;
	const normal = normals(23);
	const gaussian = (count: number) => Float32Array.from({ length: count }, normal);
	const map = gaussian(LATENT * DIMENSIONS);
	/** Unit vectors around a centre, in few of the dimensions: what embeddings of one track's sections look like. */
	const around = (centre: Float32Array, rows: number): Matrix32 => {
		const vectors = { rows, cols: DIMENSIONS, data: new Float32Array(rows * DIMENSIONS) };
		for (let r = 0; r < rows; r++) {
			const latent = gaussian(LATENT).map((value, k) => centre[k]! + 0.7 * value);
			const own = row(vectors, r);
			for (let c = 0; c < DIMENSIONS; c++) own[c] = dot(latent, map.subarray(c * LATENT, (c + 1) * LATENT));
			const length = Math.hypot(...own);
			own.forEach((value, c) => {
				own[c] = value / length;
			});
		}
		return vectors;
	};
	const lengths = Array.from({ length: TRACKS }, (_, track) => (track * 7) % 16);
	const centres = lengths.map(() => gaussian(LATENT));
	const parts = lengths.map((length, track) => around(centres[track]!, length));
	const sections: TrackSections = {
		...catalogueOf(lengths, 1, 19),
		vectors: {
			rows: lengths.reduce((sum, length) => sum + length, 0),
			cols: DIMENSIONS,
			data: Float32Array.from(parts.flatMap(({ data }) => [...data])),
		},
	};
	const queries = [17, 400, 1203].map(track => ({
		spans: randomSpans(9, normal),
		vectors: around(centres[track]!, 9),
	}));
	const sketching = sketchTracks(sourceOf(sections), plainProduct);
	const plan = { share: 0.3, shareForTraces: 0.4, least: 0, secondStage: 100 };

	test.each(distanceNames)('finds nearly all of the best without comparing all, by %s', async name => {
		const sketched = await sketching;
		const compared: number[] = [];
		const watched = {
			...sketched,
			load: async (tracks: readonly number[]) => {
				compared.push(tracks.length);
				return sketched.load(tracks);
			},
		};
		const found = await rankBySketches(queries, watched, name, DEFAULT_PARAMETERS, tools, 10, {}, plan);
		expect(compared).toEqual([100, 100, 100]);
		let recalled = 0;
		for (const [k, query] of queries.entries()) {
			const truth = await rank(query, sections, distanceNamed(name), plainProduct, 10);
			const ids = new Set(found[k]!.map(({ id }) => id));
			recalled += truth.filter(({ id }) => ids.has(id)).length;
			// What is found has its exact value.
			for (const result of found[k]!) {
				const exact = truth.find(({ id }) => id === result.id);
				if (exact) expect(result).toEqual(exact);
			}
		}
		expect(recalled).toBeGreaterThanOrEqual(27);
	});

	test('filters come first: the best of those that take part are found, however far back they are among all', async () => {
		const sketched = await sketching;
		const everything = await rank(queries[0]!, sections, distanceNamed('sw-dtw'), plainProduct, TRACKS);
		const last = new Set(everything.slice(-40).map(({ track }) => track));
		const include = (track: number) => last.has(track);
		const [found] = await rankBySketches(
			[queries[0]!],
			sketched,
			'sw-dtw',
			DEFAULT_PARAMETERS,
			tools,
			5,
			{ include },
			{
				...plan,
				least: 40,
			},
		);
		expect(found).toEqual(await rank(queries[0]!, sections, distanceNamed('sw-dtw'), plainProduct, 5, { include }));
	});
});
