import type { ToHost } from '../../engine/protocol/host.js';
import { PROTOCOL_VERSION } from '../../engine/protocol/version.js';
import type { Later } from './dirty-watcher.js';
import type { EngineState } from './engine-state.js';
import type { Outbox } from './host-script.js';

/** How the engine is reached: what its file in the data folder says. Null where there is no such file. */
export type EngineAddress = { readonly port: number | null; readonly token: string; readonly version: string };

/** The part of a WebSocket that is used; UXP's has no more. */
export type HostSocket = {
	binaryType: string;
	onopen: (() => void) | null;
	onmessage: ((event: { readonly data: unknown }) => void) | null;
	onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
	onerror: ((event: { readonly message?: string }) => void) | null;
	send(data: string | ArrayBuffer): void;
	close(): void;
};

export type ConnectionParts = {
	readonly address: () => EngineAddress | null;
	readonly open: (url: string) => HostSocket;
	readonly later: Later;
	readonly version: string;
	readonly onState: (state: EngineState) => void;
	readonly onMessage: (message: ToHost) => void;
	readonly onReady: () => void;
	readonly onGone: () => void;
};

/** Milliseconds between two tries. */
const RETRY = 2000;
/** UXP refuses addresses for a moment after a cold start, although the manifest names them. */
const DENIALS_AT_START = 5;

/** The engine, connected to whenever it is there. */
export class EngineConnection implements Outbox {
	private socket: HostSocket | null = null;
	private isWelcome = false;
	private denials = 0;
	private cancel: () => void = () => {};
	private refusal: EngineState | null = null;

	constructor(private readonly parts: ConnectionParts) {}

	connect(): void {
		this.cancel();
		if (this.socket !== null) return;
		const address = this.parts.address();
		if (address === null || address.port === null) {
			this.parts.onState({ state: 'off' });
			this.retry();
			return;
		}
		this.refusal = null;
		try {
			this.open(address.port, address);
		} catch (error) {
			this.denied(error instanceof Error ? error.message : String(error));
		}
	}

	say(message: object): void {
		if (this.isWelcome) this.socket?.send(JSON.stringify(message));
	}

	sendFrame(bytes: Uint8Array): void {
		if (this.isWelcome) this.socket?.send(bytes.slice().buffer);
	}

	private open(port: number, { token }: EngineAddress): void {
		const socket = this.parts.open(`ws://127.0.0.1:${port}/ws`);
		socket.binaryType = 'arraybuffer';
		this.socket = socket;
		let trouble = '';
		socket.onopen = () => {
			const { version } = this.parts;
			socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, role: 'host', version, token }));
		};
		socket.onmessage = ({ data }) => {
			if (typeof data === 'string') this.receive(data, port, token);
		};
		socket.onerror = event => {
			trouble = event.message ?? '';
		};
		socket.onclose = () => {
			if (this.socket !== socket) return;
			this.socket = null;
			const wasWelcome = this.isWelcome;
			this.isWelcome = false;
			if (wasWelcome) this.parts.onGone();
			if (/permission denied/i.test(trouble)) return this.denied(trouble);
			this.parts.onState(this.refusal ?? { state: 'off' });
			this.retry();
		};
	}

	private receive(text: string, port: number, token: string): void {
		const message = JSON.parse(text) as
			| ToHost
			| { type: 'welcome' }
			| { type: 'failure'; code: string; detail: string };
		switch (message.type) {
			case 'welcome':
				this.isWelcome = true;
				this.denials = 0;
				this.parts.onState({ state: 'ready', page: `http://127.0.0.1:${port}/?token=${token}` });
				this.parts.onReady();
				return;
			case 'failure':
				if (!this.isWelcome) this.refusal = { state: 'refused', code: message.code, detail: message.detail };
				return;
			default:
				this.parts.onMessage(message);
		}
	}

	private denied(detail: string): void {
		this.denials++;
		this.parts.onState(this.denials <= DENIALS_AT_START ? { state: 'starting' } : { state: 'blocked', detail });
		this.retry();
	}

	private retry(): void {
		this.cancel = this.parts.later(RETRY, () => this.connect());
	}
}
