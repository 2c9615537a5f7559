import type { Matrix32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';

/** A model that is evaluated: makes segments of a clip's picture and of its music comparable. */
export type ClipModel<Clip> = {
	/** For reports. */
	readonly id: string;
	/** One row a segment. */
	readonly picture: (clip: Clip, segments: readonly Span[]) => Promise<Matrix32>;
	readonly music: (clip: Clip, segments: readonly Span[]) => Promise<Matrix32>;
};
