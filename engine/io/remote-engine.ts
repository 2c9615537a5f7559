import { WebSocket } from 'ws';
import type { Engine, Params } from '../jobs/engine.js';
import type { Progress } from '../jobs/ports.js';
import { EngineError } from '../protocol/errors.js';
import {
	type Answer,
	answers,
	type CatalogState,
	type EngineMessage,
	engineMessage,
	type Method,
	PROTOCOL_VERSION,
} from '../protocol/messages.js';

/** The engine of another process, asked over its WebSocket. */
export class RemoteEngine implements Engine {
	private readonly requests = new Map<string, Waiting>();
	private readonly listeners = new Set<(state: CatalogState) => void>();
	private next = 1;

	private constructor(private readonly socket: WebSocket) {}

	/** Throws 'engine-lost' where nothing answers, or the refusal of its hello. */
	static async connect(port: number, token: string, version: string): Promise<RemoteEngine> {
		const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { handshakeTimeout: 5000 });
		const engine = new RemoteEngine(socket);
		await new Promise<void>((resolve, reject) => {
			socket.once('open', () =>
				socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, role: 'panel', version, token })),
			);
			socket.on('message', data => {
				const message = engineMessage.parse(JSON.parse(String(data)));
				if (message.type === 'welcome') resolve();
				else if (message.type === 'failure' && message.id === null) {
					reject(new EngineError(message.code, message.detail));
				} else engine.receive(message);
			});
			const lost = (cause?: unknown): void => {
				const error = new EngineError('engine-lost', `the engine on port ${port} does not answer`, { cause });
				reject(error);
				engine.loseAll(error);
			};
			socket.on('error', lost);
			socket.on('close', () => lost());
		});
		return engine;
	}

	async ask<M extends Method>(
		method: M,
		params: Params<M>,
		onProgress: (progress: Progress) => void = () => {},
		signal?: AbortSignal,
	): Promise<Answer<M>> {
		const id = String(this.next++);
		const cancel = (): void => this.socket.send(JSON.stringify({ type: 'cancel', id }));
		try {
			signal?.throwIfAborted();
			const result = await new Promise<unknown>((resolve, reject) => {
				this.requests.set(id, { resolve, reject, onProgress });
				signal?.addEventListener('abort', cancel);
				this.socket.send(JSON.stringify({ type: 'request', id, method, params }));
			});
			return answers[method].parse(result) as Answer<M>;
		} finally {
			signal?.removeEventListener('abort', cancel);
			this.requests.delete(id);
		}
	}

	onCatalog(listener: (state: CatalogState) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	/** Ends the connection; the other process goes on. */
	async close(): Promise<void> {
		this.socket.removeAllListeners('close');
		this.socket.close();
	}

	private receive(message: EngineMessage): void {
		if (message.type === 'catalog') for (const listener of this.listeners) listener(message.state);
		if (!('id' in message) || message.id === null) return;
		const request = this.requests.get(message.id);
		if (message.type === 'progress') request?.onProgress(message);
		if (message.type === 'result') request?.resolve(message.result);
		if (message.type === 'failure') request?.reject(new EngineError(message.code, message.detail));
		if (message.type === 'cancelled') request?.reject(new EngineError('cancelled', 'cancelled'));
	}

	private loseAll(error: EngineError): void {
		for (const { reject } of this.requests.values()) reject(error);
	}
}

type Waiting = {
	readonly resolve: (result: unknown) => void;
	readonly reject: (error: EngineError) => void;
	readonly onProgress: (progress: Progress) => void;
};
