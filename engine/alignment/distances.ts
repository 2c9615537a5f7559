import type { DistanceName } from '../protocol/messages.js';
import type { Seconds } from '../time/time.js';
import { type Alignment, alignmentOf } from './alignment.js';
import type { Comparison } from './comparison.js';
import { globalAlignment, globalScore } from './global-alignment.js';
import { localAlignment, localScore } from './local-alignment.js';
import { centroidDistance, completeLinkage, singleLinkage } from './set-distances.js';
import { SILENCE_COST, timedBestTrace } from './timed-best-trace.js';
import { timedLocalAlignment, timedLocalDistance } from './timed-dtw.js';
import { bestTrace, diagonalPairs, trace } from './trace.js';

/** How unlike a query and a candidate are. Lower is better; +Infinity where either has no segments. */
export type Distance = {
	readonly name: DistanceName;
	readonly value: (comparison: Comparison) => number;
	/**
	 * The alignment behind the value, which is the same; null for distances that ignore order, and `align` answers null
	 * where either side has no segments.
	 */
	readonly align: ((comparison: Comparison) => Alignment | null) | null;
};

/** All ours: the paper tuned its indel costs on a grid and does not print them. */
export type DistanceParameters = {
	/** NW-DTW and SW-DTW: leaving out one segment, in units of similarity, ≥ 0. */
	readonly indelCost: number;
	/** Timed DTW: leaving out one second, in units of similarity, ≥ 0. */
	readonly indelCostPerSecond: number;
	/** Timed DTW: how finely time is sampled. */
	readonly step: Seconds;
	/** Timed Best Trace: a second of the query without music, in units of distance. */
	readonly silenceCost: number;
};

export const DEFAULT_PARAMETERS: DistanceParameters = {
	indelCost: 0.1,
	indelCostPerSecond: 0.1,
	step: 1,
	silenceCost: SILENCE_COST,
};

/** The distance of that name. */
export const distanceNamed = (name: DistanceName, parameters: DistanceParameters = DEFAULT_PARAMETERS): Distance => {
	const { indelCost, indelCostPerSecond, step, silenceCost } = parameters;
	switch (name) {
		case 'centroid':
			return unordered(name, centroidDistance);
		case 'single-linkage':
			return unordered(name, singleLinkage);
		case 'complete-linkage':
			return unordered(name, completeLinkage);
		case 'trace':
			return ordered(
				name,
				({ distance }) => trace(distance),
				comparison => onDiagonal(comparison, trace(comparison.distance), 0),
			);
		case 'best-trace':
			return ordered(
				name,
				({ distance }) => bestTrace(distance).value,
				comparison => {
					const { value, shift } = bestTrace(comparison.distance);
					return onDiagonal(comparison, value, shift);
				},
			);
		case 'nw-dtw':
			return ordered(
				name,
				({ similarity }) => 0 - globalScore(similarity, indelCost),
				comparison => paired(comparison, globalAlignment(comparison.similarity, indelCost)),
			);
		case 'sw-dtw':
			return ordered(
				name,
				({ similarity }) => 0 - localScore(similarity, indelCost),
				comparison => paired(comparison, localAlignment(comparison.similarity, indelCost)),
			);
		case 'timed-best-trace':
			return ordered(
				name,
				comparison => timedBestTrace(comparison, silenceCost).value,
				comparison => timedBestTrace(comparison, silenceCost),
			);
		case 'timed-dtw':
			return ordered(
				name,
				comparison => timedLocalDistance(comparison, indelCostPerSecond, step),
				comparison => timedLocalAlignment(comparison, indelCostPerSecond, step),
			);
	}
};

const unordered = (name: DistanceName, value: (comparison: Comparison) => number): Distance => ({
	name,
	value: comparison => (isEmpty(comparison) ? Number.POSITIVE_INFINITY : value(comparison)),
	align: null,
});

const ordered = (
	name: DistanceName,
	value: (comparison: Comparison) => number,
	align: (comparison: Comparison) => Alignment,
): Distance => ({
	...unordered(name, value),
	align: comparison => (isEmpty(comparison) ? null : align(comparison)),
});

const isEmpty = ({ similarity }: Comparison): boolean => similarity.rows === 0 || similarity.cols === 0;

const onDiagonal = (comparison: Comparison, value: number, shift: number): Alignment =>
	alignmentOf(value, diagonalPairs(comparison.distance, shift), comparison.query.spans, comparison.candidate.spans);

const paired = (comparison: Comparison, { score, pairs }: ReturnType<typeof globalAlignment>): Alignment =>
	alignmentOf(0 - score, pairs, comparison.query.spans, comparison.candidate.spans);
