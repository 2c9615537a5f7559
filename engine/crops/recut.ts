import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix } from '../numeric/matrix.js';
import { moments, standardised } from '../numeric/statistics.js';
import type { Seconds, Span } from '../time/time.js';
import { barLines } from './bar-lines.js';
import { SEARCH_RATE, trackDynamics } from './dynamics.js';
import { type EndingChoice, lateness, withHandOvers } from './endings.js';
import { type HandOver, handOverTimes, joinBetween } from './join.js';
import type { CutSide } from './judge.js';
import type { CropPlan } from './plan.js';
import { isSteady } from './steady-beat.js';

/** What a re-cut has to keep to. */
export type RecutOptions = {
	/** Second of the song that the straight crop plays at the range's start: re-cuts keep its bars' phase. */
	readonly start: Seconds;
	readonly ending: EndingChoice;
	/** This second of the range has to play that second of the song. */
	readonly lock: { readonly at: Seconds; readonly song: Seconds } | null;
	/** Distance of every segment of the range to every bar of {@link recutBars}, embedded: segments × bars. */
	readonly content: Matrix;
	/** The range's segments, in seconds after its start. */
	readonly segments: readonly Span[];
};

export type Recut = {
	readonly plan: CropPlan;
	/** What {@link recut} makes as small as it can. */
	readonly cost: number;
	/** The same of the song played straight on from the start; null where it is too short for that. */
	readonly straightCost: number | null;
};

/** A jump costs as much as a bar whose energy is a deviation off, and a plain one three times that more. Ours. */
const JUMP = 1;
const AUDIBLE = 3;
/** How much content counts against energy, a bar of unrelated sound costing about as much as one a deviation off. */
const CONTENT = 0.5;
/** Ending as the song does is worth so much. */
const OWN_END = 2;
/** A song of fewer bars than this is not re-cut. */
const FEWEST_BARS = 4;

/** The bars that a song is re-cut at: those that were found, else fours of beats in the crop's phase. */
export const recutBars = (analysis: TrackAnalysis, phase: Seconds): Span[] => {
	const lines = barLines(analysis);
	const { beats, downbeats } = analysis.beats;
	const edges = lines === downbeats ? lines : isSteady(analysis.beats) ? foursOf(beats, phase) : everyTwo(lines);
	return edges.slice(1).map((end, k) => ({ start: edges[k]!, end }));
};

const foursOf = (beats: readonly Seconds[], phase: Seconds): Seconds[] => {
	let nearest = 0;
	for (let k = 1; k < beats.length; k++) {
		if (Math.abs(beats[k]! - phase) < Math.abs(beats[nearest]! - phase)) nearest = k;
	}
	return beats.filter((_, k) => k % 4 === nearest % 4);
};

const everyTwo = (lines: readonly Seconds[]): Seconds[] => lines.filter((_, k) => k % 2 === 0);

/**
 * A song re-cut so that it follows the picture (ours): time-warped alignment of the range's bars with the song's, where
 * going on costs nothing and jumping costs by how plainly it is heard. The cost of a bar is the squared difference of the
 * picture's energy and its own, each in deviations, plus the distance of what is seen to it. Minimal over all paths by
 * dynamic programming, so never dearer than playing straight on.
 *
 * @param bars - from {@link recutBars}
 * @returns null for songs of too few bars
 */
export const recut = (
	side: CutSide,
	analysis: TrackAnalysis,
	bars: readonly Span[],
	options: RecutOptions,
): Recut | null => {
	if (bars.length < FEWEST_BARS) return null;
	const anchor = anchorOf(bars, options);
	const slots = slotsAround(anchor.at, bars, side.length);
	if (slots.length === 0) return null;
	const costs = slotCosts(side, analysis, bars, slots, options);
	const locked = options.lock ? slots.findIndex(slot => Math.abs(slot.start - anchor.at) < 1e-6) : -1;
	const ends = (bar: number): number => {
		const late = lateness(analysis, options.ending, slots.at(-1)!.start - bars[bar]!.start, side.length);
		return late === null ? 0 : -OWN_END + Math.abs(late) / 2;
	};
	const held = locked < 0 ? null : { slot: locked, bar: anchor.bar };
	const path = cheapestPath(costs, jumpCosts(analysis, bars), ends, held);
	if (path === null) return null;
	const { start, handOvers } = throughPath(path.bars, bars, slots);
	return {
		plan: anchored(analysis, start, handOvers, side.length, options, anchor, bars),
		cost: path.cost,
		straightCost: straightCost(costs, slots, bars, anchor, ends),
	};
};

type Anchor = { readonly bar: number; readonly at: Seconds };

/** A bar, and when in the range it would start: the one that the straight crop starts in, or the one that is locked. */
const anchorOf = (bars: readonly Span[], { start, lock }: RecutOptions): Anchor => {
	const song = lock ? lock.song : start;
	const at = lock ? lock.at : 0;
	const found = bars.findLastIndex(bar => bar.start <= song + 1e-3);
	const bar = Math.max(0, found);
	return { bar, at: at + bars[bar]!.start - song };
};

