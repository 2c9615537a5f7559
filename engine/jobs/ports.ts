import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Rate, Seconds, Span } from '../time/time.js';

/** What a media file says of itself. Sizes and lengths are already checked for sense. */
export type MediaInfo = {
	readonly duration: Seconds;
	readonly video: {
		readonly rate: Rate;
		readonly width: number;
		readonly height: number;
		readonly codec: string;
	} | null;
	readonly audio: { readonly sampleRate: number; readonly channels: number; readonly codec: string } | null;
};

/** One run of mono samples in [-1, 1] of a track decoded at several rates at once. Runs of one rate are consecutive. */
export type AudioRun = { readonly sampleRate: number; readonly samples: Float32Array };

/** One run of pictures of a video, RGB, 3 bytes a pixel, row-major. Pictures of one size are consecutive. */
export type PictureRun =
	/** 224 × 224, the one shown at `second`, `second + 1`, …: for image features. */
	| { readonly kind: 'second'; readonly second: number; readonly pixels: Uint8Array }
	/** 48 × 27, every frame from `frame` on: for shots and motion. */
	| { readonly kind: 'frame'; readonly frame: number; readonly pixels: Uint8Array };

/** Reading media. Every call ends its child processes when `signal` aborts, and rejects with 'cancelled'. */
export interface Media {
	probe(path: string, signal?: AbortSignal): Promise<MediaInfo>;
	/** Decodes once, yields mono f32 at each of the rates; memory is bounded however long the file is. */
	audio(path: string, sampleRates: readonly number[], signal?: AbortSignal): AsyncIterable<AudioRun>;
	/** Decodes once, yields both kinds of picture (or only 1 a second where `frames` is false). */
	pictures(path: string, options: { frames: boolean; range?: Span }, signal?: AbortSignal): AsyncIterable<PictureRun>;
	/** Integrated loudness by EBU R128 in LUFS and true peak in dBFS; -Infinity for digital silence. */
	loudness(path: string, signal?: AbortSignal): Promise<{ integrated: number; truePeak: number }>;
	/** One JPEG of the picture at `at`, `width` pixels wide. */
	still(path: string, at: Seconds, width: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** The pretrained networks. Calls queue up; aborting one leaves the others be. */
export interface Networks {
	/** Per-frame probability that a shot ends there (TransNet V2), for 48 × 27 RGB frames; windows as the reference. */
	shotEnds(frames: Uint8Array, signal?: AbortSignal): Promise<Float32Array>;
	/** ImageNet features (EfficientNet-Lite0), one row of 1280 a picture of 224 × 224 RGB. */
	imageFeatures(pictures: Uint8Array, signal?: AbortSignal): Promise<Matrix32>;
	/** Log-mel of the taggers, 96 bands, 62.5 rows a second, from mono samples at 16 kHz. */
	logMel(samples: Float32Array, signal?: AbortSignal): Promise<Matrix32>;
	/**
	 * musicnn's tags and features for 3 s patches of a log-mel, each starting at one of `starts` (rows). A patch that
	 * reaches past the end is filled up with silence. Tags of a patch below -60 dBFS are 0.
	 */
	musicTags(logMel: Matrix32, starts: readonly number[], signal?: AbortSignal): Promise<MusicTags>;
	/** Which provider really runs, and why not the one asked for. */
	device(): Promise<DeviceReport>;
	close(): Promise<void>;
}

export type MusicTags = {
	/** 50 MagnaTagATune then 50 Million Song tags, each in [0, 1]: patches × 100. */
	readonly tags: Matrix32;
	/** The layers before those tags: patches × 400. */
	readonly features: Matrix32;
};

export type DeviceReport = {
	readonly requested: string;
	readonly used: 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
	readonly note: string;
};

/** Similarities of many vectors at once. Calls go ahead of the {@link Networks}' long queues. */
export interface SimilarityProduct {
	/**
	 * The product query · catalogueᵀ: n × d by m × d gives n × m. The catalogue of the latest call is kept, so calling
	 * again with the same matrix object sends only the query; a catalogue must not be written to once it was given here.
	 */
	similarity(query: Matrix32, catalogue: Matrix32, signal?: AbortSignal): Promise<Matrix32>;
}

/** Our own ONNX graphs, such as an embedding network. Calls go ahead of the {@link Networks}' long queues. */
export interface Graphs {
	openGraph(model: Uint8Array): Promise<Graph>;
}

export type Graph = {
	/** Every input by its name; answers every output by its name. All are matrices of float32. */
	run(feeds: Readonly<Record<string, Matrix32>>, signal?: AbortSignal): Promise<Readonly<Record<string, Matrix32>>>;
	close(): Promise<void>;
};

/** Turns files into analyses: decoding, signal analysis and networks together. */
export interface Analyser {
	track(path: string, signal?: AbortSignal): Promise<TrackAnalysis>;
	cut(path: string, onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<CutAnalysis>;
}

/** Counted progress of long work; `total` is null while it is not known yet. */
export type Progress = { readonly stage: string; readonly done: number; readonly total: number | null };
