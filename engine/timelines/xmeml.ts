import type { Rate } from '../time/time.js';
import { compare, fraction, plus, ZERO } from './fraction.js';
import { clipOf } from './pieces.js';
import { exactRange, markersInOrder, nearestFrame, rangeDuration, rangeStart, secondsOf } from './rates.js';
import { frameOf } from './timecode.js';
import type { Marker, Source, Timeline, Track, Transition } from './timeline.js';
import { quoted, unreadable } from './unreadable.js';
import { isTransition, piecesOf, readTransition } from './xmeml-clips.js';
import { isTrue, rateOf } from './xmeml-values.js';
import { childOf, childrenOf, descendants, parseXml, textOf, type XmlElement } from './xml.js';

/** What clips refer to by id: a file or a sequence is written out once and then only named. */
export type XmemlDefinitions = {
	readonly file: (element: XmlElement) => XmlElement;
	readonly sequence: (element: XmlElement) => Timeline;
};

/**
 * Reads FCP 7 XML (xmeml, versions 1 to 5), which Premiere and Resolve write too. Of several sequences that one is taken
 * which no other nests, the first of them.
 *
 * @throws EngineError 'timeline-unreadable'
 */
export const readXmeml = (text: string): Timeline => {
	const root = parseXml(text);
	if (root.name !== 'xmeml') throw unreadable(`The file is no FCP 7 XML: its root is <${root.name}>.`);
	const sequence = mainSequence(root);
	if (!sequence) throw unreadable('The FCP 7 XML file holds no sequence.');
	return readSequence(sequence, definitionsIn(root));
};

/** The sequence that a file is about; none where it holds only clips. */
export const mainSequence = (root: XmlElement): XmlElement | undefined => {
	const defined = [...descendants(root)].filter(({ name, children }) => name === 'sequence' && children.length > 0);
	const nested = new Set(
		[...descendants(root)]
			.filter(({ name }) => name === 'clipitem')
			.flatMap(item => childrenOf(item, 'sequence').map(idOf)),
	);
	return defined.find(element => !nested.has(idOf(element)) && childOf(element, 'media')) ?? defined[0];
};

const idOf = (element: XmlElement): string => element.attributes.get('id') ?? '';

const definitionsIn = (root: XmlElement): XmemlDefinitions => {
	const files = new Map<string, XmlElement>();
	const sequences = new Map<string, XmlElement>();
	for (const element of descendants(root)) {
		const known = element.name === 'file' ? files : element.name === 'sequence' ? sequences : null;
		if (known && element.children.length > 0 && !known.has(idOf(element))) known.set(idOf(element), element);
	}
	const read = new Map<XmlElement, Timeline>();
	const open = new Set<XmlElement>();
	const definitions: XmemlDefinitions = {
		file: element => (element.children.length > 0 ? element : (files.get(idOf(element)) ?? element)),
		sequence: element => {
			const defined = element.children.length > 0 ? element : sequences.get(idOf(element));
			if (!defined) throw unreadable(`The nested sequence ${quoted(idOf(element))} is nowhere in the file.`);
			const before = read.get(defined);
			if (before) return before;
			if (open.has(defined)) throw unreadable(`The sequence ${quoted(textOf(defined, 'name'))} contains itself.`);
			open.add(defined);
			const timeline = readSequence(defined, definitions);
			open.delete(defined);
			read.set(defined, timeline);
			return timeline;
		},
	};
	return definitions;
};

const FALLBACK: Rate = { numerator: 25, denominator: 1 };

const readSequence = (sequence: XmlElement, definitions: XmemlDefinitions): Timeline => {
	const rate = rateOf(sequence, FALLBACK);
	const media = childOf(sequence, 'media');
	const tracksOf = (kind: string) =>
		childrenOf((media && childOf(media, kind)) ?? sequence, 'track').map(track => readTrack(track, rate, definitions));
	const [videoTracks, audioTracks] = [tracksOf('video'), tracksOf('audio')];
	const timecode = childOf(sequence, 'timecode');
	const stated = Number(textOf(sequence, 'duration'));
	const ends = [...videoTracks, ...audioTracks].flatMap(({ clips }) =>
		clips.map(({ range }) => nearestFrame(plus(rangeStart(range), rangeDuration(range)), rate)),
	);
	const last = ends.reduce((latest, end) => Math.max(latest, end), 0);
	return {
		name: textOf(sequence, 'name'),
		rate,
		rateKnown: childOf(sequence, 'rate') !== undefined,
		dropFrame: timecode !== undefined && textOf(timecode, 'displayformat') === 'DF',
		startFrame: timecode ? startFrameOf(timecode, rate) : 0,
		// What is stated may be longer than the last clip, and some programs write 0.
		duration: Number.isSafeInteger(stated) && stated > 0 ? Math.max(stated, last) : last,
		videoTracks,
		audioTracks,
		markers: markersInOrder(childrenOf(sequence, 'marker').map(marker => readMarker(marker, rate))),
	};
};

