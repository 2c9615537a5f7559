import { describe, expect, test } from 'vitest';
import { cutSide } from '../../../engine/crops/judge.js';
import { songTimeAt } from '../../../engine/crops/plan.js';
import { TERM_WEIGHTS } from '../../../engine/crops/terms.js';
import { zeros } from '../../../engine/numeric/matrix.js';
import type { Candidate, CropChoice } from '../../../engine/suggestions/pick.js';
import { pickOf } from '../../../engine/suggestions/plan-choice.js';
import { type Change, changedChoice, termChanges } from '../../../engine/suggestions/refine.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';

const grid = Array.from({ length: 200 }, (_, k) => 0.1 + k / 2);
const plain = syntheticTrack(100, grid, time => (time < 50 ? -30 : -15));
const song = {
	...plain,
	beats: { ...plain.beats, downbeats: grid.filter((_, k) => k % 4 === 0), downbeatConfidence: 0.9 },
	sections: [0.1, 20.1, 50.1, 80.1].map((start, k, all) => ({
		start,
		end: all[k + 1] ?? 100,
		label: 'A',
		energy: 'mid' as const,
		labelConfidence: 1,
		energyConfidence: 1,
	})),
	labels: { drop: { at: 50.1, rise: 15, confidence: 1 }, phrase: null, ending: null, loops: [], vocals: [] },
};
const range = { start: 5, end: 35 };
const choice: CropChoice = { start: 20.1, form: 'straight', ending: 'hard', lock: null };
const changed = (change: Change, from = choice) => changedChoice(from, change, song, range);

describe('a change', () => {
	test('by beat and bar moves the song by its own grid, and back again', () => {
		expect(changed({ kind: 'beat', by: 1 }).start).toBeCloseTo(20.6, 9);
		expect(changed({ kind: 'bar', by: -2 }).start).toBeCloseTo(16.1, 9);
		const there = changed({ kind: 'beat', by: 3 }, { ...choice, start: 20.27 });
		expect(changed({ kind: 'beat', by: -3 }, there).start).toBeCloseTo(20.27, 9);
	});

	test('by section goes to where the next or the one before starts', () => {
		expect(changed({ kind: 'section', by: 1 }).start).toBeCloseTo(50.1, 9);
		expect(changed({ kind: 'section', by: -1 }).start).toBeCloseTo(0.1, 9);
		expect(changed({ kind: 'section', by: -1 }, { ...choice, start: 33 }).start).toBeCloseTo(20.1, 9);
	});

	test('never leaves the song', () => {
		expect(changed({ kind: 'bar', by: -500 }).start).toBeGreaterThanOrEqual(0);
		expect(changed({ kind: 'move', to: 5000 }).start).toBeLessThanOrEqual(96);
	});

	test('locking the drop puts it on the cut, and says why where that can’t be', () => {
		const locked = changed({ kind: 'lock', cut: 17, song: 'drop' });
		expect(locked.start).toBeCloseTo(50.1 - 12, 9);
		expect(locked.lock).toEqual({ cut: 17, song: 50.1 });
		expect(() => changed({ kind: 'lock', cut: 40, song: 'drop' })).toThrow(/outside of the range/);
		expect(() => changed({ kind: 'lock', cut: 30, song: 3 })).toThrow(/re-cut it/);
	});
});

describe('a changed crop', () => {
	const cut = syntheticCut(40, [9, 13, 17, 21, 23, 25, 27, 29, 31], time => (time < 17 ? 0.005 : 0.06));
	const side = cutSide(cut, range);
	const one = { mean: 0, deviation: 1 };
	const basis = { movement: one, content: one, accents: one, total: one, wish: 0, weights: TERM_WEIGHTS };
	const candidate: Candidate = {
		id: 'a',
		album: null,
		analysis: song,
		vocals: 0,
		distance: 1,
		wish: 0,
		contentCost: () => 1,
		segmentCosts: async crops => crops.map(() => side.cuts.map(() => 1)),
		stretchCosts: async stretches => zeros(10, stretches.length),
	};
	const judged = (asked: CropChoice) => pickOf(cut, side, candidate, asked, basis, []);

	test('is told to be better where the drop lands on the movement, and what made it so', async () => {
		const before = await judged(choice);
		const better = await judged(changed({ kind: 'lock', cut: 17, song: 'drop' }));
		expect(better.score).toBeGreaterThan(before.score);
		const changes = termChanges(before, better);
		expect(changes.find(({ term }) => term === 'movement')?.text).toBe('moves more with the picture');
		expect(termChanges(before, before)).toEqual([]);
	});

	test('is the same for the same choice', async () => {
		expect(await judged(choice)).toEqual(await judged(choice));
	});

	test('re-cut, with a moment locked, plays that moment there', async () => {
		const locked = changed({ kind: 'lock', cut: 22.3, song: 'drop' }, { ...choice, form: 'recut' });
		const { plan } = await judged(locked);
		expect(songTimeAt(plan.pieces, 22.3 - range.start + 1e-6)).toBeCloseTo(50.1, 3);
	});

	test('re-cut, with nothing locked, is never worse than straight', async () => {
		for (const start of [0.1, 12.1, 33.6, 60.1]) {
			const straight = await judged({ ...choice, start });
			const recut = await judged({ ...choice, start, form: 'recut' });
			expect(recut.score).toBeGreaterThanOrEqual(straight.score);
		}
	});
});
