import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beatScore } from '../../../engine/evaluation/beats.js';
import { createTrackFrontEnd } from '../../../engine/features/audio/front-end.js';
import { spectralKernel } from '../../../engine/io/kernels.js';
import { ffmpegMedia } from '../../../engine/io/media/media.js';
import { segmenterNamed } from '../../../engine/io/segmenters.js';
import { readTrackSignal } from '../../../engine/io/track-signal.js';
import { analyseTrack } from '../../../engine/jobs/analyse-track.js';
import type { Networks } from '../../../engine/jobs/ports.js';
import { zeros32 } from '../../../engine/numeric/matrix.js';
import { describeSections } from '../../../engine/segments/describe-track.js';
import { segmenterNames } from '../../../engine/segments/segmenter.js';
import { excerpt, noise, runFfmpeg, signal } from '../../support/audio.js';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'segue-odd-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Taggers that hear nothing: how they hear is for other tests. */
const networks: Pick<Networks, 'logMel' | 'musicTags'> = {
	logMel: async samples => zeros32(1 + Math.floor(samples.length / 256), 96),
	musicTags: async (_, starts) => ({ tags: zeros32(starts.length, 100), features: zeros32(starts.length, 400) }),
};

const analyse = (path: string) =>
	analyseTrack(path, {
		media: ffmpegMedia(),
		networks,
		frontEnd: () => createTrackFrontEnd(spectralKernel()),
		segmenter: segmenterNamed('default'),
	});

const fileOf = (name: string, samples: Float32Array, ...options: readonly string[]): string => {
	const path = join(folder, `${name}.wav`);
	const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
	runFfmpeg(['-f', 'f32le', '-ar', '22050', '-ac', '1', '-i', 'pipe:0', '-c:a', 'pcm_f32le', ...options, path], bytes);
	return path;
};

const white = noise(3);

test.each([
	['silence', signal(20, () => 0)],
	['a constant', signal(20, () => 0.5)],
	['noise', signal(20, () => 0.3 * white())],
	['one sample', Float32Array.of(0.5)],
])(
	'%s is a track with sections from its start to its end by every algorithm, and numbers throughout',
	async (name, samples) => {
		const path = fileOf(name, samples);
		const { duration, sections, labels, beats, curves, loudness } = await analyse(path);
		expect(duration).toBeCloseTo(samples.length / 22_050, 6);
		expect([...beats.beats, ...curves.level, ...curves.onsetStrength].every(Number.isFinite)).toBe(true);
		expect(Number.isNaN(loudness)).toBe(false);
		expect(beats.confidence).toBeLessThan(0.3);
		expect(labels.vocals).toEqual([]);
		const heard = await readTrackSignal(ffmpegMedia(), path);
		for (const found of [sections, ...segmenterNames.map(each => describeSections(segmenterNamed(each), heard))]) {
			expect([found[0]!.start, found.at(-1)!.end]).toEqual([0, duration]);
			expect(found.slice(1).map(({ start }) => start)).toEqual(found.slice(0, -1).map(({ end }) => end));
		}
	},
);

test('music at 96 kHz in two channels has the beats and sections that it has at 22,050 Hz', async () => {
	const samples = excerpt('deprecation').subarray(0, 40 * 22_050);
	const plain = await analyse(fileOf('plain', samples));
	const high = await analyse(fileOf('high', samples, '-ar', '96000', '-ac', '2'));
	expect(high.duration).toBeCloseTo(plain.duration, 2);
	expect(high.beats.tempo).toBeCloseTo(plain.beats.tempo, 1);
	expect(beatScore(plain.beats.beats, high.beats.beats).f).toBeGreaterThan(0.98);
	expect(high.sections.length).toBe(plain.sections.length);
	for (const [i, { start }] of high.sections.entries()) {
		expect(Math.abs(start - plain.sections[i]!.start)).toBeLessThan(0.1);
	}
});