const startFrameOf = (timecode: XmlElement, rate: Rate): number => {
	const frame = Number(textOf(timecode, 'frame') || Number.NaN);
	if (Number.isSafeInteger(frame)) return frame;
	const dropFrame = textOf(timecode, 'displayformat') === 'DF';
	return frameOf(textOf(timecode, 'string'), rateOf(timecode, rate), dropFrame) ?? 0;
};

const readTrack = (track: XmlElement, rate: Rate, definitions: XmemlDefinitions): Track => {
	const items = track.children.filter(({ name }) => /^(clipitem|generatoritem|transitionitem)$/.test(name));
	const transitions: Transition[] = items.filter(isTransition).map(item => readTransition(item, rate).transition);
	const clips = items.flatMap((item, i) => {
		if (isTransition(item)) return [];
		const [before, after] = [items[i - 1], items[i + 1]].map(other =>
			other && isTransition(other) ? readTransition(other, rate) : null,
		);
		const source = sourceOf(item, rate, definitions);
		return piecesOf(item, { rate, source, before: before ?? null, after: after ?? null });
	});
	const enabled = textOf(track, 'enabled');
	return {
		name: track.attributes.get('MZ.TrackName') ?? textOf(track, 'name'),
		enabled: enabled === '' || isTrue(enabled),
		clips: [...clips]
			.sort((a, b) => compare(a.start, b.start))
			.filter(({ duration }) => duration.numerator > 0n)
			.map(piece => clipOf(piece, rate)),
		transitions,
	};
};

const sourceOf = (item: XmlElement, rate: Rate, definitions: XmemlDefinitions): Source => {
	const name = textOf(item, 'name');
	const nested = childOf(item, 'sequence');
	if (nested) return { kind: 'nested', timeline: definitions.sequence(nested) };
	if (item.name === 'generatoritem') return { kind: 'generator', name, seeThrough: isText(item) };
	if (isTrue(textOf(item, 'adjustmentlayer')) || isTrue(textOf(item, 'adjustmentLayer'))) {
		return { kind: 'generator', name, seeThrough: true };
	}
	const reference = childOf(item, 'file');
	if (!reference) return { kind: 'offline', name };
	const file = definitions.file(reference);
	const url = textOf(file, 'pathurl');
	const made = textOf(file, 'mediaSource');
	if (url === '') {
		return made === ''
			? { kind: 'offline', name: textOf(file, 'name') || name }
			: { kind: 'generator', name, seeThrough: /graphic|type|title|text|adjust/i.test(made) };
	}
	const frames = Number(textOf(file, 'duration') || Number.NaN);
	const fileRate = rateOf(file, rate);
	// In and out points count from the file's first frame, whatever its timecode says.
	const available = Number.isSafeInteger(frames) && frames > 0 ? { start: 0, duration: frames, rate: fileRate } : null;
	return { kind: 'media', url, name: textOf(file, 'name') || name, available };
};

const isText = (generator: XmlElement): boolean =>
	childrenOf(generator, 'effect').some(effect =>
		/text|title|lower 3rd|crawl|graphic/i.test(
			`${textOf(effect, 'name')} ${textOf(effect, 'effectid')} ${textOf(effect, 'effectcategory')}`,
		),
	);

const readMarker = (marker: XmlElement, rate: Rate): Marker => {
	const name = textOf(marker, 'name') || textOf(marker, 'comment');
	const at = (key: string) => Number(textOf(marker, key) || -1);
	const [start, end] = [at('in'), at('out')];
	const what = `The marker ${quoted(name)}`;
	if (!Number.isInteger(start)) throw unreadable(`${what} is at ${start}.`);
	const length = Number.isInteger(end) && end > start ? secondsOf(fraction(end - start), rate) : ZERO;
	return { name, range: exactRange(secondsOf(fraction(Math.max(0, start)), rate), length, rate, what) };
};
