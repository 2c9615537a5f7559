import { type SegmentSequence, type SequenceSummary, summarise } from '../alignment/comparison.js';
import type { Matrix32 } from '../numeric/matrix.js';
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
	vectors: rowsOf(vectors, offsets[track]!, offsets[track + 1]!),
});

/** Rows `start` to `end` as a view. */
export const rowsOf = ({ cols, data }: Matrix32, start: number, end: number): Matrix32 => ({
	rows: end - start,
	cols,
	data: data.subarray(start * cols, end * cols),
});

/**
 * Summaries of all tracks in order. Reading every vector costs as much as a query's product with them, so they are
 * remembered for as long as the block itself is.
 */
export const summariesOf = (sections: TrackSections): readonly SequenceSummary[] => {
	const known = remembered.get(sections);
	if (known) return known;
	const summaries = sections.ids.map((_, track) => summarise(sectionsOf(sections, track)));
	remembered.set(sections, summaries);
	return summaries;
};

const remembered = new WeakMap<TrackSections, readonly SequenceSummary[]>();
