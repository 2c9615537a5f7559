import { expect, test } from 'vitest';
import { createTagStream, TAGGER_RATE } from '../../../engine/jobs/tag-stream.js';
import type { Matrix32 } from '../../../engine/numeric/matrix.js';

const HOP = 256;
const PATCH = 187;

/** A log-mel that says of each row which samples it was made of, mirrored at both ends as the real one is. */
const logMel = async (samples: Float32Array): Promise<Matrix32> => {
	const rows = 1 + Math.floor(samples.length / HOP);
	const mirrored = (i: number) => samples[i < 0 ? -i : i >= samples.length ? 2 * samples.length - 2 - i : i] ?? 0;
	const data = Float32Array.from({ length: rows }, (_, r) => mirrored(r * HOP - 255) + mirrored(r * HOP + 255));
	return { rows, cols: 1, data };
};

/** A tagger that gives back the patch that it saw. */
const musicTags = async (mel: Matrix32, starts: readonly number[]) => {
	const data = new Float32Array(starts.length * PATCH);
	starts.forEach((start, p) => {
		data.set(mel.data.subarray(start, start + PATCH), p * PATCH);
	});
	const patches = { rows: starts.length, cols: PATCH, data };
	return { tags: patches, features: patches };
};

/** The same in one go: the patch of second k starts a second before it, and stays inside the track. */
const atOnce = async (samples: Float32Array) => {
	const mel = await logMel(samples);
	const starts = Array.from({ length: Math.ceil(samples.length / TAGGER_RATE) }, (_, k) =>
		Math.max(0, Math.min(mel.rows - PATCH, Math.floor((k - 1) * 62.5))),
	);
	return musicTags(mel, starts);
};

test.each([0.4, 2.9, 3, 30.5, 61.9, 62.1, 121, 185.3])(
	'%d s in stretches are tagged as they are at once',
	async seconds => {
		const samples = Float32Array.from({ length: Math.round(seconds * TAGGER_RATE) }, (_, i) => (i % 65_521) + 1);
		const stream = createTagStream({ logMel, musicTags });
		for (let at = 0; at < samples.length; ) {
			const length = 1 + ((at * 31) % 40_009);
			await stream.push(samples.subarray(at, at + length));
			at += length;
		}
		const { tags } = await stream.finish();
		const expected = await atOnce(samples);
		expect(tags.rows).toBe(Math.ceil(seconds));
		expect(tags.data).toEqual(expected.tags.data);
	},
);

test('a failing network fails the stream', async () => {
	const stream = createTagStream({
		logMel: async () => {
			throw new Error('no device');
		},
		musicTags,
	});
	await stream.push(new Float32Array(TAGGER_RATE * 70));
	await expect(stream.finish()).rejects.toThrow('no device');
});
