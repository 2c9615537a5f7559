import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { planWithEnding } from '../engine/crops/endings.js';
import { joinBetween } from '../engine/crops/join.js';
import { cutSide } from '../engine/crops/judge.js';
import { recut, recutBars } from '../engine/crops/recut.js';
import { zeros } from '../engine/numeric/matrix.js';
import type { BenchMusic } from './crops.js';
import { mean } from './crops.js';
import type { Figure } from './figures.js';
import { barsOf, plantedCase } from './planted-cases.js';

const PER_TRACK = 3;

/**
 * How music goes on at joins: the bar after against the bar before, in onset phase, loudness and chroma. For the joins of
 * our re-cuts and endings, for jumps between bars drawn at random, and where the song itself goes from bar to bar.
 */
export const joinFigures = async (
	{ analyses }: BenchMusic,
	seed: number,
	say: (text: string) => void,
): Promise<Figure[]> => {
	const random = xoroshiro128plus(seed + 1);
	const found: Record<'ours' | 'random' | 'own bars', Continuity[]> = { ours: [], random: [], 'own bars': [] };
	say('joins …');
	for (const analysis of analyses) {
		const bars = barsOf(analysis);
		if (bars.length < 16) continue;
		const bar = (bars.at(-1)!.end - bars[0]!.start) / bars.length;
		const continuity = (from: number, to: number): Continuity => {
			const { onsetPhase, loudnessStep, chromaDistance } = joinBetween(analysis, Math.max(0, from - bar), to);
			return { phase: Math.abs(onsetPhase) * 1000, step: Math.abs(loudnessStep), chroma: chromaDistance };
		};
		for (let k = 0; k < PER_TRACK; k++) {
			const planted = plantedCase(analysis, 'plain', random);
			if (!planted) continue;
			const side = cutSide(planted.cut, { start: 0, end: planted.cut.duration });
			const grid = recutBars(analysis, planted.truth);
			const made = recut(side, analysis, grid, {
				start: planted.truth,
				ending: 'ring-out',
				lock: null,
				content: zeros(1, grid.length),
				segments: [{ start: 0, end: side.length }],
			});
			const ended = planWithEnding(analysis, planted.truth, side.length, 'ring-out');
			for (const { from, to } of [...(made?.plan.joins ?? []), ...ended.joins]) found.ours.push(continuity(from, to));
			for (let draw = 0; draw < 4; draw++) {
				const [a, b] = [uniformInt(random, 1, bars.length - 2), uniformInt(random, 1, bars.length - 2)];
				if (a !== b) found.random.push(continuity(bars[a]!.start, bars[b]!.start));
				found['own bars'].push(continuity(bars[a]!.start, bars[a]!.start));
			}
		}
	}
	return Object.entries(found).flatMap(([whose, joins]) => [
		mean(
			`join-onset-phase, ${whose}`,
			'ms',
			joins.map(({ phase }) => phase),
		),
		mean(
			`join-loudness-step, ${whose}`,
			'LU',
			joins.map(({ step }) => step),
		),
		mean(
			`join-chroma-distance, ${whose}`,
			'distance',
			joins.map(({ chroma }) => chroma),
		),
	]);
};

type Continuity = { readonly phase: number; readonly step: number; readonly chroma: number };
