import { EngineError } from '../protocol/errors.js';
import type { HostOrder, HostPlaced } from '../protocol/host.js';
import { TICKS_PER_SECOND } from '../time/ticks.js';
import type { Rate } from '../time/time.js';
import type { MusicPlacement } from '../timelines/music-placement.js';
import type { EditMarker, Host, ReadBack } from './host.js';
import type { HostLink } from './host-link.js';

/** The sequence of an editing program, and where in it the cut begins. */
export type LinkedSequence = {
	readonly id: string;
	readonly name: string;
	readonly start: bigint;
	readonly rate: Rate;
};

/** A connected editing program as a host. What it answers is compared once more with what was asked. */
export class LinkedHost implements Host {
	constructor(
		private readonly link: HostLink,
		private readonly sequence: LinkedSequence,
	) {}

	async place(placement: MusicPlacement, signal?: AbortSignal): Promise<ReadBack> {
		const order = this.order(placement);
		return this.verified(order, await this.link.ask('place', { ...order, track: placement.track }, signal));
	}

	async audition(placement: MusicPlacement, signal?: AbortSignal): Promise<ReadBack> {
		const order = this.order(placement);
		return this.verified(order, await this.link.ask('audition', order, signal));
	}

	async keepAudition(): Promise<ReadBack> {
		return this.placed(await this.link.ask('audition.keep', { sequence: this.sequence.id }));
	}

	async removeAudition(): Promise<void> {
		await this.link.ask('audition.remove', { sequence: this.sequence.id });
	}

	addMarkers(markers: readonly EditMarker[]): Promise<{ added: number; undoSteps: number }> {
		return this.link.ask('markers', {
			sequence: this.sequence.id,
			markers: markers.map(({ frame, name }) => ({ at: String(this.ticksAt(frame)), name })),
		});
	}

	private order({ path, name, crop, at }: MusicPlacement): HostOrder {
		return {
			sequence: this.sequence.id,
			music: { path, name },
			in: String(ticksOf(crop.start, crop.rate)),
			out: String(ticksOf(crop.start + crop.duration, crop.rate)),
			at: String(this.ticksAt(at)),
		};
	}

	private ticksAt(frame: number): bigint {
		return this.sequence.start + ticksOf(frame, this.sequence.rate);
	}

	/** A frame's difference is none: programs may cut at frames where samples were asked for. */
	private verified(order: HostOrder, read: HostPlaced): ReadBack {
		const frame = ticksOf(1, this.sequence.rate);
		const isNear = (a: string, b: bigint | string): boolean => {
			const difference = BigInt(a) - BigInt(b);
			return difference <= frame && -difference <= frame;
		};
		const length = BigInt(order.out) - BigInt(order.in);
		const isThere =
			read.sequence === order.sequence &&
			isNear(read.start, order.at) &&
			isNear(read.in, order.in) &&
			isNear(String(BigInt(read.end) - BigInt(read.start)), length);
		if (!isThere) {
			throw new EngineError(
				'place-unverified',
				`${order.music.name} lies at ${toSeconds(read.start).toFixed(2)} s of ${this.sequence.name}, not as it was asked.`,
			);
		}
		return this.placed(read);
	}

	private placed({ track, start, end, in: from, out, undoSteps }: HostPlaced): ReadBack {
		const inCut = (ticks: string): number => toSeconds(String(BigInt(ticks) - this.sequence.start));
		return {
			host: 'premiere',
			where: this.sequence.name,
			track,
			range: { start: inCut(start), end: inCut(end) },
			crop: { start: toSeconds(from), end: toSeconds(out) },
			undoSteps,
		};
	}
}

const toSeconds = (ticks: string): number => Number(BigInt(ticks)) / Number(TICKS_PER_SECOND);

const ticksOf = (units: number, { numerator, denominator }: Rate): bigint =>
	(BigInt(units) * TICKS_PER_SECOND * BigInt(denominator)) / BigInt(numerator);
