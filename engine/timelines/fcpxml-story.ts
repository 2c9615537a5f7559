import type { Rate } from '../time/time.js';
import { type Asset, type Resources, timeAttribute } from './fcpxml-resources.js';
import { compare, type Fraction, fraction, larger, minus, ONE, over, plus, times, ZERO } from './fraction.js';
import { followMap, type MappedStretch, type Piece } from './pieces.js';
import { blend, exactRange, rangeDuration, rateFraction, rateFromDecimal } from './rates.js';
import type { Marker, Source, Timeline, Transition } from './timeline.js';
import { quoted } from './unreadable.js';
import { childOf, childrenOf, type XmlElement } from './xml.js';

/** A lane, and of clips connected to connected clips the lane within that lane; compared from the left. */
export type Lane = readonly number[];

/** What was found on one lane; seconds, from the first moment of the story. */
export type LaneContent = {
	readonly lane: Lane;
	readonly video: Piece[];
	readonly audio: Piece[];
	readonly transitions: Transition[];
};

export type Story = { readonly lanes: Map<string, LaneContent>; readonly markers: Marker[]; end: Fraction };

export type StoryContext = {
	readonly rate: Rate;
	readonly resources: Resources;
	/** The timeline of a compound clip, or of one angle of a multicam clip, and the time at which it begins. */
	readonly nested: (id: string, angle: string | null) => { timeline: Timeline; start: Fraction } | null;
	/** The timeline of what lies inside a clip, and the time at which it begins. */
	readonly inside: (items: readonly XmlElement[]) => { timeline: Timeline; start: Fraction };
};

const ITEMS: ReadonlySet<string> = new Set([
	...['asset-clip', 'clip', 'video', 'audio', 'ref-clip', 'sync-clip', 'mc-clip', 'title', 'gap', 'audition', 'spine'],
	...['caption', 'live-drawing'],
]);

export const isItem = (element: XmlElement): boolean => ITEMS.has(element.name);

export const emptyStory = (): Story => ({ lanes: new Map(), markers: [], end: ZERO });

/**
 * Places items that follow one another: what a storyline holds.
 *
 * @param origin - the time that the items' offsets count from
 * @param at - where that is in the story
 */
export const placeInOrder = (
	items: readonly XmlElement[],
	{ origin, at, lane }: { origin: Fraction; at: Fraction; lane: Lane },
	story: Story,
	context: StoryContext,
): void => {
	let cursor = at;
	for (const item of items) {
		const offset = timeAttribute(item, 'offset');
		const position = offset ? plus(at, minus(offset, origin)) : cursor;
		if (item.name === 'transition') {
			const length = timeAttribute(item, 'duration') ?? ZERO;
			const name = item.attributes.get('name') ?? '';
			// Without an offset it is centred on the edit that it stands at.
			const start = offset ? position : minus(cursor, over(length, fraction(2)));
			contentOf(story, lane).transitions.push(blend(name, start, length, context.rate));
		} else if (isItem(item)) {
			cursor = plus(position, placeItem(item, position, lane, story, context));
		}
	}
};

/** Places one item and all that is connected to it, and gives its duration. */
const placeItem = (item: XmlElement, at: Fraction, lane: Lane, story: Story, context: StoryContext): Fraction => {
	if (item.name === 'audition') {
		const chosen = item.children.find(isItem);
		return chosen ? placeItem(chosen, at, lane, story, context) : ZERO;
	}
	if (item.name === 'spine') {
		const inner = item.children.filter(child => isItem(child) || child.name === 'transition');
		const origin = timeAttribute(inner.find(isItem) ?? item, 'offset') ?? ZERO;
		placeInOrder(inner, { origin, at, lane }, story, context);
		return ZERO;
	}
	const taken = materialOf(item, context);
	const stated = timeAttribute(item, 'start');
	const start = stated ?? taken.start;
	const duration = larger(ZERO, timeAttribute(item, 'duration') ?? taken.duration ?? ZERO);
	story.end = larger(story.end, plus(at, duration));

	const stretches = retimed(item, start, duration, taken, context.rate);
	const content = contentOf(story, lane);
	const enabled = item.attributes.get('enabled') !== '0';
	const wanted = item.attributes.get('srcEnable') ?? 'all';
	const pieces = (of: Material['picture'], stretched: readonly MappedStretch[]) =>
		of ? stretched.map(stretch => pieceOf(item, of, stretch, plus(at, minus(stretch.time, start)), enabled)) : [];
	if (wanted !== 'audio') content.video.push(...pieces(taken.picture, stretches));
	if (wanted !== 'video') content.audio.push(...pieces(taken.sound, splitSound(item, stretches)));

	for (const child of item.children) {
		if (child.attributes.has('lane') && isItem(child)) {
			const offset = timeAttribute(child, 'offset') ?? start;
			const local = stated || compare(offset, start) >= 0 ? start : ZERO;
			const own = Number.parseInt(child.attributes.get('lane') ?? '0', 10) || 0;
			placeItem(child, plus(at, minus(offset, local)), [...lane, own], story, context);
		} else if (/^(chapter-)?marker$/.test(child.name)) {
			const moment = minus(timeAttribute(child, 'start') ?? start, start);
			if (moment.numerator < 0n || compare(moment, duration) >= 0) continue;
			story.markers.push(markerOf(child, plus(at, moment), context.rate));
		}
	}
	return duration;
};

