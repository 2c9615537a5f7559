import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { countOnBeats, cutsOnOnsets, cutsOnOnsetsPerStep, onsetRanks } from '../../../engine/crops/cut-agreement.js';
import { cutDynamics, SEARCH_RATE, startOf } from '../../../engine/crops/dynamics.js';
import { RANK_UNITS, trackOutline } from '../../../engine/crops/outline.js';
import { preparedTrack } from '../../../engine/crops/prepared-track.js';
import { agreementAtOffsets, firstLook } from '../../../engine/crops/search.js';
import { snapToBeat } from '../../../engine/crops/snap.js';
import { CURVE_RATE } from '../../../engine/features/track-analysis.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';

const random = (seed: number) => {
	const generator = xoroshiro128plus(seed);
	return () => uniformFloat64(generator);
};

const every = (period: number, duration: number, from = 0): number[] =>
	Array.from({ length: Math.floor((duration - from) / period) }, (_, k) => from + k * period);

describe('cuts on onsets', () => {
	test('average nothing where cuts fall anywhere', () => {
		const next = random(1);
		const ranks = onsetRanks(Float32Array.from({ length: 5000 }, next));
		let sum = 0;
		const trials = 2000;
		for (let trial = 0; trial < trials; trial++) {
			sum += cutsOnOnsets(
				ranks,
				Array.from({ length: 12 }, () => next() * 100),
				0,
			);
		}
		// The maximum of three neighbours is no longer independent from hop to hop, but its rank is still uniform.
		expect(Math.abs(sum / trials)).toBeLessThan(0.1);
	});

	test('are sure of clicks that the cuts hit, and per step find the best place within it', () => {
		const track = syntheticTrack(60, every(1.7, 60));
		const cuts = [1.7, 5.1, 6.8, 10.2];
		const ranks = onsetRanks(track.curves.onsetStrength);
		expect(cutsOnOnsets(ranks, cuts, 3.4)).toBeGreaterThan(3);
		expect(cutsOnOnsets(ranks, cuts, 3.4 + 0.6)).toBeLessThan(0.5);
		const { ranks: rounded } = trackOutline(track);
		const perStep = cutsOnOnsetsPerStep(rounded, RANK_UNITS, cuts, 40 * SEARCH_RATE);
		for (const step of [0, 7, 50]) {
			const inside = Array.from({ length: 400 }, (_, k) => step / SEARCH_RATE + (k / 400) * (1 / SEARCH_RATE));
			const best = Math.max(...inside.map(offset => cutsOnOnsets(ranks, cuts, offset)));
			expect(perStep[step]).toBeCloseTo(best, 0);
		}
	});

	test('ranks of silence are all one half', () => {
		expect([...onsetRanks(new Float32Array(50))].every(rank => rank === 0.5)).toBe(true);
	});
});

test('counting beats agrees with looking at every pair', () => {
	const next = random(3);
	const beats = every(0.5, 40, 0.2);
	const moments = Array.from({ length: 60 }, () => next() * 39);
	const slow = moments.filter(moment => beats.some(beat => Math.abs(beat - moment) <= 0.045)).length;
	const { onBeat, byChance } = countOnBeats(moments, beats);
	expect(onBeat).toBe(slow);
	expect(byChance).toBeCloseTo(60 * (0.09 / 0.5), 0);
});

