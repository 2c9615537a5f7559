import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { musicDescriptors } from '../../../engine/embeddings/music-descriptors.js';
import { MUSIC_TAGS } from '../../../engine/features/music-tag-names.js';
import { CURVE_RATE, type TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { moments } from '../../../engine/numeric/statistics.js';
import { syntheticTrack } from '../../support/analyses.js';

const random = xoroshiro128plus(23);
const next = () => uniformFloat64(random);
const plain = syntheticTrack(90, [], () => -60 + 50 * next());
const track: TrackAnalysis = {
	...plain,
	tags: { ...plain.tags, data: plain.tags.data.map(next) },
	curves: {
		...plain.curves,
		onsetStrength: plain.curves.onsetStrength.map(() => 4 * next()),
		centroid: plain.curves.centroid.map(() => 200 + 4000 * next()),
	},
};

test('means and deviations of any stretch are those of its own values, one by one', () => {
	for (const [start, end] of [
		[0, 90],
		[12.3, 47.9],
		[30, 30.01],
		[89.2, 95],
		[50, 52],
	] as const) {
		const first = Math.floor(start * CURVE_RATE);
		const over = (curve: Float32Array) => moments(curve.slice(first, Math.max(first + 1, Math.ceil(end * CURVE_RATE))));
		const described = musicDescriptors(track, { start, end });
		expect(described.level).toBeCloseTo(over(track.curves.level).mean, 6);
		expect(described.levelChange).toBeCloseTo(over(track.curves.level).deviation, 5);
		expect(described.onsets).toBeCloseTo(over(track.curves.onsetStrength).mean, 6);
		expect(described.brightness).toBeCloseTo(Math.log2(over(track.curves.centroid).mean), 6);
	}
});

test('a level that never changes has no deviation', () => {
	const even = syntheticTrack(60, [], () => -23.7);
	expect(musicDescriptors(even, { start: 7, end: 19 }).levelChange).toBeCloseTo(0, 5);
});

test('moods are what the tags of those seconds say for them, less what they say against', () => {
	const mean = (names: readonly string[], from: number, to: number) => {
		const values: number[] = [];
		for (let second = from; second < to; second++) {
			MUSIC_TAGS.forEach((tag, c) => {
				if (names.includes(tag)) values.push(track.tags.data[second * track.tags.cols + c]!);
			});
		}
		return moments(values).mean;
	};
	const { harshTags } = musicDescriptors(track, { start: 20.4, end: 33.2 });
	const harsh = ['metal', 'heavy metal', 'hard rock', 'loud', 'weird', 'experimental', 'punk'];
	const mild = ['soft', 'Mellow', 'easy listening', 'beautiful', 'harp', 'quiet'];
	expect(harshTags).toBeCloseTo(mean(harsh, 20, 34) - mean(mild, 20, 34), 6);
});
