import type {
	AudioClipTrackItem,
	AudioTrack,
	ClipProjectItem,
	CompoundAction,
	Markers,
	Project,
	ProjectItem,
	premierepro,
	Sequence,
	TickTime,
} from '@adobe/premierepro';
import { refused } from './failure.js';
import type { PlacingPlan } from './placing-plan.js';

/**
 * Writes to Premiere. Each of these is one transaction, which is one undo step, and synchronous throughout: what it needs
 * was gathered before, actions are made under the lock and never leave it. References to anything in the sequence are
 * stale afterwards.
 *
 * @throws EngineError 'host-refused' with Premiere's words
 */
const transact = (project: Project, label: string, add: (compound: CompoundAction) => void): void => {
	let done = false;
	try {
		project.lockedAccess(() => {
			done = project.executeTransaction(add, label);
		});
	} catch (cause) {
		throw refused(`Premiere refused "${label}"`, cause);
	}
	if (!done) throw refused(`Premiere refused "${label}"`, '');
};

/** Sets the marks between which a clip is taken from its file. */
export const commitMarks = (
	project: Project,
	clip: ClipProjectItem,
	marks: { readonly in: TickTime; readonly out: TickTime },
	label: string,
): void =>
	transact(project, label, compound => {
		compound.addAction(clip.createSetInOutPointsAction(marks.in, marks.out));
	});

/** No picture: the music goes to an audio track only. */
const NO_VIDEO_TRACK = -1;

/** Lays what is between a file's marks on a track. It covers what lies there, so the plan has to have found it free. */
export const commitPlacing = (
	ppro: premierepro,
	{ project, sequence }: { readonly project: Project; readonly sequence: Sequence },
	item: ProjectItem,
	plan: PlacingPlan,
): void => {
	const at = ppro.TickTime.createWithTicks(String(plan.at));
	const editor = ppro.SequenceEditor.getEditor(sequence);
	transact(project, plan.label, compound => {
		compound.addAction(editor.createOverwriteItemAction(item, at, NO_VIDEO_TRACK, plan.track));
	});
};

/** Takes clips off their track; nothing moves up. */
export const commitRemoval = (
	ppro: premierepro,
	{ project, sequence }: { readonly project: Project; readonly sequence: Sequence },
	items: readonly AudioClipTrackItem[],
	label: string,
): void => {
	const editor = ppro.SequenceEditor.getEditor(sequence);
	transact(project, label, compound => {
		ppro.TrackItemSelection.createEmptySelection(selection => {
			for (const item of items) selection.addItem(item, true);
			compound.addAction(editor.createRemoveItemsAction(selection, false, ppro.Constants.MediaType.AUDIO, false));
		});
	});
};

/** Adds all markers in one step. */
export const commitMarkers = (
	ppro: premierepro,
	project: Project,
	markers: Markers,
	added: readonly { readonly at: TickTime; readonly name: string }[],
	label: string,
): void =>
	transact(project, label, compound => {
		for (const { at, name } of added) {
			const { MARKER_TYPE_COMMENT } = ppro.Marker;
			compound.addAction(markers.createAddMarkerAction(name, MARKER_TYPE_COMMENT, at, ppro.TickTime.TIME_ZERO, ''));
		}
	});

/**
 * Names a track. Premiere before 26.3 can't, although the types say so.
 *
 * @returns whether it could
 */
export const commitTrackName = (project: Project, track: AudioTrack, name: string, label: string): boolean => {
	if (typeof track.createSetNameAction !== 'function') return false;
	transact(project, label, compound => {
		compound.addAction(track.createSetNameAction(name));
	});
	return true;
};