describe('the search', () => {
	const level = (time: number) => -30 + 12 * Math.sin(time / 3) + 8 * Math.sin(time / 1.3);
	const next = random(7);
	const clicks = every(0.5, 180).filter(() => next() < 0.5);
	const track = syntheticTrack(180, clicks, level);
	const truth = 71.5;
	const cuts = clicks.filter((time, k) => time > truth && time < truth + 30 && k % 3 === 0).map(time => time - truth);
	const cut = syntheticCut(30, cuts, time => 0.02 + 0.0008 * (level(time + truth) + 50));

	test('finds the passage that a cut was made to, among other tracks', () => {
		const others = Array.from({ length: 8 }, (_, k) => {
			const other = random(100 + k);
			return syntheticTrack(
				180,
				every(0.45 + k / 40, 180).filter(() => other() < 0.6),
				time => -30 + 10 * Math.sin(time / (2 + k / 3) + k),
			);
		});
		const picture = cutDynamics(cut, { start: 0, end: 30 });
		const { confidences, places } = firstLook(
			[...others, track].map(candidate => agreementAtOffsets(picture, cuts, trackOutline(candidate), null)),
			30,
		);
		expect(confidences.indexOf(Math.max(...confidences))).toBe(8);
		expect(Math.abs(places(8, 1, 4)[0]!.offset - truth)).toBeLessThanOrEqual(1 / SEARCH_RATE);
	});

	test('offers places of one track that lie apart, best first', () => {
		const agreement = agreementAtOffsets(cutDynamics(cut, { start: 0, end: 30 }), cuts, trackOutline(track), null);
		const points = firstLook([agreement], 30).places(0, 5, 6);
		expect(points).toHaveLength(5);
		for (let a = 0; a < points.length; a++) {
			for (let b = a + 1; b < points.length; b++) {
				expect(points[a]!.sum).toBeGreaterThanOrEqual(points[b]!.sum);
				expect(Math.abs(points[a]!.offset - points[b]!.offset)).toBeGreaterThanOrEqual(6);
			}
		}
	});

	test('a song shorter than the cut has one place, its start, and agrees by its share at most', () => {
		const short = syntheticTrack(15, every(0.5, 15), time => level(time + truth));
		const picture = cutDynamics(cut, { start: 0, end: 30 });
		const agreement = agreementAtOffsets(picture, cuts, trackOutline(short), null);
		expect(agreement.dynamics).toHaveLength(1);
		const half = agreementAtOffsets(startOf(picture, 15 * SEARCH_RATE), cuts, trackOutline(short), null);
		expect(agreement.dynamics[0]).toBeCloseTo(half.dynamics[0]! / 2, 9);
		expect(Math.abs(half.dynamics[0]!)).toBeGreaterThan(0.01);
	});

	test('more places need a higher score for the same confidence', () => {
		const flat = (length: number, peak: number) => {
			const dynamics = Float64Array.from({ length }, (_, k) => Math.sin(k * 1.7));
			dynamics[0] = peak;
			return { dynamics, onsets: new Float64Array(length), contentCost: new Float64Array(0), wish: 0 };
		};
		const { confidences, places } = firstLook([flat(40, 2.5), flat(4000, 2.5)], 10);
		expect(places(0, 1, 1)[0]!.sum).toBeCloseTo(places(1, 1, 1)[0]!.sum, 9);
		expect(confidences[0]).toBeGreaterThan(confidences[1]!);
	});
});

describe('snapping', () => {
	test('puts the start or a cut exactly on a beat, and as many cuts as any nearby place does', () => {
		const beats = every(0.5, 120, 0.13);
		const track = syntheticTrack(120, beats);
		const cuts = [2, 3.5, 6, 9.5];
		const snapped = snapToBeat(preparedTrack(track), cuts, 40.3, 80);
		expect(beats.some(beat => Math.abs(beat - snapped) < 1e-9)).toBe(true);
		expect(
			countOnBeats(
				cuts.map(cut => cut + snapped),
				beats,
			).onBeat,
		).toBe(4);
		expect(Math.abs(snapped - 40.3)).toBeLessThanOrEqual(0.25 + 1e-9);
	});

	test('prefers cuts on beats over a start on one', () => {
		const beats = every(0.5, 120);
		const track = syntheticTrack(120, beats);
		const cuts = [2.2, 3.7, 6.2, 9.7];
		const snapped = snapToBeat(preparedTrack(track), cuts, 40.1, 80);
		expect(
			countOnBeats(
				cuts.map(cut => cut + snapped),
				beats,
			).onBeat,
		).toBe(4);
	});

	test('never leaves the song', () => {
		const track = syntheticTrack(30, every(0.5, 30));
		for (const offset of [0, 0.1, 4.9, 5]) {
			const snapped = snapToBeat(preparedTrack(track), [1, 2], offset, 5);
			expect(snapped).toBeGreaterThanOrEqual(0);
			expect(snapped).toBeLessThanOrEqual(5);
		}
	});

	test('without a steady beat it follows the strongest onsets', () => {
		const track = syntheticTrack(60, [20.1], () => -20, []);
		const snapped = snapToBeat(preparedTrack(track), [], 20, 30);
		expect(Math.abs(snapped - 20.1)).toBeLessThanOrEqual(2 / CURVE_RATE);
	});
});
