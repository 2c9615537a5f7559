import { expect, test } from 'vitest';
import { affect } from '../../../engine/embeddings/affect.js';
import { MUSIC_FEATURES, PICTURE_FEATURES } from '../../../engine/embeddings/segment-features.js';
import { affectOfClips } from '../../../engine/evaluation/affect-of-clips.js';
import type { Matrix32 } from '../../../engine/numeric/matrix.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';

const SEGMENTS = [
	{ start: 0, end: 12 },
	{ start: 12, end: 20 },
	{ start: 20, end: 40 },
];
/** Something that holds its value throughout a segment, as the mean of seconds then equals that of the segment. */
const held = (values: readonly number[]) => (time: number) => values[SEGMENTS.findIndex(({ end }) => time < end)] ?? 0;

const cut = syntheticCut(40, [], held([0.01, 0.2, 0.05]));
const tracks = [held([-30, -12, -20]), held([-14, -25, -10])].map(level => syntheticTrack(40, [], level));
const clipOf = (track: (typeof tracks)[number]) => ({
	picture: { features: PICTURE_FEATURES['descriptors-1']!.of(cut) },
	music: { features: MUSIC_FEATURES['descriptors-1']!.of(track) },
});

const near = (found: Matrix32, wanted: Matrix32, leftOut: readonly number[] = []): void => {
	expect([found.rows, found.cols]).toEqual([wanted.rows, wanted.cols]);
	found.data.forEach((value, k) => {
		if (leftOut.includes(k % found.cols)) return;
		expect(value).toBeCloseTo(wanted.data[k]!, 1);
	});
};

test('pictures come out as by the product where nothing changes within a segment', async () => {
	near(await affectOfClips.picture(clipOf(tracks[0]!), SEGMENTS), await affect.embedCut(cut, SEGMENTS));
});

test('music too, placed among the same tracks', async () => {
	const rows = (parts: readonly Matrix32[]): Matrix32 => ({
		rows: parts.reduce((sum, part) => sum + part.rows, 0),
		cols: parts[0]!.cols,
		data: Float32Array.from(parts.flatMap(({ data }) => [...data])),
	});
	const stored = (vectors: Matrix32) => ({
		offsets: Uint32Array.from([0, 3, 6]),
		spans: [...SEGMENTS, ...SEGMENTS],
		vectors,
	});
	const own = await Promise.all(tracks.map(track => affectOfClips.music(clipOf(track), SEGMENTS)));
	const product = await Promise.all(tracks.map(track => affect.describeTrack(track, SEGMENTS)));
	// Tension hears how much the level changes within a segment: here not at all but for the edges, which are told apart.
	near(affectOfClips.place!(stored(rows(own))), affect.place(stored(rows(product))), [2, 5]);
});
