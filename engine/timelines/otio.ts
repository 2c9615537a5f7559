import type { Rate } from '../time/time.js';
import {
	decimalFraction,
	type Fraction,
	fraction,
	larger,
	minus,
	ONE,
	over,
	plus,
	simplest,
	smaller,
	times,
	ZERO,
} from './fraction.js';
import {
	describe,
	isObject,
	nameOf,
	type OtioObject,
	type OtioRange,
	objectsIn,
	parseOtioJson,
	rangeOf,
	schemaOf,
	timeOf,
} from './otio-values.js';
import { clipOf, type Piece } from './pieces.js';
import { blend, exactRange, markersInOrder, nearestFrame } from './rates.js';
import type { Marker, Source, Timeline, Track, Transition } from './timeline.js';
import { unreadable } from './unreadable.js';

/** Stacks and tracks inside one another; those that people make stay below ten. */
const DEEPEST = 50;

/**
 * Reads OpenTimelineIO's JSON. Of a collection of timelines the first is taken.
 *
 * @throws EngineError 'timeline-unreadable'
 */
export const readOtio = (text: string): Timeline => {
	const { timeline: found, stack } = mainTimeline(parseOtioJson(text));
	const start = found.global_start_time == null ? null : timeOf(found.global_start_time, 'The timeline');
	const rate = start?.rate ?? firstRate(stack, 0);
	const counting = rate ?? { numerator: 24, denominator: 1 };
	const lead = start ? ZERO : sharedLead(stack);
	const startFrame = nearestFrame(start?.seconds ?? lead, counting);
	return {
		...composition(stack, counting, 0, lead),
		name: nameOf(found),
		rateKnown: rate !== null,
		startFrame,
	};
};

/** A step into parsed JSON: a key, or the number of an entry. */
export type JsonPath = readonly (string | number)[];

/**
 * The timeline that a file is about, its stack of tracks, and where in the file that stack is.
 *
 * @throws EngineError 'timeline-unreadable'
 */
export const mainTimeline = (parsed: unknown): { timeline: OtioObject; stack: OtioObject; path: JsonPath } => {
	const found = findTimeline(parsed, []);
	if (!found) throw unreadable('The OTIO file holds no timeline.');
	if (schemaOf(found.timeline) !== 'Timeline') return { ...found, stack: found.timeline };
	const { tracks } = found.timeline;
	if (!isObject(tracks)) throw unreadable('The OTIO timeline has no tracks.');
	return { timeline: found.timeline, stack: tracks, path: [...found.path, 'tracks'] };
};

const findTimeline = (value: unknown, path: JsonPath): { timeline: OtioObject; path: JsonPath } | null => {
	if (!isObject(value) || path.length > DEEPEST) return null;
	if (['Timeline', 'Stack', 'Track'].includes(schemaOf(value))) return { timeline: value, path };
	for (const [i, child] of (Array.isArray(value.children) ? value.children : []).entries()) {
		const found = findTimeline(child, [...path, 'children', i]);
		if (found) return found;
	}
	return null;
};

/** The rate at which the first item states its length: pictures before sound. */
const firstRate = (value: OtioObject, depth: number): Rate | null => {
	if (depth > DEEPEST) return null;
	const range = schemaOf(value) === 'Stack' ? null : rangeOf(value.source_range, describe(value));
	if (range) return range.rate;
	const children = objectsIn(value.children);
	const isSound = (child: OtioObject): boolean => child.kind === 'Audio';
	// Each child once: twice over would double the work at every level.
	for (const child of [...children.filter(child => !isSound(child)), ...children.filter(isSound)]) {
		const found = firstRate(child, depth + 1);
		if (found) return found;
	}
	return schemaOf(value) === 'Clip' ? (available(activeReference(value), describe(value))?.rate ?? null) : null;
};

/**
 * Readers of edit lists write a track's place into its source range: one that starts at -3600 s begins an hour late.
 * What all tracks have of it is the timeline's start timecode.
 */
const sharedLead = (stack: OtioObject): Fraction => {
	const leads = objectsIn(stack.children).map(leadOf);
	return leads.length === 0 ? ZERO : leads.reduce(smaller);
};

const leadOf = (layer: OtioObject): Fraction => {
	const start = schemaOf(layer) === 'Track' ? rangeOf(layer.source_range, describe(layer))?.start : undefined;
	return start && start.numerator < 0n ? minus(ZERO, start) : ZERO;
};

