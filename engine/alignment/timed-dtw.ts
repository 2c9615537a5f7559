import { type Matrix, zeros } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';
import { type Alignment, alignmentOf, type Pair, weightedMedian } from './alignment.js';
import type { Comparison } from './comparison.js';
import { globalAlignment, type ScoredPairs } from './global-alignment.js';
import { localAlignment, localScore } from './local-alignment.js';

/**
 * Timed DTW (ours): the paper's SW-DTW of two sequences that hold their values for a time. Playing a second of the one
 * with a second of the other adds their similarity, leaving out a second costs `indelCost`, on either side, and what lies
 * before the first shared second and after the last is free. So a long section can carry several shots, and may be
 * stretched or skipped in part; index-by-index pairing would leave most of it out.
 *
 * Computed as {@link localAlignment} of both sequences sampled every `step` seconds, values times `step`. This is the
 * optimum over all continuous alignments where durations are multiples of the step: sliding a run of shared time along,
 * or the moment of changing from one run to the next, changes the score linearly until a boundary meets a boundary, so
 * some optimum changes only at such points, which all lie on the grid. Hence segments of one second, sampled every second,
 * give SW-DTW itself. Otherwise boundaries move to the nearest grid point, by step / 2 at most.
 *
 * @param indelCost - a second left out, finite and ≥ 0
 * @param step - seconds, > 0
 * @returns value: the negated score, in seconds of similarity
 */
export const timedLocalAlignment = (comparison: Comparison, indelCost: number, step: Seconds): Alignment => {
	const sampled = sampleTimes(comparison, step);
	return onSegments(localAlignment(sampled.similarity, indelCost * step), sampled, comparison, step);
};

/** The value of {@link timedLocalAlignment} alone. */
export const timedLocalDistance = (comparison: Comparison, indelCost: number, step: Seconds): number =>
	0 - localScore(sampleTimes(comparison, step).similarity, indelCost * step);

/** As {@link timedLocalAlignment} with nothing for free: every second is played or paid for, as in NW-DTW. */
export const timedGlobalAlignment = (comparison: Comparison, indelCost: number, step: Seconds): Alignment => {
	const sampled = sampleTimes(comparison, step);
	return onSegments(globalAlignment(sampled.similarity, indelCost * step), sampled, comparison, step);
};

/**
 * Which segment plays at each step of a sequence, by index. Boundaries are rounded to the grid that begins at the first
 * segment, so steps neither pile up nor go missing over a long sequence; a segment shorter than half a step may have none.
 * A gap between segments belongs to the one before it. A sequence with segments has at least one step.
 */
export const segmentAtSteps = (spans: readonly Span[], step: Seconds): Int32Array => {
	if (!(step > 0)) throw new RangeError(`step must be > 0, not ${step}`);
	if (spans.length === 0) return new Int32Array(0);
	const origin = spans[0]!.start;
	const steps = new Int32Array(Math.max(1, Math.round((spans.at(-1)!.end - origin) / step)));
	spans.forEach(({ start }, segment) => {
		steps.fill(segment, Math.round((start - origin) / step));
	});
	return steps;
};

type SampledSimilarity = {
	/** Similarity of each two steps, times the step: score for playing them together. */
	readonly similarity: Matrix;
	readonly querySegments: Int32Array;
	readonly candidateSegments: Int32Array;
};

const sampleTimes = ({ similarity, query, candidate }: Comparison, step: Seconds): SampledSimilarity => {
	const querySegments = segmentAtSteps(query.spans, step);
	const candidateSegments = segmentAtSteps(candidate.spans, step);
	const sampled = zeros(querySegments.length, candidateSegments.length);
	querySegments.forEach((segment, i) => {
		const source = segment * similarity.cols;
		const target = i * sampled.cols;
		for (let j = 0; j < sampled.cols; j++) {
			sampled.data[target + j] = similarity.data[source + candidateSegments[j]!]! * step;
		}
	});
	return { similarity: sampled, querySegments, candidateSegments };
};

const onSegments = (
	{ score, pairs }: ScoredPairs,
	{ querySegments, candidateSegments }: SampledSimilarity,
	{ query, candidate }: Comparison,
	step: Seconds,
): Alignment => {
	const segmentPairs: Pair[] = [];
	for (const pair of pairs) {
		const met = { query: querySegments[pair.query]!, candidate: candidateSegments[pair.candidate]! };
		const last = segmentPairs.at(-1);
		if (last?.query !== met.query || last.candidate !== met.candidate) segmentPairs.push(met);
	}
	const origin = (candidate.spans[0]?.start ?? 0) - (query.spans[0]?.start ?? 0);
	const offsets = pairs.map(pair => ({ offset: origin + (pair.candidate - pair.query) * step, weight: 1 }));
	return {
		...alignmentOf(0 - score, segmentPairs, query.spans, candidate.spans),
		offset: weightedMedian(offsets),
	};
};
