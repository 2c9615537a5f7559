import { nearestUnit, type Rate, toSeconds } from '../time/time.js';
import { baseName, fileUrl } from './media-address.js';
import {
	checkPlacement,
	isFree,
	type MusicPlacement,
	type PlacedMusic,
	refuseOccupied,
	soundingOf,
} from './music-placement.js';
import { edited, insertLines, type TextEdit } from './text-edits.js';
import { nominalRate } from './timecode.js';
import type { Timeline } from './timeline.js';
import { unreadable } from './unreadable.js';
import { mainSequence, readXmeml } from './xmeml.js';
import { childOf, childrenOf, descendants, escapeXml, parseXml, textOf, type XmlElement } from './xml.js';

/**
 * Puts music into an FCP 7 XML file; what else it holds stays as it is, character by character. The format gives each
 * channel a track of its own, so stereo music takes two, side by side and linked. Its tracks have no names: `A1`, `A2`…
 * are their places. Times are whole frames there: the crop begins and ends at the frames nearest to its own ends.
 *
 * @throws EngineError 'timeline-unreadable'; 'track-busy' where the named track is not free
 */
export const writeXmemlMusic = (text: string, placement: MusicPlacement): PlacedMusic => {
	checkPlacement(placement);
	const timeline = readXmeml(text);
	const root = parseXml(text);
	const sequence = mainSequence(root);
	const media = sequence && childOf(sequence, 'media');
	if (!sequence || !media) throw unreadable('The FCP 7 XML file holds no sequence with media.');
	const audio = childOf(media, 'audio');
	const tracks = audio ? childrenOf(audio, 'track') : [];
	const first = firstTrack(placement, timeline, tracks.length);
	const items = clipItems(placement, timeline, first, freeId(root));

	const edits: TextEdit[] = [];
	const added: string[] = [];
	for (const [channel, item] of items.entries()) {
		const track = tracks[first + channel];
		if (track) edits.push(insertLines(text, track, item, itemAfter(track, placement.at)));
		else added.push('<track>', ...item.map(line => `${INDENT}${line}`), '</track>');
	}
	if (added.length > 0) {
		const block = audio ? added : ['<audio>', ...added.map(line => `${INDENT}${line}`), '</audio>'];
		const after = audio && childrenOf(audio, 'track').length > 0 ? followingTracks(audio) : undefined;
		edits.push(insertLines(text, audio ?? media, block, after));
	}
	return { text: edited(text, edits), track: `A${first + 1}` };
};

const INDENT = '    ';

/** The place of the first track that the music takes, from 0. */
const firstTrack = (placement: MusicPlacement, timeline: Timeline, tracks: number): number => {
	if (placement.track === null) return tracks;
	const named = timeline.audioTracks.findIndex(({ name }) => name !== '' && name === placement.track);
	const place = /^A(\d{1,2})$/i.exec(placement.track);
	const first = named >= 0 ? named : place ? Math.min(Number(place[1]) - 1, tracks) : tracks;
	const taken = timeline.audioTracks.slice(first, first + channelsOf(placement));
	if (first < 0 || !taken.every(track => isFree(track, soundingOf(placement, timeline)))) {
		return refuseOccupied(placement.track, placement, timeline);
	}
	return first;
};

/** More than two channels are mixed down by whoever places them: the format's tracks are mono. */
const channelsOf = ({ channels }: MusicPlacement): number => Math.min(2, channels);

const clipItems = (placement: MusicPlacement, timeline: Timeline, first: number, id: string): string[][] => {
	const { path, name, crop, length, channels, at } = placement;
	const { rate } = timeline;
	const frames = (units: number) => nearestUnit(toSeconds(units, crop.rate), rate);
	const [from, to] = [frames(crop.start), Math.max(frames(crop.start) + 1, frames(crop.start + crop.duration))];
	const count = channelsOf(placement);
	const idOf = (channel: number) => `${id}-clip-${channel + 1}`;
	return Array.from({ length: count }, (_, channel) => [
		`<clipitem id="${idOf(channel)}">`,
		...[
			`<name>${escapeXml(name)}</name>`,
			'<enabled>TRUE</enabled>',
			`<duration>${frames(length)}</duration>`,
			...rateLines(rate),
			`<start>${at}</start>`,
			`<end>${at + to - from}</end>`,
			`<in>${from}</in>`,
			`<out>${to}</out>`,
			...(channel > 0
				? [`<file id="${id}-file"/>`]
				: [
						`<file id="${id}-file">`,
						...[
							`<name>${escapeXml(baseName(path))}</name>`,
							`<pathurl>${escapeXml(fileUrl(path, 'localhost'))}</pathurl>`,
							...rateLines(rate),
							`<duration>${frames(length)}</duration>`,
							'<media>',
							...[
								'<audio>',
								...[
									'<samplecharacteristics>',
									`${INDENT}<depth>16</depth>`,
									`${INDENT}<samplerate>${Math.round(crop.rate.numerator / crop.rate.denominator)}</samplerate>`,
									'</samplecharacteristics>',
									`<channelcount>${channels}</channelcount>`,
								].map(line => `${INDENT}${line}`),
								'</audio>',
							].map(line => `${INDENT}${line}`),
							'</media>',
						].map(line => `${INDENT}${line}`),
						'</file>',
					]),
			'<sourcetrack>',
			`${INDENT}<mediatype>audio</mediatype>`,
			`${INDENT}<trackindex>${channel + 1}</trackindex>`,
			'</sourcetrack>',
			...(count < 2 ? [] : Array.from({ length: count }, (_, other) => linkLines(idOf(other), first + other)).flat()),
		].map(line => `${INDENT}${line}`),
		'</clipitem>',
	]);
};

const linkLines = (id: string, track: number): string[] => [
	'<link>',
	`${INDENT}<linkclipref>${id}</linkclipref>`,
	`${INDENT}<mediatype>audio</mediatype>`,
	`${INDENT}<trackindex>${track + 1}</trackindex>`,
	'</link>',
];

const rateLines = (rate: Rate): string[] => [
	'<rate>',
	`${INDENT}<timebase>${nominalRate(rate)}</timebase>`,
	`${INDENT}<ntsc>${rate.denominator === 1001 ? 'TRUE' : 'FALSE'}</ntsc>`,
	'</rate>',
];

/** Items stand in the order of their start, and what says how the track is comes after them. */
const itemAfter = (track: XmlElement, at: number): XmlElement | undefined =>
	track.children.find(child => {
		if (!/^(clipitem|generatoritem|transitionitem)$/.test(child.name)) return true;
		return Number(textOf(child, 'start')) > at;
	});

/** What stands behind the last track. */
const followingTracks = (audio: XmlElement): XmlElement | undefined =>
	audio.children[audio.children.findLastIndex(({ name }) => name === 'track') + 1];

/** The beginning of ids that the file does not have yet. */
const freeId = (root: XmlElement): string => {
	const taken = new Set([...descendants(root)].map(({ attributes }) => attributes.get('id') ?? ''));
	for (let i = 1; ; i++) if (![...taken].some(id => id.startsWith(`music-${i}-`))) return `music-${i}`;
};
