import { CURVE_RATE } from '../features/track-analysis.js';
import type { Seconds } from '../time/time.js';
import { SEARCH_RATE } from './dynamics.js';

/**
 * Each moment's rank among all moments of the track by the strongest onset within one hop of it, in (0, 1). Ranks make
 * loud and quiet, dense and sparse music comparable: wherever cuts fall without regard to the music, they average 0.5.
 *
 * @returns one value per hop, at CURVE_RATE
 */
export const onsetRanks = (onsetStrength: Float32Array): Float64Array => {
	const n = onsetStrength.length;
	const nearby = Float32Array.from(onsetStrength, (value, k) =>
		Math.max(value, onsetStrength[k - 1] ?? 0, onsetStrength[k + 1] ?? 0),
	);
	const sorted = Float32Array.from(nearby).sort();
	return Float64Array.from(nearby, value => {
		// Equal values share the middle of their ranks, or silence would count as a run of ever stronger onsets.
		const below = lowerBound(sorted, value);
		const upTo = upperBound(sorted, value);
		return (below + upTo) / (2 * n);
	});
};

/**
 * How surely the cuts fall on onsets with the cut's start at `offset` of the track: their mean onset rank, as a score
 * in deviations from chance.
 *
 * @param cuts - seconds after the cut's start
 * @returns 0 by chance; 0 without cuts
 */
export const cutsOnOnsets = (ranks: Float64Array, cuts: readonly Seconds[], offset: Seconds): number => {
	if (cuts.length === 0) return 0;
	let sum = 0;
	for (const cut of cuts) {
		const hop = Math.round((offset + cut) * CURVE_RATE);
		sum += ranks[Math.max(0, Math.min(ranks.length - 1, hop))]!;
	}
	// The mean of n ranks that are uniform over (0, 1) has variance 1 / 12n.
	return (sum / cuts.length - 0.5) * Math.sqrt(12 * cuts.length);
};

/**
 * The best of {@link cutsOnOnsets} within each step of the search grid.
 *
 * @param ranks - in whole units, of which `units` make 1
 * @returns `offsets` values, the k-th for offsets from k / SEARCH_RATE to (k + 1) / SEARCH_RATE
 */
export const cutsOnOnsetsPerStep = (
	ranks: Uint16Array,
	units: number,
	cuts: readonly Seconds[],
	offsets: number,
): Float64Array => {
	const best = new Float64Array(offsets);
	if (cuts.length === 0) return best;
	const hops = Math.ceil((offsets / SEARCH_RATE) * CURVE_RATE);
	const sums = rankSums(
		ranks,
		cuts.map(cut => Math.round(cut * CURVE_RATE)),
		hops,
	);
	const scale = Math.sqrt(12 * cuts.length);
	let start = 0;
	for (let step = 0; step < offsets; step++) {
		const end = step + 1 < offsets ? Math.ceil(((step + 1) / SEARCH_RATE) * CURVE_RATE) : hops;
		let most = 0;
		for (; start < end; start++) if (sums[start]! > most) most = sums[start]!;
		best[step] = (most / units / cuts.length - 0.5) * scale;
	}
	return best;
};

/** Grows to the longest track: a first look asks for thousands of these one after the other. */
let room = new Int32Array(0);

/** The sum of the ranks at all cuts, for each hop that the range may start at; it holds until the next call. */
const rankSums = (ranks: Uint16Array, cuts: readonly number[], hops: number): Int32Array => {
	if (room.length < hops) room = new Int32Array(hops);
	const sums = room.fill(0, 0, hops);
	const last = ranks.length - 1;
	for (let k = 0; k < cuts.length; k += 2) {
		// Two cuts at a time: every sum is read and written half as often.
		const a = cuts[k]!;
		const b = cuts[k + 1] ?? null;
		const inside = Math.max(0, Math.min(hops, last - Math.max(a, b ?? a)));
		if (b === null) for (let start = 0; start < inside; start++) sums[start]! += ranks[start + a]!;
		else for (let start = 0; start < inside; start++) sums[start]! += ranks[start + a]! + ranks[start + b]!;
		for (let start = inside; start < hops; start++) {
			sums[start]! += ranks[Math.min(last, start + a)]! + (b === null ? 0 : ranks[Math.min(last, start + b)]!);
		}
	}
	return sums;
};

/** A cut this close to a beat is seen as on it: about one frame of film either side. */
export const ON_BEAT: Seconds = 0.045;

/** How many of the moments lie on a beat, and how many would by chance. */
export const countOnBeats = (
	moments: readonly Seconds[],
	beats: readonly Seconds[],
): { readonly onBeat: number; readonly byChance: number } => {
	let onBeat = 0;
	let byChance = 0;
	for (const moment of moments) {
		const next = lowerBound(beats, moment);
		const before = beats[next - 1] ?? Number.NEGATIVE_INFINITY;
		const after = beats[next] ?? Number.POSITIVE_INFINITY;
		if (Math.min(moment - before, after - moment) <= ON_BEAT) onBeat++;
		const period = after - before;
		if (Number.isFinite(period)) byChance += Math.min(1, (2 * ON_BEAT) / period);
	}
	return { onBeat, byChance };
};

/** Index of the first value ≥ `value` in increasing values. */
export const lowerBound = (values: ArrayLike<number>, value: number): number => {
	let low = 0;
	let high = values.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (values[middle]! >= value) high = middle;
		else low = middle + 1;
	}
	return low;
};

/** Index of the first value > `value` in increasing values. */
const upperBound = (values: ArrayLike<number>, value: number): number => {
	let low = 0;
	let high = values.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (values[middle]! > value) high = middle;
		else low = middle + 1;
	}
	return low;
};
