import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FileHost } from '../../../engine/io/file-host.js';
import { projectPath } from '../../../engine/io/project.js';
import { readTimeline } from '../../../engine/io/timeline-file.js';
import { nearestUnit, toSeconds } from '../../../engine/time/time.js';
import type { MusicPlacement } from '../../../engine/timelines/music-placement.js';
import { hostContract, type OpenHost } from '../../contracts/host.js';

const SONGS = ['palace', 'celtic'].map(name => projectPath('demo', 'music', `${name}.opus`)) as [string, string];
const RATE = { numerator: 25, denominator: 1 };

const open = (file: string) => async (): Promise<OpenHost> => {
	const folder = await mkdtemp(join(tmpdir(), 'segue-host-'));
	const original = join(folder, file);
	await copyFile(projectPath('demo', 'cut', file), original);
	const bytes = await readFile(original);
	const [stem, extension] = [original.slice(0, original.lastIndexOf('.')), original.slice(original.lastIndexOf('.'))];
	const latest = async (): Promise<string> => {
		for (const copy of [`${stem} (Segue audition)${extension}`, `${stem} (Segue)${extension}`]) {
			if ((await stat(copy).catch(() => null)) !== null) return copy;
		}
		return original;
	};
	return {
		host: new FileHost(original, RATE, folder),
		rate: RATE,
		songs: SONGS,
		hasTracks: extension !== '.fcpxml',
		look: async () => {
			const timeline = await readTimeline(await latest(), { rate: RATE });
			const clips = timeline.audioTracks.flatMap(({ name, clips }) => clips.map(clip => ({ ...clip, track: name })));
			const isSong = ({ name }: { name: string }): boolean => ['palace', 'celtic'].includes(name);
			const seen = clips.filter(isSong).map(({ name, track, range, sourceRange }) => ({
				name,
				track,
				start: toSeconds(range.start, range.rate),
				end: toSeconds(range.start + range.duration, range.rate),
				from: toSeconds(sourceRange.start, sourceRange.rate),
			}));
			return {
				// Where a format gives each channel a track of its own, one piece of music is two clips.
				music: seen.filter(
					(music, k) => seen.findIndex(({ name, start }) => name === music.name && start === music.start) === k,
				),
				markers: timeline.markers.map(({ name, range }) => ({
					name,
					frame: nearestUnit(toSeconds(range.start, range.rate), timeline.rate),
				})),
				rest: [timeline.videoTracks, clips.filter(clip => !isSong(clip))],
			};
		},
		close: async () => {
			expect(await readFile(original)).toEqual(bytes);
			await rm(folder, { recursive: true, force: true });
		},
	};
};

for (const extension of ['otio', 'fcpxml', 'xml', 'edl'])
	hostContract(`a file of ${extension}`, open(`cut.${extension}`));

const music: MusicPlacement = {
	path: SONGS[0],
	name: 'palace',
	crop: { start: 0, duration: 96_000, rate: { numerator: 48_000, denominator: 1 } },
	length: 960_000,
	channels: 2,
	at: 0,
	track: null,
};

test('an edit that changed after music was placed into its copy gets a new copy, and the old one stays', async () => {
	const { host, close } = await open('clip2.otio')();
	const first = await host.place(music);
	const old = await readFile(first.where);
	await new Promise(done => setTimeout(done, 20));
	const original = first.where.replace(' (Segue)', '');
	await copyFile(projectPath('demo', 'cut', 'clip2.otio'), original);
	const second = await host.place(music);
	expect(second.where).toBe(first.where.replace('(Segue)', '(Segue 2)'));
	expect(await readFile(first.where)).toEqual(old);
	await close();
});

test('what is on trial is kept by a host that was not there when it was put there, unless it is gone', async () => {
	const { host, close } = await open('clip2.otio')();
	const first = await host.audition(music);
	const original = first.where.replace(' (Segue audition)', '');
	const anew = () => new FileHost(original, RATE, dirname(original), music);
	expect(await anew().keepAudition()).toMatchObject({
		range: first.range,
		where: first.where.replace(' audition', ''),
	});
	// Its copy went with it.
	await expect(anew().keepAudition()).rejects.toMatchObject({ code: 'not-found' });
	await close();
});