type Slot = { readonly start: Seconds; readonly end: Seconds };

/** Bars of mean length that cover the range, one of them at the anchor. */
const slotsAround = (at: Seconds, bars: readonly Span[], length: Seconds): Slot[] => {
	const bar = (bars.at(-1)!.end - bars[0]!.start) / bars.length;
	const first = Math.floor((0 - at) / bar + 1e-6);
	const last = Math.ceil((length - at) / bar - 1e-6);
	return Array.from({ length: Math.max(0, last - first) }, (_, k) => ({
		start: at + (first + k) * bar,
		end: at + (first + k + 1) * bar,
	}));
};

/** Cost of playing each bar in each slot, weighted by how much of the slot lies in the range: slots × bars. */
const slotCosts = (
	{ dynamics, length }: CutSide,
	analysis: TrackAnalysis,
	bars: readonly Span[],
	slots: readonly Slot[],
	{ content, segments }: RecutOptions,
): Matrix => {
	const busy = standardisedSum(dynamics.motion, dynamics.cutting);
	const picture = standardisedAll(slots.map(slot => meanOver(busy, slot)));
	const { level } = trackDynamics(analysis);
	const music = standardisedAll(bars.map(bar => meanOver(level, bar)));
	const data = new Float64Array(slots.length * bars.length);
	slots.forEach((slot, k) => {
		const inside = Math.max(0, Math.min(length, slot.end) - Math.max(0, slot.start)) / (slot.end - slot.start);
		const shares = segments.map(segment => overlap(segment, slot) / (slot.end - slot.start));
		for (let bar = 0; bar < bars.length; bar++) {
			let seen = 0;
			shares.forEach((share, s) => {
				if (share > 0) seen += share * content.data[s * content.cols + bar]!;
			});
			data[k * bars.length + bar] = inside * (picture[k]! - music[bar]!) ** 2 + CONTENT * seen;
		}
	});
	return { rows: slots.length, cols: bars.length, data };
};

export type BarPath = { readonly bars: readonly number[]; readonly cost: number };

/**
 * The cheapest way to fill slots with bars, where going on to the next bar is free and two bars at least play after every
 * jump. By dynamic programming over two layers: in the first only one bar has played since a jump, so that it must go on;
 * in the second it may jump.
 *
 * @param costs - of each bar in each slot: slots × bars, at least one slot
 * @param jumps - of leaving the song where bar i starts and entering it where bar j does: bars × bars
 * @param ends - cost of ending with a bar
 * @param locked - a bar that a slot has to play
 */
export const cheapestPath = (
	costs: Matrix,
	jumps: Float64Array,
	ends: (bar: number) => number,
	locked: { readonly slot: number; readonly bar: number } | null,
): BarPath | null => {
	const { rows: slots, cols: n } = costs;
	const allowed = (slot: number, bar: number) => locked === null || locked.slot !== slot || locked.bar === bar;
	const fresh = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
	let young = fresh.slice();
	let free = fresh.slice();
	for (let bar = 0; bar < n; bar++) if (allowed(0, bar)) free[bar] = costs.data[bar]!;
	/** Where each state came from: the bar before, by slot; negative (-bar - 1) out of the first layer. */
	const cameYoung: Int32Array[] = [];
	const cameFree: Int32Array[] = [];
	for (let slot = 1; slot < slots; slot++) {
		const nextYoung = fresh.slice();
		const nextFree = fresh.slice();
		const fromYoung = new Int32Array(n);
		const fromFree = new Int32Array(n);
		for (let bar = 0; bar < n; bar++) {
			if (!allowed(slot, bar)) continue;
			const cost = costs.data[slot * n + bar]!;
			if (bar > 0) {
				// A second bar after a jump: from now on it may jump again.
				const on = Math.min(free[bar - 1]!, young[bar - 1]!);
				nextFree[bar] = on + cost;
				fromFree[bar] = young[bar - 1]! < free[bar - 1]! ? -bar : bar - 1;
			}
			let best = Number.POSITIVE_INFINITY;
			for (let before = 0; before < n - 1; before++) {
				if (before + 1 === bar) continue;
				const jumped = free[before]! + jumps[(before + 1) * n + bar]!;
				if (jumped < best) {
					best = jumped;
					fromYoung[bar] = before;
				}
			}
			nextYoung[bar] = best + cost;
		}
		young = nextYoung;
		free = nextFree;
		cameYoung.push(fromYoung);
		cameFree.push(fromFree);
	}
	let bar = -1;
	let least = Number.POSITIVE_INFINITY;
	for (let last = 0; last < n; last++) {
		if (free[last]! + ends(last) < least) {
			least = free[last]! + ends(last);
			bar = last;
		}
	}
	if (bar < 0) return null;
	const path = [bar];
	let isFree = true;
	for (let slot = slots - 2; slot >= 0; slot--) {
		const came: number = isFree ? cameFree[slot]![bar]! : cameYoung[slot]![bar]!;
		isFree = isFree ? came >= 0 : true;
		bar = came >= 0 ? came : -came - 1;
		path.push(bar);
	}
	return { bars: path.reverse(), cost: least };
};

