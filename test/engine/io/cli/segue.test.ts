import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEngineFile } from '../../../../engine/io/home.js';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import { projectPath } from '../../../../engine/io/project.js';
import { correlation, readGolden } from '../../../support/audio.js';
import { SegueProcess, segue } from '../../../support/segue.js';
import { ask, TestClient } from '../../../support/test-server.js';

/** The program from its outside, on the media that come with it: short stretches of them, to be quick. */
let folder: string;
let home: string;
let music: string;
const cut = projectPath('demo', 'cut', 'clip2.mp4');
const TRACKS = ['west', 'celtic', 'palace'] as const;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-program-'));
	home = join(folder, 'home');
	music = join(folder, 'music');
	await mkdir(music);
	const { ffmpeg } = findFfmpeg()!;
	for (const name of TRACKS) {
		const from = projectPath('demo', 'music', `${name}.opus`);
		execFileSync(ffmpeg, ['-v', 'error', '-t', '24', '-i', from, '-c', 'copy', join(music, `${name}.opus`)]);
	}
	await writeFile(join(music, 'torn.mp3'), 'no music at all');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const json = async (...args: string[]) => {
	const { code, out, err } = await segue(home, ...args, '--json');
	return { code, answer: JSON.parse(out), err };
};

describe('a catalogue', () => {
	test('is made by indexing a folder, and what cannot be used is named with its reason', async () => {
		const { code, out, err } = await segue(home, 'index', music);
		expect(code).toBe(0);
		expect(err).toMatch(/Indexing: \d of 4/);
		expect(out).toMatch(/3 tracks\n {2}left out .*torn\.mp3: .+ \(media-unreadable\)\nThe catalogue holds 3 tracks\./);
	});

	test('indexed again takes nothing anew', async () => {
		const { answer, err } = await json('index', music);
		expect(answer).toMatchObject({ tracks: 3, folders: [{ path: music, tracks: 3, state: 'ready' }] });
		expect(err).toBe('');
	});

	test('lists its tracks by what their tags say', async () => {
		const { answer } = await json('catalog', 'list');
		expect(answer.total).toBe(3);
		expect(answer.tracks[2]).toMatchObject({
			path: join(music, 'west.opus'),
			title: 'West',
			artist: 'Chris Leutwyler (Krobonil)',
			licence: expect.stringContaining('CC-BY-SA-3.0'),
			duration: expect.closeTo(24, 0),
		});
		expect((await json('catalog', 'list', 'WEST leut')).answer.total).toBe(1);
	});

	test('is sound, and says so', async () => {
		expect((await json('catalog', 'verify')).answer).toEqual({ tracks: 3, analyses: 3, problems: [] });
	});

	test('knows a moved file again without analysing it', async () => {
		await rename(join(music, 'west.opus'), join(music, 'wild west.opus'));
		const { code, err } = await segue(home, 'catalog', 'rescan');
		expect([code, err]).toEqual([0, '']);
		const { answer } = await json('catalog', 'list', 'west');
		expect(answer.tracks[0].path).toBe(join(music, 'wild west.opus'));
		await rename(join(music, 'wild west.opus'), join(music, 'west.opus'));
		await segue(home, 'catalog', 'rescan');
	});
});

