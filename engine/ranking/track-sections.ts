import { type SegmentSequence, type SequenceSummary, summarise } from '../alignment/comparison.js';
import { type Matrix32, rowRange, zeros32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';

/** The section embeddings of many tracks as one block: track t owns rows offsets[t] to offsets[t + 1]. */
export type TrackSections = {
	readonly ids: readonly string[];
	/** One more than `ids`, from 0, not decreasing. */
	readonly offsets: Uint32Array;
	/** Start and end of each row's section, in seconds of its track. */
	readonly spans: readonly Span[];
	readonly vectors: Matrix32;
};

/** One track's sections; its vectors are a view. */
export const sectionsOf = ({ offsets, spans, vectors }: TrackSections, track: number): SegmentSequence => ({
	spans: spans.slice(offsets[track]!, offsets[track + 1]!),
	vectors: rowRange(vectors, offsets[track]!, offsets[track + 1]!),
});

/**
 * Some of the tracks, by index, in that order. Vectors are copied even where they lie side by side: a view that is sent to
 * another thread takes the whole block along.
 */
export const pickTracks = (
	{ ids, offsets, spans, vectors }: TrackSections,
	tracks: readonly number[],
): TrackSections => {
	const picked = new Uint32Array(tracks.length + 1);
	tracks.forEach((track, k) => {
		picked[k + 1] = picked[k]! + offsets[track + 1]! - offsets[track]!;
	});
	const rows = zeros32(picked[tracks.length]!, vectors.cols);
	tracks.forEach((track, k) => {
		rows.data.set(rowRange(vectors, offsets[track]!, offsets[track + 1]!).data, picked[k]! * vectors.cols);
	});
	return {
		ids: tracks.map(track => ids[track]!),
		offsets: picked,
		spans: tracks.flatMap(track => spans.slice(offsets[track]!, offsets[track + 1]!)),
		vectors: rows,
	};
};

/**
 * A track's summary. Reading its vectors costs as much as a query's product with them, so it is remembered for as long as
 * the catalogue's block is.
 */
export const summaryOf = (sections: TrackSections, track: number): SequenceSummary => {
	const summaries = remembered.get(sections) ?? new Map<number, SequenceSummary>();
	remembered.set(sections, summaries);
	const summary = summaries.get(track) ?? summarise(sectionsOf(sections, track));
	summaries.set(track, summary);
	return summary;
};

const remembered = new WeakMap<TrackSections, Map<number, SequenceSummary>>();
