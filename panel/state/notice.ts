import type { Progress } from './view-state.js';
import { capitalised, grouped } from './words.js';

/**
 * What the page has to say about its state: what happened, what still works, and at most one thing to do about it. Every
 * state of the engine, the catalogue, the cut and the list that a browser can reach has its own.
 */
export type Notice = {
	readonly id: NoticeId;
	readonly place: 'engine' | 'catalogue' | 'cut' | 'results';
	readonly tone: 'neutral' | 'busy' | 'warning' | 'failure';
	readonly text: string;
	readonly action: { readonly label: string; readonly command: NoticeCommand } | null;
	/** Which of several things of a kind it is about. */
	readonly about?: string;
	/** Present while something counts up. */
	readonly progress?: { readonly done: number; readonly total: number | null };
};

export type NoticeId =
	| 'engine-starting'
	| 'engine-lost'
	| 'version-mismatch'
	| 'no-key'
	| 'engine-refused'
	| 'ffmpeg-missing'
	| 'catalogue-empty'
	| 'catalogue-refused'
	| 'scanning'
	| 'indexing'
	| 'renewing'
	| 'embedding'
	| 'paused'
	| 'indexing-stopped'
	| 'folder-without-audio'
	| 'drive-offline'
	| 'files-skipped'
	| 'no-cut'
	| 'uploading'
	| 'opening'
	| 'cut-failed'
	| 'no-cuts'
	| 'very-short'
	| 'very-long'
	| 'making-picture'
	| 'no-picture'
	| 'clips-offline'
	| 'ready-to-suggest'
	| 'suggesting'
	| 'suggest-failed'
	| 'catalogue-damaged'
	| 'range-empty'
	| 'nothing-left'
	| 'nothing-fits'
	| 'no-steady-beat'
	| 'list-outdated'
	| 'music-added'
	| 'crop-refused'
	| 'rejected'
	| 'placing'
	| 'placed'
	| 'marked'
	| 'auditioned'
	| 'track-busy'
	| 'import-failed'
	| 'sequence-changed'
	| 'place-failed'
	| 'host-there';

/** What a notice's button asks for. */
export type NoticeCommand =
	| 'reconnect'
	| 'reload'
	| 'add-folder'
	| 'pause'
	| 'resume'
	| 'rescan'
	| 'show-skipped'
	| 'open-cut'
	| 'retry-cut'
	| 'retry-preview'
	| 'cancel'
	| 'choose-range'
	| 'whole-range'
	| 'suggest'
	| 'any-vocals'
	| 'place'
	| 'remove-audition'
	| 'open-host'
	| 'bring-back'
	| 'show-rejected';

export const notice = (
	id: NoticeId,
	place: Notice['place'],
	tone: Notice['tone'],
	text: string,
	action: readonly [string, NoticeCommand] | null = null,
): Notice => ({ id, place, tone, text, action: action && { label: action[0], command: action[1] } });

/** The stage of sending a dropped file to the engine. */
export const UPLOADING = 'copying the file to the engine';

/** How far something is: counts, or percent where the units are bytes. */
export const share = ({ stage, done, total }: Progress): string => {
	if (stage === UPLOADING && total !== null) return `: ${Math.floor((100 * done) / Math.max(1, total))} %`;
	return total === null ? `: ${grouped(done)}` : `: ${grouped(done)} of ${grouped(total)}`;
};

/** A text from elsewhere as a sentence of its own. */
export const sentence = (text: string): string => `${capitalised(text.replace(/\.$/, ''))}.`;
