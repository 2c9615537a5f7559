import { describe, expect, test } from 'vitest';
import { MUSIC_TAGS } from '../../../engine/features/music-tag-names.js';
import { type BeatGrid, CURVE_RATE, type TrackCurves } from '../../../engine/features/track-analysis.js';
import { zeros32 } from '../../../engine/numeric/matrix.js';
import { barDistances, wholeBars } from '../../../engine/segments/bars.js';
import { findDrop } from '../../../engine/segments/drop.js';
import { findEnding } from '../../../engine/segments/ending.js';
import { loopPoints } from '../../../engine/segments/loop-points.js';
import { phraseLength } from '../../../engine/segments/phrase-length.js';
import { repetitionGroups } from '../../../engine/segments/repetition-groups.js';
import { meanLevel, sectionEnergies } from '../../../engine/segments/section-energy.js';
import { sectionSpans } from '../../../engine/segments/segmenter.js';
import { vocalActivity, vocalShare, vocalSpans } from '../../../engine/segments/vocal-activity.js';
import { musicOf } from './contract.js';

/** Curves of a track from its level in dB and its notes: onsets of strength 1, four samples wide, at their times. */
const curvesOf = (duration: number, level: (time: number) => number, notes: readonly number[] = []): TrackCurves => {
	const length = Math.ceil(duration * CURVE_RATE);
	const onsetStrength = new Float32Array(length);
	for (const note of notes) onsetStrength.fill(1, Math.round(note * CURVE_RATE), Math.round(note * CURVE_RATE) + 4);
	return {
		level: Float32Array.from({ length }, (_, k) => level(k / CURVE_RATE)),
		onsetStrength,
		centroid: new Float32Array(length).fill(1000),
		peak: new Float32Array(length).fill(0.5),
	};
};

const every = (step: number, from: number, to: number) =>
	Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, k) => from + k * step);

const gridOf = (duration: number): BeatGrid => ({
	tempo: 120,
	confidence: 1,
	beats: every(0.5, 0, duration),
	downbeats: every(2, 0, duration),
	downbeatConfidence: 0.9,
});

const noBeats: BeatGrid = { tempo: 0, confidence: 0, beats: [], downbeats: [], downbeatConfidence: 0 };

describe('repetition groups', () => {
	const music = (...sounds: number[]) => {
		const features = musicOf(sounds.map(sound => ({ sound, rows: 48 })));
		const boundaries = sounds.slice(1).map((_, i) => 48 * (i + 1));
		return repetitionGroups(features, sectionSpans(features, boundaries));
	};

	test('name what sounds alike by one letter, in order of first appearance', () => {
		expect(music(3, 1, 3, 2).map(section => section.label)).toEqual(['A', 'B', 'A', 'C']);
		expect(music(1, 2, 3, 2, 1).map(section => section.label)).toEqual(['A', 'B', 'C', 'B', 'A']);
	});

	test('are surer of sections that sound the same than of one between two others', () => {
		const [first, , again] = music(1, 2, 1);
		expect(first!.confidence).toBeGreaterThan(0.8);
		expect(again!.confidence).toBeGreaterThan(0.8);
	});

	test('of a single section there is one, for sure', () => {
		expect(music(1)).toEqual([{ label: 'A', confidence: 1 }]);
	});
});

describe('section energy', () => {
	const spans = [0, 20, 40, 60].map(start => ({ start, end: start + 20 }));

	test('is told from the level that half of the track exceeds', () => {
		const curves = curvesOf(80, time => [-20, -30, -14, -20][Math.floor(time / 20)]!);
		expect(sectionEnergies(curves, spans).map(section => section.energy)).toEqual(['mid', 'low', 'high', 'mid']);
	});

	test('is mid throughout a track of even level, whatever that level is', () => {
		for (const level of [-8, -35]) {
			const energies = sectionEnergies(
				curvesOf(80, () => level),
				spans,
			);
			expect(energies).toEqual(spans.map(() => ({ energy: 'mid', confidence: 1 })));
		}
	});

	test('is unsure right on a threshold', () => {
		const curves = curvesOf(80, time => (time < 20 ? -18.5 : -20));
		expect(sectionEnergies(curves, spans)[0]!.confidence).toBeLessThan(0.01);
	});

	test('comes from mean power: a stretch half silent is 3 dB quieter', () => {
		const curves = curvesOf(40, time => (time < 20 ? -10 : -80));
		expect(meanLevel(curves.level, { start: 0, end: 40 })).toBeCloseTo(-13.01, 1);
	});
});

