import { EngineError } from '../protocol/errors.js';
import {
	type FromHost,
	type HostAnswer,
	type HostMethod,
	type HostParams,
	type HostView,
	hostMethods,
	type ToHost,
} from '../protocol/host.js';
import { FRAME_CREDIT, FRAME_HEADER } from '../protocol/host-frames.js';

/**
 * One connected editing program, asked by the engine. It holds no socket: what is to be sent goes to `send`, what comes is
 * told to `receive` and `receiveFrame`. The rules are those of docs/protocol.md, 10.
 */
export class HostLink {
	/** What it last said of itself; null before it said anything. */
	view: HostView | null = null;
	private readonly waiting = new Map<number, Waiting>();
	private next = 1;
	private isLost = false;

	/** @param onChange - called when the view has changed */
	constructor(
		private readonly send: (message: ToHost) => void,
		private readonly onChange: () => void,
	) {}

	/** Rejects with the host's own refusal, 'host-refused' for an answer of another shape, 'no-host' where it goes away. */
	ask<M extends HostMethod>(method: M, params: HostParams<M>, signal?: AbortSignal): Promise<HostAnswer<M>> {
		return this.request(method, params, () => {}, signal);
	}

	/**
	 * Pictures of the sequence as the program renders them. No more than {@link FRAME_CREDIT} are under way at once.
	 *
	 * @param onFrame - takes each picture, a PNG file, with its place among the times; the next comes when it has resolved
	 */
	async frames(
		params: HostParams<'frames'>,
		onFrame: (index: number, picture: Uint8Array) => Promise<void>,
		signal?: AbortSignal,
	): Promise<void> {
		const taken = new Set<number>();
		let work = Promise.resolve();
		const take = (id: number, index: number, picture: Uint8Array): void => {
			if (index >= params.times.length || taken.has(index)) return;
			taken.add(index);
			work = work.then(() => onFrame(index, picture)).then(() => this.send({ type: 'credit', id, frames: 1 }));
			// Awaited below; until then its failure must not count as one that nobody handles.
			work.catch(() => {});
		};
		await this.request('frames', params, take, signal);
		await work;
	}

	receive(message: FromHost): void {
		if (message.type === 'sequence') {
			const { program, version, state } = message;
			this.view = { program, version, sequence: state };
			this.onChange();
			return;
		}
		const waiting = this.waiting.get(message.id);
		if (message.type === 'answer') waiting?.resolve(message.result);
		else waiting?.reject(new EngineError(message.code, message.detail));
	}

	/** A binary message; what belongs to no running ask is dropped. */
	receiveFrame(bytes: Uint8Array): void {
		if (bytes.length <= FRAME_HEADER) return;
		const header = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER);
		const id = header.getUint32(0, true);
		this.waiting.get(id)?.onFrame(id, header.getUint32(4, true), bytes.subarray(FRAME_HEADER));
	}

	lost(): void {
		this.isLost = true;
		for (const { reject } of this.waiting.values()) reject(gone());
	}

	private async request<M extends HostMethod>(
		method: M,
		params: HostParams<M>,
		onFrame: Waiting['onFrame'],
		signal?: AbortSignal,
	): Promise<HostAnswer<M>> {
		if (this.isLost) throw gone();
		if (signal?.aborted) throw cancelled();
		const id = this.next++;
		let withdraw = (): void => {};
		try {
			const result = await new Promise<unknown>((resolve, reject) => {
				this.waiting.set(id, { resolve, reject, onFrame });
				withdraw = () => {
					this.send({ type: 'withdraw', id });
					reject(cancelled());
				};
				signal?.addEventListener('abort', withdraw);
				// The contract ties every method to its parameters; the union of asks cannot show that to the compiler.
				this.send({ type: 'ask', id, method, params } as ToHost);
				if (method === 'frames') this.send({ type: 'credit', id, frames: FRAME_CREDIT });
			});
			const answer = hostMethods[method].answer.safeParse(result);
			if (!answer.success) {
				throw new EngineError('host-refused', `The editing program’s answer to ${method} has an unknown shape.`);
			}
			return answer.data as HostAnswer<M>;
		} finally {
			signal?.removeEventListener('abort', withdraw);
			this.waiting.delete(id);
		}
	}
}

type Waiting = {
	readonly resolve: (result: unknown) => void;
	readonly reject: (error: EngineError) => void;
	readonly onFrame: (id: number, index: number, picture: Uint8Array) => void;
};

const gone = (): EngineError => new EngineError('no-host', 'The editing program went away.');
const cancelled = (): EngineError => new EngineError('cancelled', 'cancelled');
