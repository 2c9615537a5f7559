import fc from 'fast-check';
import {
	type Comparison,
	compare,
	comparisonFrom,
	type SegmentSequence,
} from '../../../engine/alignment/comparison.js';
import type { Matrix } from '../../../engine/numeric/matrix.js';
import type { Span } from '../../../engine/time/time.js';

export const matrix = (values: readonly (readonly number[])[]): Matrix => ({
	rows: values.length,
	cols: values[0]?.length ?? 0,
	data: Float64Array.from(values.flat()),
});

export const transposed = ({ rows, cols, data }: Matrix): Matrix => ({
	rows: cols,
	cols: rows,
	data: Float64Array.from({ length: rows * cols }, (_, k) => data[(k % rows) * cols + Math.floor(k / rows)]!),
});

/** Similarities in [-1, 1] in steps of 1/8, so that sums are exact and ties are common. */
export const similarities = (most: { rows: number; cols: number }, least = 0): fc.Arbitrary<Matrix> =>
	fc
		.record({ rows: fc.integer({ min: least, max: most.rows }), cols: fc.integer({ min: least, max: most.cols }) })
		.chain(({ rows, cols }) =>
			fc
				.array(fc.integer({ min: -8, max: 8 }), { minLength: rows * cols, maxLength: rows * cols })
				.map(eighths => ({ rows, cols, data: Float64Array.from(eighths, value => value / 8) })),
		);

/** Indel costs in [0, 1], in steps of 1/8. */
export const indelCosts = fc.integer({ min: 0, max: 8 }).map(eighths => eighths / 8);

/** Spans that follow one another from `start`. */
export const spansOf = (durations: readonly number[], start = 0): Span[] => {
	let time = start;
	return durations.map(duration => {
		const span = { start: time, end: time + duration };
		time = span.end;
		return span;
	});
};

/** A sequence of given embeddings, each a second long unless durations are given. */
export const sequence = (
	vectors: readonly (readonly number[])[],
	durations = vectors.map(() => 1),
): SegmentSequence => ({
	spans: spansOf(durations),
	vectors: { rows: vectors.length, cols: vectors[0]?.length ?? 3, data: Float32Array.from(vectors.flat()) },
});

/** Sequences of 3-d embeddings of any length, durations in whole quarters of a second. */
export const sequences = (least: number, most: number): fc.Arbitrary<SegmentSequence> =>
	fc
		.array(
			fc.record({
				vector: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -8, max: 8 }).map(eighths => eighths / 8))),
				duration: fc.integer({ min: 1, max: 24 }).map(quarters => quarters / 4),
			}),
			{ minLength: least, maxLength: most },
		)
		.map(segments =>
			sequence(
				segments.map(({ vector }) => vector),
				segments.map(({ duration }) => duration),
			),
		);

export const comparisons = (least: number, most: number): fc.Arbitrary<Comparison> =>
	fc.tuple(sequences(least, most), sequences(least, most)).map(([query, candidate]) => compare(query, candidate));

/** A comparison with these similarities of unit vectors, whose segments last as given. */
export const comparisonOf = (
	similarity: Matrix,
	queryDurations: readonly number[],
	candidateDurations: readonly number[],
) =>
	comparisonFrom(
		similarity,
		{
			spans: spansOf(queryDurations),
			squaredNorms: new Float64Array(similarity.rows).fill(1),
			centroidSquaredNorm: 1,
		},
		{
			spans: spansOf(candidateDurations),
			squaredNorms: new Float64Array(similarity.cols).fill(1),
			centroidSquaredNorm: 1,
		},
	);
