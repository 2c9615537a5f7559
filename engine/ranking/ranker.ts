import type { SegmentSequence } from '../alignment/comparison.js';
import { DEFAULT_PARAMETERS, type DistanceParameters } from '../alignment/distances.js';
import type { DistanceName, RankingMethod } from '../protocol/messages.js';
import { rankExactly } from './exact-ranking.js';
import { packTracks, quantiseTracks } from './packed-tracks.js';
import type { RankedTrack, RankOptions } from './rank.js';
import { rankBySketches } from './sketched-ranking.js';
import { sketchTracks } from './sketched-tracks.js';
import type { TrackSections } from './track-sections.js';
import { rankInTwoStages, sourceOf, type TwoStageTools } from './two-stages.js';

/** Ranks one catalogue, which it lays out for the kernel once for each method that is asked for, again and again. */
export type Ranker = {
	/**
	 * As `rank` for each query: the `top` tracks with the least distance, best first; equal ones in order of id. Queries
	 * that are asked together, such as many ranges of one cut, share one scan of the catalogue.
	 */
	readonly rank: (
		queries: readonly SegmentSequence[],
		name: DistanceName,
		top: number,
		options?: RankOptions & { readonly parameters?: DistanceParameters; readonly method?: RankingMethod },
	) => Promise<RankedTrack[][]>;
	/** What is used unless a query says otherwise. */
	readonly method: RankingMethod;
};

/** Rows in one product; a smaller catalogue is one chunk, which the product may keep from query to query. */
const EXACT_CHUNK_ROWS = 65_536;

/**
 * From so many sections on (some 3,000 tracks) two stages are the faster: an exact scan would have to hand the product
 * another part of the catalogue each time.
 */
export const TWO_STAGE_ROWS = EXACT_CHUNK_ROWS;

/** From so many sections on (some 200,000 tracks) a scan of them all takes longer than an editor likes to wait. */
export const SKETCHED_ROWS = 6_000_000;

export const methodFor = (rows: number): RankingMethod => {
	if (rows <= TWO_STAGE_ROWS) return 'exact';
	return rows <= SKETCHED_ROWS ? 'two-stage' : 'sketched';
};

export const createRanker = (sections: TrackSections, tools: TwoStageTools): Ranker => {
	const method = methodFor(sections.vectors.rows);
	const laidOut = new Map<RankingMethod, Promise<RankOnce>>();
	const layOut = (asked: RankingMethod): Promise<RankOnce> => {
		const known = laidOut.get(asked) ?? LAY_OUT[asked](sections, tools);
		laidOut.set(asked, known);
		return known;
	};
	// The kernel's memory belongs to one question at a time.
	let last: Promise<unknown> = Promise.resolve();
	return {
		method,
		rank: (queries, name, top, { parameters = DEFAULT_PARAMETERS, method: asked = method, ...options } = {}) => {
			const ranked = last.then(async () => {
				const rankOnce = await layOut(asked);
				return rankOnce(queries, name, parameters, top, options);
			});
			last = ranked.catch(() => undefined);
			return ranked;
		},
	};
};

type RankOnce = (
	queries: readonly SegmentSequence[],
	name: DistanceName,
	parameters: DistanceParameters,
	top: number,
	options: RankOptions,
) => Promise<RankedTrack[][]>;

const LAY_OUT: Readonly<Record<RankingMethod, (sections: TrackSections, tools: TwoStageTools) => Promise<RankOnce>>> = {
	exact: async (sections, tools) => {
		const chunks = packTracks(sections, EXACT_CHUNK_ROWS);
		return (queries, name, parameters, top, options) =>
			rankExactly(queries, sections, chunks, name, parameters, tools, top, options);
	},
	'two-stage': async (sections, tools) => {
		const catalogue = { ...sourceOf(sections), chunks: quantiseTracks(sections) };
		return (queries, name, parameters, top, options) =>
			rankInTwoStages(queries, catalogue, name, parameters, tools, top, options);
	},
	sketched: async (sections, tools) => {
		const catalogue = await sketchTracks(sourceOf(sections), tools.similarity);
		return (queries, name, parameters, top, options) =>
			rankBySketches(queries, catalogue, name, parameters, tools, top, options);
	},
};
