import type { Pair } from '../alignment/alignment.js';
import { compare, type SegmentSequence } from '../alignment/comparison.js';
import { distanceNamed } from '../alignment/distances.js';
import type { Matrix } from '../numeric/matrix.js';
import { type DistanceName, distanceNames } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';

/** A cut and a track side by side, by every distance: the paper's qualitative figure as data. */
export type Explanation = {
	/** Dot products: one row a segment of the cut, one column a section of the track. */
	readonly similarity: Matrix;
	readonly segments: readonly Span[];
	readonly sections: readonly Span[];
	/** In the order of {@link distanceNames}. */
	readonly distances: readonly ExplainedDistance[];
};

export type ExplainedDistance = {
	readonly name: DistanceName;
	/** Lower is better. */
	readonly value: number;
	/** Segments and sections that it pairs, in order of time, and where the cut then begins in the track; null without order. */
	readonly path: { readonly pairs: readonly Pair[]; readonly offset: Seconds | null } | null;
};

/** @param query - the cut's segments; `track`: the track's sections; at least one each */
export const explain = (query: SegmentSequence, track: SegmentSequence): Explanation => {
	const comparison = compare(query, track);
	return {
		similarity: comparison.similarity,
		segments: query.spans,
		sections: track.spans,
		distances: distanceNames.map(name => {
			const distance = distanceNamed(name);
			const alignment = distance.align?.(comparison) ?? null;
			return {
				name,
				value: distance.value(comparison),
				path: alignment && { pairs: alignment.pairs, offset: alignment.offset },
			};
		}),
	};
};
