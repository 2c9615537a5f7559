import type { Matrix32 } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';

/** Raised whenever a stored analysis would come out differently, so that old ones are found and made again. */
export const ANALYSIS_VERSION = 2;

/** Analyses from this version on can still be read: they stay in use until they are made again. */
export const OLDEST_READABLE_VERSION = 1;

/** Curves are sampled this often: 22,050 Hz in hops of 512 samples. Value k belongs to the time k / CURVE_RATE. */
export const CURVE_RATE = 22_050 / 512;

/** All that is learnt from a track's sound: enough to embed it with any model, and to crop it, without decoding again. */
export type TrackAnalysis = {
	readonly duration: Seconds;
	/** Integrated loudness in LUFS (EBU R128); -Infinity for digital silence. */
	readonly loudness: number;
	/** Tagger features, one row a second, row k from the three seconds around second k: seconds × 400. */
	readonly features: Matrix32;
	/** Tags, one row a second, in [0, 1]; zero where the patch is silent: seconds × 100. */
	readonly tags: Matrix32;
	readonly curves: TrackCurves;
	readonly beats: BeatGrid;
	/** Cover the track without gap or overlap, first from 0, last to `duration`. */
	readonly sections: readonly Section[];
	readonly key: Key | null;
	readonly labels: TrackLabels;
	/** Absent from analyses of version 1. */
	readonly beatSound?: BeatSound;
	/** Inner boundaries by each published segmenter, by its name. Only where they were asked for: training compares them. */
	readonly boundariesBy?: Readonly<Record<string, readonly Seconds[]>>;
};

/** What each beat of a track sounds like, so that one place can be joined to another that sounds alike. */
export type BeatSound = {
	/**
	 * Row i lasts from edges[i] to edges[i + 1]: the beats of the {@link BeatGrid}, and every half second where there are
	 * none; the first is 0, the last the duration.
	 */
	readonly edges: readonly Seconds[];
	/** Share of the energy by pitch class, A first; all 0 in silence: rows × 12. */
	readonly chroma: Matrix32;
	/** Mel-frequency cepstral coefficients: rows × 14. */
	readonly mfcc: Matrix32;
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
	/** How clearly the section belongs with those of its label and with no others, in [0, 1]. */
	readonly labelConfidence: number;
	/** How far the level is from where another word would stand, in [0, 1]. */
	readonly energyConfidence: number;
};

/** What people ask of a track beyond its sections. Confidences are in [0, 1]. */
export type TrackLabels = {
	/** The largest sustained rise; null where none is worth the name. */
	readonly drop: Drop | null;
	/** Null where bars are unknown or no length stands out. */
	readonly phrase: Phrase | null;
	/** Null for silence. */
	readonly ending: Ending | null;
	/** Best first, at most five. */
	readonly loops: readonly Loop[];
	/** Where somebody sings: increasing, without overlap. */
	readonly vocals: readonly Rated<Span>[];
};

export type Rated<Finding> = Finding & { readonly confidence: number };

/** @property rise - of the mean level, in dB */
export type Drop = Rated<{ readonly at: Seconds; readonly rise: number }>;

/** @property start - the downbeat with which the first whole phrase begins */
export type Phrase = Rated<{ readonly bars: 2 | 4 | 8 | 16; readonly start: Seconds }>;

/**
 * How a track comes to its end: 'ring-out', a last sound dies away; 'button', a last sound and at once silence; 'fade', all
 * of it grows quieter; 'cut', it stops in the middle. The first two are natural ends.
 *
 * @property at - when the last sound is struck, the fade has taken half of the level away, or the music stops
 */
export type Ending = Rated<{ readonly kind: 'ring-out' | 'button' | 'fade' | 'cut'; readonly at: Seconds }>;

/** Going from `end` back to `start`, both bar lines, is hard to hear. */
export type Loop = Rated<Span & { readonly bars: number }>;

export type Key = { readonly tonic: number; readonly mode: 'major' | 'minor'; readonly confidence: number };
