import type { SegmentSequence } from '../alignment/comparison.js';
import { DEFAULT_PARAMETERS, type DistanceParameters } from '../alignment/distances.js';
import type { DistanceName } from '../protocol/messages.js';
import { type ExactTools, rankExactly } from './exact-ranking.js';
import { packTracks, quantiseTracks } from './packed-tracks.js';
import type { RankedTrack, RankOptions } from './rank.js';
import { pickTracks, type TrackSections } from './track-sections.js';
import { rankInTwoStages, type TwoStageTools } from './two-stages.js';

/** Ranks one catalogue, which it has laid out for the kernel, again and again. */
export type Ranker = {
	/** As `rank`: the `top` tracks with the least distance, best first; equal ones in order of id. */
	readonly rank: (
		query: SegmentSequence,
		name: DistanceName,
		top: number,
		options?: RankOptions & { readonly parameters?: DistanceParameters },
	) => Promise<RankedTrack[]>;
	readonly method: RankingMethod;
};

/** Every track from its float32 vectors, or every track from 8-bit vectors and the best few hundred from float32. */
export type RankingMethod = 'exact' | 'two-stage';

/** Rows in one product; a smaller catalogue is one chunk, which the product may keep from query to query. */
const EXACT_CHUNK_ROWS = 65_536;

/**
 * From so many sections on (some 3,000 tracks) two stages are the faster: an exact scan would have to hand the product
 * another part of the catalogue each time.
 */
export const TWO_STAGE_ROWS = EXACT_CHUNK_ROWS;

/** @param method - by the size of the catalogue unless given */
export const createRanker = (
	sections: TrackSections,
	tools: TwoStageTools,
	method: RankingMethod = sections.vectors.rows <= TWO_STAGE_ROWS ? 'exact' : 'two-stage',
): Ranker => {
	const rankOnce = method === 'exact' ? exactly(sections, tools) : inTwoStages(sections, tools);
	// The kernel's memory belongs to one query at a time.
	let last: Promise<unknown> = Promise.resolve();
	return {
		method,
		rank: (query, name, top, { parameters = DEFAULT_PARAMETERS, ...options } = {}) => {
			const ranked = last.then(() => rankOnce(query, name, parameters, top, options));
			last = ranked.catch(() => undefined);
			return ranked;
		},
	};
};

type RankOnce = (
	query: SegmentSequence,
	name: DistanceName,
	parameters: DistanceParameters,
	top: number,
	options: RankOptions,
) => Promise<RankedTrack[]>;

const inTwoStages = (sections: TrackSections, tools: TwoStageTools): RankOnce => {
	const catalogue = {
		ids: sections.ids,
		chunks: quantiseTracks(sections),
		load: async (tracks: readonly number[]) => pickTracks(sections, tracks),
	};
	return (query, name, parameters, top, options) =>
		rankInTwoStages(query, catalogue, name, parameters, tools, top, options);
};

const exactly = (sections: TrackSections, tools: ExactTools): RankOnce => {
	const chunks = packTracks(sections, EXACT_CHUNK_ROWS);
	return (query, name, parameters, top, options) =>
		rankExactly(query, sections, chunks, name, parameters, tools, top, options);
};