const known = new WeakMap<TrackAnalysis, Map<number, Float64Array>>();

/** Cost of leaving the song where bar i starts and entering it where bar j does: bars × bars; made once a song and grid. */
const jumpCosts = (analysis: TrackAnalysis, bars: readonly Span[]): Float64Array => {
	const grids = known.get(analysis) ?? new Map<number, Float64Array>();
	known.set(analysis, grids);
	const key = bars[0]!.start;
	const made = grids.get(key);
	if (made) return made;
	const n = bars.length;
	const costs = new Float64Array(n * n);
	for (let from = 0; from < n; from++) {
		for (let to = 0; to < n; to++) {
			costs[from * n + to] = JUMP + AUDIBLE * joinBetween(analysis, bars[from]!.start, bars[to]!.start).audibility;
		}
	}
	grids.set(key, costs);
	return costs;
};

/** Playing straight on from the anchor; null where the song ends before the range does. */
const straightCost = (
	costs: Matrix,
	slots: readonly Slot[],
	bars: readonly Span[],
	anchor: Anchor,
	ends: (bar: number) => number,
): number | null => {
	const first = anchor.bar - slots.findIndex(slot => Math.abs(slot.start - anchor.at) < 1e-6);
	if (first < 0 || first + slots.length > bars.length) return null;
	let cost = ends(first + slots.length - 1);
	for (let k = 0; k < slots.length; k++) cost += costs.data[k * costs.cols + first + k]!;
	return cost;
};

/** The hand-overs of a path, and the second of the song at the range's start, before anything is moved into phase. */
const throughPath = (
	path: readonly number[],
	bars: readonly Span[],
	slots: readonly Slot[],
): { start: Seconds; handOvers: HandOver[] } => {
	const handOvers: HandOver[] = [];
	for (let k = 1; k < path.length; k++) {
		if (path[k] !== path[k - 1]! + 1) handOvers.push({ from: bars[path[k - 1]!]!.end, to: bars[path[k]!]!.start });
	}
	// The first slot begins with the range or before it.
	return { start: bars[path[0]!]!.start - slots[0]!.start, handOvers };
};

/** The plan with the anchor exactly where it belongs: bars differ in length, and goals were moved into phase. */
const anchored = (
	analysis: TrackAnalysis,
	start: Seconds,
	handOvers: readonly HandOver[],
	length: Seconds,
	{ ending }: RecutOptions,
	anchor: Anchor,
	bars: readonly Span[],
): CropPlan => {
	const inPhase = handOvers.map(({ from, to }) => ({ from, to: to + joinBetween(analysis, from, to).onsetPhase }));
	const song = bars[anchor.bar]!.start;
	const times = handOverTimes(start, inPhase);
	const stretches = [start, ...inPhase.map(({ to }) => to)].map((entered, k) => ({
		entered,
		at: k === 0 ? 0 : times[k - 1]!,
		left: inPhase[k]?.from ?? Number.POSITIVE_INFINITY,
	}));
	const nearest = stretches
		.filter(({ entered, left }) => song >= entered - 0.5 && song < left)
		.map(({ entered, at }) => at + song - entered)
		.sort((a, b) => Math.abs(a - anchor.at) - Math.abs(b - anchor.at))[0];
	// Without a lock the anchor may have been cut away; then the grid of slots is exact enough.
	const moved = nearest === undefined || Math.abs(nearest - anchor.at) > 1 ? 0 : nearest - anchor.at;
	return withHandOvers(analysis, Math.max(0, start + moved), handOvers, length, ending);
};

const standardisedSum = (a: Float64Array, b: Float64Array): Float64Array => {
	const scales = [moments(a), moments(b)] as const;
	return a.map((value, k) => standardised(value, scales[0]) + standardised(b[k]!, scales[1]));
};

const standardisedAll = (values: readonly number[]): number[] => {
	const scale = moments(values);
	return values.map(value => standardised(value, scale));
};

/** Mean of a curve at SEARCH_RATE over the part of a span that it has. */
const meanOver = (curve: Float64Array, { start, end }: Span): number => {
	const from = Math.max(0, Math.min(curve.length - 1, Math.round(start * SEARCH_RATE)));
	const to = Math.max(from + 1, Math.min(curve.length, Math.round(end * SEARCH_RATE)));
	let sum = 0;
	for (let k = from; k < to; k++) sum += curve[k] ?? 0;
	return sum / (to - from);
};

const overlap = (a: Span, b: Span): number => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
