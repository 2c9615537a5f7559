import { type Rate, toSeconds } from '../time/time.js';
import { readEdl } from './edl.js';
import { readFcpxml } from './fcpxml.js';
import { fraction } from './fraction.js';
import { mainTimeline, readOtio } from './otio.js';
import { parseOtioJson } from './otio-values.js';
import { secondsOf } from './rates.js';
import { timelineFormat } from './read-timeline.js';
import { edited, insertLines, jsonSpan } from './text-edits.js';
import { timecodeOf } from './timecode.js';
import type { Timeline } from './timeline.js';
import { unreadable } from './unreadable.js';
import { itemAt, mainSpine, timeText } from './write-fcpxml.js';
import { rangeObject, spliceList } from './write-otio.js';
import { mainSequence } from './xmeml.js';
import { escapeXml, parseXml, type XmlElement } from './xml.js';

/** A name at a whole frame, counted from the timeline's first. */
export type FrameMarker = { readonly frame: number; readonly name: string };

/**
 * Puts markers into a timeline's text, in its own format; what else it holds stays as it is. FCPXML hangs markers on what
 * lies in the main storyline, so there those after its end are refused.
 *
 * @param rate - frames a second, for the formats that don't say it: EDL
 * @throws EngineError 'timeline-unreadable'
 */
export const writeMarkers = (text: string, markers: readonly FrameMarker[], rate?: Rate): string => {
	switch (timelineFormat(text)) {
		case 'otio':
			return inOtio(text, markers);
		case 'fcpxml':
			return inFcpxml(text, markers);
		case 'xmeml':
			return inXmeml(text, markers);
		case 'edl':
			return inEdl(text, markers, rate);
	}
};

const inOtio = (text: string, markers: readonly FrameMarker[]): string => {
	const { rate } = readOtio(text);
	const { stack, path } = mainTimeline(parseOtioJson(text));
	const objects = markers.map(({ frame, name }) => ({
		OTIO_SCHEMA: 'Marker.2',
		metadata: {},
		name,
		color: 'GREEN',
		marked_range: rangeObject(frame, 0, rate),
	}));
	if (Array.isArray(stack.markers)) {
		return spliceList(text, [...path, 'markers'], stack.markers.length, 0, objects);
	}
	const { start } = jsonSpan(text, path);
	const replacement = `"markers": ${JSON.stringify(objects)}, `;
	return edited(text, [{ start: start + 1, end: start + 1, replacement }]);
};

const inXmeml = (text: string, markers: readonly FrameMarker[]): string => {
	const sequence = mainSequence(parseXml(text));
	if (!sequence) throw unreadable('The FCP 7 XML file holds no sequence.');
	const lines = markers.flatMap(({ frame, name }) => [
		'<marker>',
		...['<comment></comment>', `<name>${escapeXml(name)}</name>`, `<in>${frame}</in>`, '<out>-1</out>'].map(
			line => `    ${line}`,
		),
		'</marker>',
	]);
	return edited(text, [insertLines(text, sequence, lines)]);
};

const inFcpxml = (text: string, markers: readonly FrameMarker[]): string => {
	const { rate } = readFcpxml(text);
	const { spine, sequence } = mainSpine(parseXml(text));
	const lines = new Map<XmlElement, string[]>();
	for (const { frame, name } of markers) {
		const found = itemAt(spine, sequence, secondsOf(fraction(frame), rate));
		if (!('item' in found)) {
			throw unreadable(`A marker at ${toSeconds(frame, rate).toFixed(1)} s lies after the end of the storyline.`);
		}
		const duration = timeText(secondsOf(fraction(1), rate));
		const line = `<marker start="${timeText(found.local)}" duration="${duration}" value="${escapeXml(name)}"/>`;
		lines.set(found.item, [...(lines.get(found.item) ?? []), line]);
	}
	return edited(
		text,
		[...lines].map(([item, added]) => insertLines(text, item, added, afterMarkers(item))),
	);
};

/** What the document type puts after markers. */
const AFTER_MARKERS = /^(audio-channel-source|audio-role-source|sync-source|filter-.*|metadata)$/;

const afterMarkers = (item: XmlElement): XmlElement | undefined =>
	item.children.find(({ name }) => AFTER_MARKERS.test(name));

const inEdl = (text: string, markers: readonly FrameMarker[], rate?: Rate): string => {
	const timeline: Timeline = readEdl(text, rate);
	const newline = text.includes('\r\n') ? '\r\n' : '\n';
	const lines = markers.map(({ frame, name }) => {
		const at = timecodeOf(timeline.startFrame + frame, timeline.rate, timeline.dropFrame);
		return `* LOC: ${at} GREEN   ${name.replace(/\s+/g, ' ').trim()}`;
	});
	return `${text.trimEnd()}${newline}${lines.join(newline)}${newline}`;
};
