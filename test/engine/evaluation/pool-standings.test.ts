import { describe, expect, test } from 'vitest';
import { compare, type SegmentSequence } from '../../../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS, distanceNamed } from '../../../engine/alignment/distances.js';
import { bestTraceSum, traceSum } from '../../../engine/alignment/trace.js';
import { poolStandings, type RankedBy, rankedBy } from '../../../engine/evaluation/pool-standings.js';
import { expectedRank } from '../../../engine/evaluation/retrieval.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import { catalogueOf, normals, plainProduct, randomSpans, unitRows } from '../ranking/catalogues.js';

const POOL = 60;
const tools = { kernel: openRankingKernel(), similarity: plainProduct };
const clock = () => performance.now() / 1000;

/** Whole quarters of seconds, so that the kernel's grid holds every offset that matters. */
const sequence = (count: number, seed: number): SegmentSequence => {
	const normal = normals(seed);
	const spans = randomSpans(count, normal).map(({ start, end }) => ({ start: quarter(start), end: quarter(end) }));
	return { spans, vectors: unitRows(count, 8, normal) };
};
const quarter = (time: number): number => Math.round(4 * time) / 4;

const questions = {
	queries: Array.from({ length: POOL }, (_, k) => sequence(3 + (k % 5), k + 1)),
	targets: Array.from({ length: POOL }, (_, k) => sequence(2 + ((3 * k) % 7), k + 1)),
};

/** By the definition, one pair at a time, in float64. */
const oracle = (distance: RankedBy, query: SegmentSequence, target: SegmentSequence): number => {
	const comparison = compare(query, target);
	if (distance === 'trace-sum') return traceSum(comparison.distance);
	if (distance === 'best-trace-sum') return bestTraceSum(comparison.distance);
	return distanceNamed(distance).value(comparison);
};

describe('standings in a pool', () => {
	test.each(rankedBy)('%s: as pair after pair gives them', async distance => {
		const [ranking] = await poolStandings(questions, [distance], () => DEFAULT_PARAMETERS, tools, { clock });
		const slow = questions.queries.map((query, k) => {
			const values = questions.targets.map(target => oracle(distance, query, target));
			// Values that differ by less than float32 can tell may come in either order.
			const sure = 1e-5;
			const better = values.filter(value => value < values[k]! - sure).length;
			const perhaps = values.filter(value => Math.abs(value - values[k]!) <= sure).length - 1;
			return { least: 1 + better, most: 1 + better + perhaps };
		});
		ranking!.standings.forEach((own, k) => {
			expect(expectedRank(own)).toBeGreaterThanOrEqual(slow[k]!.least);
			expect(expectedRank(own)).toBeLessThanOrEqual(slow[k]!.most);
		});
		// The claim would be empty if most were within the uncertainty.
		expect(slow.filter(({ least, most }) => most > least).length).toBeLessThan(POOL / 4);
	});

	test('each distance by its own parameters', async () => {
		const parameters = (distance: RankedBy) => ({
			...DEFAULT_PARAMETERS,
			indelCost: distance === 'nw-dtw' ? 0.7 : 0.1,
		});
		const rankings = await poolStandings(questions, ['nw-dtw', 'sw-dtw'], parameters, tools, { clock });
		const alone = async (distance: RankedBy, indelCost: number) =>
			(await poolStandings(questions, [distance], () => ({ ...DEFAULT_PARAMETERS, indelCost }), tools, { clock }))[0]!;
		expect(rankings[0]!.standings).toEqual((await alone('nw-dtw', 0.7)).standings);
		expect(rankings[1]!.standings).toEqual((await alone('sw-dtw', 0.1)).standings);
	});

	test('a clip without segments is refused, and an abort is heard', async () => {
		const empty = { spans: [], vectors: { rows: 0, cols: 8, data: new Float32Array(0) } };
		const holed = { ...questions, targets: [...questions.targets.slice(1), empty] };
		const options = { clock };
		await expect(poolStandings(holed, ['trace'], () => DEFAULT_PARAMETERS, tools, options)).rejects.toThrow(RangeError);
		const stop = new AbortController();
		const onQuery = () => stop.abort(new Error('enough'));
		const run = poolStandings(questions, ['trace'], () => DEFAULT_PARAMETERS, tools, {
			clock,
			onQuery,
			signal: stop.signal,
		});
		await expect(run).rejects.toThrow('enough');
	});
});

test('a pool in which nothing is related ranks at chance', async () => {
	const { vectors, spans } = catalogueOf(
		Array.from({ length: 400 }, () => 5),
		16,
		3,
	);
	const pick = (first: number) =>
		Array.from({ length: 200 }, (_, k) => {
			const start = 5 * (first + k);
			return {
				spans: spans.slice(start, start + 5),
				vectors: { rows: 5, cols: 16, data: vectors.data.slice(start * 16, (start + 5) * 16) },
			};
		});
	const unrelated = { queries: pick(0), targets: pick(200) };
	const rankings = await poolStandings(unrelated, ['trace', 'nw-dtw', 'sw-dtw'], () => DEFAULT_PARAMETERS, tools, {
		clock,
	});
	for (const { standings } of rankings) {
		const mean = standings.reduce((sum, one) => sum + expectedRank(one), 0) / standings.length;
		// Four standard errors of the mean of 200 ranks, each uniform in 1 … 200.
		expect(Math.abs(mean - 100.5)).toBeLessThan((4 * 57.7) / Math.sqrt(200));
	}
});
