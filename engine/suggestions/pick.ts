import type { EndingChoice } from '../crops/endings.js';
import type { Basis } from '../crops/judge.js';
import type { TrackOutline } from '../crops/outline.js';
import type { CropPlan, Piece } from '../crops/plan.js';
import type { TermValues } from '../crops/terms.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix } from '../numeric/matrix.js';
import type { Reason } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';

/** One track that is considered for a range of a cut, as the first look sees it. */
export type Contender = {
	readonly id: string;
	readonly outline: TrackOutline;
	/** The chosen ranking distance between the cut's segments and the track's sections; lower is better. */
	readonly distance: number;
	/** How far it is what was asked for, in deviations over the candidates; 0 where nothing was. */
	readonly wish: number;
	/**
	 * Mean distance of the embedded segments to the track's sections with the range's start at the offsets 0, step, 2 step, …:
	 * `count` values; lower is better.
	 */
	readonly contentCosts: (step: Seconds, count: number) => Float64Array;
	/** All of it, for those that are looked at again. */
	readonly open: () => Promise<Candidate>;
};

/** One track that is considered for a range of a cut, with all that is known of it. */
export type Candidate = {
	readonly id: string;
	readonly album: string | null;
	readonly analysis: TrackAnalysis;
	/** Share of the track with singing, in [0, 1]. */
	readonly vocals: number;
	/** The chosen ranking distance between the cut's segments and the track's sections; lower is better. */
	readonly distance: number;
	/** How far it is what was asked for, in deviations over the candidates; 0 where nothing was. */
	readonly wish: number;
	/** Mean distance of the embedded segments to the track's sections with the range's start at an offset; lower is better. */
	readonly contentCost: (offset: Seconds) => number;
	/**
	 * For each of these crops the distance of every segment of the range to just the music under it, embedded in one batch:
	 * the condition that a network is trained in.
	 */
	readonly segmentCosts: (crops: readonly (readonly Piece[])[]) => Promise<readonly (readonly number[])[]>;
	/** Distance of every segment of the range to each of these stretches of the song: segments × stretches. */
	readonly stretchCosts: (stretches: readonly Span[]) => Promise<Matrix>;
};

/** What an editor has decided about a crop; everything else follows from it. */
export type CropChoice = {
	/** Second of the song that plays at the range's start; of a re-cut, where the straight crop that it improves on starts. */
	readonly start: Seconds;
	readonly form: 'straight' | 'recut';
	readonly ending: EndingChoice;
	/** A moment of the song that has to fall on a moment of the cut, in seconds of either. */
	readonly lock: { readonly cut: Seconds; readonly song: Seconds } | null;
};

/** A crop that is offered for a range of the cut, with the facts that speak for it. */
export type Pick = {
	readonly id: string;
	/** Seconds of the song that play straight under the range; shorter than the range only where the song is. */
	readonly crop: Span;
	readonly choice: CropChoice;
	/** What is heard. */
	readonly plan: CropPlan;
	/** The chance that a track of average fit and this length has no better place, in [0, 1]. */
	readonly score: number;
	/** Each term in deviations above an average place of an average track. */
	readonly terms: TermValues;
	/** The scale of the score and of the terms. */
	readonly basis: Basis;
	/** Other good places in the same song, best first. */
	readonly alternatives: readonly { readonly start: Seconds; readonly score: number }[];
	readonly distance: number;
	readonly segments: readonly { readonly cut: Span; readonly music: Span | null; readonly similarity: number }[];
	readonly reasons: readonly Reason[];
};
