import { copyFileSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handcraftedVector } from '../../../../engine/features/audio/handcrafted.js';
import { openInference } from '../../../../engine/io/inference/networks.js';
import { spectralKernel } from '../../../../engine/io/kernels.js';
import { type OpenDataSetOptions, openDataSet } from '../../../../engine/io/training/data-sets/open-data-set.js';
import { pairsInTable } from '../../../../engine/io/training/data-sets/pair-lists.js';
import { type PairClip, SPLITS } from '../../../../engine/training/data-set.js';
import { clipFolder, demo, inFolder, makeClip, plainFfmpeg } from '../media/clips.js';

clipFolder();
const inference = openInference({ device: 'cpu' });
afterAll(() => inference.networks.close());

const FEATURES = { pictureFeatures: 'efficientnet-lite0+descriptors-1', musicFeatures: 'musicnn+descriptors-1' };

const opened = async (path: string, options: Partial<OpenDataSetOptions> = {}) => {
	const { set, kind, skipped, close } = await openDataSet(
		path,
		{ ...FEATURES, ...options },
		inFolder('home'),
		inference,
		() => {},
	);
	const clips: PairClip[] = [];
	for (const split of SPLITS) for await (const clip of set.clips(split)) clips.push(clip);
	await close();
	return { clips: clips.sort((a, b) => (a.id < b.id ? -1 : 1)), kind, skipped };
};

const coloured = (...colours: readonly string[]) => [
	...colours.flatMap(colour => ['-f', 'lavfi', '-t', '6', '-i', `color=${colour}:s=160x90:r=10`]),
];
const joined = ['-filter_complex', '[0][1]concat=n=2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'];

/** A time of change that every file system can hold. */
const WRITTEN = 1_700_000_000;

beforeAll(() => {
	mkdirSync(inFolder('edits/more'), { recursive: true });
	makeClip('music.wav', '-i', demo('music/west.opus'), '-t', '14', '-ac', '1');
	const sound = ['-t', '12', '-i', inFolder('music.wav')];
	makeClip('edits/a.mp4', ...coloured('red', 'navy'), ...sound, ...joined, '-c:a', 'aac');
	utimesSync(inFolder('edits/a.mp4'), WRITTEN, WRITTEN);
	copyFileSync(inFolder('edits/a.mp4'), inFolder('edits/more/c.mp4'));
	makeClip('edits/mute.mp4', ...coloured('red', 'navy'), ...joined);
	writeFileSync(inFolder('edits/broken.mp4'), 'no video at all');
	makeClip('edits/spoken.mp4', '-t', '8', '-i', demo('cut/cut.mp4'), '-r', '10', '-s', '160x90', '-c:v', 'libx264');
});

describe('a folder of edits', () => {
	test('gives those with music, both sides from the same moment on, and says why others are left out', async () => {
		const { clips, kind, skipped } = await opened(inFolder('edits'), { leaveOutSpeech: true });
		expect(kind).toBe('edits');
		expect(clips.map(({ id }) => id)).toEqual(['a.mp4', join('more', 'c.mp4')]);
		expect(Object.fromEntries(skipped.map(({ path, code }) => [path, code]))).toEqual({
			'broken.mp4': 'media-unreadable',
			'mute.mp4': 'no-audio',
			'spoken.mp4': 'range-empty',
		});
		expect(skipped.find(({ path }) => path === 'spoken.mp4')?.detail).toMatch(/speaks in \d+ %/);
		const [a] = clips;
		expect(a!.duration).toBeCloseTo(12, 0);
		expect([a!.picture.features.cols, a!.music.features.cols]).toEqual([1290, 418]);
		expect(a!.picture.features.rows).toBe(12);
		expect(Object.keys(a!.music.boundaries).sort()).toEqual(['default', 'foote', 'olda', 'sf']);
		// Red becomes navy at 6 s.
		expect(a!.picture.boundaries.transnet).toEqual([6]);
	});

	test('is not read a second time: what was extracted is there, whatever became of the file', async () => {
		const before = await opened(inFolder('edits'), { leaveOutSpeech: true });
		const { size } = statSync(inFolder('edits/a.mp4'));
		writeFileSync(inFolder('edits/a.mp4'), Buffer.alloc(size));
		utimesSync(inFolder('edits/a.mp4'), WRITTEN, WRITTEN);
		const after = await opened(inFolder('edits'), { leaveOutSpeech: true });
		expect(after.clips.map(clip => JSON.stringify(clip))).toEqual(before.clips.map(clip => JSON.stringify(clip)));
	});
});

