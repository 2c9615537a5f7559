import type { premierepro, TickTime } from '@adobe/premierepro';
import { EngineError } from '../../engine/protocol/errors.js';
import type { HostOrder, HostPlaced } from '../../engine/protocol/host.js';
import { readAudioTracks, type SoundClip, type SoundTrack } from './audio-tracks.js';
import type { Clock } from './clock.js';
import { commitMarks, commitPlacing } from './commit.js';
import { comparable } from './comparable.js';
import { type Imported, importMusic } from './import-music.js';
import { type PlacingPlan, planPlacing } from './placing-plan.js';
import { type Active, activeSequence } from './snapshot.js';
import { steadily } from './steadily.js';

/** Milliseconds between two looks at what was written, and the most of them: commits show late. */
const LOOKS = 100;
const LONGEST_COMMIT = 3000;

/** Marks on the file, the clip on its track, the marks as they were. */
const UNDO_STEPS = 3;

/**
 * Lays music on a free audio track of the active sequence: gathers, plans, commits, and reads back what lies there then.
 *
 * @param track - name or place of an audio track; null for any that is empty, or a new one
 * @param label - what Premiere's undo calls it
 * @throws EngineError 'sequence-changed', 'import-failed', 'track-busy', 'host-refused', 'place-unverified'
 */
export const placeMusic = async (
	ppro: premierepro,
	order: HostOrder,
	track: string | null,
	label: string,
	clock: Clock,
): Promise<HostPlaced> => {
	const { project } = await wantedSequence(ppro, order.sequence);
	const imported = await importMusic(ppro, project, order.music.path, clock);
	// Fetched after the import, which may have taken seconds.
	const before = await tracksOf(ppro, order.sequence, clock);
	const active = await wantedSequence(ppro, order.sequence);
	const plan = planPlacing(order, before, track, label);
	await commitCrop(ppro, active, order.sequence, imported, plan);
	return readBack(ppro, order, plan, before, clock);
};

/** All audio tracks of the active sequence, which has to be the one that is meant. */
export const tracksOf = (ppro: premierepro, id: string, clock: Clock): Promise<SoundTrack[]> =>
	steadily(async () => readAudioTracks(ppro, (await wantedSequence(ppro, id)).sequence), clock);

/** The active sequence, which has to be the one that is meant. */
export const wantedSequence = async (ppro: premierepro, id: string): Promise<Active> => {
	const active = await activeSequence(ppro);
	if (active === null || active.sequence.guid.toString() !== id) {
		const now = active === null ? 'none is' : `${active.sequence.name} is`;
		throw new EngineError('sequence-changed', `Another sequence was meant than is active now: ${now}.`);
	}
	return active;
};

/**
 * Premiere places what lies between a file's marks, so they are set, and set back afterwards whatever happened. Three
 * transactions: within one, the placing would still see the old marks.
 */
const commitCrop = async (
	ppro: premierepro,
	{ project }: Active,
	id: string,
	{ item, clip }: Imported,
	plan: PlacingPlan,
): Promise<void> => {
	const { AUDIO } = ppro.Constants.MediaType;
	const marks: Marks = { in: await clip.getInPoint(AUDIO), out: await clip.getOutPoint(AUDIO) };
	const wanted: Marks = {
		in: ppro.TickTime.createWithTicks(String(plan.in)),
		out: ppro.TickTime.createWithTicks(String(plan.out)),
	};
	commitMarks(project, clip, wanted, `${plan.label}: choose the passage`);
	try {
		// Fetched again: the sequence of before the first transaction is no longer valid.
		commitPlacing(ppro, await wantedSequence(ppro, id), item, plan);
	} finally {
		commitMarks(project, clip, marks, `${plan.label}: marks as they were`);
	}
};

type Marks = { readonly in: TickTime; readonly out: TickTime };

/** What lies where the music was put. Throws 'place-unverified' where that is something else, or anything else changed. */
const readBack = async (
	ppro: premierepro,
	order: HostOrder,
	plan: PlacingPlan,
	before: readonly SoundTrack[],
	clock: Clock,
): Promise<HostPlaced> => {
	const { sequence } = await wantedSequence(ppro, order.sequence);
	const frame = BigInt(await sequence.getTimebase());
	let after: SoundTrack[] = [];
	for (let waited = 0; waited <= LONGEST_COMMIT; waited += LOOKS) {
		after = await tracksOf(ppro, order.sequence, clock);
		const found = after[plan.track]?.clips.find(clip => isPlaced(clip, order, plan, frame));
		if (found && othersStand(before, after, plan, found)) {
			return {
				sequence: order.sequence,
				track: after[plan.track]!.name,
				start: String(found.start),
				end: String(found.end),
				in: String(found.in),
				out: String(found.out),
				undoSteps: UNDO_STEPS,
			};
		}
		await clock.wait(LOOKS);
	}
	const there = after[plan.track]?.clips.length ?? 0;
	throw new EngineError(
		'place-unverified',
		`${order.music.name} is not where it was put, or something beside it changed: the track holds ${there} clips now.`,
	);
};

const isPlaced = (clip: SoundClip, { music }: HostOrder, plan: PlacingPlan, frame: bigint): boolean => {
	const isNear = (a: bigint, b: bigint): boolean => (a > b ? a - b : b - a) <= frame;
	return (
		clip.path === comparable(music.path) &&
		isNear(clip.start, plan.at) &&
		isNear(clip.in, plan.in) &&
		isNear(clip.end - clip.start, plan.out - plan.in)
	);
};

/** Whether every clip that was there before is there still, exactly. */
const othersStand = (
	before: readonly SoundTrack[],
	after: readonly SoundTrack[],
	plan: PlacingPlan,
	placed: SoundClip,
): boolean =>
	after.every(({ clips }, track) => {
		const others = track === plan.track ? clips.filter(clip => clip !== placed) : clips;
		return spell(others) === spell(before[track]?.clips ?? []);
	});

const spell = (clips: readonly SoundClip[]): string =>
	clips.map(({ start, end, in: from, path }) => `${start} ${end} ${from} ${path}`).join('\n');
