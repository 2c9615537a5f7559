import { mainStory, readFcpxml, storyOrigin } from './fcpxml.js';
import { timeAttribute } from './fcpxml-resources.js';
import { isItem } from './fcpxml-story.js';
import { compare, type Fraction, fraction, minus, plus, ZERO } from './fraction.js';
import { fileUrl } from './media-address.js';
import { checkPlacement, type MusicPlacement, type PlacedMusic, soundingOf } from './music-placement.js';
import { nearestFrame, rangeDuration, rangeStart, secondsOf } from './rates.js';
import { edited, insertLines, type TextEdit } from './text-edits.js';
import { unreadable } from './unreadable.js';
import { childOf, descendants, escapeXml, parseXml, type XmlElement } from './xml.js';

/**
 * Puts music into an FCPXML file; what else it holds stays as it is, character by character. The format has no audio
 * tracks: the music is connected below the main storyline, on a lane of its own, so it is always free. A named track is
 * its role. Its place and length are the nearest whole frames, as Final Cut requires; its start in the file is exact.
 *
 * @throws EngineError 'timeline-unreadable'
 */
export const writeFcpxmlMusic = (text: string, placement: MusicPlacement): PlacedMusic => {
	checkPlacement(placement);
	const timeline = readFcpxml(text);
	const root = parseXml(text);
	const { spine, sequence } = mainSpine(root);
	const { name, crop, path, length, channels } = placement;
	const { rate } = timeline;
	const role = placement.track ?? 'music';
	const id = freeId(root);
	const { start } = soundingOf(placement, timeline);
	const duration = secondsOf(fraction(Math.max(1, nearestFrame(rangeDuration(crop), rate))), rate);

	const samples = Math.round(crop.rate.numerator / crop.rate.denominator);
	const file = secondsOf(fraction(length), crop.rate);
	const url = escapeXml(fileUrl(path));
	const asset = `<asset id="${id}" name="${escapeXml(name)}" start="0s" duration="${timeText(file)}" hasAudio="1" audioSources="1" audioChannels="${channels}" audioRate="${samples}"`;
	// Version 1.9 moved the address into a child.
	const assetLines = isSince(root, 9)
		? [`${asset}>`, `    <media-rep kind="original-media" src="${url}"/>`, '</asset>']
		: [`${asset} src="${url}"/>`];

	const clip = (lane: number, offset: Fraction) =>
		`<asset-clip ref="${id}" lane="${lane}" offset="${timeText(offset)}" name="${escapeXml(name)}" start="${timeText(rangeStart(crop))}" duration="${timeText(duration)}" srcEnable="audio" audioRole="${escapeXml(role)}"/>`;
	const lane = lowestLane(spine) - 1;
	const edits: TextEdit[] = [resourceEdit(text, root, assetLines)];
	const found = itemAt(spine, sequence, start);
	if ('item' in found) {
		edits.push(insertLines(text, found.item, [clip(lane, found.local)], afterConnected(found.item)));
	} else {
		// Nothing to connect to: silence that reaches over the music.
		const gap = minus(plus(start, duration), found.end);
		const opening = `<gap name="Gap" offset="${timeText(plus(found.origin, found.end))}" start="0s" duration="${timeText(gap)}">`;
		edits.push(insertLines(text, spine, [opening, `    ${clip(lane, minus(start, found.end))}`, '</gap>']));
	}
	return { text: edited(text, edits), track: role };
};

/** @throws EngineError 'timeline-unreadable' */
export const mainSpine = (root: XmlElement): { spine: XmlElement; sequence: XmlElement } => {
	const story = mainStory(root);
	const spine = story && childOf(story.sequence, 'spine');
	if (!story || !spine) throw unreadable('The FCPXML file holds no project with a storyline.');
	return { spine, sequence: story.sequence };
};

/** Whether the file's version is 1.`minor` or later. */
const isSince = (root: XmlElement, minor: number): boolean => {
	const [major = 1, stated = 0] = (root.attributes.get('version') ?? '').split('.').map(Number);
	return major > 1 || stated >= minor;
};

const resourceEdit = (text: string, root: XmlElement, lines: readonly string[]): TextEdit => {
	const resources = childOf(root, 'resources');
	if (resources) return insertLines(text, resources, lines);
	const block = ['<resources>', ...lines.map(line => `    ${line}`), '</resources>'];
	return insertLines(text, root, block, root.children[0]);
};

type Place = { item: XmlElement; local: Fraction } | { end: Fraction; origin: Fraction };

/** The item of a storyline that lies at a time, and that time on the item's own count; else where the storyline ends. */
export const itemAt = (spine: XmlElement, sequence: XmlElement, time: Fraction): Place => {
	const origin = storyOrigin(sequence, spine.children);
	let cursor = ZERO;
	for (const item of spine.children) {
		if (!isItem(item)) continue;
		const chosen = item.name === 'audition' ? item.children.find(isItem) : item;
		const offset = timeAttribute(chosen ?? item, 'offset') ?? timeAttribute(item, 'offset');
		const at = offset ? minus(offset, origin) : cursor;
		const length = timeAttribute(chosen ?? item, 'duration') ?? ZERO;
		if (chosen && compare(at, time) <= 0 && compare(time, plus(at, length)) < 0) {
			return { item: chosen, local: plus(timeAttribute(chosen, 'start') ?? ZERO, minus(time, at)) };
		}
		cursor = plus(at, length);
	}
	return { end: cursor, origin };
};

/** What the document type puts after connected clips. */
const AFTER_CONNECTED =
	/^(marker|chapter-marker|rating|keyword|analysis-marker|audio-channel-source|audio-role-source|sync-source|filter-.*|metadata)$/;

const afterConnected = (item: XmlElement): XmlElement | undefined =>
	item.children.find(({ name }) => AFTER_CONNECTED.test(name));

const lowestLane = (spine: XmlElement): number =>
	[...descendants(spine)].reduce((lowest, { attributes }) => {
		const lane = Number.parseInt(attributes.get('lane') ?? '0', 10);
		return Number.isSafeInteger(lane) ? Math.min(lowest, lane) : lowest;
	}, 0);

const freeId = (root: XmlElement): string => {
	const taken = new Set([...descendants(root)].map(({ attributes }) => attributes.get('id')));
	for (let i = 1; ; i++) if (!taken.has(`r${i}`)) return `r${i}`;
};

export const timeText = ({ numerator, denominator }: Fraction): string =>
	denominator === 1n ? `${numerator}s` : `${numerator}/${denominator}s`;
