import { EngineError } from '../../engine/protocol/errors.js';
import type { HostView } from '../../engine/protocol/host.js';
import {
	type Answer,
	answers,
	type CatalogState,
	type ClientMessage,
	type EngineMessage,
	type EngineStatus,
	engineMessage,
	type Method,
	type Params,
	PROTOCOL_VERSION,
} from '../../engine/protocol/messages.js';
import type { Failure } from '../state/failure.js';
import type { Connection, Progress } from '../state/view-state.js';
import type { OpenSocket, Socket } from './socket.js';

export type AskOptions = { readonly onProgress?: (progress: Progress) => void; readonly signal?: AbortSignal };

export type ClientListener = {
	readonly onConnection: (connection: Connection) => void;
	readonly onStatus: (status: EngineStatus) => void;
	readonly onCatalog: (catalog: CatalogState) => void;
	readonly onHost: (host: HostView | null) => void;
};

/** Calls `then` after so many milliseconds; answers what takes that back. */
export type Timer = (milliseconds: number, then: () => void) => () => void;

/** Milliseconds before the first new attempt; each further one waits twice as long, up to the most. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

/**
 * The engine, asked over a socket that comes back by itself. Every request ends once: with its answer, or with an
 * EngineError ('engine-lost' where the connection went, 'cancelled' where its signal aborted).
 */
export class EngineClient {
	readonly #open: OpenSocket;
	readonly #timer: Timer;
	readonly #version: string;
	readonly #listener: ClientListener;
	readonly #waiting = new Map<string, Waiting>();
	#socket: Socket | null = null;
	#isReady = false;
	#attempt = 0;
	#refusal: Failure | null = null;
	#stopWaiting: () => void = () => {};
	#nextId = 1;

	constructor(open: OpenSocket, timer: Timer, version: string, listener: ClientListener) {
		this.#open = open;
		this.#timer = timer;
		this.#version = version;
		this.#listener = listener;
	}

	/** Connects now, also where a later attempt was planned; does nothing while connected. */
	connect(): void {
		if (this.#socket !== null) return;
		this.#stopWaiting();
		this.#refusal = null;
		if (this.#attempt === 0) this.#listener.onConnection({ state: 'connecting' });
		const socket = this.#open({
			onOpen: () => this.#send({ type: 'hello', protocol: PROTOCOL_VERSION, role: 'panel', version: this.#version }),
			onText: text => this.#receive(text),
			onClose: () => {
				if (this.#socket === socket) this.#lost();
			},
		});
		this.#socket = socket;
	}

	/** Ends the connection for good. */
	close(): void {
		this.#stopWaiting();
		const socket = this.#socket;
		this.#socket = null;
		this.#isReady = false;
		socket?.close();
		this.#rejectAll();
	}

	async ask<M extends Method>(
		method: M,
		params: Params<M>,
		{ onProgress = () => {}, signal }: AskOptions = {},
	): Promise<Answer<M>> {
		if (signal?.aborted) throw cancelled();
		if (!this.#isReady) throw lost();
		const id = String(this.#nextId++);
		const cancel = (): void => {
			this.#send({ type: 'cancel', id });
			// At once: what the engine still sends under this id is of no interest.
			this.#waiting.get(id)?.reject(cancelled());
		};
		try {
			const result = await new Promise<unknown>((resolve, reject) => {
				this.#waiting.set(id, { resolve, reject, onProgress });
				signal?.addEventListener('abort', cancel);
				// The contract ties every method to its parameters; the union of messages cannot show that to the compiler.
				this.#send({ type: 'request', id, method, params } as ClientMessage);
			});
			const parsed = answers[method].safeParse(result);
			if (!parsed.success) throw new EngineError('internal', `the engine’s answer to ${method} has an unknown shape`);
			return parsed.data as Answer<M>;
		} finally {
			signal?.removeEventListener('abort', cancel);
			this.#waiting.delete(id);
		}
	}

	#send(message: ClientMessage): void {
		this.#socket?.send(JSON.stringify(message));
	}

	#receive(text: string): void {
		const message = readMessage(text);
		// A message that an engine of this protocol version never sends can't belong to a request; those still end by closing.
		if (message === null) return;
		switch (message.type) {
			case 'welcome':
				this.#isReady = true;
				this.#attempt = 0;
				this.#listener.onStatus(message.status);
				this.#listener.onCatalog(message.catalog);
				this.#listener.onConnection({ state: 'ready' });
				return;
			case 'catalog':
				this.#listener.onCatalog(message.state);
				return;
			case 'host':
				this.#listener.onHost(message.host);
				return;
			case 'failure':
				if (message.id === null) {
					if (!this.#isReady) this.#refusal = { code: message.code, detail: message.detail, remedy: message.remedy };
				} else {
					this.#waiting.get(message.id)?.reject(new EngineError(message.code, message.detail));
				}
				return;
			case 'progress': {
				const { stage, done, total } = message;
				this.#waiting.get(message.id)?.onProgress({ stage, done, total });
				return;
			}
			case 'result':
				this.#waiting.get(message.id)?.resolve(message.result);
				return;
			case 'cancelled':
				this.#waiting.get(message.id)?.reject(cancelled());
				return;
		}
	}

	#lost(): void {
		this.#socket = null;
		this.#isReady = false;
		this.#rejectAll();
		if (this.#refusal !== null) {
			this.#attempt = 0;
			this.#listener.onConnection({ state: 'refused', failure: this.#refusal });
			return;
		}
		this.#attempt++;
		const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.#attempt - 1));
		this.#listener.onConnection({ state: 'lost', attempt: this.#attempt, retryIn: wait / 1000 });
		this.#stopWaiting = this.#timer(wait, () => this.connect());
	}

	#rejectAll(): void {
		for (const { reject } of this.#waiting.values()) reject(lost());
	}
}

type Waiting = {
	readonly resolve: (result: unknown) => void;
	readonly reject: (error: EngineError) => void;
	readonly onProgress: (progress: Progress) => void;
};

const readMessage = (text: string): EngineMessage | null => {
	try {
		const parsed = engineMessage.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
};

const lost = (): EngineError => new EngineError('engine-lost', 'the engine went away');
const cancelled = (): EngineError => new EngineError('cancelled', 'cancelled');