/** What an item shows and sounds. `shift` leads from its own time to that of the source. */
type Material = {
	readonly picture: Taken | null;
	readonly sound: Taken | null;
	/** Where the item starts when it does not say, in its own time. */
	readonly start: Fraction;
	readonly duration: Fraction | null;
};

type Taken = { readonly source: Source; readonly shift: Fraction; readonly first: Fraction; readonly rate: Rate };

const NOTHING: Material = { picture: null, sound: null, start: ZERO, duration: null };

const materialOf = (item: XmlElement, context: StoryContext): Material => {
	const name = item.attributes.get('name') ?? '';
	const ref = item.attributes.get('ref') ?? '';
	switch (item.name) {
		case 'gap':
		case 'caption':
		case 'live-drawing':
			return NOTHING;
		case 'title':
			return { ...NOTHING, picture: generated(name, true, context.rate) };
		case 'ref-clip':
			return nestedMaterial(item, context.nested(ref, null), context.rate);
		case 'mc-clip': {
			const angle = (kind: string) =>
				childrenOf(item, 'mc-source')
					.find(({ attributes }) => ['all', kind].includes(attributes.get('srcEnable') ?? 'all'))
					?.attributes.get('angleID') ?? '';
			const picture = nestedMaterial(item, context.nested(ref, angle('video')), context.rate);
			return { ...picture, sound: nestedMaterial(item, context.nested(ref, angle('audio')), context.rate).sound };
		}
		case 'clip':
		case 'sync-clip':
			return containedMaterial(item, context);
		default: {
			const asset = context.resources.asset(ref);
			if (asset) return assetMaterial(asset, item.name, context.rate);
			const effect = context.resources.element(ref);
			return { ...NOTHING, picture: effect ? generated(name, false, context.rate) : offline(name, context.rate) };
		}
	}
};

const assetMaterial = (asset: Asset, element: string, rate: Rate): Material => {
	const taken: Taken = { source: asset.source, shift: ZERO, first: asset.start, rate: asset.rate ?? rate };
	const available = asset.source.kind === 'media' ? asset.source.available : null;
	return {
		picture: element !== 'audio' && asset.hasVideo ? taken : null,
		sound: element !== 'video' && asset.hasAudio ? taken : element === 'audio' ? taken : null,
		start: asset.start,
		duration: available && rangeDuration(available),
	};
};

const generated = (name: string, seeThrough: boolean, rate: Rate): Taken => ({
	source: { kind: 'generator', name, seeThrough },
	shift: ZERO,
	first: ZERO,
	rate,
});

const offline = (name: string, rate: Rate): Taken => ({
	source: { kind: 'offline', name },
	shift: ZERO,
	first: ZERO,
	rate,
});

const nestedMaterial = (
	item: XmlElement,
	nested: { timeline: Timeline; start: Fraction } | null,
	rate: Rate,
): Material => {
	if (!nested) return { ...NOTHING, picture: offline(item.attributes.get('name') ?? '', rate) };
	const { timeline, start } = nested;
	// A nested sequence counts from its first frame, an item of it from that frame's timecode.
	const taken: Taken = {
		source: { kind: 'nested', timeline },
		shift: minus(ZERO, start),
		first: ZERO,
		rate: timeline.rate,
	};
	return {
		picture: timeline.videoTracks.length > 0 ? taken : null,
		sound: timeline.audioTracks.length > 0 ? taken : null,
		start,
		duration: over(fraction(timeline.duration), rateFraction(timeline.rate)),
	};
};

