import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { cutSide } from '../../../engine/crops/judge.js';
import { type CropPlan, songTimeAt, straightPiece } from '../../../engine/crops/plan.js';
import { cheapestPath, type RecutOptions, recut, recutBars } from '../../../engine/crops/recut.js';
import { CURVE_RATE, type TrackAnalysis } from '../../../engine/features/track-analysis.js';
import { zeros } from '../../../engine/numeric/matrix.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';

/** 120 BPM, bars of 2 s; quiet for 40 s, loud for 20 s, quiet again. */
const song = (duration = 100): TrackAnalysis => {
	const grid = Array.from({ length: 2 * duration }, (_, k) => k / 2);
	const track = syntheticTrack(duration, grid, time => (time >= 40 && time < 60 ? -12 : -30));
	return {
		...track,
		beats: { ...track.beats, downbeats: grid.filter((_, k) => k % 4 === 0), downbeatConfidence: 0.9 },
	};
};
/** A cut of 40 s that is busy from 16 to 24 s. */
const cut = syntheticCut(40, [8, 16, 18, 20, 22, 24, 32], time => (time >= 16 && time < 24 ? 0.08 : 0.005));
const side = cutSide(cut, { start: 0, end: 40 });

const options = (track: TrackAnalysis, changes: Partial<RecutOptions> = {}): RecutOptions => ({
	start: 10,
	ending: 'hard',
	lock: null,
	content: zeros(side.cuts.length + 1, recutBars(track, 10).length),
	segments: cut.segments,
	...changes,
});

const made = (track: TrackAnalysis, changes: Partial<RecutOptions> = {}) =>
	recut(side, track, recutBars(track, changes.lock?.song ?? changes.start ?? 10), options(track, changes))!;

describe('a re-cut', () => {
	test('plays loud bars where the picture is busy and quiet ones elsewhere, on bar lines', () => {
		const { plan } = made(song());
		const isLoud = (time: number) => {
			const at = songTimeAt(plan.pieces, time)!;
			return at >= 40 && at < 60;
		};
		expect([4, 10, 14, 26, 32, 38].map(isLoud)).toEqual([false, false, false, false, false, false]);
		expect([17, 19, 21, 23].map(isLoud)).toEqual([true, true, true, true]);
		for (const join of plan.joins) {
			expect(Math.abs(join.from - Math.round(join.from / 2) * 2)).toBeLessThan(0.03);
			expect(Math.abs(join.to - Math.round(join.to / 2) * 2)).toBeLessThan(0.03);
		}
	});

	test('follows a cut that was made to a passage with bars played twice for 17 of its 20 bars at least, where straight it is 12 at most', () => {
		const random = xoroshiro128plus(31);
		for (let trial = 0; trial < 8; trial++) {
			// Every bar of 2 s has a level of its own, so that the picture tells which one it was made to.
			const levels = Array.from({ length: 50 }, () => -34 + 24 * uniformFloat64(random));
			const even = song();
			const track: TrackAnalysis = {
				...even,
				curves: {
					...even.curves,
					level: even.curves.level.map((_, hop) => levels[Math.min(49, Math.floor(hop / CURVE_RATE / 2))]!),
				},
			};
			const first = uniformInt(random, 4, 20);
			const repeated = uniformInt(random, 3, 6);
			const order = [
				...Array.from({ length: 6 + repeated }, (_, k) => first + k),
				...Array.from({ length: 14 - repeated }, (_, k) => first + 6 + k),
			];
			const stretched = syntheticCut(
				40,
				order.slice(1).map((_, k) => 2 * (k + 1)),
				time => Math.expm1(0.1 * (levels[order[Math.min(19, Math.floor(time / 2))]!]! + 36)) / 255,
			);
			const picture = cutSide(stretched, { start: 0, end: 40 });
			const bars = recutBars(track, 2 * first);
			const found = recut(picture, track, bars, {
				...options(track, { start: 2 * first, segments: stretched.segments }),
				content: {
					rows: 20,
					cols: bars.length,
					data: Float64Array.from({ length: 20 * bars.length }, (_, k) =>
						order[Math.floor(k / bars.length)] === k % bars.length ? 0 : Math.SQRT2,
					),
				},
			})!;
			const onTruth = ({ pieces }: { readonly pieces: CropPlan['pieces'] }) =>
				order.filter((bar, k) => Math.abs(songTimeAt(pieces, 2 * k + 1)! - (2 * bar + 1)) < 0.1).length;
			expect(onTruth(found.plan)).toBeGreaterThanOrEqual(17);
			expect(onTruth({ pieces: [straightPiece(2 * first, 40, 100)] })).toBe(6 + repeated);
			// The jump back is one of its own.
			expect(found.plan.joins.some(({ from, to }) => Math.abs(from - to - 2 * repeated) < 0.1)).toBe(true);
		}
	});

	test('is exactly as long as the range', () => {
		for (const start of [0, 3.3, 10, 55]) {
			const { pieces } = made(song(), { start }).plan;
			const last = pieces.at(-1)!;
			expect(last.at + last.song.end - last.song.start).toBeCloseTo(40, 6);
			expect(pieces[0]!.at).toBe(0);
		}
	});

	test('costs no more than playing straight on, wherever that starts', () => {
		const track = song();
		for (let start = 0; start <= 58; start += 3.4) {
			const { cost, straightCost } = made(track, { start });
			expect(straightCost).not.toBeNull();
			expect(cost).toBeLessThanOrEqual(straightCost! + 1e-9);
		}
	});

	test('lands the drop exactly on the cut that it is locked to', () => {
		for (const at of [9.37, 16, 22.84]) {
			const { plan } = made(song(), { lock: { at, song: 40 } });
			expect(songTimeAt(plan.pieces, at + 1e-6)).toBeCloseTo(40, 4);
		}
	});

	test('fills a range that is longer than the song', () => {
		const brief = song(30);
		const { plan, straightCost } = made(brief, { start: 0 });
		expect(straightCost).toBeNull();
		const last = plan.pieces.at(-1)!;
		expect(last.at + last.song.end - last.song.start).toBeCloseTo(40, 6);
	});
});

