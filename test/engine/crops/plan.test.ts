import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { clipsOf, rangeSamples } from '../../../engine/crops/clips.js';
import { ENDING_CHOICES, planWithEnding } from '../../../engine/crops/endings.js';
import { joinBetween } from '../../../engine/crops/join.js';
import { gainToLoudness, mixRun } from '../../../engine/crops/mix.js';
import { songSpansIn, songTimeAt } from '../../../engine/crops/plan.js';
import type { TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { syntheticTrack } from '../../support/analyses.js';

const beats = (period: number, duration: number, from = 0) =>
	Array.from({ length: Math.floor((duration - from) / period) }, (_, k) => from + k * period);

/** 100 s at 120 BPM; it rings out from 96 s on and is silent from 98.5 s on. */
const song = (duration = 100): TrackAnalysis => {
	const grid = beats(0.5, duration - 4);
	const track = syntheticTrack(duration, grid, time => (time < duration - 4 ? -18 : time < duration - 1.5 ? -30 : -80));
	return {
		...track,
		beats: { ...track.beats, downbeats: grid.filter((_, k) => k % 4 === 0), downbeatConfidence: 0.9 },
		labels: {
			drop: null,
			phrase: null,
			ending: { kind: 'ring-out', at: duration - 4, confidence: 1 },
			loops: [],
			vocals: [],
		},
	};
};

const endOf = ({ pieces }: ReturnType<typeof planWithEnding>) => {
	const last = pieces.at(-1)!;
	return last.at + last.song.end - last.song.start;
};

describe('a crop', () => {
	test('ends with its range within a frame, whatever its ending, from any start', () => {
		const random = xoroshiro128plus(3);
		for (let trial = 0; trial < 100; trial++) {
			const track = song(40 + Math.floor(uniformFloat64(random) * 120));
			const length = 12 + uniformFloat64(random) * 60;
			const start = uniformFloat64(random) * (track.duration - 5);
			const plan = planWithEnding(track, start, length, ENDING_CHOICES[trial % ENDING_CHOICES.length]!);
			const loops = plan.pieces.length > 1 || start + length <= track.duration;
			if (loops && plan.ending.kind !== 'ring-out') expect(Math.abs(endOf(plan) - length)).toBeLessThan(1 / 60);
			// A song that rings out may be over a second before the range is, never after it.
			if (loops) expect(endOf(plan)).toBeLessThanOrEqual(length + 1e-9);
			if (plan.ending.kind === 'ring-out') expect(length - plan.ending.at).toBeLessThan(5.1);
		}
	});

	test('ends as the song does, at bar lines that sound alike, where the song rings out', () => {
		const plan = planWithEnding(song(), 20, 40, 'natural');
		expect(plan.ending.kind).toBe('ring-out');
		expect(plan.joins).toHaveLength(1);
		const [join] = plan.joins;
		expect((join!.from - 20) % 2).toBeCloseTo(0, 6);
		// The stroke of the end comes a ring before the range's end.
		expect(plan.ending.at).toBeGreaterThan(34.5);
		expect(plan.ending.at).toBeLessThan(39);
		expect(songTimeAt(plan.pieces, plan.ending.at)).toBeCloseTo(96, 1);
	});

	test('with a button is struck for the last time just before the range ends', () => {
		const plan = planWithEnding(song(), 20, 40, 'button');
		expect(plan.ending.kind).toBe('button');
		expect(40 - plan.ending.at).toBeGreaterThan(0.2);
		expect(40 - plan.ending.at).toBeLessThan(1.7);
	});

	test('that reaches the song’s own end is left alone', () => {
		const plan = planWithEnding(song(), 60, 40, 'natural');
		expect(plan.pieces).toHaveLength(1);
		expect(plan.ending.kind).toBe('ring-out');
		const nearly = planWithEnding(song(), 59.4, 40, 'natural');
		expect(nearly.joins).toHaveLength(0);
		expect(nearly.ending.kind).toBe('ring-out');
	});

	test('of a song that fades as recorded is not spliced to the fade unless that is asked for', () => {
		const track = song();
		const faded = { ...track, labels: { ...track.labels!, ending: { kind: 'fade' as const, at: 90, confidence: 1 } } };
		expect(planWithEnding(faded, 20, 40, 'natural').joins).toHaveLength(0);
		expect(planWithEnding(faded, 20, 40, 'ring-out').joins).toHaveLength(1);
	});
});

test('going on as recorded is no join at all, and a jump off the beat is heard more than one on it', () => {
	const track = song();
	const nothing = joinBetween(track, 30, 30);
	expect(nothing.audibility).toBe(0);
	// Onsets are known to a hop of 23 ms, which leaves a few milliseconds of doubt.
	expect(joinBetween(track, 30, 50).audibility).toBeLessThan(0.15);
	const off = joinBetween(track, 30, 50.04);
	expect(off.audibility).toBeGreaterThan(0.3);
	// The onsets after the goal come 40 ms sooner than they would have.
	expect(Math.abs(off.onsetPhase + 0.04)).toBeLessThan(0.01);
});

test('the seconds of song under a range tile it, across joins', () => {
	const plan = planWithEnding(song(50), 3, 90, 'hard');
	expect(plan.pieces.length).toBeGreaterThan(1);
	const total = songSpansIn(plan.pieces, { start: 0, end: 90 }).reduce((sum, { start, end }) => sum + end - start, 0);
	expect(total).toBeCloseTo(90, 6);
	for (let time = 0.5; time < 90; time += 1.7) {
		const [span] = songSpansIn(plan.pieces, { start: time, end: time + 1e-4 });
		expect(span!.start).toBeCloseTo(songTimeAt(plan.pieces, time)!, 6);
	}
});

describe('clips', () => {
	test('end with the range to the sample, for 200 random ranges and rates', () => {
		const random = xoroshiro128plus(8);
		const rates = [44_100, 48_000, 96_000, 22_050];
		for (let trial = 0; trial < 200; trial++) {
			const sampleRate = rates[trial % rates.length]!;
			const numerator = [24, 25, 30, 60, 24_000, 30_000, 60_000][trial % 7]!;
			const denominator = numerator > 1000 ? 1001 : 1;
			const frames = uniformInt(random, 10 * 24, 50 * 24);
			const length = (frames * denominator) / numerator;
			const track = song(60 + Math.floor(uniformFloat64(random) * 100));
			const start = uniformFloat64(random) * 20;
			const clips = clipsOf(
				planWithEnding(track, start, length, trial % 2 === 0 ? 'hard' : 'fade'),
				sampleRate,
				Math.floor(track.duration * sampleRate),
				length,
			);
			const last = clips.at(-1)!;
			expect(last.at + last.out - last.in).toBe(rangeSamples(length, sampleRate));
			expect(rangeSamples(length, sampleRate)).toBe(Math.round((frames * denominator * sampleRate) / numerator));
			for (const clip of clips) {
				expect(clip.in).toBeGreaterThanOrEqual(0);
				expect(clip.handleBefore + clip.out - clip.in + clip.handleAfter).toBe(Math.floor(track.duration * sampleRate));
			}
		}
	});

	test('that cross over keep their power, and one alone its samples', () => {
		const clips = clipsOf(planWithEnding(song(50), 3, 90, 'hard'), 8000, 50 * 8000, 90);
		const random = xoroshiro128plus(5);
		const noise = Float32Array.from({ length: 50 * 8000 }, () => 2 * uniformFloat64(random) - 1);
		const heard = [new Float32Array(90 * 8000)];
		for (let at = 0; at < noise.length; at += 5000) mixRun(heard, clips, noise.subarray(at, at + 5000), at);
		const second = clips[1]!;
		const middle = heard[0]!.subarray(clips[0]!.at + 1000, second.at - 10);
		expect(middle).toEqual(noise.subarray(clips[0]!.in + 1000, clips[0]!.in + 1000 + middle.length));
		let crossing = 0;
		for (let k = 0; k < second.fadeIn; k++) crossing += heard[0]![second.at + k]! ** 2;
		// Uniform noise has a power of a third.
		expect(crossing / second.fadeIn).toBeGreaterThan(0.25);
		expect(crossing / second.fadeIn).toBeLessThan(0.42);
	});
});

test('a gain reaches its loudness unless peaks forbid it, and nothing makes silence louder', () => {
	expect(gainToLoudness(-16, -20, 0.3)).toBeCloseTo(4, 9);
	expect(gainToLoudness(-16, -20, 0.891)).toBeCloseTo(0, 1);
	expect(gainToLoudness(-30, -20, 1)).toBeCloseTo(-10, 9);
	expect(gainToLoudness(-16, Number.NEGATIVE_INFINITY, 0)).toBe(0);
});
