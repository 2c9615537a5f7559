import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Reason } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';

/** One track that is considered for a range of a cut. */
export type Candidate = {
	readonly id: string;
	readonly album: string | null;
	readonly analysis: TrackAnalysis;
	/** Share of the track with singing, in [0, 1]. */
	readonly vocals: number;
	/** The chosen ranking distance between the cut's segments and the track's sections; lower is better. */
	readonly distance: number;
	/** Mean distance of the embedded segments with the range's start at an offset; lower is better. */
	readonly contentCost: (offset: Seconds) => number;
	/** Likeness of each segment of the range to what plays under it at an offset, in (0, 1]. */
	readonly segmentLikeness: (offset: Seconds) => readonly number[];
};

/** A crop that is offered for a range of the cut, with the facts that speak for it. */
export type Pick = {
	readonly id: string;
	/** Seconds of the song; shorter than the range only where the song is. */
	readonly crop: Span;
	/** The chance that a track of average fit and this length has no better place, in [0, 1]. */
	readonly score: number;
	readonly distance: number;
	readonly segments: readonly { readonly cut: Span; readonly music: Span | null; readonly similarity: number }[];
	readonly reasons: readonly Reason[];
};
