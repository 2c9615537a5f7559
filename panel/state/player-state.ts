import type { Suggestion } from '../../engine/protocol/messages.js';
import type { Rate, Span } from '../../engine/time/time.js';

/** What there is to play: a stretch of a cut, and the crop that lies under it. */
export type Programme = {
	readonly range: Span;
	readonly rate: Rate;
	readonly speech: readonly Span[];
	readonly suggestion: Suggestion | null;
	readonly loop: boolean;
	readonly ownSound: OwnSound;
};

/** The cut's own sound: not heard, heard beside the music, or heard with the music stepping back under speech. */
export type OwnSound = 'off' | 'on' | 'ducked';

/** Keys name sounds, as soundKey writes them; null stands for the cut alone. */
export type PlayerState =
	| { readonly state: 'stopped'; readonly problem: SoundProblem | null }
	/** Pressed, but the sound is not there yet. */
	| { readonly state: 'loading'; readonly awaited: string }
	| {
			readonly state: 'running';
			readonly heard: string | null;
			/** Chosen while something else plays, and heard as soon as it is loaded. */
			readonly awaited: string | null;
			readonly problem: SoundProblem | null;
	  };

/** A sound that could not be loaded, and why in words. */
export type SoundProblem = { readonly key: string; readonly text: string };
