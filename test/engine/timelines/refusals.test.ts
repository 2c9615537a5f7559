import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/protocol/errors.js';
import { parseTimeline } from '../../../engine/timelines/read-timeline.js';
import { visiblePieces } from '../../../engine/timelines/visible-cut.js';
import { DEMO, GOLDEN, textIn } from './golden-files.js';

const RATE = { numerator: 25, denominator: 1 };

const clip = '<clipitem><name>c</name><start>0</start><end>9</end><in>0</in><out>9</out><file id="f"/></clipitem>';
const xmeml = (track: string, head = '') =>
	`${head}<xmeml version="5"><sequence id="s"><name>loop</name><rate><timebase>25</timebase></rate><media><video><track>${track}</track></video></media></sequence></xmeml>`;
const fcpxml = (spine: string, resources = '') =>
	`<fcpxml version="1.9"><resources><format id="r1" frameDuration="1/25s"/>${resources}</resources><project name="p"><sequence format="r1"><spine>${spine}</spine></sequence></project></fcpxml>`;
const otio = (children: string) =>
	`{"OTIO_SCHEMA":"Timeline.1","name":"t","tracks":{"OTIO_SCHEMA":"Stack.1","children":[{"OTIO_SCHEMA":"Track.1","kind":"Video","children":[${children}]}]}}`;
const otioRange = (start: string, duration: string, rate = '24') =>
	`{"start_time":{"value":${start},"rate":${rate}},"duration":{"value":${duration},"rate":${rate}}}`;
const nest = (depth: number) => `${'{"OTIO_SCHEMA":"Stack.1","children":['.repeat(depth)}${']}'.repeat(depth)}`;