describe('what is in a file', () => {
	test('shots answers frames and seconds that agree, at the cut’s frame rate', async () => {
		const { answer } = await json('shots', cut);
		const truth = JSON.parse(await readFile(projectPath('demo', 'cut', 'clip2.json'), 'utf8'));
		expect(answer.fps).toBeCloseTo(truth.fps);
		expect(answer.boundaries.length).toBeGreaterThan(0);
		for (const { frame, seconds } of answer.boundaries) expect(seconds).toBeCloseTo(frame / answer.fps, 9);
	});

	test('sections answers inner boundaries and the sections between them', async () => {
		const { answer } = await json('sections', join(music, 'celtic.opus'));
		const { duration, boundaries, sections } = answer;
		expect(sections.slice(1).map(({ start }: { start: number }) => start)).toEqual(boundaries);
		expect([sections[0].start, sections.at(-1).end]).toEqual([0, duration]);
		for (const boundary of boundaries) expect(boundary > 0 && boundary < duration).toBe(true);
	});

	test('sections by an algorithm of one’s choice come with every label, and a picture where one is asked for', async () => {
		const plot = join(folder, 'celtic.png');
		const { answer } = await json('sections', join(music, 'celtic.opus'), '--algorithm', 'foote', '--plot', plot);
		expect(answer.algorithm).toBe('foote');
		expect(Object.keys(answer)).toEqual(
			expect.arrayContaining(['sections', 'key', 'drop', 'phrase', 'ending', 'loops', 'vocals']),
		);
		const rated = [...answer.loops, ...answer.vocals, answer.key, answer.drop, answer.phrase, answer.ending];
		for (const { confidence } of rated.filter(found => found !== null)) {
			expect(confidence >= 0 && confidence <= 1).toBe(true);
		}
		expect(decode(await readFile(plot)).width).toBeGreaterThan(1000);
	});

	test('features answers the vector of the reference extractor, though decoded and resampled by ffmpeg', async () => {
		const wanted = readGolden('vmnet/deprecation').array('vector').data;
		const excerpt = projectPath('test', 'golden', 'audio', 'excerpts', 'deprecation.flac');
		const { values } = (await json('features', excerpt, '--set', 'handcrafted')).answer;
		expect(values.length).toBe(1140);
		expect(correlation(wanted, values)).toBeGreaterThan(0.9999);
	});

	test('features of a clip are as many as the taggers give in a second', async () => {
		const { answer } = await json('features', join(music, 'celtic.opus'), '--set', 'clip');
		expect(answer.values.length).toBe(400);
		expect(answer.values.every(Number.isFinite)).toBe(true);
	});

	test('beats answers a tempo, a confidence and increasing beats', async () => {
		const { answer } = await json('beats', join(music, 'celtic.opus'));
		expect(answer.tempo).toBeGreaterThan(0);
		expect(answer.confidence >= 0 && answer.confidence <= 1).toBe(true);
		expect(answer.beats).toEqual([...answer.beats].sort((a: number, b: number) => a - b));
	});

	test('a file that the catalogue does not hold is analysed just the same', async () => {
		const copy = join(folder, 'elsewhere.opus');
		await cp(join(music, 'celtic.opus'), copy);
		const [here, there] = await Promise.all([json('beats', join(music, 'celtic.opus')), json('beats', copy)]);
		expect(there.answer.tempo).toBeCloseTo(here.answer.tempo, 3);
	});

	test.each([
		['shots', 'a track', () => join(music, 'west.opus'), 'no-video', 3],
		['beats', 'a torn file', () => join(music, 'torn.mp3'), 'media-unreadable', 3],
		['sections', 'nothing', () => join(folder, 'none.wav'), 'file-missing', 3],
	] as const)('%s of %s fails with its code', async (command, _, path, code, exit) => {
		const { code: exitCode, answer, err } = await json(command, path());
		expect([exitCode, answer.error.code]).toEqual([exit, code]);
		expect(err).toMatch(new RegExp(`^segue: .*\\(${code}\\)`));
		expect(err).not.toContain('    at ');
	});
});

