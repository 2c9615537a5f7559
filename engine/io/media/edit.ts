import type { Rate, Seconds } from '../../time/time.js';

/** An edit as files on this computer: what is shown and heard of them, and when. Both hosts and timeline files give one. */
export type Edit = {
	/** Frames a second. */
	readonly rate: Rate;
	/** What is shown, without gap or overlap, in order. */
	readonly pictures: readonly EditPicture[];
	/** What is heard, in any order. */
	readonly sounds: readonly EditSound[];
};

export type EditPicture = {
	/** Whole frames of the edit. */
	readonly frames: number;
	/** Null: black. */
	readonly from: (EditSource & { readonly reversed: boolean }) | null;
};

export type EditSound = EditSource & { readonly start: Seconds; readonly duration: Seconds };

export type EditSource = {
	/** A file that was found. */
	readonly path: string;
	/** Seconds from the file's first frame or sample. */
	readonly at: Seconds;
	/** Seconds of source a second of edit, ≥ 0; 0 holds one frame. */
	readonly speed: number;
};
