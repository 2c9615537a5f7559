import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';

/**
 * A space in which segments of picture and of music can be compared. What is stored of a track may still depend on the
 * rest of the catalogue (on its averages, say), so the last step is made when a question is asked.
 */
export type Embedding = {
	/** Names the space and its version: stored rows of another id are not comparable. */
	readonly id: string;
	/** Whether rows are compared as they are stored, so that a database can look for near ones. */
	readonly comparesStored?: boolean;
	/** Columns of what is stored. */
	readonly storedDimensions: number;
	/** One row a section, as stored: sections × storedDimensions. */
	readonly describeTrack: (track: TrackAnalysis, sections: readonly Span[]) => Promise<Matrix32>;
	/** One row a segment of a cut. */
	readonly embedCut: (cut: CutAnalysis, segments: readonly Span[]) => Promise<Matrix32>;
	/**
	 * What is stored of every track, made comparable with embedded cuts: one row for each stored one.
	 *
	 * @param catalogue - whose averages count, where `stored` is not the whole of it but, say, a few places in one track
	 */
	readonly place: (stored: StoredRows, catalogue?: StoredRows) => Matrix32;
};

/** The stored rows of many tracks: track t owns rows offsets[t] to offsets[t + 1]. */
export type StoredRows = {
	readonly offsets: Uint32Array;
	readonly spans: readonly Span[];
	readonly vectors: Matrix32;
};