describe('suggest', () => {
	test('answers crops with their reasons in the promised shape', async () => {
		const { code, answer } = await json('suggest', cut, '--top', '2');
		expect(code).toBe(0);
		expect(answer).toMatchObject({ considered: 3, cut: { path: cut, duration: expect.closeTo(16.4, 1) } });
		expect(answer.suggestions).toHaveLength(2);
		for (const { track, crop, range, score, distance, segments, reasons } of answer.suggestions) {
			expect(TRACKS.map(name => join(music, `${name}.opus`))).toContain(track.path);
			expect(track.title).toEqual(expect.any(String));
			expect(range).toEqual({ start: 0, end: answer.cut.duration });
			expect(crop.end - crop.start).toBeCloseTo(range.end - range.start, 6);
			expect([typeof score, typeof distance.value]).toEqual(['number', 'number']);
			expect(segments[0].cut.start).toBe(0);
			expect(reasons[0].text).toEqual(expect.any(String));
		}
	});

	test('takes a range in seconds and timecode, and one distance or another', async () => {
		const { answer } = await json('suggest', cut, '--in', '2', '--out', '00:00:12:00', '--distance', 'sw-dtw');
		expect(answer.suggestions[0].range).toEqual({ start: 2, end: 12 });
		expect(answer.suggestions[0].distance.name).toBe('sw-dtw');
	});

	test('leaves out by tempo, duration and folder before it ranks, whatever the way of ranking', async () => {
		const all = await json('suggest', cut, '--top', '3', '--ranking', 'exact');
		const sketched = await json('suggest', cut, '--top', '3', '--ranking', 'sketched', '--folder', music);
		expect(sketched.answer.suggestions).toEqual(all.answer.suggestions);
		expect((await json('suggest', cut, '--folder', join(folder, 'elsewhere'))).answer.considered).toBe(0);
		expect((await json('suggest', cut, '--duration', '100-')).answer.considered).toBe(0);
		expect((await json('suggest', cut, '--tempo', 'fast')).code).toBe(2);
	});

	test('ranks the videos of a folder for a song, and names those that cannot be used', async () => {
		const videos = join(folder, 'videos');
		await mkdir(videos);
		await cp(cut, join(videos, 'clip.mp4'));
		await writeFile(join(videos, 'torn.mp4'), 'no picture at all');
		const { code, answer } = await json('suggest', '--for-music', join(music, 'west.opus'), '--videos', videos);
		expect(code).toBe(0);
		expect(answer.considered).toBe(1);
		expect(answer.suggestions[0].video.path).toBe(join(videos, 'clip.mp4'));
		expect(answer.skipped).toEqual([expect.objectContaining({ path: join(videos, 'torn.mp4') })]);
		expect((await json('suggest', '--videos', videos)).answer.error.code).toBe('bad-request');
	});

	test('takes a timeline, and cuts where it does', async () => {
		const truth = JSON.parse(await readFile(projectPath('demo', 'cut', 'clip2.json'), 'utf8'));
		const { code, answer } = await json('suggest', projectPath('demo', 'cut', 'clip2.edl'), '--top', '1');
		expect(code).toBe(0);
		const starts = answer.suggestions[0].segments
			.slice(1)
			.map((segment: { cut: { start: number } }) => segment.cut.start);
		expect(starts).toEqual(truth.boundaries.map(({ seconds }: { seconds: number }) => expect.closeTo(seconds, 6)));
	});

	test('explain writes one page with a frame a shot, and answers the numbers behind it', async () => {
		const page = join(folder, 'page.html');
		const { code, answer } = await json('explain', cut, join(music, 'west.opus'), '--out', page);
		expect(code).toBe(0);
		expect(answer.similarity.length).toBe(answer.segments.length);
		expect(answer.similarity[0].length).toBe(answer.sections.length);
		expect(answer.distances.length).toBe(9);
		const html = await readFile(page, 'utf8');
		expect(html.match(/data:image\/jpeg;base64,\/9j\//g)?.length).toBe(answer.segments.length);
		expect(html).toContain('clip2.mp4 beside west.opus');
		expect((await json('explain', cut, join(music, 'west.opus'), '--out', 'page.pdf')).answer.error.code).toBe(
			'bad-request',
		);
	});

	test('refuses a range that holds nothing', async () => {
		expect((await json('suggest', cut, '--in', '10', '--out', '5')).answer.error.code).toBe('range-empty');
		expect((await json('suggest', cut, '--in', '100')).answer.error.code).toBe('range-empty');
	});
});

describe('serving', () => {
	test('1.7 a second engine is refused, other commands work beside the first or through it', async () => {
		const first = new SegueProcess(home, ['serve', '--port', '0']);
		const [, link = ''] = await first.says(/Segue is ready: (http:\S+)/);
		const { port, token } = readEngineFile(home)!;
		expect(link).toBe(`http://127.0.0.1:${port}/?token=${token}`);

		const second = await segue(home, 'serve');
		expect([second.code, second.err]).toEqual([4, expect.stringContaining(`http://127.0.0.1:${port}/`)]);
		expect((await json('catalog', 'list')).answer.total).toBe(3);
		const again = await json('index', music);
		expect([again.code, again.answer.tracks]).toEqual([0, 3]);

		const client = await TestClient.connect(port!);
		client.say({ type: 'hello', protocol: 1, role: 'host', version: 'test', token });
		expect(await client.until(message => message.type === 'welcome')).toMatchObject({ catalog: { tracks: 3 } });
		client.say({ type: 'request', id: 'a', method: 'catalog.tracks', params: {} });
		const answered = await client.until(message => message.type === 'result');
		const { tracks } = (answered as { result: { tracks: { soundUrl: string }[] } }).result;
		const headers = { authorization: `Bearer ${token}`, range: 'bytes=0-3' };
		expect((await ask(port!, tracks[0]!.soundUrl, headers)).body).toBe('OggS');

		first.kill('SIGINT');
		expect((await first.ended).code).toBe(0);
		expect(await client.untilClosed()).toBe(1001);
		expect(readEngineFile(home)).toMatchObject({ port: null });
	});

	test('1.7 the lock of an engine that was killed binds nobody', async () => {
		const killed = new SegueProcess(home, ['serve', '--port', '0']);
		await killed.says(/Segue is ready/);
		killed.kill('SIGKILL');
		await killed.ended;
		expect(readEngineFile(home)?.port).not.toBeNull();
		const next = new SegueProcess(home, ['serve', '--port', '0', '--json']);
		const [line] = await next.says(/^\{.*\}$/m);
		expect(JSON.parse(line)).toMatchObject({ url: expect.stringMatching(/^http/), port: expect.any(Number) });
		next.kill('SIGTERM');
		expect((await next.ended).code).toBe(0);
	});

	test('start has the page up while it indexes, and says when it is ready', async () => {
		const started = new SegueProcess(join(folder, 'new home'), ['start', '--port', '0']);
		const [, link = ''] = await started.says(/the page is there already: (http:\S+)/);
		const port = Number(new URL(link).port);
		expect((await ask(port, `/?token=${new URL(link).searchParams.get('token')}`)).status).toBe(303);
		await started.says(/Indexing: 0 of 24/);
		expect(started.out).not.toContain('ready');
		started.kill('SIGINT');
		const { code, err } = await started.ended;
		expect([code, err]).toEqual([130, expect.stringContaining('(cancelled)')]);
	});
});

test('doctor finds what it needs, and names the command where something is missing', async () => {
	const { code, answer } = await json('doctor');
	expect([code, answer.ok]).toEqual([0, true]);
	expect(answer.findings.map(({ name }: { name: string }) => name)).toEqual([
		'Node',
		'better-sqlite3',
		'onnxruntime-node',
		'ffmpeg',
		'networks',
		'device',
		'matching',
		'weights',
		'data folder',
		'Segue',
	]);
});

test('removing a folder forgets its tracks and leaves its files', async () => {
	expect((await json('catalog', 'remove', music)).answer).toMatchObject({ tracks: 0, folders: [] });
	expect((await readFile(join(music, 'west.opus'))).length).toBeGreaterThan(0);
	const { code, answer } = await json('suggest', cut);
	expect([code, answer.error.code]).toEqual([3, 'catalog-empty']);
});
