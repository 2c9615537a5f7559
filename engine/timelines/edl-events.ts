import { quoted, unreadable } from './unreadable.js';

/** One line of an edit decision list that moves something, with the remarks below it. Timecodes are as written. */
export type EdlEvent = {
	/** Line of the file, from 1. */
	readonly line: number;
	readonly number: string;
	readonly reel: string;
	/** The tracks it goes to: `V`, `V2`, `A1`, `A2`… */
	readonly channels: readonly string[];
	readonly transition: {
		readonly kind: 'cut' | 'dissolve' | 'wipe' | 'key';
		readonly frames: number;
		readonly code: string;
	};
	readonly sourceIn: string;
	readonly sourceOut: string;
	readonly recordIn: string;
	readonly recordOut: string;
	/** Whether the list is counting drop-frame here; null where it has not said so yet. */
	readonly dropFrame: boolean | null;
	/** Frames a second at which the source runs, from an M2 line; negative backwards, 0 held. */
	readonly motion: string | null;
	readonly remarks: readonly EdlRemark[];
};

export type EdlRemark = { readonly key: string; readonly value: string };

export type EdlDocument = { readonly title: string; readonly events: readonly EdlEvent[] };

const LONGEST_LINE = 4096;

/**
 * Splits a CMX 3600 list into its events, tolerating what programs add: long reel names, blank lines, any remarks.
 *
 * @throws EngineError 'timeline-unreadable' naming the line
 */
export const parseEdl = (text: string): EdlDocument => {
	let title = '';
	let dropFrame: boolean | null = null;
	const events: (EdlEvent & { channels: string[]; remarks: EdlRemark[]; motion: string | null })[] = [];

	for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
		const line = raw.slice(0, LONGEST_LINE).trim();
		const last = events.at(-1);
		if (line === '') continue;
		const header = /^(TITLE|FCM)\s*:\s*(.*)$/i.exec(line);
		if (header) {
			if (header[1]!.toUpperCase() === 'TITLE') title = header[2]!;
			else dropFrame = !/NON/i.test(header[2]!);
			continue;
		}
		const event = /^(\d{1,6})\s+(\S.*)$/.exec(line);
		if (event) {
			events.push({ ...parseEvent(event[1]!, event[2]!, index + 1), dropFrame, motion: null, remarks: [] });
			continue;
		}
		const motion = /^M2\s+(?:(.*?)\s+)?(-?\s*\d+(?:\.\d+)?)\s+\d{1,3}[:;.,]\d{1,2}[:;.,]\d{1,2}[:;.,]\d{1,3}/i.exec(
			line,
		);
		if (motion) {
			const target = events.findLast(({ number, reel }) => number === last?.number && reel === motion[1]) ?? last;
			if (target) target.motion = motion[2]!.replace(/\s/g, '');
			continue;
		}
		const more = /^AUD\s+((?:\d+\s*)+)$/i.exec(line);
		if (more && last)
			last.channels.push(
				...more[1]!
					.trim()
					.split(/\s+/)
					.map(track => `A${track}`),
			);
		const remark = /^\*?\s*([A-Z][A-Z0-9 _-]*?)\s*:\s*(.*)$/i.exec(line);
		if (remark && last) last.remarks.push({ key: remark[1]!.toUpperCase(), value: remark[2]!.trim() });
	}
	if (events.length === 0) throw unreadable('The EDL holds no event.');
	return { title, events };
};

const parseEvent = (number: string, rest: string, line: number) => {
	const fields = rest.split(/\s+/);
	const times = fields.splice(-4);
	if (times.length < 4 || !times.every(field => /^\d{1,3}([:;.,]\d{1,3}){3}$/.test(field))) {
		throw unreadable(`Line ${line} of the EDL is no event: ${quoted(rest)}.`);
	}
	// A reel name may hold spaces, so what follows it is found from the right.
	const at = fields.findLastIndex((field, i) => i > 1 && /^(C|D|W\d{3}|K[BO]?)$/i.test(field));
	const kind = fields[at]?.toUpperCase();
	if (at < 2 || !kind) throw unreadable(`Line ${line} of the EDL has no track or no kind of edit: ${quoted(rest)}.`);
	const length = fields.slice(at + 1).find(field => /^\d{1,4}$/.test(field));
	const plainKey =
		kind.startsWith('K') || fields[at + 1]?.toUpperCase() === 'B' || fields[at + 1]?.toUpperCase() === 'O';
	const background = kind === 'KB' || fields[at + 1]?.toUpperCase() === 'B';
	const transition = {
		kind: kindOf(kind, plainKey && !background),
		frames: kind === 'C' || kind.startsWith('K') ? 0 : Number(length ?? 0),
		code: kind,
	};
	return {
		line,
		number,
		reel: fields.slice(0, at - 1).join(' '),
		channels: channelsOf(fields[at - 1]!.toUpperCase(), line),
		transition,
		sourceIn: times[0]!,
		sourceOut: times[1]!,
		recordIn: times[2]!,
		recordOut: times[3]!,
	};
};

const kindOf = (code: string, isKey: boolean): EdlEvent['transition']['kind'] => {
	if (code === 'D') return 'dissolve';
	if (code.startsWith('W')) return 'wipe';
	return code.startsWith('K') && isKey ? 'key' : 'cut';
};

/** `V`, `V2`, `A`, `A3`, `AA` (1 and 2), `B` (picture and sound 1), or several with a slash. */
const channelsOf = (code: string, line: number): string[] =>
	code.split('/').flatMap(part => {
		if (part === 'NONE') return [];
		if (part === 'B') return ['V', 'A1'];
		if (part === 'V' || part === 'V1' || part === 'VIDEO') return ['V'];
		if (part === 'A') return ['A1'];
		if (part === 'AA') return ['A1', 'A2'];
		if (/^[VA]\d{1,2}$/.test(part)) return [part];
		if (/^A\d{2,4}V?$/.test(part) || /^\d+$/.test(part)) return [...part.matchAll(/\d/g)].map(([track]) => `A${track}`);
		throw unreadable(`Line ${line} of the EDL goes to the unknown track ${quoted(part)}.`);
	});
