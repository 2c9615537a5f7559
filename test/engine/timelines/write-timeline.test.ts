import { expect, test } from 'vitest';
import { toSeconds } from '../../../engine/time/time.js';
import type { MusicPlacement } from '../../../engine/timelines/music-placement.js';
import { parseTimeline } from '../../../engine/timelines/read-timeline.js';
import type { Clip } from '../../../engine/timelines/timeline.js';
import { cutBoundaries } from '../../../engine/timelines/visible-cut.js';
import { writeMusic } from '../../../engine/timelines/write-timeline.js';
import { DEMO, GOLDEN, jsonIn, textIn } from './golden-files.js';

type Rate = { numerator: number; denominator: number };
type Row = { output: string; input: string; rate: Rate | null; placement: MusicPlacement };
type ReadTrack = {
	kind: string;
	clips: { name: string; start: number; end: number; sourceStart: number; url: string }[];
};

const { placements } = jsonIn<{ placements: Row[] }>(GOLDEN, 'placements.json');
const reads = jsonIn<Record<string, ReadTrack[]>>(GOLDEN, 'otio-reads.json');
const ROOT = new URL('../../../', import.meta.url);

const placed = ({ input, placement, rate }: Row) => writeMusic(textIn(ROOT, input), placement, rate ?? undefined);
const isMusic = (clip: Clip, { placement }: Row) =>
	clip.name === placement.name && clip.source.kind === 'media' && !clip.source.url.includes('shot');

test.each(placements)('what is written into $output is what OpenTimelineIO was given to read', row => {
	expect(placed(row).text).toBe(textIn(GOLDEN, `placed/${row.output}`));
});

test.each(placements)('OpenTimelineIO finds the music of $output where it was put', ({ output, placement, rate }) => {
	const timeline = parseTimeline(textIn(GOLDEN, `placed/${output}`), rate ?? undefined);
	const frame = toSeconds(1, timeline.rate);
	const found = reads[`placed/${output}`]!.flatMap(({ clips }) => clips).filter(({ name }) => name === placement.name);
	expect(found.length).toBeGreaterThan(0);
	for (const clip of found) {
		expect(clip.start).toBeCloseTo(toSeconds(placement.at, timeline.rate), 6);
		expect(Math.abs(clip.end - clip.start - toSeconds(placement.crop.duration, placement.crop.rate))).toBeLessThan(
			1.01 * frame,
		);
		expect(Math.abs(clip.sourceStart - toSeconds(placement.crop.start, placement.crop.rate))).toBeLessThan(
			0.51 * frame,
		);
		const path = clip.url.startsWith('file:')
			? decodeURIComponent(clip.url.replace(/^file:\/\/(localhost)?/, ''))
			: clip.url;
		expect(path.replace(/^\/C:/, 'C:').replaceAll('/', '\\')).toBe(placement.path.replaceAll('/', '\\'));
	}
});

test.each(placements)('our readers find the music of $output, and the cut and all other sound as before', row => {
	const [before, after] = [textIn(ROOT, row.input), placed(row).text].map(text =>
		parseTimeline(text, row.rate ?? undefined),
	);
	expect(cutBoundaries(after!)).toEqual(cutBoundaries(before!));
	expect(after!.videoTracks).toEqual(before!.videoTracks);
	const music = after!.audioTracks.flatMap(({ clips }) => clips).filter(clip => isMusic(clip, row));
	expect(music.length).toBe(/xml$|edl$/.test(row.output) && !row.output.endsWith('fcpxml') ? 2 : 1);
	for (const { range } of music)
		expect(toSeconds(range.start, range.rate)).toBeCloseTo(toSeconds(row.placement.at, after!.rate), 9);
	const others = after!.audioTracks
		.map(({ clips }) => clips.filter(clip => !isMusic(clip, row)))
		.filter(clips => clips.length > 0);
	expect(others).toEqual(before!.audioTracks.map(({ clips }) => clips).filter(clips => clips.length > 0));
});

test.each(placements)('nothing that stood in $input is lost, and all of it stands in the same order', row => {
	const written = placed(row).text;
	let at = 0;
	// An empty element opens to take the music in, and a comma follows what was last.
	for (const line of textIn(ROOT, row.input)
		.split('\n')
		.map(text =>
			text
				.trim()
				.replace(/\s*\/?>$/, '')
				.replace(/,$/, ''),
		)) {
		const found = written.indexOf(line, at);
		expect(found, line).toBeGreaterThanOrEqual(0);
		at = found + line.length;
	}
});