/** A stack or a track as a timeline of its own; its source range, if any, is left to the caller. */
const composition = (value: OtioObject, rate: Rate, depth: number, lead = ZERO): Timeline => {
	if (depth > DEEPEST) throw unreadable(`${describe(value)} is nested more than ${DEEPEST} levels deep.`);
	const isTrack = schemaOf(value) === 'Track';
	const layers = (isTrack ? [value] : objectsIn(value.children)).map(child => readLayer(child, rate, depth, lead));
	const markers = [...(isTrack ? [] : markersOf(value, ZERO, ZERO, rate)), ...layers.flatMap(layer => layer.markers)];
	const length = layers.reduce((longest, layer) => larger(longest, layer.duration), ZERO);
	const window = depth === 0 ? rangeOf(value.source_range, describe(value)) : null;
	const ofKind = (kind: string) => layers.filter(layer => layer.kind === kind).map(layer => layer.track);
	const whole: Timeline = {
		name: nameOf(value),
		rate,
		rateKnown: true,
		dropFrame: false,
		startFrame: 0,
		duration: nearestFrame(length, rate),
		videoTracks: ofKind('Video'),
		audioTracks: ofKind('Audio'),
		markers: markersInOrder(markers),
	};
	return window ? trimmed(whole, window) : whole;
};

/** A timeline of which only a window is wanted is one clip of the whole. */
const trimmed = (whole: Timeline, window: OtioRange): Timeline => {
	const clip = clipOf(
		{
			name: whole.name,
			start: ZERO,
			duration: window.duration,
			source: { kind: 'nested', timeline: whole },
			from: window.start,
			speed: ONE,
			sourceRate: whole.rate,
			enabled: true,
		},
		whole.rate,
	);
	const track: Track = { name: '', enabled: true, clips: [clip], transitions: [] };
	return {
		...whole,
		duration: nearestFrame(window.duration, whole.rate),
		videoTracks: whole.videoTracks.length > 0 ? [track] : [],
		audioTracks: whole.audioTracks.length > 0 ? [track] : [],
		markers: [],
	};
};

type Layer = { kind: string; track: Track; duration: Fraction; markers: Marker[] };

/** One child of a stack: usually a track; a clip or a stack that lies there by itself is a track of one item. */
const readLayer = (value: OtioObject, rate: Rate, depth: number, lead: Fraction): Layer => {
	const isTrack = schemaOf(value) === 'Track';
	const late = leadOf(value);
	const window = isTrack && late.numerator === 0n ? rangeOf(value.source_range, describe(value)) : null;
	const items = isTrack && !window ? objectsIn(value.children) : [value];
	const pieces: Piece[] = [];
	const transitions: Transition[] = [];
	const markers: Marker[] = isTrack ? markersOf(value, window?.start ?? ZERO, ZERO, rate) : [];
	let at = late.numerator === 0n ? ZERO : minus(late, lead);
	for (const item of items) {
		if (schemaOf(item) === 'Transition') {
			transitions.push(readTransition(item, at, rate));
			continue;
		}
		const piece = readItem(item, at, rate, depth);
		if (piece.source) pieces.push({ ...piece, source: piece.source });
		if (item !== value) markers.push(...markersOf(item, piece.from, at, rate));
		at = plus(at, piece.duration);
	}
	const track: Track = {
		name: nameOf(value),
		enabled: value.enabled !== false,
		clips: pieces.filter(({ duration }) => duration.numerator > 0n).map(piece => clipOf(piece, rate)),
		transitions,
	};
	const kind = isTrack && typeof value.kind === 'string' ? value.kind : 'Video';
	return { kind, track, duration: at, markers };
};

/** Seconds that an item takes on its track; a transition takes none. */
export const lengthOf = (item: OtioObject, rate: Rate): Fraction =>
	schemaOf(item) === 'Transition' ? ZERO : readItem(item, ZERO, rate, 0).duration;

/** A clip, gap, stack or track that lies in a track; a gap has no source. */
const readItem = (
	item: OtioObject,
	start: Fraction,
	rate: Rate,
	depth: number,
): Omit<Piece, 'source'> & { source: Source | null } => {
	const what = describe(item);
	const schema = schemaOf(item);
	const range = rangeOf(item.source_range, what);
	const base = { name: nameOf(item), start, speed: speedOf(item, what), enabled: item.enabled !== false };

	if (schema === 'Gap') {
		return { ...base, duration: range?.duration ?? ZERO, source: null, from: range?.start ?? ZERO, sourceRate: rate };
	}
	if (schema === 'Stack' || schema === 'Track') {
		const inner = firstRate(item, depth) ?? rate;
		const timeline = composition({ ...item, source_range: null }, inner, depth + 1);
		const whole = nestedRange(timeline);
		return taken(base, range ?? whole, { kind: 'nested', timeline }, range?.rate ?? inner);
	}
	const reference = activeReference(item);
	const media = available(reference, what);
	const wanted = range ?? media;
	if (!wanted) throw unreadable(`${what} has no length: neither a source range nor a known medium.`);
	return taken(base, wanted, sourceOf(item, reference, media), wanted.rate);
};

