import type { TrackAnalysis } from '../../features/track-analysis.js';
import type { MusicTags } from '../../jobs/ports.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import type { ErrorCode } from '../../protocol/errors.js';
import type { SegmenterChoice } from '../segmenters.js';

/** What a failure looks like on its way between threads: errors themselves lose their class there. */
export type Failure = { readonly code: ErrorCode; readonly detail: string };

/** To an analysis thread. It handles one track at a time. */
export type ToThread =
	| {
			readonly kind: 'analyse';
			readonly path: string;
			readonly segmenter: SegmenterChoice;
			/** Whether the boundaries by every published segmenter are wanted as well. */
			readonly compare: boolean;
	  }
	| { readonly kind: 'cancel' }
	| { readonly kind: 'network-result'; readonly call: number; readonly result: Matrix32 | MusicTags }
	| { readonly kind: 'network-failure'; readonly call: number; readonly failure: Failure };

/** From an analysis thread: the networks that it needs run elsewhere, one session for all threads. */
export type FromThread =
	| { readonly kind: 'log-mel'; readonly call: number; readonly samples: Float32Array }
	| {
			readonly kind: 'music-tags';
			readonly call: number;
			readonly logMel: Matrix32;
			readonly starts: readonly number[];
	  }
	| { readonly kind: 'done'; readonly analysis: TrackAnalysis }
	| { readonly kind: 'failed'; readonly failure: Failure };
