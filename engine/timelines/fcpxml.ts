import type { Rate } from '../time/time.js';
import { resourcesIn, timeAttribute } from './fcpxml-resources.js';
import {
	emptyStory,
	isItem,
	type Lane,
	type LaneContent,
	placeInOrder,
	type Story,
	type StoryContext,
} from './fcpxml-story.js';
import { compare, type Fraction, isWhole, ZERO } from './fraction.js';
import { clipOf, type Piece } from './pieces.js';
import { markersInOrder, nearestFrame, ntscRate, unitsIn } from './rates.js';
import type { Timeline, Track } from './timeline.js';
import { quoted, unreadable } from './unreadable.js';
import { childOf, childrenOf, descendants, parseXml, type XmlElement } from './xml.js';

/**
 * Reads FCPXML, versions 1.3 to 1.13, as Final Cut Pro, Resolve and OpenTimelineIO write it. The main storyline is the
 * lowest track but for what is connected below it; each lane is a track. Of several projects the first is taken.
 *
 * @throws EngineError 'timeline-unreadable'
 */
export const readFcpxml = (text: string): Timeline => {
	const root = parseXml(text);
	if (root.name !== 'fcpxml') throw unreadable(`The file is no FCPXML: its root is <${root.name}>.`);
	const main = mainStory(root);
	if (!main) throw unreadable('The FCPXML file holds no project with a sequence.');
	return reader(root).sequence(main.sequence, main.name);
};

/** The sequence that a file is about, with its project's name; none where it holds only clips. */
export const mainStory = (root: XmlElement): { sequence: XmlElement; name: string } | undefined => {
	const stories = [...descendants(root)]
		.filter(({ name }) => name === 'project')
		.flatMap(project => {
			const sequence = childOf(project, 'sequence');
			return sequence ? [{ sequence, name: project.attributes.get('name') ?? '' }] : [];
		});
	return stories.find(({ sequence }) => childOf(sequence, 'spine')?.children.some(isItem)) ?? stories[0];
};

/**
 * The time that the offsets in a main storyline count from: the sequence's first timecode, or zero where the writer
 * left that out of them.
 */
export const storyOrigin = (holder: XmlElement, items: readonly XmlElement[]): Fraction => {
	const start = timeAttribute(holder, 'tcStart') ?? ZERO;
	const first = items.find(isItem);
	const offset = first ? (timeAttribute(first, 'offset') ?? start) : start;
	return compare(offset, start) < 0 ? ZERO : start;
};

/** Those in use, the slowest first. */
const RATES: readonly Rate[] = [24, 25, 30, 50, 60].flatMap(nominal => [
	...(nominal % 25 === 0 ? [] : [ntscRate(nominal, true)]),
	ntscRate(nominal, false),
]);

/** Where neither the sequence nor its format states a rate: the slowest at which all edits fall on whole frames. */
const likelyRate = (items: readonly XmlElement[]): Rate => {
	const times = items
		.filter(isItem)
		.flatMap(item => ['offset', 'duration'].map(key => timeAttribute(item, key) ?? ZERO));
	return RATES.find(rate => times.every(time => isWhole(unitsIn(time, rate)))) ?? RATES[2]!;
};

const reader = (root: XmlElement) => {
	const resources = resourcesIn(root);
	const known = new Map<string, { timeline: Timeline; start: Fraction }>();
	const open = new Set<string>();

	const contextAt = (rate: Rate): StoryContext => ({
		rate,
		resources,
		nested,
		inside: items => {
			const start = items
				.map(item => timeAttribute(item, 'offset') ?? ZERO)
				.reduce((a, b) => (compare(b, a) < 0 ? b : a));
			const story = emptyStory();
			placeInOrder(items, { origin: start, at: ZERO, lane: [0] }, story, contextAt(rate));
			return {
				timeline: timelineOf(story, { name: items[0]?.attributes.get('name') ?? '', rate, duration: null }),
				start,
			};
		},
	});

	const sequence = (element: XmlElement, name: string): Timeline => {
		const stated = resources.formatRate(element.attributes.get('format'));
		const items = childOf(element, 'spine')?.children ?? [];
		const rate = stated ?? likelyRate(items);
		const story = emptyStory();
		placeInOrder(items, { origin: storyOrigin(element, items), at: ZERO, lane: [0] }, story, contextAt(rate));
		return {
			...timelineOf(story, { name, rate, duration: timeAttribute(element, 'duration') }),
			rateKnown: stated !== null,
			dropFrame: element.attributes.get('tcFormat') === 'DF',
			startFrame: nearestFrame(timeAttribute(element, 'tcStart') ?? ZERO, rate),
		};
	};

	const angleOf = (multicam: XmlElement, id: string, name: string): Timeline => {
		const angles = childrenOf(multicam, 'mc-angle');
		const angle = angles.find(({ attributes }) => attributes.get('angleID') === id) ?? angles[0];
		const items = angle?.children ?? [];
		const rate = resources.formatRate(multicam.attributes.get('format')) ?? likelyRate(items);
		const story = emptyStory();
		placeInOrder(items, { origin: storyOrigin(multicam, items), at: ZERO, lane: [0] }, story, contextAt(rate));
		return timelineOf(story, { name, rate, duration: null });
	};

	const nested: StoryContext['nested'] = (id, angle) => {
		const media = resources.element(id);
		if (media?.name !== 'media') return null;
		const key = JSON.stringify([id, angle]);
		const before = known.get(key);
		if (before) return before;
		const name = media.attributes.get('name') ?? '';
		if (open.has(key)) throw unreadable(`The compound clip ${quoted(name || id)} contains itself.`);
		const inner = childOf(media, 'sequence') ?? childOf(media, 'multicam');
		if (!inner) return null;
		open.add(key);
		const timeline = inner.name === 'sequence' ? sequence(inner, name) : angleOf(inner, angle ?? '', name);
		const read = { timeline, start: timeAttribute(inner, 'tcStart') ?? ZERO };
		open.delete(key);
		known.set(key, read);
		return read;
	};

	return { sequence };
};

const timelineOf = (
	story: Story,
	{ name, rate, duration }: { name: string; rate: Rate; duration: Fraction | null },
): Timeline => {
	const lanes = [...story.lanes.values()].sort((a, b) => compareLanes(a.lane, b.lane));
	const tracks = (pieces: (lane: LaneContent) => readonly Piece[], withTransitions: boolean): Track[] =>
		lanes
			.filter(lane => pieces(lane).length > 0)
			.map(lane => ({
				// The main storyline is lane 0 itself, and lane 1 is connected to it.
				name: lane.lane.slice(lane.lane.length > 1 ? 1 : 0).join('.'),
				enabled: true,
				clips: [...pieces(lane)]
					.sort((a, b) => compare(a.start, b.start))
					.filter(piece => piece.duration.numerator > 0n)
					.map(piece => clipOf(piece, rate)),
				transitions: withTransitions ? lane.transitions : [],
			}));
	// Before the length of the whole, so that an impossible time is reported of the clip that has it.
	const [videoTracks, audioTracks] = [tracks(lane => lane.video, true), tracks(lane => lane.audio, false)];
	return {
		name,
		rate,
		rateKnown: true,
		dropFrame: false,
		startFrame: 0,
		duration: nearestFrame(duration && duration.numerator > 0n ? duration : story.end, rate),
		videoTracks,
		audioTracks,
		markers: markersInOrder(story.markers),
	};
};

const compareLanes = (a: Lane, b: Lane): number => {
	for (let i = 0; i < Math.max(a.length, b.length); i++) {
		const difference = (a[i] ?? 0) - (b[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
};
