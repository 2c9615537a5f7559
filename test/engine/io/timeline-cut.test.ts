import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ffmpegMedia } from '../../../engine/io/media/media.js';
import { readTimelineCut } from '../../../engine/io/timeline-cut.js';
import { demo } from './media/clips.js';

const media = ffmpegMedia();
let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-timeline-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Truth = { boundaries: { frame: number }[] };
const truth = JSON.parse(await readFile(demo('cut/cut.json'), 'utf8')) as Truth;

test.each(['otio', 'fcpxml', 'xml', 'edl'])(
	'cut.%s is shown by the video beside it, cut where the truth says',
	async format => {
		const cut = await readTimelineCut(demo(`cut/cut.${format}`), media);
		expect(cut.picture).toEqual({ kind: 'rendered', path: demo('cut/cut.mp4') });
		expect(cut.boundaries.map(({ frame }) => frame)).toEqual(truth.boundaries.map(({ frame }) => frame));
		expect(cut.boundaries.every(({ from }) => from === 'timeline')).toBe(true);
	},
);

test('without a rendered video the clips found show themselves, and the others are named', async () => {
	// A list names its media relative to itself; only the film that this one calls bbb.mp4 is there.
	await copyFile(demo('cut/cut.otio'), join(folder, 'moved.otio'));
	await copyFile(demo('cut/film.mp4'), join(folder, 'bbb.mp4'));
	const cut = await readTimelineCut(join(folder, 'moved.otio'), media);
	if (cut.picture.kind !== 'edit') throw new Error('the edit should be put together');
	const { pictures, rate } = cut.picture.edit;
	expect(rate).toEqual({ numerator: 25, denominator: 1 });
	expect(pictures.reduce((sum, { frames }) => sum + frames, 0)).toBe(1592);
	const paths = new Set(pictures.map(({ from }) => from?.path));
	expect(paths).toEqual(new Set([undefined, join(folder, 'bbb.mp4')]));
	expect(cut.offline).toContain('dawn');
	expect(cut.offline).not.toContain('burrow');
});

test('a timeline of which nothing is found is refused, and told what would help', async () => {
	await copyFile(demo('cut/cut.otio'), join(folder, 'moved.otio'));
	const failure = readTimelineCut(join(folder, 'moved.otio'), media);
	await expect(failure).rejects.toMatchObject({ code: 'no-video', message: expect.stringContaining('same name') });
});

test('a video of another length beside a timeline is not taken for its picture', async () => {
	await copyFile(demo('cut/cut.otio'), join(folder, 'film.otio'));
	await copyFile(demo('cut/film.mp4'), join(folder, 'film.mp4'));
	await copyFile(demo('cut/film.mp4'), join(folder, 'bbb.mp4'));
	const cut = await readTimelineCut(join(folder, 'film.otio'), media);
	expect(cut.picture.kind).toBe('edit');
});

test('text that is no timeline is refused', async () => {
	await writeFile(join(folder, 'notes.edl'), 'buy milk');
	await expect(readTimelineCut(join(folder, 'notes.edl'), media)).rejects.toMatchObject({
		code: 'timeline-unreadable',
	});
});
