import { describe, expect, test } from 'vitest';
import { createTrackFrontEnd, type TrackSignal } from '../../../engine/features/audio/front-end.js';
import { spectralKernel } from '../../../engine/io/kernels.js';
import { defaultSegmenter } from '../../../engine/segments/default-segmenter.js';
import { describeSections } from '../../../engine/segments/describe-track.js';
import { foote } from '../../../engine/segments/foote.js';
import { olda } from '../../../engine/segments/olda.js';
import { boundaryTimes, type Segmenter } from '../../../engine/segments/segmenter.js';
import { sf } from '../../../engine/segments/structural-features.js';
import { correlation, noise, signal } from '../../support/audio.js';
import { oldaTransform } from './golden.js';

/** Generated music: chords of half a second with a click on each, from two sets of chords and timbres. */
const KINDS = {
	A: { chords: [[220, 277.2, 329.6] as const, [246.9, 293.7, 370] as const], overtones: 6 },
	B: { chords: [[261.6, 311.1, 392] as const, [174.6, 207.7, 261.6] as const], overtones: 2 },
} as const;

const music = (parts: readonly { kind: keyof typeof KINDS; seconds: number }[]): Float32Array => {
	const random = noise(5);
	const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, { seconds }) => sum + seconds, 0));
	return signal(ends.at(-1)!, time => {
		const { kind } = parts[ends.findIndex(end => time < end)] ?? parts.at(-1)!;
		const { chords, overtones } = KINDS[kind];
		const step = Math.floor(2 * time);
		const within = 2 * time - step;
		let sound = 0;
		for (const note of chords[(step >> 2) % chords.length]!) {
			for (let k = 1; k <= overtones; k++) sound += Math.sin(2 * Math.PI * note * k * time) / k;
		}
		// Rises and dies away alike, so that time may run backwards.
		return 0.08 * sound * Math.sin(Math.PI * within) ** 2 + (within < 0.02 || within > 0.98 ? 0.2 * random() : 0);
	});
};

const analyse = (samples: Float32Array): TrackSignal => {
	const frontEnd = createTrackFrontEnd(spectralKernel());
	frontEnd.push(samples);
	return frontEnd.finish();
};

const two = analyse(
	music([
		{ kind: 'A', seconds: 42 },
		{ kind: 'B', seconds: 38 },
	]),
);
const three = analyse(
	music([
		{ kind: 'A', seconds: 36 },
		{ kind: 'B', seconds: 40 },
		{ kind: 'A', seconds: 34 },
	]),
);

describe.each<[string, Segmenter, number]>([
	['Foote', foote, 1],
	['OLDA', olda(oldaTransform()), 3],
	['the default', defaultSegmenter(oldaTransform()), 3],
	// The reference's linking pulls its boundaries to the front.
	['structural features', sf, 10],
])('%s, from sound', (_, segmenter, tolerance) => {
	const nearest = ({ beatFeatures }: TrackSignal, truth: number) =>
		Math.min(
			...boundaryTimes(beatFeatures, segmenter.segment(beatFeatures).boundaries).map(time => Math.abs(time - truth)),
		);

	test('finds where the second of two parts begins', () => expect(nearest(two, 42)).toBeLessThanOrEqual(tolerance));

	test('finds both changes of three parts', () => {
		expect(nearest(three, 36)).toBeLessThanOrEqual(tolerance);
		expect(nearest(three, 76)).toBeLessThanOrEqual(tolerance);
	});
});

test('the first and the last of three parts, which sound alike, have one letter and the middle another', () => {
	const sections = describeSections(foote, three);
	const letterAt = (time: number) => sections.find(({ start, end }) => time >= start && time < end)!.label;
	expect(letterAt(90)).toBe(letterAt(18));
	expect(letterAt(56)).not.toBe(letterAt(18));
});

test('sound played backwards has its novelty curve mirrored', () => {
	const samples = music([
		{ kind: 'A', seconds: 28 },
		{ kind: 'B', seconds: 46 },
		{ kind: 'A', seconds: 20 },
	]);
	const sampled = ({ beatFeatures, duration }: TrackSignal) => {
		const { novelty } = foote.segment(beatFeatures);
		const rowAt = (time: number) => beatFeatures.edges.findLastIndex(edge => edge <= time);
		return Array.from({ length: Math.floor(duration) }, (_, second) => novelty[rowAt(second + 0.5)]!);
	};
	const forth = sampled(analyse(samples));
	const back = sampled(analyse(samples.slice().reverse())).reverse();
	expect(correlation(forth, back)).toBeGreaterThan(0.9);
	expect(correlation(forth, [...back].reverse())).toBeLessThan(0.7);
});