/** A time effect changes what is shown, not for how long: the source range's length is the clip's. */
const taken = <S extends Source>(
	base: Pick<Piece, 'name' | 'start' | 'speed' | 'enabled'>,
	range: OtioRange,
	source: S,
	sourceRate: Rate,
) => {
	const from = base.speed.numerator < 0n ? minus(range.start, times(range.duration, base.speed)) : range.start;
	return { ...base, duration: range.duration, source, from, sourceRate };
};

const nestedRange = (timeline: Timeline): OtioRange => ({
	start: ZERO,
	duration: over(
		fraction(BigInt(timeline.duration) * BigInt(timeline.rate.denominator)),
		fraction(timeline.rate.numerator),
	),
	rate: timeline.rate,
});

const activeReference = (clip: OtioObject): OtioObject | null => {
	if (isObject(clip.media_reference)) return clip.media_reference;
	if (!isObject(clip.media_references)) return null;
	const active = clip.media_references[String(clip.active_media_reference_key ?? 'DEFAULT_MEDIA')];
	return isObject(active) ? active : null;
};

const available = (reference: OtioObject | null, what: string): OtioRange | null =>
	reference ? rangeOf(reference.available_range, what) : null;

const sourceOf = (clip: OtioObject, reference: OtioObject | null, media: OtioRange | null): Source => {
	const name = (reference && nameOf(reference)) || nameOf(clip);
	const schema = reference ? schemaOf(reference) : '';
	if (reference && schema === 'GeneratorReference') {
		const kind = String(reference.generator_kind ?? '') || name;
		return { kind: 'generator', name: kind, seeThrough: /title|text|adjust/i.test(kind) };
	}
	const url = reference && schema === 'ImageSequenceReference' ? imageSequence(reference) : reference?.target_url;
	if (typeof url !== 'string' || url === '') return { kind: 'offline', name };
	const range = media && exactRange(media.start, media.duration, media.rate, describe(clip));
	return { kind: 'media', url, name, available: range };
};

/** The pictures of a sequence as the pattern that ffmpeg takes: `shot.%04d.exr`. */
const imageSequence = (reference: OtioObject): string => {
	const part = (key: string) => (typeof reference[key] === 'string' ? reference[key].replace(/%/g, '%%') : '');
	const base = typeof reference.target_url_base === 'string' ? reference.target_url_base : '';
	const digits = Number(reference.frame_zero_padding ?? 0);
	const number = digits > 0 && digits < 20 ? `%0${digits}d` : '%d';
	return `${base}${base === '' || base.endsWith('/') ? '' : '/'}${part('name_prefix')}${number}${part('name_suffix')}`;
};

const speedOf = (item: OtioObject, what: string): Fraction => {
	let speed = ONE;
	for (const effect of objectsIn(item.effects)) {
		if (effect.enabled === false) continue;
		if (schemaOf(effect) === 'FreezeFrame') return ZERO;
		if (schemaOf(effect) !== 'LinearTimeWarp') continue;
		const scalar = decimalFraction(String(effect.time_scalar));
		if (!scalar) throw unreadable(`${what} has a speed of ${String(effect.time_scalar)}.`);
		// A speed was a quotient of whole numbers before it became a decimal.
		speed = times(speed, simplest(scalar, 100_000n));
	}
	return speed;
};

const readTransition = (item: OtioObject, at: Fraction, rate: Rate): Transition => {
	const before = timeOf(item.in_offset, describe(item)).seconds;
	const after = timeOf(item.out_offset, describe(item)).seconds;
	if (smaller(before, after).numerator < 0n) throw unreadable(`${describe(item)} has a negative length.`);
	const type = typeof item.transition_type === 'string' ? item.transition_type : '';
	const read = blend(`${nameOf(item)} ${type}`, minus(at, before), plus(before, after), rate);
	return { ...read, name: nameOf(item) || type };
};

/** Markers count in the time of the item that bears them, which begins at `origin` there and at `at` here. */
const markersOf = (item: OtioObject, origin: Fraction, at: Fraction, rate: Rate): Marker[] =>
	objectsIn(item.markers).flatMap(marker => {
		const range = rangeOf(marker.marked_range, describe(marker));
		if (!range) return [];
		const start = plus(at, minus(range.start, origin));
		return [{ name: nameOf(marker), range: exactRange(start, range.duration, rate, describe(marker)) }];
	});
