import { compare, type Fraction, fraction, larger, minus, over, plus, smaller, times } from './fraction.js';
import { rangeDuration, rangeStart, rateFraction, secondsOf } from './rates.js';
import type { Clip, Source, Timeline, Track } from './timeline.js';
import { quoted, unreadable } from './unreadable.js';

/** A stretch of picture from one source at one speed; seconds, exact, half-open. */
export type Shown = {
	readonly name: string;
	readonly start: Fraction;
	readonly end: Fraction;
	readonly source: Exclude<Source, { kind: 'nested' }>;
	/** Source time at the start. */
	readonly at: Fraction;
	/** Negative where it runs backwards. */
	readonly speed: Fraction;
};

/** Nested sequences multiply; a real film has some thousand pieces. */
const MOST_PIECES = 200_000;
const MOST_OVERLAPS = 200;
const DEEPEST = 50;

/**
 * What a timeline shows at each moment, nested sequences opened: of the enabled clips the topmost that hides what is
 * below, else the topmost see-through one. Increasing and apart; where nothing is shown there is nothing.
 *
 * @throws EngineError 'timeline-unreadable' where nested sequences multiply beyond all measure
 */
export const shownLayers = (timeline: Timeline): Shown[] => flatten(timeline, new Map(), 0);

const flatten = (timeline: Timeline, known: Map<Timeline, Shown[]>, depth: number): Shown[] => {
	const before = known.get(timeline);
	if (before) return before;
	if (depth > DEEPEST) throw unreadable(`The sequence ${quoted(timeline.name)} is nested too deeply.`);

	const layers = timeline.videoTracks
		.filter(track => track.enabled)
		.flatMap(track => apart(opened(track, timeline, known, depth)));
	const hides = layers.map(layer => layer.filter(({ source }) => !isSeeThrough(source)));
	const seeThrough = layers.map(layer => layer.filter(({ source }) => isSeeThrough(source)));
	const shown = stacked([...seeThrough, ...hides]);
	known.set(timeline, shown);
	return shown;
};

const isSeeThrough = (source: Source): boolean => source.kind === 'generator' && source.seeThrough;

/** The pieces of a track, cut at the centres of its transitions, in the order of their start. */
const opened = (track: Track, timeline: Timeline, known: Map<Timeline, Shown[]>, depth: number): Shown[] => {
	const pieces: Shown[] = [];
	for (const { clip, start, end } of meetingInBlends(track, timeline)) {
		if (!clip.enabled || compare(start, end) >= 0) continue;
		if (clip.source.kind === 'nested') {
			const inner = flatten(clip.source.timeline, known, depth + 1);
			for (const piece of nestedPieces(clip, start, end, inner)) pieces.push(piece);
		} else {
			pieces.push({ name: clip.name, start, end, source: clip.source, ...stateAt(clip, start) });
		}
		if (pieces.length > MOST_PIECES) {
			throw unreadable(`The sequence ${quoted(timeline.name)} shows more than ${MOST_PIECES} pieces.`);
		}
	}
	return pieces.sort((a, b) => compare(a.start, b.start));
};

/** Source time at a moment of a clip, and its speed with its sign. */
const stateAt = (clip: Clip, time: Fraction): { at: Fraction; speed: Fraction } => {
	const forwards = rateFraction(clip.speed);
	const speed = clip.reversed ? { ...forwards, numerator: -forwards.numerator } : forwards;
	const low = rangeStart(clip.sourceRange);
	const first = clip.reversed ? plus(low, rangeDuration(clip.sourceRange)) : low;
	return { at: plus(first, times(minus(time, rangeStart(clip.range)), speed)), speed };
};

/** What a nested sequence shows during a clip of it. */
const nestedPieces = (clip: Clip, start: Fraction, end: Fraction, inner: readonly Shown[]): Shown[] => {
	const { at, speed } = stateAt(clip, start);
	if (speed.numerator === 0n) {
		const held = inner.find(piece => compare(piece.start, at) <= 0 && compare(at, piece.end) < 0);
		return held ? [{ ...trimmed(held, at, held.end), start, end, speed }] : [];
	}
	const last = plus(at, times(minus(end, start), speed));
	const [low, high] = [smaller(at, last), larger(at, last)];
	const there = (time: Fraction) => plus(start, over(minus(time, at), speed));
	const pieces: Shown[] = [];
	for (let i = firstAfter(inner, low); i < inner.length && compare(inner[i]!.start, high) < 0; i++) {
		const piece = trimmed(inner[i]!, larger(inner[i]!.start, low), smaller(inner[i]!.end, high));
		const [from, to] = [there(piece.start), there(piece.end)];
		const backwards = speed.numerator < 0n;
		pieces.push({
			...piece,
			start: backwards ? to : from,
			end: backwards ? from : to,
			at: backwards ? plus(piece.at, times(minus(piece.end, piece.start), piece.speed)) : piece.at,
			speed: times(piece.speed, speed),
		});
	}
	return pieces;
};

