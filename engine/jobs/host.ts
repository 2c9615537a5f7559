import type { Placed } from '../protocol/messages.js';
import type { MusicPlacement } from '../timelines/music-placement.js';

/** What a host read back; which file it is, whoever placed it knows. */
export type ReadBack = Omit<Placed, 'file'>;

/** A name at a moment of the edit. */
export type EditMarker = { readonly frame: number; readonly name: string };

/**
 * Where an edit stands and music is laid under it: an editing program, or files. Nothing is ever overwritten, and every
 * answer was read back from where it was written. The contract is test/contracts/host.ts.
 */
export interface Host {
	/**
	 * Lays music under the edit.
	 *
	 * @throws EngineError 'track-busy' where the named track is not free there, 'import-failed', 'place-unverified'
	 */
	place(placement: MusicPlacement, signal?: AbortSignal): Promise<ReadBack>;
	/** Lays music on the audition track; what was auditioned before goes. */
	audition(placement: MusicPlacement, signal?: AbortSignal): Promise<ReadBack>;
	/** What is auditioned stays, as if it had been placed. Throws 'not-found' where nothing is auditioned. */
	keepAudition(): Promise<ReadBack>;
	/** Takes away what is auditioned; does nothing where nothing is. */
	removeAudition(): Promise<void>;
	/** Adds markers to the edit; answers how many were read back, and how many undo steps they are. */
	addMarkers(markers: readonly EditMarker[]): Promise<{ readonly added: number; readonly undoSteps: number }>;
}
