import type { Seconds, Span } from '../time/time.js';
import { type Alignment, alignmentOf, type Pair } from './alignment.js';
import type { Comparison } from './comparison.js';

/**
 * What a second of the query without music costs: the distance of unrelated (orthogonal) unit vectors. Ours. A space
 * whose embeddings have another length needs another value.
 */
export const SILENCE_COST = Math.SQRT2;

/**
 * Timed Best Trace (ours): the Best Trace of two sequences that hold their values for a time. At an offset the candidate
 * plays from there on under the query, and the cost is
 *
 *     1/T ∫ D(query at t, candidate at t + offset) dt    over the query's segments, T their total duration,
 *
 * where query time that meets no candidate segment costs `silenceCost` a second. The shorter of the two lies wholly
 * inside the longer one, so a song is cut short only where the cut is shorter, and a song that is too short slides
 * inside the cut. Equal boundaries at offset 0 give the duration-weighted Trace; segments of one second give Best Trace.
 *
 * Exact: for each pair of segments the time that they share is a piecewise linear function of the offset, with kinks only
 * where a boundary of the one meets a boundary of the other. So the cost, a weighted sum of those times and a constant,
 * is linear between neighbouring such offsets, and least at one of them. The ends of the range are such offsets too.
 *
 * @param comparison - at least one segment on either side
 * @param offsets - consider only those of these that lie in the range, where there are any, such as beats of the candidate
 */
export const timedBestTrace = (
	comparison: Comparison,
	silenceCost: number,
	offsets: readonly Seconds[] | null = null,
): Alignment => {
	const { query, candidate } = comparison;
	const range = offsetRange(query.spans, candidate.spans);
	const given = offsets?.filter(offset => offset >= range.start && offset <= range.end) ?? [];
	const considered = given.length > 0 ? given : meetingOffsets(query.spans, candidate.spans, range);
	let best = range.start;
	let value = Number.POSITIVE_INFINITY;
	for (let k = 0; k < considered.length; k++) {
		const offset = considered[k]!;
		if (offset === considered[k - 1]) continue;
		const cost = timedTrace(comparison, offset, silenceCost);
		if (cost < value) {
			value = cost;
			best = offset;
		}
	}
	const pairs: Pair[] = [];
	forEachOverlap(query.spans, candidate.spans, best, (i, j) => pairs.push({ query: i, candidate: j }));
	return { ...alignmentOf(value, pairs, query.spans, candidate.spans), offset: best };
};

/** The cost at one offset: mean over the query's time of the distance to what plays there. */
export const timedTrace = (
	{ distance, query, candidate }: Comparison,
	offset: Seconds,
	silenceCost: number,
): number => {
	const asked = query.spans;
	const heard = candidate.spans;
	let total = 0;
	for (let i = 0; i < asked.length; i++) total += asked[i]!.end - asked[i]!.start;
	let cost = 0;
	let covered = 0;
	// As forEachOverlap does, written out: rankings come here hundreds of times a track.
	let i = 0;
	let j = 0;
	while (i < asked.length && j < heard.length) {
		const queryEnd = asked[i]!.end + offset;
		const candidateEnd = heard[j]!.end;
		const shared = Math.min(queryEnd, candidateEnd) - Math.max(asked[i]!.start + offset, heard[j]!.start);
		if (shared > NO_TIME) {
			cost += shared * distance.data[i * distance.cols + j]!;
			covered += shared;
		}
		if (queryEnd <= candidateEnd) i++;
		else j++;
	}
	return (cost + silenceCost * Math.max(0, total - covered)) / total;
};

/**
 * {@link timedTrace} at the offsets 0, step, 2 step, …: one value each. Pairs of segments and offsets add to its time instead of
 * multiplying it: the time that two segments share rises, stays and falls again with the offset, so each pair adds four
 * kinks to a curve that is read off once.
 */
export const timedTraces = (
	{ distance, query, candidate }: Comparison,
	step: Seconds,
	count: number,
	silenceCost: number,
): Float64Array => {
	const total = query.spans.reduce((sum, { start, end }) => sum + (end - start), 0);
	const costs = new Float64Array(count);
	/** By how much the curve is steeper from each offset on, per step. */
	const turns = new Float64Array(count);
	const kink = (at: Seconds, turn: number) => {
		const next = Math.max(0, Math.ceil(at / step));
		if (next >= count) return;
		costs[next]! += turn * (next * step - at);
		turns[next]! += turn * step;
	};
	query.spans.forEach((asked, i) => {
		candidate.spans.forEach((heard, j) => {
			const gain = (distance.data[i * distance.cols + j]! - silenceCost) / total;
			kink(heard.start - asked.end, gain);
			kink(heard.start - asked.start, -gain);
			kink(heard.end - asked.end, -gain);
			kink(heard.end - asked.start, gain);
		});
	});
	let slope = 0;
	let cost = silenceCost;
	for (let k = 0; k < count; k++) {
		cost += slope + costs[k]!;
		costs[k] = cost;
		slope += turns[k]!;
	}
	return costs;
};

/** Offsets, ascending, at which the shorter sequence lies wholly inside the longer one. */
export const offsetRange = (query: readonly Span[], candidate: readonly Span[]): Span => {
	if (query.length === 0 || candidate.length === 0) throw new RangeError('an offset needs segments on both sides');
	const starts = candidate[0]!.start - query[0]!.start;
	const ends = candidate.at(-1)!.end - query.at(-1)!.end;
	return { start: Math.min(starts, ends), end: Math.max(starts, ends) };
};

/** Offsets in the range at which a boundary of the one sequence meets a boundary of the other, ascending. */
const meetingOffsets = (query: readonly Span[], candidate: readonly Span[], range: Span): ArrayLike<Seconds> => {
	const queryTimes = boundaries(query);
	const offsets: Seconds[] = [];
	for (const time of boundaries(candidate)) {
		for (const queryTime of queryTimes) {
			const offset = time - queryTime;
			if (offset >= range.start && offset <= range.end) offsets.push(offset);
		}
	}
	return Float64Array.from(offsets).sort();
};

/** Each moment once where one segment begins as the one before it ends. */
const boundaries = (spans: readonly Span[]): Seconds[] => {
	const times: Seconds[] = [];
	for (const { start, end } of spans) {
		if (times.at(-1) !== start) times.push(start);
		times.push(end);
	}
	return times;
};

/** Less than any sample lasts: what is left when boundaries that meet are rounded differently. */
const NO_TIME: Seconds = 1e-9;

/** Visits the segments that play together at this offset, with how long they do, in order of time. */
export const forEachOverlap = (
	query: readonly Span[],
	candidate: readonly Span[],
	offset: Seconds,
	visit: (query: number, candidate: number, shared: Seconds) => void,
): void => {
	let i = 0;
	let j = 0;
	while (i < query.length && j < candidate.length) {
		const start = Math.max(query[i]!.start + offset, candidate[j]!.start);
		const queryEnd = query[i]!.end + offset;
		const candidateEnd = candidate[j]!.end;
		const shared = Math.min(queryEnd, candidateEnd) - start;
		if (shared > NO_TIME) visit(i, j, shared);
		if (queryEnd <= candidateEnd) i++;
		else j++;
	}
};
