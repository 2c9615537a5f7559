import { describe, expect, test } from 'vitest';
import type { SegmentSequence } from '../../../engine/alignment/comparison.js';
import { cropped, stretched, withoutContent } from '../../../engine/evaluation/perturbations.js';
import { canCut, cutUp, posed, SCENARIOS, segmentersOf } from '../../../engine/evaluation/scenarios.js';
import { row } from '../../../engine/numeric/matrix.js';
import { seededRandom } from '../../../engine/numeric/random.js';
import { normals, randomSpans, unitRows } from '../ranking/catalogues.js';

const sequence = (count: number, seed: number): SegmentSequence => {
	const normal = normals(seed);
	return { spans: randomSpans(count, normal), vectors: unitRows(count, 6, normal) };
};

const rows = ({ vectors }: SegmentSequence): number[][] =>
	Array.from({ length: vectors.rows }, (_, r) => [...row(vectors, r)]);

const length = ({ spans }: SegmentSequence): number => spans.reduce((sum, { start, end }) => sum + end - start, 0);

describe('a cropped query', () => {
	test('is one window of the sequence, of half its segments rounded up, wherever it begins', () => {
		const whole = sequence(9, 1);
		const starts = new Set<number>();
		for (let seed = 0; seed < 200; seed++) {
			const window = cropped(whole, 0.5, seededRandom(seed));
			const start = whole.spans.indexOf(window.spans[0]!);
			expect(window.spans).toEqual(whole.spans.slice(start, start + 5));
			expect(rows(window)).toEqual(rows(whole).slice(start, start + 5));
			starts.add(start);
		}
		expect([...starts].sort()).toEqual([0, 1, 2, 3, 4]);
	});

	test('keeps one segment at least', () => {
		expect(cropped(sequence(1, 1), 0.25, seededRandom(1)).spans.length).toBe(1);
	});
});

describe('a stretched target', () => {
	test('repeats segments in place and moves what follows', () => {
		const whole = sequence(200, 2);
		const longer = stretched(whole, 0.5, seededRandom(3));
		// The slow way: walk both, and account for every row.
		let r = 0;
		let time = whole.spans[0]!.start;
		let repeats = 0;
		whole.spans.forEach(({ start, end }, segment) => {
			const again = r + 1 < longer.spans.length && String(rows(longer)[r + 1]) === String(rows(whole)[segment]);
			for (let copy = 0; copy < (again ? 2 : 1); copy++) {
				expect(rows(longer)[r]).toEqual(rows(whole)[segment]);
				expect(longer.spans[r]!.start).toBeCloseTo(time, 9);
				time += end - start;
				expect(longer.spans[r]!.end).toBeCloseTo(time, 9);
				r++;
			}
			repeats += Number(again);
		});
		expect(r).toBe(longer.spans.length);
		expect(repeats / 200).toBeCloseTo(0.5, 1);
	});

	test('by a chance of 1 is twice as long, by a chance of 0 as it was', () => {
		const whole = sequence(7, 4);
		expect(length(stretched(whole, 1, seededRandom(1)))).toBeCloseTo(2 * length(whole), 9);
		expect(rows(stretched(whole, 0, seededRandom(1)))).toEqual(rows(whole));
	});
});

test('without content, spans stay and directions say nothing', () => {
	const bare = withoutContent(sequence(300, 5), seededRandom(6));
	expect(bare.spans).toEqual(sequence(300, 5).spans);
	const [first, second] = [rows(bare)[0]!, rows(bare)[1]!];
	expect(Math.hypot(...first)).toBeCloseTo(1, 5);
	expect(Math.abs(first.reduce((sum, value, k) => sum + value * second[k]!, 0))).toBeLessThan(0.6);
});

describe('posed questions', () => {
	const questions = {
		queries: [1, 2, 3].map(seed => sequence(8, seed)),
		targets: [4, 5, 6].map(seed => sequence(8, seed)),
	};

	test('vanilla leaves everything as it is', () => {
		expect(posed(questions, SCENARIOS.vanilla, 1)).toEqual(questions);
	});

	test('only queries are cropped, only targets stretched', () => {
		const { queries, targets } = posed(questions, SCENARIOS['crop-stretch'], 1);
		expect(queries.map(({ spans }) => spans.length)).toEqual([4, 4, 4]);
		expect(targets.every(({ spans }) => spans.length >= 8)).toBe(true);
		expect(posed(questions, SCENARIOS.crop, 1).targets).toEqual(questions.targets);
		expect(posed(questions, SCENARIOS.stretch, 1).queries).toEqual(questions.queries);
	});

	test('a clip is perturbed alike in pools of any size, and otherwise by another seed', () => {
		const two = { queries: questions.queries.slice(0, 2), targets: questions.targets.slice(0, 2) };
		const scenario = SCENARIOS['crop-stretch'];
		expect(posed(two, scenario, 7).targets).toEqual(posed(questions, scenario, 7).targets.slice(0, 2));
		const all = (seed: number) => JSON.stringify(posed(questions, scenario, seed).queries.map(({ spans }) => spans));
		expect(all(7)).not.toBe(all(8));
	});
});

describe('cutting', () => {
	const clips = [
		{
			duration: 60,
			music: { boundaries: { olda: [20, 45], sf: [30] } },
			picture: { boundaries: { transnet: [5, 7, 50] } },
		},
		{ duration: 30, music: { boundaries: { olda: [12.5] } }, picture: { boundaries: { transnet: [] } } },
	];

	test('shared: both sides by the one segmenter', () => {
		const cut = cutUp(clips, 'shared', 'olda');
		expect(cut.picture).toEqual(cut.music);
		expect(cut.music[0]).toEqual([
			{ start: 0, end: 20 },
			{ start: 20, end: 45 },
			{ start: 45, end: 60 },
		]);
		expect(cutUp(clips, 'shared', 'transnet').music[0]!.map(({ end }) => end)).toEqual([5, 7, 50, 60]);
	});

	test('independent: the picture by its shots, the music by its sections', () => {
		const cut = cutUp(clips, 'independent', 'olda');
		expect(cut.picture.map(spans => spans.length)).toEqual([4, 1]);
		expect(cut.music.map(spans => spans.length)).toEqual([3, 2]);
	});

	test('equal: as many parts for all as the segmenter finds on average, so counts tell nothing', () => {
		const cut = cutUp(clips, 'equal', 'olda');
		expect(cut.music.map(spans => spans.length)).toEqual([3, 3]);
		expect(cut.picture[1]).toEqual([
			{ start: 0, end: 10 },
			{ start: 10, end: 20 },
			{ start: 20, end: 30 },
		]);
	});

	test('a segmenter serves where it found something in every clip', () => {
		expect(segmentersOf(clips)).toEqual(['olda', 'transnet']);
		expect(canCut(clips, 'shared', 'sf')).toBe(false);
		expect(canCut(clips, 'independent', 'olda')).toBe(true);
		expect(canCut(clips, 'independent', 'transnet')).toBe(false);
	});

	test('a timeline’s own cuts go before shots that were found', () => {
		const edited = clips.map(clip => ({
			...clip,
			picture: { boundaries: { ...clip.picture.boundaries, timeline: [clip.duration / 2] } },
		}));
		expect(cutUp(edited, 'independent', 'olda').picture.map(spans => spans.length)).toEqual([2, 2]);
	});
});
