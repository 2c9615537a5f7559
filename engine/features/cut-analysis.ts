import type { Matrix32 } from '../numeric/matrix.js';
import type { Rate, Seconds, Span } from '../time/time.js';

/** Picture curves are sampled this often. Value k covers the time from k / PICTURE_RATE to (k + 1) / PICTURE_RATE. */
export const PICTURE_RATE = 10;

/** All that is learnt from a cut: where it cuts, what it shows, how it moves. */
export type CutAnalysis = {
	readonly duration: Seconds;
	/** Frames a second of the timeline. */
	readonly rate: Rate;
	/** Where a new shot begins, inner ones only, increasing. */
	readonly boundaries: readonly CutBoundary[];
	/** The shots between the boundaries: cover the cut without gap or overlap. */
	readonly segments: readonly Span[];
	/** ImageNet features, one row a second: seconds × 1280. */
	readonly features: Matrix32;
	readonly curves: PictureCurves;
	/** Where somebody speaks in the cut's own sound; empty without sound. */
	readonly speech: readonly Span[];
};

export type CutBoundary = {
	/** First frame of the new shot. */
	readonly frame: number;
	readonly seconds: Seconds;
	/** Where it comes from: the timeline itself, or found in the picture, and then how surely, in [0, 1]. */
	readonly from: 'timeline' | 'picture';
	readonly confidence: number;
};

/** Sampled at {@link PICTURE_RATE}, all of one length, all in [0, 1]. */
export type PictureCurves = {
	/** Mean absolute luma change between neighbouring frames of one shot; 0 across a cut. */
	readonly motion: Float32Array;
	readonly brightness: Float32Array;
	readonly saturation: Float32Array;
	/** Standard deviation of luma over the picture. */
	readonly contrast: Float32Array;
};
