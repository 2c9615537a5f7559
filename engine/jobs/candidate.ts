import { compare, type SegmentSequence } from '../alignment/comparison.js';
import { SILENCE_COST, timedTrace, timedTraces } from '../alignment/timed-best-trace.js';
import { songSpansIn } from '../crops/plan.js';
import type { Embedding, StoredRows } from '../embeddings/embedding.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { type Matrix32, row } from '../numeric/matrix.js';
import type { Candidate } from '../suggestions/pick.js';
import type { Seconds, Span } from '../time/time.js';

/** What a candidate's content is compared by. */
export type ContentSources = {
	readonly embedding: Embedding;
	/** The catalogue's rows as stored, whose averages count. */
	readonly stored: StoredRows;
	/** The range's segments, in seconds after its start. */
	readonly query: SegmentSequence;
};

/** A track's content as its sections tell it. */
export const sectionContent = (query: SegmentSequence, track: SegmentSequence) => {
	const comparison = compare(query, track);
	return {
		contentCost: (offset: Seconds) => timedTrace(comparison, offset, SILENCE_COST),
		contentCosts: (step: Seconds, count: number) => timedTraces(comparison, step, count, SILENCE_COST),
	};
};

/** A track's content as just what plays tells it. */
export const heardContent = (
	{ embedding, stored, query }: ContentSources,
	analysis: TrackAnalysis,
): Pick<Candidate, 'segmentCosts' | 'stretchCosts'> => ({
	stretchCosts: async stretches => {
		const described = await embedding.describeTrack(analysis, stretches);
		const offsets = Uint32Array.from([0, stretches.length]);
		const vectors = embedding.place({ offsets, spans: stretches, vectors: described }, stored);
		return compare(query, { spans: stretches, vectors }).distance;
	},
	segmentCosts: async crops => {
		const heard = crops.map(pieces => query.spans.map(span => songSpansIn(pieces, span)));
		const spans = heard.flat(2);
		const offsets = Uint32Array.from([0, ...heard.map(segments => segments.flat().length)]);
		for (let crop = 1; crop < offsets.length; crop++) offsets[crop]! += offsets[crop - 1]!;
		const described = await embedding.describeTrack(analysis, spans);
		const vectors = embedding.place({ offsets, spans, vectors: described }, stored);
		let next = 0;
		return heard.map(segments =>
			segments.map((music, s) => {
				const first = next;
				next += music.length;
				return segmentCost(query.spans[s]!, row(query.vectors, s), music, vectors, first);
			}),
		);
	},
});

/** Mean over a segment's time of the distance to what plays; time without music costs {@link SILENCE_COST}. */
const segmentCost = (
	segment: Span,
	picture: Float32Array,
	music: readonly Span[],
	vectors: Matrix32,
	first: number,
): number => {
	const length = segment.end - segment.start;
	let cost = 0;
	let covered = 0;
	music.forEach(({ start, end }, k) => {
		covered += end - start;
		cost += (end - start) * euclidean(picture, row(vectors, first + k));
	});
	return (cost + SILENCE_COST * Math.max(0, length - covered)) / Math.max(length, covered);
};

const euclidean = (a: Float32Array, b: Float32Array): number => {
	let squares = 0;
	for (let k = 0; k < a.length; k++) squares += (a[k]! - b[k]!) ** 2;
	return Math.sqrt(squares);
};