describe('the drop', () => {
	test('is the downbeat of the largest rise that lasts, with the rise in dB', () => {
		const curves = curvesOf(120, time => (time < 40 ? -20 : time < 60 ? -30 : -12), every(0.5, 0, 120));
		const drop = findDrop(curves, gridOf(120), 120);
		expect(drop!.at).toBe(60);
		expect(drop!.rise).toBeCloseTo(18, 0);
		expect(drop!.confidence).toBeGreaterThan(0.8);
	});

	test('is not a loud bar that passes', () => {
		const curves = curvesOf(120, time => (time >= 60 && time < 62 ? -6 : -20), every(0.5, 0, 120));
		expect(findDrop(curves, gridOf(120), 120)).toBeNull();
	});

	test('is not where the music begins, nor anywhere in a track of even level or in silence', () => {
		const begins = curvesOf(60, time => (time < 10 ? -80 : -15), every(0.5, 10, 60));
		expect(findDrop(begins, gridOf(60), 60)).toBeNull();
		expect(
			findDrop(
				curvesOf(60, () => -15),
				noBeats,
				60,
			),
		).toBeNull();
		expect(
			findDrop(
				curvesOf(60, () => -80),
				noBeats,
				60,
			),
		).toBeNull();
	});

	test('is found without beats, to the half second', () => {
		const drop = findDrop(
			curvesOf(90, time => (time < 45 ? -28 : -15)),
			noBeats,
			90,
		);
		expect(Math.abs(drop!.at - 45)).toBeLessThanOrEqual(0.5);
	});
});

describe('phrases and loops', () => {
	/** Bars of two seconds (four rows); each phrase of so many bars has its own sound, in turn. */
	const phrased = (bars: number, phrases: number, sounds: number) => {
		const features = musicOf(
			Array.from({ length: phrases }, (_, k) => ({ sound: k % sounds, rows: 4 * bars })),
			0.3,
		);
		const duration = features.edges.at(-1)!;
		const whole = wholeBars(gridOf(duration));
		return { whole, distances: barDistances(features, whole), curves: curvesOf(duration, () => -15), duration };
	};

	test.each([4, 8] as const)('phrases of %d bars are found, with the downbeat of the first', bars => {
		const { whole, distances } = phrased(bars, 8, 2);
		const phrase = phraseLength(whole, distances);
		expect(phrase).toMatchObject({ bars, start: 0 });
		expect(phrase!.confidence).toBeGreaterThan(0.95);
	});

	test('music in which every bar is like the one before has no phrase length', () => {
		const { whole, distances } = phrased(40, 1, 1);
		const same = { ...distances, data: new Float64Array(distances.data.length) };
		expect(phraseLength(whole, same)).toBeNull();
		expect(phraseLength([], { rows: 0, cols: 0, data: new Float64Array(0) })).toBeNull();
	});

	test('a loop goes back to where the same music went on, by whole bars', () => {
		const { whole, distances, curves } = phrased(8, 6, 2);
		const loops = loopPoints(whole, distances, curves);
		expect(loops.length).toBeGreaterThan(0);
		for (const loop of loops) {
			// The pattern repeats after sixteen bars of two seconds; within a phrase, bars are alike.
			expect(whole.some(bar => bar.start === loop.start)).toBe(true);
			expect(loop.end - loop.start).toBeCloseTo(2 * loop.bars, 9);
			expect(loop.confidence).toBeGreaterThanOrEqual(0.5);
		}
		expect(loops.map(loop => loop.confidence)).toEqual(loops.map(loop => loop.confidence).sort((a, b) => b - a));
	});

	test('no loop leads from quiet to loud', () => {
		const { whole, distances, duration } = phrased(8, 2, 1);
		const growing = curvesOf(duration, time => -60 + time);
		for (const loop of loopPoints(whole, distances, growing)) expect(loop.end - loop.start).toBeLessThan(8);
	});

	test('bars of which we are unsure are not used', () => {
		expect(wholeBars({ ...gridOf(60), downbeatConfidence: 0.1 })).toEqual([]);
		expect(wholeBars(noBeats)).toEqual([]);
	});
});

