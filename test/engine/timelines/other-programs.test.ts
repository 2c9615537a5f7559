import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type TimeRange, toSeconds } from '../../../engine/time/time.js';
import { parseTimeline } from '../../../engine/timelines/read-timeline.js';
import type { Clip } from '../../../engine/timelines/timeline.js';
import { cutBoundaries } from '../../../engine/timelines/visible-cut.js';
import { GOLDEN, jsonIn, textIn } from './golden-files.js';

type ReadClip = {
	name: string;
	start: number;
	end: number;
	sourceStart: number;
	mediaStart: number | null;
	url: string | null;
};
type ReadTrack = { kind: string; name: string; clips: ReadClip[] };

const rateOf = (numerator: number, denominator = 1) => ({ numerator, denominator });
const start = (range: TimeRange) => toSeconds(range.start, range.rate);
const end = (range: TimeRange) => toSeconds(range.start + range.duration, range.rate);

const reads = jsonIn<Record<string, ReadTrack[]>>(GOLDEN, 'otio-reads.json');
const samples = Object.keys(reads).filter(name => name.startsWith('samples/'));

test.each(samples)('the pictures of %s are where OpenTimelineIO finds them', name => {
	const rate = name.includes('25fps') ? rateOf(25) : rateOf(24);
	const timeline = parseTimeline(textIn(GOLDEN, name), rate);
	const theirs = reads[name]!.filter(({ kind }) => kind === 'Video').map(({ clips }) => clips);
	expect(timeline.videoTracks.map(({ clips }) => clips.length)).toEqual(theirs.map(clips => clips.length));
	for (const [i, track] of timeline.videoTracks.entries()) {
		for (const [j, clip] of track.clips.entries())
			compareClips(clip, theirs[i]![j]!, name.endsWith('.edl'), toSeconds(1, timeline.rate));
	}
});

const compareClips = (ours: Clip, theirs: ReadClip, isEdl: boolean, frame: number) => {
	// A list has no clip names of its own, and events without a remark are named differently.
	if (!isEdl) expect(ours.name).toBe(theirs.name);
	// The centre of a blend of odd length is between two frames.
	expect(Math.abs(start(ours.range) - theirs.start)).toBeLessThan(0.51 * frame);
	expect(Math.abs(end(ours.range) - theirs.end)).toBeLessThan(0.51 * frame);
	// They don't take a list's remark SOURCE FILE for an address.
	if (ours.source.kind === 'media' && !(isEdl && theirs.url === null)) expect(ours.source.url).toBe(theirs.url);
	if (ours.source.kind !== 'media' || ours.speed.numerator !== ours.speed.denominator) return;
	const available = ours.source.available ? start(ours.source.available) : 0;
	const difference = start(ours.sourceRange) - available - (theirs.sourceStart - (theirs.mediaStart ?? 0));
	expect(Math.abs(difference)).toBeLessThan(0.51 * frame);
};

type Truth = Record<
	string,
	{
		rate: [number, number];
		dropFrame: boolean;
		startFrame: number;
		duration: number;
		starts: number[];
		sources: number[];
	}
>;

for (const [name, truth] of Object.entries(jsonIn<Truth>(GOLDEN, 'rates/truth.json'))) {
	for (const extension of ['otio', 'fcpxml', 'xml', 'edl']) {
		test(`${name}.${extension} has every frame where its writer put it`, () => {
			const rate = rateOf(...truth.rate);
			const timeline = parseTimeline(textIn(GOLDEN, `rates/${name}.${extension}`), rate);
			expect(timeline.rate).toEqual(rate);
			expect(timeline.duration).toBe(truth.duration);
			const [track] = timeline.videoTracks;
			expect(track!.clips.map(({ range }) => range.start)).toEqual(truth.starts);
			expect(track!.clips.map(({ range }) => range.rate)).toEqual(truth.starts.map(() => rate));
			expect(track!.clips.map(({ sourceRange }) => sourceRange)).toEqual(
				truth.sources.map((source, i) => ({ start: source, duration: track!.clips[i]!.range.duration, rate })),
			);
			expect(cutBoundaries(timeline).map(({ frame }) => frame)).toEqual(truth.starts.slice(1));
		});
	}
}

test('a list says by itself that it counts drop-frame, and then its rate is 29.97 or 59.94', () => {
	for (const [name, numerator] of [
		['2997', 30_000],
		['5994', 60_000],
	] as const) {
		const timeline = parseTimeline(textIn(GOLDEN, `rates/${name}.edl`));
		expect(timeline).toMatchObject({ rate: rateOf(numerator, 1001), rateKnown: false, dropFrame: true });
	}
});

test('a timeline that an edit list became in OpenTimelineIO has the cuts of the list', () => {
	const [list, otio] = ['cmx-screening_example.edl', 'otio-screening_example.otio'].map(name =>
		parseTimeline(textIn(GOLDEN, `samples/${name}`), rateOf(24)),
	);
	expect(cutBoundaries(otio!)).toEqual(cutBoundaries(list!));
	expect(otio!.startFrame).toBe(list!.startFrame);
	expect(otio!.markers.map(({ name }) => name)).toEqual(list!.markers.map(({ name }) => name));
});

test('every sample is compared, but for the one that OpenTimelineIO can’t read', () => {
	const files = readdirSync(new URL('samples/', GOLDEN)).filter(name => name !== 'LICENSE');
	expect(files.filter(name => !(`samples/${name}` in reads))).toEqual(['otio-screening_example.otio']);
});
