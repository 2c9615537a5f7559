import type { premierepro } from '@adobe/premierepro';
import { EngineError } from '../../engine/protocol/errors.js';
import type { HostOrder, HostPlaced } from '../../engine/protocol/host.js';
import type { Clock } from './clock.js';
import { commitRemoval } from './commit.js';
import { comparable } from './import-music.js';
import { placeMusic, tracksOf, wantedSequence } from './place.js';

/** Trying candidates on the timeline: at most one lies there at a time. */
export class Audition {
	private now: { readonly order: HostOrder; readonly placed: HostPlaced } | null = null;

	constructor(
		private readonly ppro: premierepro,
		private readonly clock: Clock,
	) {}

	/** Lays a candidate in the place of the one before, on the same track where that is free for it. */
	async swap(order: HostOrder): Promise<HostPlaced> {
		const track = this.now?.order.sequence === order.sequence ? this.now.placed.track : null;
		await this.remove();
		const label = `Segue: audition ${order.music.name}`;
		const placed = await placeMusic(this.ppro, order, track, label, this.clock).catch((error: unknown) => {
			const isBusy = error instanceof EngineError && ['track-busy', 'not-found'].includes(error.code);
			if (track === null || !isBusy) throw error;
			return placeMusic(this.ppro, order, null, label, this.clock);
		});
		this.now = { order, placed };
		return placed;
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
