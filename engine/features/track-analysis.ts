import type { Matrix32 } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';

/** Raised whenever a stored analysis would come out differently, so that old ones are found and made again. */
export const ANALYSIS_VERSION = 1;

/** Curves are sampled this often: 22,050 Hz in hops of 512 samples. Value k belongs to the time k / CURVE_RATE. */
export const CURVE_RATE = 22_050 / 512;

/** All that is learnt from a track's sound: enough to embed it with any model, and to crop it, without decoding again. */
export type TrackAnalysis = {
	readonly duration: Seconds;
	/** Integrated loudness in LUFS (EBU R128); -Infinity for digital silence. */
	readonly loudness: number;
	/** Tagger features, one row a second, row k for the patch that starts at second k: seconds × 400. */
	readonly features: Matrix32;
	/** Tags, one row a second, in [0, 1]; zero where the patch is silent: seconds × 100. */
	readonly tags: Matrix32;
	readonly curves: TrackCurves;
	readonly beats: BeatGrid;
	/** Cover the track without gap or overlap, first from 0, last to `duration`. */
	readonly sections: readonly Section[];
	readonly key: Key | null;
};

/** Sampled at {@link CURVE_RATE}; all of one length. */
export type TrackCurves = {
	/** RMS level in dBFS, floor -80. */
	readonly level: Float32Array;
	/** Spectral-flux onset strength, ≥ 0. */
	readonly onsetStrength: Float32Array;
	/** Spectral centroid in Hz. */
	readonly centroid: Float32Array;
	/** Largest absolute sample, in [0, 1]: the drawn waveform. */
	readonly peak: Float32Array;
};

export type BeatGrid = {
	/** Beats per minute of the whole track; 0 where there is no beat. */
	readonly tempo: number;
	/** How far the onsets support these beats over chance, in [0, 1]; below 0.3 the product says "no steady beat". */
	readonly confidence: number;
	/** Strictly increasing. */
	readonly beats: readonly Seconds[];
	/** Those beats that start a bar, with the confidence that they do; empty where no bar was found. */
	readonly downbeats: readonly Seconds[];
	readonly downbeatConfidence: number;
};

export type Section = Span & {
	/** Sections with one label sound alike: 'A', 'B', … in order of first appearance. */
	readonly label: string;
	/** Level against the rest of the track. */
	readonly energy: 'low' | 'mid' | 'high';
};

export type Key = { readonly tonic: number; readonly mode: 'major' | 'minor'; readonly confidence: number };
