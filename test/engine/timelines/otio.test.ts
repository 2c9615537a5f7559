import { expect, test } from 'vitest';
import { readOtio } from '../../../engine/timelines/otio.js';
import { cutBoundaries, visiblePieces } from '../../../engine/timelines/visible-cut.js';

const time = (value: number, rate = 24) => ({ OTIO_SCHEMA: 'RationalTime.1', value, rate });
const range = (start: number, duration: number, rate = 24) => ({
	OTIO_SCHEMA: 'TimeRange.1',
	start_time: time(start, rate),
	duration: time(duration, rate),
});
const media = (url: string, available: object | null = range(0, 1000)) => ({
	OTIO_SCHEMA: 'ExternalReference.1',
	target_url: url,
	available_range: available,
});
const clip = (name: string, start: number, duration: number, more: object = {}) => ({
	OTIO_SCHEMA: 'Clip.2',
	name,
	source_range: range(start, duration),
	media_references: { DEFAULT_MEDIA: media(`${name}.mov`) },
	active_media_reference_key: 'DEFAULT_MEDIA',
	...more,
});
const gap = (duration: number) => ({ OTIO_SCHEMA: 'Gap.1', source_range: range(0, duration) });
const track = (children: object[], more: object = {}) => ({ OTIO_SCHEMA: 'Track.1', kind: 'Video', children, ...more });
const stack = (children: object[], more: object = {}) => ({ OTIO_SCHEMA: 'Stack.1', children, ...more });
const timeline = (tracks: object[], more: object = {}) => ({
	OTIO_SCHEMA: 'Timeline.1',
	name: 't',
	tracks: stack(tracks),
	...more,
});
const read = (value: object) => readOtio(JSON.stringify(value));
const frames = (value: object) => cutBoundaries(read(value)).map(({ frame }) => frame);

test('times of mixed rates add up exactly', () => {
	const slow = clip('b', 0, 10, { source_range: range(0, 10, 23.976023976023978) });
	const made = read(timeline([track([clip('a', 0, 24), slow, clip('c', 0, 24)])]));
	const third = made.videoTracks[0]!.clips[2]!.range;
	// One second and ten frames of 24000/1001: 1 + 10010/24000.
	expect([BigInt(third.start) * 2400n, BigInt(third.rate.numerator) * 3401n]).toEqual([
		(BigInt(third.rate.numerator) * 3401n) / BigInt(third.rate.denominator),
		BigInt(third.start) * 2400n * BigInt(third.rate.denominator),
	]);
});

test('the start timecode gives the rate', () => {
	expect(read(timeline([track([clip('a', 0, 25)])], { global_start_time: time(90_000, 25) }))).toMatchObject({
		rate: { numerator: 25, denominator: 1 },
		startFrame: 90_000,
		rateKnown: true,
	});
});

test('time effects change what is shown and not for how long', () => {
	const warp = (scalar: number) => ({ effects: [{ OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: scalar }] });
	const made = read(
		timeline([
			track([
				clip('a', 100, 24, warp(2)),
				clip('b', 100, 24, warp(-0.5)),
				clip('c', 100, 24, { effects: [{ OTIO_SCHEMA: 'FreezeFrame.1' }] }),
			]),
		]),
	);
	const clips = made.videoTracks[0]!.clips.map(({ range: { start, duration }, sourceRange, speed, reversed }) => [
		start,
		duration,
		sourceRange.start,
		sourceRange.duration,
		speed.numerator / speed.denominator,
		reversed,
	]);
	expect(clips).toEqual([
		[0, 24, 100, 48, 2, false],
		[24, 24, 100, 12, 0.5, true],
		[48, 24, 100, 0, 0, false],
	]);
});

test('stacks and tracks inside tracks are opened, trimmed to their own range', () => {
	const inner = stack([track([clip('a', 0, 30), clip('b', 0, 30)]), track([gap(40), clip('c', 0, 5)])], {
		source_range: range(20, 30),
	});
	expect(frames(timeline([track([clip('x', 0, 10), inner])]))).toEqual([10, 20, 30, 35]);
	expect(frames(timeline([track([clip('a', 0, 30), clip('b', 0, 30)], { source_range: range(20, 30) })]))).toEqual([
		10,
	]);
});

test('a timeline of which only a part is wanted has that part', () => {
	const made = timeline([track([clip('a', 0, 30), clip('b', 0, 30)])]);
	const part = { ...made, tracks: { ...made.tracks, source_range: range(25, 10) } };
	expect(read(part).duration).toBe(10);
	expect(frames(part)).toEqual([5]);
});

test('missing references are offline, generators are what they are, and old clips have one reference', () => {
	const made = read(
		timeline([
			track([
				clip('a', 0, 10, { media_references: { DEFAULT_MEDIA: { OTIO_SCHEMA: 'MissingReference.1' } } }),
				clip('b', 0, 10, {
					media_references: { DEFAULT_MEDIA: { OTIO_SCHEMA: 'GeneratorReference.1', generator_kind: 'SMPTEBars' } },
				}),
				{ OTIO_SCHEMA: 'Clip.1', name: 'c', source_range: null, media_reference: media('c.mov', range(50, 10)) },
				clip('d', 1001, 10, {
					media_references: {
						DEFAULT_MEDIA: {
							OTIO_SCHEMA: 'ImageSequenceReference.1',
							target_url_base: 'file:///shots',
							name_prefix: 'd.',
							name_suffix: '.exr',
							frame_zero_padding: 4,
							available_range: range(1001, 100),
						},
					},
				}),
			]),
		]),
	);
	expect(made.videoTracks[0]!.clips.map(({ source }) => source)).toMatchObject([
		{ kind: 'offline', name: 'a' },
		{ kind: 'generator', name: 'SMPTEBars', seeThrough: false },
		{ kind: 'media', url: 'c.mov', available: { start: 50, duration: 10 } },
		{ kind: 'media', url: 'file:///shots/d.%04d.exr' },
	]);
	expect(visiblePieces(made).map(({ sourceStart }) => sourceStart)).toEqual([0, 0, 0, 0]);
});

test('of a collection the first timeline is read, and a track by itself is one', () => {
	const two = {
		OTIO_SCHEMA: 'SerializableCollection.1',
		children: [timeline([track([clip('a', 0, 5)])]), timeline([])],
	};
	expect(read(two)).toMatchObject({ name: 't', duration: 5 });
	expect(read(track([clip('a', 0, 7)])).duration).toBe(7);
});

test('markers of the timeline, of tracks and of clips are found where they are seen', () => {
	const marker = (name: string, start: number) => ({ OTIO_SCHEMA: 'Marker.2', name, marked_range: range(start, 0) });
	const marked = timeline([
		track([clip('a', 0, 10), clip('b', 100, 10, { markers: [marker('clip', 103)] })], {
			markers: [marker('track', 2)],
		}),
	]);
	const made = read({ ...marked, tracks: { ...marked.tracks, markers: [marker('timeline', 5)] } });
	expect(made.markers.map(({ name, range: { start } }) => [name, start])).toEqual([
		['track', 2],
		['timeline', 5],
		['clip', 13],
	]);
});

test('disabled clips and tracks reveal what is below', () => {
	const below = track([clip('a', 0, 30)]);
	expect(frames(timeline([below, track([gap(10), clip('b', 0, 5, { enabled: false })])]))).toEqual([]);
	expect(frames(timeline([below, track([gap(10), clip('b', 0, 5)], { enabled: false })]))).toEqual([]);
	expect(frames(timeline([below, track([gap(10), clip('b', 0, 5)])]))).toEqual([10, 15]);
});