type Placed = { clip: Clip; start: Fraction; end: Fraction };

/** Clips that meet inside a blend meet at its centre instead; one that fades from or to nothing keeps its ends. */
const meetingInBlends = (track: Track, timeline: Timeline): Placed[] => {
	const placed = track.clips.map(clip => {
		const start = rangeStart(clip.range);
		return { clip, start, end: plus(start, rangeDuration(clip.range)) };
	});
	const seconds = (frames: number) => secondsOf(fraction(frames), timeline.rate);
	for (const { centre, inOffset, outOffset } of track.transitions) {
		const [from, middle, to] = [centre - inOffset, centre, centre + outOffset].map(seconds) as [
			Fraction,
			Fraction,
			Fraction,
		];
		const second = meeting(placed, from, to);
		const [previous, next] = [placed[second - 1], placed[second]];
		if (!next || !previous || compare(previous.start, middle) >= 0 || compare(middle, next.end) >= 0) continue;
		previous.end = middle;
		next.start = middle;
	}
	return placed;
};

/** Which clip begins between two times where the one before ends; -1 for none. */
const meeting = (placed: readonly Placed[], from: Fraction, to: Fraction): number => {
	let [low, high] = [0, placed.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (compare(placed[middle]!.start, from) < 0) low = middle + 1;
		else high = middle;
	}
	for (let i = Math.max(1, low); i < placed.length && compare(placed[i]!.start, to) <= 0; i++) {
		if (compare(placed[i - 1]!.end, placed[i]!.start) === 0) return i;
	}
	return -1;
};

/** Splits overlapping pieces into layers, each without overlap, later starts above earlier ones. */
const apart = (pieces: readonly Shown[]): Shown[][] => {
	const layers: Shown[][] = [];
	for (const piece of pieces) {
		const free = layers.findLastIndex(layer => compare(layer.at(-1)!.end, piece.start) > 0) + 1;
		if (free >= MOST_OVERLAPS) throw unreadable(`More than ${MOST_OVERLAPS} clips lie over one another on one track.`);
		const layer = layers[free];
		if (layer) layer.push(piece);
		else layers.push([piece]);
	}
	return layers;
};

/** Layers from the lowest to the topmost as one, joined in pairs so that many short ones don't cost their square. */
const stacked = (layers: readonly Shown[][]): Shown[] => {
	let rest = layers.filter(layer => layer.length > 0);
	while (rest.length > 1) {
		const joined: Shown[][] = [];
		for (let i = 0; i < rest.length; i += 2) joined.push(rest[i + 1] ? overlay(rest[i]!, rest[i + 1]!) : rest[i]!);
		rest = joined;
	}
	return rest[0] ?? [];
};

/** All of the upper layer, and of the lower one what it leaves uncovered. */
const overlay = (lower: readonly Shown[], upper: readonly Shown[]): Shown[] => {
	const shown: Shown[] = [];
	let next = 0;
	for (const piece of lower) {
		let from = piece.start;
		while (next < upper.length && compare(upper[next]!.end, from) <= 0) shown.push(upper[next++]!);
		while (next < upper.length && compare(upper[next]!.start, piece.end) < 0) {
			const cover = upper[next]!;
			if (compare(from, cover.start) < 0) shown.push(trimmed(piece, from, cover.start));
			from = larger(from, cover.end);
			if (compare(cover.end, piece.end) > 0) break;
			shown.push(cover);
			next++;
		}
		if (compare(from, piece.end) < 0) shown.push(trimmed(piece, from, piece.end));
	}
	while (next < upper.length) shown.push(upper[next++]!);
	return shown;
};

/** A piece between two times inside it. */
const trimmed = (piece: Shown, start: Fraction, end: Fraction): Shown => ({
	...piece,
	start,
	end,
	at: plus(piece.at, times(minus(start, piece.start), piece.speed)),
});

/** The first piece that ends after a time. */
const firstAfter = (pieces: readonly Shown[], time: Fraction): number => {
	let [low, high] = [0, pieces.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (compare(pieces[middle]!.end, time) <= 0) low = middle + 1;
		else high = middle;
	}
	return low;
};