test.each([
	['nothing', '', /neither OTIO, FCPXML/],
	['binary', '\u0000\u0001\u0002RIFF', /neither OTIO, FCPXML/],
	['HTML', '<!doctype html><html></html>', /root <html>/],
	['other JSON', '{"a": 1}', /no OTIO timeline/],
	['cut-off JSON', '{"OTIO_SCHEMA": "Timeline.1", "tracks": {', /ends too early/],
	['a timeline without tracks', '{"OTIO_SCHEMA":"Timeline.1"}', /no tracks/],
	['a clip without length', otio('{"OTIO_SCHEMA":"Clip.2","name":"x"}'), /The Clip "x" has no length/],
	[
		'a negative length',
		otio(`{"OTIO_SCHEMA":"Clip.2","name":"x","source_range":${otioRange('0', '-5')}}`),
		/"x" has a negative duration/,
	],
	[
		'a rate of zero',
		otio(`{"OTIO_SCHEMA":"Clip.2","name":"x","source_range":${otioRange('0', '5', '0')}}`),
		/rate of 0 a second/,
	],
	[
		'a huge time',
		otio(`{"OTIO_SCHEMA":"Clip.2","name":"x","source_range":${otioRange('1e300', '5')}}`),
		/"x" has a time/,
	],
	[
		'a time that is text',
		otio(`{"OTIO_SCHEMA":"Clip.2","name":"x","source_range":${otioRange('"5"', '5')}}`),
		/"x" has something that is no time/,
	],
	['stacks too deep', otio(nest(10_000)), /nested more than 50 levels/],
	['cut-off XML', xmeml(clip).slice(0, -30), /damaged at line 1/],
	['unclosed XML', '<xmeml><sequence></xmeml>', /damaged at line 1/],
	['deep XML', `<fcpxml>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</fcpxml>`, /can't be read/],
	[
		'declared entities',
		xmeml(clip, '<!DOCTYPE xmeml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'),
		/declares its own entities/,
	],
	[
		'external entities',
		xmeml(clip, '<!DOCTYPE xmeml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
		/declares its own entities/,
	],
	['no sequence', '<xmeml version="5"><clip/></xmeml>', /holds no sequence/],
	['no project', '<fcpxml version="1.9"><resources/></fcpxml>', /holds no project/],
	['a sequence in itself', xmeml(clip.replace('<file id="f"/>', '<sequence id="s"/>')), /"loop" contains itself/],
	['a sequence that is nowhere', xmeml(clip.replace('<file id="f"/>', '<sequence id="no"/>')), /"no" is nowhere/],
	[
		'a compound clip in itself',
		fcpxml(
			'<ref-clip ref="m" duration="1s"/>',
			'<media id="m" name="M"><sequence format="r1"><spine><ref-clip ref="m" duration="1s"/></spine></sequence></media>',
		),
		/"M" contains itself/,
	],
	['a time of FCPXML that is none', fcpxml('<gap duration="5 minutes"/>'), /gap "" has the duration "5 minutes"/],
	['a division by zero', fcpxml('<gap duration="5/0s"/>'), /"5\/0s", which is no time/],
	['a frame that lasts no time', fcpxml('<gap duration="5s"/>').replace('1/25s', '0s'), /frame that lasts no time/],
	[
		'a far too late clip',
		fcpxml(`<asset-clip ref="x" name="far" offset="${'9'.repeat(20)}s" duration="1s"/>`),
		/"far" has a time/,
	],
	['a clip that ends before it starts', xmeml(clip.replace('<start>0', '<start>20')), /"c" ends before it starts/],
	['a point that is no number', xmeml(clip.replace('<in>0', '<in>soon')), /"c" has the in point "soon"/],
	['a time base of nothing', xmeml(clip).replace('<timebase>25', '<timebase>0'), /time base of 0/],
	['an event without times', 'TITLE: t\n001  A  V  C  00:00:00:00 00:00:01:00\n', /Line 2 of the EDL is no event/],
	[
		'an event on no track',
		'TITLE: t\n001  A  X9  C  00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n',
		/Line 2 .* unknown track "X9"/,
	],
	[
		'a timecode that does not exist',
		'TITLE: t\n001  A  V  C  00:00:00:00 00:00:01:00 00:00:00:30 00:00:01:00\n',
		/timecode 00:00:00:30/,
	],
	['a list of remarks', 'TITLE: t\n* nothing\n', /holds no event/],
])('%s is refused, and the sentence says what and where', (_, text, sentence) => {
	expect(() => parseTimeline(text, RATE)).toThrow(
		expect.objectContaining({
			name: 'EngineError',
			code: 'timeline-unreadable',
			message: expect.stringMatching(sentence),
		}),
	);
});

test('entities of XML itself are read, others stay as they are', () => {
	const named = xmeml(clip.replace('<name>c</name>', '<name>&lt;a &amp; b&gt; &#228;&#x1F3B5; &nbsp;</name>'));
	const [track] = parseTimeline(named).videoTracks;
	expect(track!.clips[0]!.name).toBe('<a & b> ä🎵 &nbsp;');
});

const SEEDS = [
	...['clip2.otio', 'clip2.fcpxml', 'clip2.xml', 'clip2.edl'].map(name => textIn(DEMO, name)),
	...['fcpx-fcpx_example.fcpxml', 'cmx-speed_effects_small.edl', 'otio-nested_example.otio'].map(name =>
		textIn(GOLDEN, `samples/${name}`),
	),
];

/** Reads a text, and fails for any error but a coded refusal. */
const survives = (text: string): void => {
	try {
		visiblePieces(parseTimeline(text, RATE));
	} catch (error) {
		if (!(error instanceof EngineError) || error.code !== 'timeline-unreadable') throw error;
		if (!/^[A-Z].*\.$/s.test(error.message)) throw new Error(`not a sentence: ${error.message}`);
	}
};

test('damaged files are read or refused, and nothing else happens', () => {
	const damage = fc.record({
		at: fc.nat(),
		length: fc.nat(30),
		put: fc.constantFrom('', '0', '-1', '999999999999999999999', '<', '"', '}', '1e400', '\u0000'),
	});
	fc.assert(
		fc.property(fc.constantFrom(...SEEDS), fc.array(damage, { minLength: 1, maxLength: 4 }), (seed, damages) => {
			let text = seed;
			for (const { at, length, put } of damages) {
				const from = at % text.length;
				text = text.slice(0, from) + put + text.slice(from + length);
			}
			survives(text);
		}),
		{ seed: 20_260_303, numRuns: 600 },
	);
});

test('numbers put in the place of others are read or refused', () => {
	const numbers = fc.constantFrom(
		'0',
		'-7',
		'1e308',
		'9007199254740993',
		'0.3333333333333333',
		'-0',
		'100000000000000000000',
	);
	fc.assert(
		fc.property(fc.constantFrom(...SEEDS), fc.nat(), numbers, (seed, which, number) => {
			const found = [...seed.matchAll(/\d+(\.\d+)?/g)];
			const { index, 0: old } = found[which % found.length]!;
			survives(seed.slice(0, index) + number + seed.slice(index + old.length));
		}),
		{ seed: 20_260_304, numRuns: 600 },
	);
});

test('a file cut off anywhere is read or refused', () => {
	for (const seed of SEEDS) for (let end = 0; end < seed.length; end += 997) survives(seed.slice(0, end));
});
