import type { BeatSynchronousFeatures } from '../features/audio/front-end.js';
import type { Matrix } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';

export type BeatFeatures = BeatSynchronousFeatures;

export const segmenterNames = ['foote', 'sf', 'olda'] as const;
export type SegmenterName = (typeof segmenterNames)[number];

export type Segmentation = {
	/**
	 * The rows with which sections begin, apart from row 0: strictly increasing, each in [1, rows - 2]. Empty where the
	 * track is one section.
	 */
	readonly boundaries: readonly number[];
	/** How sharply the material changes where each row begins: rows values, the largest 1, or all 0 for no change at all. */
	readonly novelty: Float64Array;
};

/**
 * A way to find the sections of a track. Tracks of few or no beats get a defined answer, stated by each implementation;
 * malformed features are refused with a RangeError.
 */
export interface Segmenter {
	readonly name: SegmenterName;
	segment(features: BeatFeatures): Segmentation;
	/** What it reads the novelty from, for plots: rows × rows values in [0, 1]. Memory grows with the square of the rows. */
	picture(features: BeatFeatures): Matrix;
}

/**
 * When boundaries sound: the time at which each of these rows starts. The reference implementation (MSAF 0.1.80) reports
 * row i at the time at which row i ends, one beat later, because its times are those of the beats while its row 0 is the
 * time before the first beat.
 */
export const boundaryTimes = (features: BeatFeatures, boundaries: readonly number[]): Seconds[] =>
	boundaries.map(row => features.edges[row]!);

/** The sections between boundaries, covering the whole track. */
export const sectionSpans = (features: BeatFeatures, boundaries: readonly number[]): Span[] => {
	const times = [features.edges[0]!, ...boundaryTimes(features, boundaries), features.edges.at(-1)!];
	return times.slice(1).map((end, i) => ({ start: times[i]!, end }));
};

/** @throws RangeError where rows, edges and widths do not fit together or a value is not finite */
export const requireBeatFeatures = ({ edges, chroma, mfcc }: BeatFeatures): void => {
	const rows = edges.length - 1;
	if (rows < 1 || chroma.rows !== rows || mfcc.rows !== rows) {
		throw new RangeError(`${edges.length} edges for ${chroma.rows} chroma and ${mfcc.rows} MFCC rows`);
	}
	if (chroma.cols !== 12 || mfcc.cols !== 14) {
		throw new RangeError(`chroma has ${chroma.cols} columns, not 12, or MFCC ${mfcc.cols}, not 14`);
	}
	if (edges[0] !== 0 || edges.some((edge, i) => i > 0 && !(edge > edges[i - 1]!))) {
		throw new RangeError('edges must increase from 0');
	}
	if (!chroma.data.every(value => value >= 0 && value < Number.POSITIVE_INFINITY)) {
		throw new RangeError('chroma must be finite and ≥ 0');
	}
	if (!mfcc.data.every(Number.isFinite)) throw new RangeError('MFCC must be finite');
};