describe('the ending', () => {
	const decaying = (from: number, slope: number) => (time: number) =>
		time < from ? -15 : Math.max(-80, -15 - slope * (time - from));

	test('is a fade where notes are still struck while all grows quieter', () => {
		const ending = findEnding(curvesOf(100, decaying(90, 4.5), every(0.5, 0, 100)), 100);
		expect(ending!.kind).toBe('fade');
		expect(Math.abs(ending!.at - 92)).toBeLessThan(1);
		expect(ending!.confidence).toBeGreaterThan(0.5);
	});

	test('is a ring-out where the last chord dies away alone, struck at its onset', () => {
		const ending = findEnding(curvesOf(100, decaying(94, 10), every(0.5, 0, 94.5)), 100);
		expect(ending!.kind).toBe('ring-out');
		expect(Math.abs(ending!.at - 94)).toBeLessThan(0.15);
		expect(ending!.confidence).toBeGreaterThan(0.5);
	});

	test('is a cut where the file ends at full level', () => {
		expect(
			findEnding(
				curvesOf(60, () => -15, every(0.5, 0, 60)),
				60,
			),
		).toMatchObject({ kind: 'cut', confidence: 1 });
	});

	test('is a button where the music stops at once and silence follows', () => {
		const curves = curvesOf(60, time => (time < 58 ? -15 : -80), every(0.5, 0, 58));
		const ending = findEnding(curves, 60);
		expect(ending!.kind).toBe('button');
		expect(Math.abs(ending!.at - 57.5)).toBeLessThan(0.15);
	});

	test('of silence there is none', () => {
		expect(
			findEnding(
				curvesOf(10, () => -80),
				10,
			),
		).toBeNull();
	});
});

describe('vocal activity', () => {
	const column = (name: string) => MUSIC_TAGS.indexOf(name);
	/** One row of tags a second: sung in the given seconds, plainly instrumental elsewhere. */
	const tagsOf = (seconds: number, sung: (second: number) => boolean) => {
		const tags = zeros32(seconds, 100);
		for (let second = 0; second < seconds; second++) {
			tags.data[second * 100 + column(sung(second) ? 'vocals' : 'no vocals')] = 0.7;
		}
		return tags;
	};

	test('spans are the seconds whose tags say so', () => {
		const spans = vocalSpans(
			tagsOf(60, second => second >= 20 && second < 40),
			60,
		);
		expect(spans.length).toBe(1);
		expect(spans[0]).toMatchObject({ start: 20, end: 40 });
		expect(spans[0]!.confidence).toBeGreaterThan(0.65);
		expect(vocalShare(spans, 60)).toBeCloseTo(1 / 3, 12);
	});

	test('a second that differs from its surroundings is smoothed away', () => {
		expect(
			vocalSpans(
				tagsOf(60, second => second === 30),
				60,
			),
		).toEqual([]);
		expect(
			vocalSpans(
				tagsOf(60, second => second !== 30),
				60,
			),
		).toMatchObject([{ start: 0, end: 60 }]);
	});

	test('silence is not sung, nor is a track without tags', () => {
		expect([...vocalActivity(zeros32(5, 100))]).toEqual([0, 0, 0, 0, 0]);
		expect(vocalSpans(zeros32(0, 100), 0.5)).toEqual([]);
	});
});