const MUSIC: MusicPlacement = {
	path: '/music/a.wav',
	name: 'a',
	crop: { start: 0, duration: 480_000, rate: { numerator: 48_000, denominator: 1 } },
	length: 960_000,
	channels: 2,
	at: 50,
	track: null,
};
const RATE = { numerator: 25, denominator: 1 };
const occupied = { code: 'track-busy', message: expect.stringMatching(/^The track .* already has sound at /) };

test.each(['otio', 'xml', 'edl'])(
	'a named track of an .%s is used where it is free, and refused where it is not',
	extension => {
		const first = writeMusic(textIn(DEMO, `cut.${extension}`), MUSIC, RATE);
		const again = { ...MUSIC, track: first.track };
		expect(() => writeMusic(first.text, again, RATE)).toThrow(expect.objectContaining(occupied));
		expect(() => writeMusic(first.text, { ...again, at: 299 }, RATE)).toThrow(expect.objectContaining(occupied));
		const second = writeMusic(first.text, { ...again, at: 300 }, RATE);
		expect(second.track).toBe(first.track);
		const { audioTracks } = parseTimeline(second.text, RATE);
		expect(audioTracks[0]!.clips.map(({ range }) => range.start)).toEqual([50, 300]);
	},
);

test('music goes into the silence between two clips of an OTIO track, which keeps its length', () => {
	const one = writeMusic(textIn(DEMO, 'cut.otio'), { ...MUSIC, track: 'Score' });
	const two = writeMusic(one.text, { ...MUSIC, at: 1000, track: 'Score' });
	const three = writeMusic(two.text, { ...MUSIC, at: 500, track: 'Score' });
	const { audioTracks } = parseTimeline(three.text);
	expect(audioTracks.map(({ name, clips }) => [name, clips.map(({ range }) => [range.start, range.duration])])).toEqual(
		[
			[
				'Score',
				[
					[50, 250],
					[500, 250],
					[1000, 250],
				],
			],
		],
	);
});

test('music without a named track gets a track of its own each time', () => {
	let text = textIn(DEMO, 'clip2.otio');
	for (const name of ['Music', 'Music 2', 'Music 3']) {
		const result = writeMusic(text, MUSIC);
		expect(result.track).toBe(name);
		text = result.text;
	}
	const names = parseTimeline(text).audioTracks.map(track => track.name);
	expect(names).toEqual(['Music', 'Music 2', 'Music 3']);
});

test('music past the end of an FCPXML storyline hangs on silence, and is found there', () => {
	const { text } = writeMusic(textIn(DEMO, 'clip2.fcpxml'), { ...MUSIC, at: 500 });
	const [track] = parseTimeline(text).audioTracks;
	expect(track!.clips[0]!.range).toEqual({ start: 500, duration: 250, rate: RATE });
});

test('the four tracks of an edit list are taken two by two, and then there are no more', () => {
	const one = writeMusic(textIn(DEMO, 'cut.edl'), MUSIC, RATE);
	const two = writeMusic(one.text, MUSIC, RATE);
	expect([one.track, two.track]).toEqual(['AA', 'A3/4']);
	expect(parseTimeline(two.text, RATE).audioTracks.map(({ name }) => name)).toEqual(['A1', 'A2', 'A3', 'A4']);
	expect(() => writeMusic(two.text, MUSIC, RATE)).toThrow(expect.objectContaining(occupied));
});

test('line ends stay as they are', () => {
	for (const extension of ['otio', 'fcpxml', 'xml', 'edl']) {
		const windows = textIn(DEMO, `clip2.${extension}`).replace(/\n/g, '\r\n');
		const { text } = writeMusic(windows, MUSIC, RATE);
		expect(text.replace(/\r\n/g, '').includes('\n')).toBe(false);
	}
});

test('a placement outside the file, between frames or without a channel is the caller’s mistake', () => {
	const text = textIn(DEMO, 'clip2.otio');
	for (const wrong of [
		{ at: 1.5 },
		{ at: -1 },
		{ length: 100 },
		{ channels: 0 },
		{ crop: { ...MUSIC.crop, duration: 0 } },
	]) {
		expect(() => writeMusic(text, { ...MUSIC, ...wrong })).toThrow(RangeError);
	}
});