describe('the path through the bars', () => {
	const random = xoroshiro128plus(21);

	/** All ways to fill the slots that keep the rule, and what each costs. */
	const everyPath = (
		slots: number,
		bars: number,
		costOf: (path: readonly number[]) => number,
		isAllowed: (path: readonly number[]) => boolean,
	): number => {
		let least = Number.POSITIVE_INFINITY;
		const extend = (path: readonly number[]): void => {
			if (path.length === slots) {
				const jumps = path.flatMap((bar, k) => (k > 0 && bar !== path[k - 1]! + 1 ? [k] : []));
				const chopped = jumps.some(k => k === slots - 1 || jumps.includes(k + 1));
				if (!chopped && isAllowed(path)) least = Math.min(least, costOf(path));
				return;
			}
			for (let bar = 0; bar < bars; bar++) extend([...path, bar]);
		};
		extend([]);
		return least;
	};

	test('is the cheapest of all that keep the rule, tried one by one', () => {
		for (let trial = 0; trial < 60; trial++) {
			const slots = uniformInt(random, 1, 5);
			const bars = uniformInt(random, 4, 6);
			const costs = zeros(slots, bars);
			costs.data.set(costs.data.map(() => uniformFloat64(random)));
			const jumps = new Float64Array(bars * bars).map(() => 0.4 * uniformFloat64(random));
			const endings = Array.from({ length: bars }, () => 0.5 * uniformFloat64(random));
			const locked =
				trial % 3 === 0 ? { slot: uniformInt(random, 0, slots - 1), bar: uniformInt(random, 1, bars - 2) } : null;
			const costOf = (path: readonly number[]): number =>
				path.reduce((sum, bar, k) => {
					const before = path[k - 1];
					const jump =
						before === undefined || bar === before + 1
							? 0
							: before + 1 < bars
								? jumps[(before + 1) * bars + bar]!
								: 1e9;
					return sum + costs.data[k * bars + bar]! + jump;
				}, endings[path.at(-1)!]!);
			const least = everyPath(slots, bars, costOf, path => locked === null || path[locked.slot] === locked.bar);
			const found = cheapestPath(costs, jumps, bar => endings[bar]!, locked);
			if (least > 1e6) expect(found === null || found.cost > 1e6).toBe(true);
			else {
				expect(found!.cost).toBeCloseTo(least, 9);
				expect(costOf(found!.bars)).toBeCloseTo(least, 9);
			}
		}
	});
});
