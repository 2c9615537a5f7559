import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFfmpeg } from '../../../../engine/io/media/find-ffmpeg.js';
import { projectPath } from '../../../../engine/io/project.js';
import { segue } from '../../../support/segue.js';

/** Cue sheets and rendered music through the program itself, on stretches of the media that come with it. */
let folder: string;
let home: string;
let music: string;
const cut = projectPath('demo', 'cut', 'clip2.mp4');
const TRACKS = ['west', 'celtic', 'palace', 'vineyards'] as const;
const { ffmpeg, ffprobe } = findFfmpeg()!;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-crops-'));
	home = join(folder, 'home');
	music = join(folder, 'music');
	await mkdir(music);
	for (const name of TRACKS) {
		const from = projectPath('demo', 'music', `${name}.opus`);
		execFileSync(ffmpeg, ['-v', 'error', '-t', '24', '-i', from, '-c', 'copy', join(music, `${name}.opus`)]);
	}
	await segue(home, 'index', music);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const json = async (...args: string[]) => {
	const { code, out } = await segue(home, ...args, '--json');
	return { code, answer: JSON.parse(out) };
};

/** What another program says of a sound file. */
const soundIn = (file: string) => {
	const shown = execFileSync(ffprobe, ['-v', 'error', '-show_streams', '-of', 'json', file], { encoding: 'utf8' });
	const [{ sample_rate: rate, channels, codec_name: codec }] = JSON.parse(shown).streams;
	const bytes = execFileSync(ffmpeg, ['-v', 'error', '-i', file, '-f', 's16le', '-'], { maxBuffer: 2 ** 28 }).length;
	return { rate: Number(rate), channels, codec, samples: bytes / 2 / channels };
};

describe('a cue sheet', () => {
	const limits = ['--shortest', '5', '--longest', '8', '--vocals', 'any'];

	test('covers the cut without gaps, uses no song twice, and names each with its licence and file', async () => {
		const file = join(folder, 'cues.csv');
		const { code, answer } = await json('cues', cut, '--csv', file, ...limits);
		expect(code).toBe(0);
		const lines: Record<string, string>[] = parse(await readFile(file), { columns: true });
		expect(Object.keys(lines[0]!)).toEqual([
			'cue',
			'title',
			'artist',
			'album',
			'in',
			'out',
			'duration',
			'song starts at',
			'licence',
			'path',
		]);
		expect(lines.length).toBeGreaterThanOrEqual(2);
		expect(lines[0]!.in).toBe('00:00:00:00');
		for (const [k, line] of lines.entries()) {
			const { region, suggestion } = answer.cues[k];
			expect(line.cue).toBe(String(k + 1));
			if (k > 0) expect(line.in).toBe(lines[k - 1]!.out);
			expect(Number(line.duration)).toBeCloseTo(region.end - region.start, 2);
			expect(Number(line.duration)).toBeGreaterThanOrEqual(5);
			expect(line.title).toBe(suggestion.track.title);
			expect(line.licence).toMatch(/CC|public domain|GPL/i);
			expect(TRACKS.map(name => join(music, `${name}.opus`))).toContain(line.path);
		}
		expect(answer.cues.at(-1).region.end).toBeCloseTo(answer.cut.duration, 6);
		expect(new Set(lines.map(({ path }) => path)).size).toBe(lines.length);
	});

	test('without a file’s name goes to standard output, the same', async () => {
		const file = join(folder, 'again.csv');
		await segue(home, 'cues', cut, '--csv', file, ...limits);
		const { code, out } = await segue(home, 'cues', cut, ...limits, '--csv');
		expect([code, out.trimEnd()]).toEqual([0, (await readFile(file, 'utf8')).trimEnd()]);
	});
});

describe('rendered music', () => {
	test.each([
		['wav', 'pcm_s24le', [], null],
		['flac', 'flac', ['--in', '2', '--out', '00:00:12:00', '--ending', 'hard'], 10],
		['wav', 'pcm_s24le', ['--in', '1.5', '--out', '14', '--recut', '--loudness', '-23'], 12.5],
		['wav', 'pcm_s24le', ['--song', 'celtic', '--ending', 'fade'], null],
	] as const)('as %s is as long as its range, to the sample (%s, %j)', async (format, codec, options, length) => {
		const file = join(folder, `music.${format}`);
		const { code, answer } = await json('render', cut, file, ...options);
		expect(code).toBe(0);
		const { range, track } = answer.suggestion;
		const seconds = length ?? Number((await json('suggest', cut)).answer.cut.duration);
		expect(range.end - range.start).toBeCloseTo(seconds, 6);
		const heard = soundIn(file);
		expect(heard.codec).toBe(codec);
		expect(heard.samples).toBe(Math.round((range.end - range.start) * heard.rate));
		expect(answer).toMatchObject({ samples: heard.samples, sampleRate: heard.rate, channels: heard.channels });
		if (options.some(option => option === '--song')) expect(track.path).toBe(join(music, 'celtic.opus'));
	});

	test('refuses a format that it does not write, and a song that is not there', async () => {
		expect((await json('render', cut, join(folder, 'music.mp3'))).answer.error.code).toBe('bad-request');
		const missing = await json('render', cut, join(folder, 'music.wav'), '--song', 'no such song');
		expect(missing.code).not.toBe(0);
		expect(missing.answer.error.code).toBe('not-found');
	});
});
