import type { SegmentSequence } from '../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS } from '../engine/alignment/distances.js';
import { type DistanceName, distanceNames } from '../engine/protocol/messages.js';
import { rankExactly } from '../engine/ranking/exact-ranking.js';
import { packTracks } from '../engine/ranking/packed-tracks.js';
import type { RankedTrack } from '../engine/ranking/rank.js';
import { createRanker } from '../engine/ranking/ranker.js';
import { rankBySketches, SKETCHED_PLAN, type SketchedPlan } from '../engine/ranking/sketched-ranking.js';
import { sketchTracks } from '../engine/ranking/sketched-tracks.js';
import type { TrackSections } from '../engine/ranking/track-sections.js';
import { sourceOf, type TwoStageTools } from '../engine/ranking/two-stages.js';
import { type BenchOptions, type Figure, figure, timed } from './figures.js';
import { generateCatalogue, lengthAmong, queryLike } from './generated-catalogue.js';
import { realPieces } from './real-sections.js';

const TOP = 25;
const QUERY_SEGMENTS = 36;
const REAL_QUERIES = 16;

/** As hard as among a million tracks: the same share of them passes the first step, and fewer the second. */
const HARDER: SketchedPlan = { ...SKETCHED_PLAN, least: 0, secondStage: 200 };

/** The best tracks by each distance, exactly, for each query. */
const truthsOf = async (
	queries: readonly SegmentSequence[],
	sections: TrackSections,
	names: readonly DistanceName[],
	tools: TwoStageTools,
): Promise<Map<DistanceName, RankedTrack[][]>> => {
	const chunks = packTracks(sections, 65_536);
	const truths = new Map<DistanceName, RankedTrack[][]>();
	for (const name of names) {
		truths.set(name, await rankExactly(queries, sections, chunks, name, DEFAULT_PARAMETERS, tools, TOP));
	}
	return truths;
};

/**
 * Share of the exact best 25 that were found: ties in distance count as found, since then either is right. One number a
 * query.
 */
export const recallOf = (truths: readonly RankedTrack[][], found: readonly RankedTrack[][]): number[] =>
	truths.map((truth, k) => {
		const worst = truth.at(-1)!.value;
		return Math.min(TOP, found[k]!.filter(({ value }) => value <= worst + 1e-9).length) / truth.length;
	});

/** The mean over the queries, and the worst. */
export const recallFigures = (name: string, recalls: readonly number[]): Figure[] => [
	figure(name, 'share', [recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length]),
	figure(`${name}-worst`, 'share', [Math.min(...recalls)]),
];

/** Recall of two stages and of sketches among generated tracks, by all distances. */
export const generatedRecall = async (
	tools: TwoStageTools,
	tracks: number,
	say: BenchOptions['say'],
): Promise<Figure[]> => {
	say(`recall among ${tracks} generated tracks`);
	const generated = generateCatalogue(tracks, lengthAmong(tracks), tools.similarity);
	const sections = await generated.load(Array.from({ length: tracks }, (_, track) => track));
	const queries: SegmentSequence[] = [];
	// Two that resemble a track of the catalogue, and two that resemble one it doesn't have.
	for (const [seed, like] of [17, tracks - 100, tracks + 5, tracks + 77].entries()) {
		queries.push(await queryLike(generated, like, QUERY_SEGMENTS, seed + 1));
	}
	const ranker = createRanker(sections, tools);
	await ranker.rank(queries, 'sw-dtw', TOP, { method: 'two-stage' });
	const size = tracks === 10_000 ? '10k' : String(tracks);
	return [
		...(await recalls(`generated-${size}`, queries, sections, tools, say)),
		figure(
			`two-stage-${size}-ms`,
			'ms',
			await timed(() => ranker.rank([queries[0]!], 'sw-dtw', TOP, { method: 'two-stage' }), 7),
		),
	];
};

/** The same among pieces of the tracks that the catalogue in SEGUE_HOME holds, in tagger features of unit length. */
export const realRecall = async (tools: TwoStageTools, tracks: number, say: BenchOptions['say']): Promise<Figure[]> => {
	const real = realPieces(tracks, QUERY_SEGMENTS, REAL_QUERIES, say);
	if (!real) return [];
	say(`recall among ${tracks} pieces of ${real.tracks} real tracks`);
	return [
		figure('real-tracks', 'tracks', [real.tracks]),
		figure('real-seconds', 's', [real.seconds]),
		...(await recalls('real', real.queries, real.sections, tools, say)),
	];
};

const recalls = async (
	title: string,
	queries: readonly SegmentSequence[],
	sections: TrackSections,
	tools: TwoStageTools,
	say: BenchOptions['say'],
): Promise<Figure[]> => {
	const sketched = await sketchTracks(sourceOf(sections), tools.similarity);
	const twoStage = createRanker(sections, tools);
	const figures: Figure[] = [];
	for (const [name, truth] of await truthsOf(queries, sections, distanceNames, tools)) {
		const found = await twoStage.rank(queries, name, TOP, { method: 'two-stage' });
		const bySketches = await rankBySketches(queries, sketched, name, DEFAULT_PARAMETERS, tools, TOP, {}, HARDER);
		const [two, sketches] = [recallOf(truth, found), recallOf(truth, bySketches)];
		say(`  ${name}: ${two.join(' ')} in two stages, ${sketches.join(' ')} by sketches`);
		figures.push(
			...recallFigures(`two-stage-${title}-${name}-recall25`, two),
			...recallFigures(`sketched-${title}-${name}-recall25`, sketches),
		);
	}
	return figures;
};
