import type { premierepro } from '@adobe/premierepro';
import { EngineError } from '../../engine/protocol/errors.js';
import type { HostOrder, HostPlaced } from '../../engine/protocol/host.js';
import type { Clock } from './clock.js';
import { commitRemoval, commitTrackName } from './commit.js';
import { comparable } from './comparable.js';
import { placeMusic, tracksOf, wantedSequence } from './place.js';

/** Candidates are tried here, where it was possible to name a track for them. */
export const AUDITION_TRACK = 'Segue audition';

/** Trying candidates on the timeline: at most one lies there at a time. */
export class Audition {
	private now: { readonly order: HostOrder; readonly placed: HostPlaced } | null = null;

	constructor(
		private readonly ppro: premierepro,
		private readonly clock: Clock,
	) {}

	/** Lays a candidate in the place of the one before: on the audition track, or the track of that one, else on any free one. */
	async swap(order: HostOrder): Promise<HostPlaced> {
		const last = this.now?.order.sequence === order.sequence ? this.now.placed.track : null;
		await this.remove();
		const tracks = await tracksOf(this.ppro, order.sequence, this.clock);
		const named = [AUDITION_TRACK, last].find(name => tracks.some(track => track.name === name)) ?? null;
		const label = `Segue: audition ${order.music.name}`;
		const lay = (track: string | null) => placeMusic(this.ppro, order, track, label, this.clock);
		const placed = await lay(named).catch((error: unknown) => {
			if (named === null || !(error instanceof EngineError) || error.code !== 'track-busy') throw error;
			return lay(null);
		});
		const isNew = tracks.every(({ name }) => name !== placed.track);
		const track = isNew ? await this.nameTrack(order.sequence, tracks.length) : null;
		this.now = { order, placed: track === null ? placed : { ...placed, track, undoSteps: placed.undoSteps + 1 } };
		return this.now.placed;
	}

	/** Names a new track so that the editor knows it and the next candidate finds it; null where this Premiere can't. */
	private async nameTrack(sequence: string, index: number): Promise<string | null> {
		const { project, sequence: active } = await wantedSequence(this.ppro, sequence);
		const track = await active.getAudioTrack(index);
		return commitTrackName(project, track, AUDITION_TRACK, `Segue: name ${AUDITION_TRACK}`) ? AUDITION_TRACK : null;
	}

	/** Throws 'not-found' where nothing is auditioned, or it was moved or removed by hand. */
	async keep(): Promise<HostPlaced> {
		const found = await this.find();
		if (this.now === null || found === null) throw new EngineError('not-found', 'Nothing is auditioned.');
		const { placed } = this.now;
		this.now = null;
		return placed;
	}

	/** Takes the candidate away. One that was moved or removed by hand is the editor's own now, and left alone. */
	async remove(): Promise<void> {
		const found = await this.find();
		if (this.now !== null && found !== null) {
			commitRemoval(this.ppro, found.active, [found.item], `Segue: remove ${this.now.order.music.name}`);
		}
		this.now = null;
	}

	private async find() {
		if (this.now === null) return null;
		const { order, placed } = this.now;
		const tracks = await tracksOf(this.ppro, order.sequence, this.clock);
		const active = await wantedSequence(this.ppro, order.sequence);
		const clip = tracks
			.flatMap(({ clips }) => clips)
			.find(({ path, start }) => path === comparable(order.music.path) && String(start) === placed.start);
		return clip ? { active, item: clip.item } : null;
	}
}
