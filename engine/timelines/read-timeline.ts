import type { Rate } from '../time/time.js';
import { readEdl } from './edl.js';
import { readFcpxml } from './fcpxml.js';
import { readOtio } from './otio.js';
import type { Timeline } from './timeline.js';
import { unreadable } from './unreadable.js';
import { readXmeml } from './xmeml.js';

export type TimelineFormat = 'otio' | 'fcpxml' | 'xmeml' | 'edl';

/** How much of a text is enough to tell what it is. */
const HEAD = 65_536;

/**
 * Which format a text is in, by what it holds: file names lie, `.xml` is two of them.
 *
 * @throws EngineError 'timeline-unreadable' where it is none
 */
export const timelineFormat = (text: string): TimelineFormat => {
	const head = text.slice(0, HEAD);
	if (/^\s*\{/.test(head)) {
		if (/"OTIO_SCHEMA"/.test(text)) return 'otio';
		throw unreadable('The file is JSON, but no OTIO timeline.');
	}
	if (/^\s*</.test(head)) {
		const root = /<(?![?!])([\w:.-]+)/.exec(head)?.[1];
		if (root === 'fcpxml' || root === 'xmeml') return root;
		throw unreadable(`The file is XML with the root <${root ?? ''}>, which is neither FCPXML nor FCP 7 XML.`);
	}
	if (/^\s*(TITLE|FCM)\s*:/im.test(head) || /^\s*\d{1,6}\s+\S.*(\d\d[:;.,]){3}\d\d\s*$/m.test(head)) return 'edl';
	throw unreadable('The file is no timeline: neither OTIO, FCPXML, FCP 7 XML nor EDL.');
};

/**
 * Reads a timeline of any of the formats.
 *
 * @param text - without a byte order mark
 * @param rate - frames a second, for the formats that don't say it: EDL
 * @throws EngineError 'timeline-unreadable'
 */
export const parseTimeline = (text: string, rate?: Rate): Timeline => {
	switch (timelineFormat(text)) {
		case 'otio':
			return readOtio(text);
		case 'fcpxml':
			return readFcpxml(text);
		case 'xmeml':
			return readXmeml(text);
		case 'edl':
			return readEdl(text, rate);
	}
};
