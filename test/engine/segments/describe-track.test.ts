import { expect, test } from 'vitest';
import type { TrackSignal } from '../../../engine/features/audio/front-end.js';
import { CURVE_RATE } from '../../../engine/features/track-analysis.js';
import { zeros32 } from '../../../engine/numeric/matrix.js';
import { describeSections, describeTrack } from '../../../engine/segments/describe-track.js';
import { foote } from '../../../engine/segments/foote.js';
import { musicOf } from './contract.js';

/** Three parts of 40, 45 and 40 seconds, the last like the first, 120 beats a minute; the middle one is louder. */
const signal = (): TrackSignal => {
	const beatFeatures = musicOf([
		{ sound: 1, rows: 80 },
		{ sound: 2, rows: 90 },
		{ sound: 1, rows: 80 },
	]);
	const duration = beatFeatures.edges.at(-1)!;
	const beats = Array.from({ length: 250 }, (_, k) => k / 2);
	const length = Math.ceil(duration * CURVE_RATE);
	const level = Float32Array.from({ length }, (_, k) => (k / CURVE_RATE >= 40 && k / CURVE_RATE < 85 ? -12 : -20));
	return {
		duration,
		loudness: -14,
		beatFeatures,
		beatSound: { edges: [0, duration], chroma: zeros32(1, 12), mfcc: zeros32(1, 14) },
		curves: {
			level,
			onsetStrength: new Float32Array(length).fill(1),
			centroid: new Float32Array(length).fill(1500),
			peak: new Float32Array(length).fill(0.5),
		},
		beats: {
			tempo: 120,
			confidence: 1,
			beats,
			downbeats: beats.filter((_, k) => k % 4 === 0),
			downbeatConfidence: 0.9,
		},
		key: null,
	};
};

test('a track of three parts is described as A B A, its middle high, with the drop where that begins', () => {
	const sections = describeSections(foote, signal());
	expect(sections.map(section => section.label)).toEqual(['A', 'B', 'A']);
	expect(sections.map(section => section.energy)).toEqual(['mid', 'high', 'mid']);
	expect(sections[0]!.start).toBe(0);
	expect(sections.at(-1)!.end).toBe(125);
	const { drop, ending } = describeTrack(signal(), zeros32(125, 100));
	expect(drop!.at).toBe(40);
	expect(ending!.kind).toBe('cut');
});

test('all confidences lie between 0 and 1, and all times within the track', () => {
	const labels = describeTrack(signal(), zeros32(125, 100));
	const rated = [labels.drop, labels.phrase, labels.ending, ...labels.loops, ...labels.vocals].filter(
		one => one !== null,
	);
	expect(rated.length).toBeGreaterThan(2);
	expect(rated.every(({ confidence }) => confidence >= 0 && confidence <= 1)).toBe(true);
	for (const { start, end, bars } of labels.loops) {
		expect(start >= 0 && end <= 125 && start < end && bars >= 4).toBe(true);
	}
	for (const section of describeSections(foote, signal())) {
		expect(section.labelConfidence >= 0 && section.labelConfidence <= 1).toBe(true);
		expect(section.energyConfidence >= 0 && section.energyConfidence <= 1).toBe(true);
	}
});