/** A clip around one piece of media is that media; one around several is a sequence of its own. */
const containedMaterial = (item: XmlElement, context: StoryContext): Material => {
	const contents = item.children.filter(child => isItem(child) && !child.attributes.has('lane'));
	const only = contents[0];
	if (!only) return NOTHING;
	const isPlain = contents.length === 1 && /^(video|audio|asset-clip)$/.test(only.name) && !childOf(only, 'timeMap');
	const asset = isPlain && context.resources.asset(only.attributes.get('ref') ?? '');
	const inner = only.children.filter(isItem);
	if (!asset || inner.some(child => child.name !== 'audio')) {
		return nestedMaterial(item, context.inside(contents), context.rate);
	}
	const shift = minus(timeAttribute(only, 'start') ?? ZERO, timeAttribute(only, 'offset') ?? ZERO);
	const moved = (taken: Taken | null, by: Fraction) => taken && { ...taken, shift: plus(taken.shift, by) };
	const material = assetMaterial(asset, only.name, context.rate);
	const audio = inner[0];
	const audioAsset = audio ? context.resources.asset(audio.attributes.get('ref') ?? '') : null;
	const audioShift = audio
		? plus(shift, minus(timeAttribute(audio, 'start') ?? ZERO, timeAttribute(audio, 'offset') ?? ZERO))
		: shift;
	return {
		...material,
		picture: moved(material.picture, shift),
		sound: moved(audioAsset ? assetMaterial(audioAsset, 'audio', context.rate).sound : material.sound, audioShift),
	};
};

/** The item's own time, followed through its time map, or else through the conforming of another frame rate. */
const retimed = (
	item: XmlElement,
	start: Fraction,
	duration: Fraction,
	taken: Material,
	rate: Rate,
): MappedStretch[] => {
	const map = childOf(item, 'timeMap');
	const points = (map ? childrenOf(map, 'timept') : []).flatMap(point => {
		const [time, value] = [timeAttribute(point, 'time'), timeAttribute(point, 'value')];
		return time && value ? [{ time, value }] : [];
	});
	if (points.length > 0) return followMap(points, start, duration);
	const conform = childOf(item, 'conform-rate');
	const sourceRate = conform?.attributes.get('srcFrameRate');
	if (!conform || !sourceRate || conform.attributes.get('scaleEnabled') === '0') {
		return [{ time: start, duration, value: start, speed: ONE }];
	}
	// Each frame of the source lasts one frame of the sequence.
	const speed = over(rateFraction(rate), rateFraction(rateFromDecimal(sourceRate)));
	const origin = taken.picture?.first ?? ZERO;
	return [{ time: start, duration, value: plus(origin, times(minus(start, origin), speed)), speed }];
};

/** Sound that begins and ends apart from its picture. */
const splitSound = (item: XmlElement, stretches: readonly MappedStretch[]): readonly MappedStretch[] => {
	const [start, duration] = [timeAttribute(item, 'audioStart'), timeAttribute(item, 'audioDuration')];
	if (!start || !duration || stretches.length !== 1) return stretches;
	const [only] = stretches as [MappedStretch];
	return [{ ...only, time: start, duration, value: plus(only.value, times(minus(start, only.time), only.speed)) }];
};

const pieceOf = (
	item: XmlElement,
	{ source, shift, first, rate }: Taken,
	{ duration, value, speed }: MappedStretch,
	start: Fraction,
	enabled: boolean,
): Piece => {
	const there = plus(value, shift);
	// Some programs count from the medium's first moment although it has a later timecode.
	const from =
		compare(there, first) < 0 && compare(plus(there, times(duration, speed)), first) <= 0 ? plus(there, first) : there;
	const name = item.attributes.get('name') ?? (source.kind === 'nested' ? source.timeline.name : source.name);
	return { name, start, duration, source, from, speed, sourceRate: rate, enabled };
};

const contentOf = (story: Story, lane: Lane): LaneContent => {
	const key = lane.join('.');
	const before = story.lanes.get(key);
	if (before) return before;
	const content: LaneContent = { lane, video: [], audio: [], transitions: [] };
	story.lanes.set(key, content);
	return content;
};

const markerOf = (element: XmlElement, at: Fraction, rate: Rate): Marker => {
	const name = element.attributes.get('value') ?? '';
	const duration = timeAttribute(element, 'duration') ?? ZERO;
	return { name, range: exactRange(at, duration, rate, `The marker ${quoted(name)}`) };
};
