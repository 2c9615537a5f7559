import type { Rate, TimeRange } from '../time/time.js';

/**
 * An edited timeline as any of the formats gives it. Positions count from its first frame, so the start timecode is apart.
 * What lies between the clips of a track is a gap: nothing is shown or heard there.
 */
export type Timeline = {
	readonly name: string;
	/** Video frames a second. */
	readonly rate: Rate;
	/** False where the file does not state a rate (an EDL never does) and none was given: then it is the likeliest one. */
	readonly rateKnown: boolean;
	/** How its timecode counts; positions do not depend on it. */
	readonly dropFrame: boolean;
	/** The number of the first frame, as its timecode says: 01:00:00:00 is 90000 at 25 frames a second. */
	readonly startFrame: number;
	/** Length in whole frames, half a frame rounded up. */
	readonly duration: number;
	/** From the lowest to the topmost. */
	readonly videoTracks: readonly Track[];
	readonly audioTracks: readonly Track[];
	/** Increasing in their start. */
	readonly markers: readonly Marker[];
};

export type Track = {
	/** Empty where the format names no tracks. */
	readonly name: string;
	readonly enabled: boolean;
	/** Increasing in their start. They overlap only where the file is at fault; then the later one counts. */
	readonly clips: readonly Clip[];
	readonly transitions: readonly Transition[];
};

/** One piece of a source at one speed. A clip whose speed varies is several of these. */
export type Clip = {
	readonly name: string;
	/** Where it lies on the timeline: in frames where they are whole, else at a finer rate, always exact. */
	readonly range: TimeRange;
	readonly source: Source;
	/**
	 * What it takes of its source, in the source's own time, that is on the same count as `available` of its media. Exact,
	 * and as long as the clip times its speed.
	 */
	readonly sourceRange: TimeRange;
	/** Source time a second of timeline, ≥ 0; 0 holds one frame. */
	readonly speed: Rate;
	/** True where the source range is played from its end to its start. */
	readonly reversed: boolean;
	readonly enabled: boolean;
};

export type Source =
	| {
			readonly kind: 'media';
			/** As the file writes it: a path or an address, perhaps relative to the timeline file. */
			readonly url: string;
			readonly name: string;
			/** Time of the media's first frame, and its length; null where the file does not say. */
			readonly available: TimeRange | null;
	  }
	/** The file knows that something belongs here, but not where it is. */
	| { readonly kind: 'offline'; readonly name: string }
	/** Bars, colour, text: made by the editing program. A see-through one (text, an adjustment) hides nothing below it. */
	| { readonly kind: 'generator'; readonly name: string; readonly seeThrough: boolean }
	/** Another sequence; the clip's source range counts from that sequence's first frame. */
	| { readonly kind: 'nested'; readonly timeline: Timeline };

/** The clips beside a transition meet inside it; neither range grows by the blend. */
export type Transition = {
	readonly name: string;
	readonly kind: 'dissolve' | 'wipe' | 'other';
	/** First frame of the blend's second half, rounded down: where the new picture begins to prevail. */
	readonly centre: number;
	/** Frames of the blend before and from the centre on. */
	readonly inOffset: number;
	readonly outOffset: number;
};

export type Marker = { readonly name: string; readonly range: TimeRange };