describe('a table of pairs', () => {
	test('takes the ranges that its rows name', async () => {
		writeFileSync(
			inFolder('pairs.csv'),
			'video,video_start,video_end,music,music_start,music_end,group\nedits/more/c.mp4,2,10,music.wav,1,,film\n',
		);
		const { clips } = await opened(inFolder('pairs.csv'), {
			pictureFeatures: 'efficientnet-lite0',
			musicFeatures: 'musicnn',
		});
		writeFileSync(inFolder('whole.csv'), 'video,music\nedits/more/c.mp4,music.wav\n');
		const whole = await opened(inFolder('whole.csv'), {
			pictureFeatures: 'efficientnet-lite0',
			musicFeatures: 'musicnn',
		});
		const [clip, all] = [clips[0]!, whole.clips[0]!];
		expect(clip).toMatchObject({ group: 'film', duration: 8 });
		expect(clip.picture.boundaries.transnet).toEqual([4]);
		expect(clip.picture.features.data).toEqual(all.picture.features.data.slice(2 * 1280, 10 * 1280));
		expect(clip.music.features.data).toEqual(all.music.features.data.slice(400, 9 * 400));
	});

	test('gives Baseline 1 its vector of the range, one row for the whole clip', async () => {
		const { clips } = await opened(inFolder('pairs.csv'), {
			pictureFeatures: 'efficientnet-lite0',
			musicFeatures: 'handcrafted',
		});
		const raw = plainFfmpeg('-i', inFolder('music.wav'), '-ac', '1', '-ar', '12000', '-f', 'f32le', '-');
		const samples = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
		const expected = handcraftedVector(samples.subarray(12_000, 9 * 12_000), 22_050, spectralKernel());
		const { rows, cols, data } = clips[0]!.music.features;
		expect([rows, cols]).toEqual([1, 1140]);
		// Another resampler filters a little differently below half the rate, which the highest bands notice.
		const unlike = (other: Float32Array) =>
			other.filter((value, i) => Math.abs(data[i]! - value) > 0.05 + 0.05 * Math.abs(value)).length;
		expect(unlike(expected)).toBeLessThan(12);
		expect(unlike(handcraftedVector(samples, 22_050, spectralKernel()))).toBeGreaterThan(200);
	});

	test.each([
		['video,music\n,music.wav\n', /row 1 .*video/],
		['video,video_start,video_end,music\na.mp4,9,3,music.wav\n', /row 1 .*9 to 3/],
		['video,music\n"a.mp4\n', /no table/],
	])('with a row that makes no sense is refused by that row', async (text, message) => {
		writeFileSync(inFolder('bad.csv'), text);
		await expect(pairsInTable(inFolder('bad.csv'))).rejects.toMatchObject({
			code: 'data-unreadable',
			message: expect.stringMatching(message),
		});
	});
});

test('a past project gives the music under its picture as a pair, with the timeline’s own cuts', async () => {
	const time = (seconds: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate: 10, value: 10 * seconds });
	const range = (start: number, duration: number) => ({
		OTIO_SCHEMA: 'TimeRange.1',
		start_time: time(start),
		duration: time(duration),
	});
	const clip = (name: string, start: number, duration: number) => ({
		OTIO_SCHEMA: 'Clip.2',
		name,
		source_range: range(start, duration),
		active_media_reference_key: 'DEFAULT_MEDIA',
		media_references: {
			DEFAULT_MEDIA: { OTIO_SCHEMA: 'ExternalReference.1', target_url: name, available_range: null },
		},
	});
	const gap = (duration: number) => ({ OTIO_SCHEMA: 'Gap.1', source_range: range(0, duration) });
	const track = (kind: string, children: readonly unknown[]) => ({
		OTIO_SCHEMA: 'Track.1',
		kind,
		name: kind,
		children,
	});
	const picture = track('Video', [
		clip('edits/more/c.mp4', 0, 4),
		clip('edits/more/c.mp4', 7, 5),
		clip('edits/more/c.mp4', 1, 3),
	]);
	const sound = track('Audio', [gap(2), clip('music.wav', 3, 9)]);
	const stack = { OTIO_SCHEMA: 'Stack.1', name: 'tracks', children: [picture, sound] };
	writeFileSync(
		inFolder('project.otio'),
		JSON.stringify({ OTIO_SCHEMA: 'Timeline.1', name: 'project', tracks: stack }),
	);

	const { clips, kind, skipped } = await opened(inFolder('project.otio'), {
		pictureFeatures: 'efficientnet-lite0',
		musicFeatures: 'musicnn',
	});
	expect([kind, skipped]).toEqual(['timelines', []]);
	expect(clips.length).toBe(1);
	expect(clips[0]!.duration).toBeCloseTo(9, 6);
	// The music begins 2 s into the timeline, whose cuts lie at 4 and 9 s.
	expect(clips[0]!.picture.boundaries.timeline!.map(time => Math.round(10 * time) / 10)).toEqual([2, 7]);
});
