import {
	type ClientMessage,
	clientMessage,
	type EngineMessage,
	PROTOCOL_VERSION,
} from '../../../engine/protocol/messages.js';
import type { OpenSocket, SocketListener } from '../../../panel/client/socket.js';
import { someCatalog, someStatus } from '../../support/views.js';

/** The engine's end of a page's sockets, played by a test. Everything the page says must fit the protocol. */
export class FakeSockets {
	readonly said: ClientMessage[] = [];
	opened = 0;
	#listener: SocketListener | null = null;

	readonly open: OpenSocket = listener => {
		this.opened++;
		this.#listener = listener;
		return {
			send: text => this.said.push(clientMessage.parse(JSON.parse(text))),
			close: () => {},
		};
	};

	/** The connection opens and the engine answers the hello. */
	welcome(): void {
		this.accept();
		this.say({ type: 'welcome', protocol: PROTOCOL_VERSION, status: someStatus, catalog: someCatalog });
	}

	accept(): void {
		this.#listener!.onOpen();
	}

	say(message: EngineMessage): void {
		this.raw(JSON.stringify(message));
	}

	raw(text: string): void {
		this.#listener!.onText(text);
	}

	drop(code = 1006): void {
		this.#listener!.onClose(code);
	}

	get last(): ClientMessage {
		return this.said.at(-1)!;
	}

	/** The id of the newest request. */
	get asked(): string {
		const request = this.said.findLast(message => message.type === 'request');
		if (request?.type !== 'request') throw new Error('nothing was asked');
		return request.id;
	}
}

/** Timers that a test lets run out. */
export class FakeTimer {
	readonly waits: number[] = [];
	#then: (() => void) | null = null;

	readonly start = (milliseconds: number, then: () => void): (() => void) => {
		this.waits.push(milliseconds);
		this.#then = then;
		return () => {
			this.#then = null;
		};
	};

	get isRunning(): boolean {
		return this.#then !== null;
	}

	runOut(): void {
		const then = this.#then;
		this.#then = null;
		then?.();
	}
}
