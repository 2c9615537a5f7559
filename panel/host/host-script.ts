import type { premierepro } from '@adobe/premierepro';
import { EngineError, type ErrorCode } from '../../engine/protocol/errors.js';
import type { FromHost, HostAsk, HostSequenceState, HostSnapshot, ToHost } from '../../engine/protocol/host.js';
import { FRAME_HEADER } from '../../engine/protocol/host-frames.js';
import { addMarkers } from './add-markers.js';
import { Audition } from './audition.js';
import type { Clock } from './clock.js';
import { comparable } from './comparable.js';
import { exportFrames, type FrameFiles } from './frame-exporter.js';
import { placeMusic } from './place.js';
import { readSnapshot } from './snapshot.js';
import { steadily } from './steadily.js';

/** What the host script says to the engine. */
export type Outbox = { say(message: FromHost): void; sendFrame(bytes: Uint8Array): void };

export type HostParts = {
	readonly ppro: premierepro;
	readonly program: { readonly name: string; readonly version: string };
	readonly clock: Clock;
	/** Opens the folder for pictures when they are first asked for. */
	readonly frameFiles: () => Promise<FrameFiles>;
	/** Unlike that of any other run. */
	readonly runName: string;
};

/**
 * Answers what the engine asks of Premiere. Asks that write take turns, since each of them reads, plans and commits; those
 * that read need not wait. It knows no socket.
 */
export class HostScript {
	private readonly audition: Audition;
	/** Comparable paths of what was placed or tried since the plugin started. */
	private readonly ours = new Set<string>();
	private readonly running = new Map<number, { credit: number; wake: () => void; isWanted: boolean }>();
	private writing: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly parts: HostParts,
		private readonly outbox: Outbox,
	) {
		this.audition = new Audition(parts.ppro, parts.clock);
	}

	receive(message: ToHost): void {
		if (message.type === 'ask') {
			void this.answer(message);
			return;
		}
		const run = this.running.get(message.id);
		if (!run) return;
		if (message.type === 'credit') run.credit += message.frames;
		else run.isWanted = false;
		run.wake();
	}

	tell(state: HostSequenceState): void {
		const { name, version } = this.parts.program;
		this.outbox.say({ type: 'sequence', program: name, version, state });
	}

	/** What was under way for an engine that has gone is given up; what writes ends by itself. */
	disconnected(): void {
		for (const run of this.running.values()) {
			run.isWanted = false;
			run.wake();
		}
	}

	private async answer(ask: HostAsk): Promise<void> {
		const { id } = ask;
		this.running.set(id, { credit: 0, wake: () => {}, isWanted: true });
		try {
			const result = await this.carryOut(ask);
			this.outbox.say({ type: 'answer', id, result });
		} catch (error) {
			this.outbox.say({ type: 'refusal', id, ...wordsOf(error) });
		} finally {
			this.running.delete(id);
		}
	}

	private carryOut(ask: HostAsk): Promise<unknown> {
		const { ppro, clock } = this.parts;
		switch (ask.method) {
			case 'snapshot':
				return this.snapshot();
			case 'frames':
				return this.frames(ask);
			case 'place': {
				const { track, ...order } = ask.params;
				this.ours.add(comparable(order.music.path));
				return this.inTurn(() => placeMusic(ppro, order, track, `Segue: place ${order.music.name}`, clock));
			}
			case 'audition':
				this.ours.add(comparable(ask.params.music.path));
				return this.inTurn(() => this.audition.swap(ask.params));
			case 'audition.keep':
				return this.inTurn(() => this.audition.keep());
			case 'audition.remove':
				return this.inTurn(() => this.audition.remove().then(() => ({})));
			case 'markers':
				return this.inTurn(() => addMarkers(ppro, ask.params));
		}
	}

	/** The active sequence without the music that was laid in it from here. */
	readonly read = (): Promise<HostSnapshot | null> => readSnapshot(this.parts.ppro, this.ours);

	private async snapshot() {
		const snapshot = await steadily(this.read, this.parts.clock);
		if (snapshot === null) throw new EngineError('no-host', 'No sequence is open in Premiere.');
		return snapshot;
	}

	private async frames({ id, params }: Extract<HostAsk, { method: 'frames' }>): Promise<{ sent: number }> {
		const { ppro, clock, runName } = this.parts;
		const files = await this.parts.frameFiles();
		const run = this.running.get(id)!;
		const send = async (index: number, picture: Uint8Array): Promise<void> => {
			while (run.credit === 0 && run.isWanted) {
				await new Promise<void>(resolve => {
					run.wake = resolve;
				});
			}
			if (!run.isWanted) return;
			run.credit--;
			this.outbox.sendFrame(withHeader(id, index, picture));
		};
		const prefix = `segue-${runName}-${id}`;
		const sent = await exportFrames(ppro, params, { files, clock, prefix }, send, () => run.isWanted);
		return { sent };
	}

	private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
		const result = this.writing.then(work, work);
		this.writing = result.catch(() => {});
		return result;
	}
}

const withHeader = (id: number, index: number, picture: Uint8Array): Uint8Array => {
	const bytes = new Uint8Array(FRAME_HEADER + picture.length);
	const header = new DataView(bytes.buffer);
	header.setUint32(0, id, true);
	header.setUint32(4, index, true);
	bytes.set(picture, FRAME_HEADER);
	return bytes;
};

const wordsOf = (error: unknown): { code: ErrorCode; detail: string } => {
	if (error instanceof EngineError) return { code: error.code, detail: error.message };
	return { code: 'host-refused', detail: error instanceof Error ? error.message : String(error) };
};
