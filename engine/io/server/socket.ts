import { type RawData, WebSocket } from 'ws';
import type { Engine, Params } from '../../jobs/engine.js';
import { HostLink } from '../../jobs/host-link.js';
import type { Hosts } from '../../jobs/hosts.js';
import type { Progress } from '../../jobs/ports.js';
import { advance, newSession, type Session, type SessionEffect, type SessionEvent } from '../../jobs/session.js';
import type { ToHost } from '../../protocol/host.js';
import type { CatalogState, ClientRequest, EngineMessage } from '../../protocol/messages.js';
import { isToken } from './admission.js';
import { refusalOf } from './refusal.js';

/** Bytes of one message that the socket reads at all: what a host may send (10.5). */
export const PAYLOAD_LIMIT = 16 << 20;
/** Bytes waiting to be read above which what may be left out is left out, and above which a client is dropped (7.2). */
const SLOW = 1 << 20;
const STUCK = 16 << 20;
/** Milliseconds a client may take to say hello (2.6), and between two progress messages of a request (3.2). */
const GREETING = 10_000;
const PROGRESS = 100;

/**
 * Joins a socket to a session: messages go in, what the session decides is done. The session decides everything; this
 * only knows the socket, the clock and the engine.
 */
export const attach = (socket: WebSocket, engine: Engine, hosts: Hosts, token: string, hasCookie: boolean): void => {
	let link: HostLink | null = null;
	let session: Session = newSession(hasCookie);
	const controllers = new Map<number, AbortController>();

	const happen = (event: SessionEvent): void => {
		const step = advance(session, event, candidate => isToken(candidate, token));
		session = step.session;
		for (const effect of step.effects) carryOut(effect);
	};

	const carryOut = (effect: SessionEffect): void => {
		switch (effect.do) {
			case 'send':
				sendMessage(socket, effect.message);
				return;
			case 'welcome':
				void welcome(engine).then(event => {
					happen(event);
					if (hosts.view !== null) happen({ type: 'host', host: hosts.view });
				});
				return;
			case 'start':
				void work(effect.run, effect.request);
				return;
			case 'abort':
				controllers.get(effect.run)?.abort();
				return;
			case 'join-host': {
				const joined: HostLink = new HostLink(
					message => sendToHost(socket, message),
					() => hosts.changed(joined),
				);
				link = joined;
				hosts.join(joined);
				return;
			}
			case 'host-said':
				link?.receive(effect.message);
				return;
			case 'host-sent':
				link?.receiveFrame(effect.frame);
				return;
			case 'close':
				socket.close(effect.code, effect.reason);
				return;
		}
	};

	const work = async (run: number, request: ClientRequest): Promise<void> => {
		const controller = new AbortController();
		controllers.set(run, controller);
		const report = thinned(progress => happen({ type: 'progress', run, progress }));
		try {
			const result = await askFor(engine, request, report, controller.signal);
			happen({ type: 'finished', run, result });
		} catch (error) {
			happen({ type: 'failed', run, ...refusalOf(error) });
		} finally {
			controllers.delete(run);
		}
	};

	const stopListening = engine.onCatalog((state: CatalogState) => happen({ type: 'catalog', state }));
	const stopFollowing = hosts.onChange(host => happen({ type: 'host', host }));
	const greeting = setTimeout(() => happen({ type: 'late' }), GREETING);
	socket.on('message', (data, isBinary) =>
		happen(isBinary ? { type: 'binary', bytes: bytesOf(data) } : { type: 'text', text: data.toString() }),
	);
	// ws closes the connection itself, with the code that fits; without a listener the error would end the process.
	socket.on('error', () => {});
	socket.on('close', () => {
		clearTimeout(greeting);
		stopListening();
		stopFollowing();
		if (link !== null) hosts.leave(link);
		happen({ type: 'gone' });
	});
};

const welcome = async (engine: Engine): Promise<SessionEvent> => {
	try {
		const [status, catalog] = await Promise.all([engine.ask('status', {}), engine.ask('catalog.state', {})]);
		return { type: 'welcomed', status, catalog };
	} catch (error) {
		return { type: 'unwelcome', ...refusalOf(error) };
	}
};

const askFor = (
	engine: Engine,
	request: ClientRequest,
	onProgress: (progress: Progress) => void,
	signal: AbortSignal,
): Promise<unknown> =>
	// The contract ties every method to its parameters; the union of requests cannot show that to the compiler.
	engine.ask(request.method, request.params as Params<typeof request.method>, onProgress, signal);

/** Lets progress through when its stage changes, and otherwise ten times a second at most. */
const thinned = (report: (progress: Progress) => void): ((progress: Progress) => void) => {
	let stage = '';
	let last = Number.NEGATIVE_INFINITY;
	return progress => {
		const now = performance.now();
		if (progress.stage === stage && now - last < PROGRESS) return;
		stage = progress.stage;
		last = now;
		report(progress);
	};
};

const bytesOf = (data: RawData): Uint8Array =>
	Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;

const sendToHost = (socket: WebSocket, message: ToHost): void => {
	if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
};

const sendMessage = (socket: WebSocket, message: EngineMessage): void => {
	if (socket.readyState !== WebSocket.OPEN) return;
	const mayBeLeftOut = message.type === 'progress' || message.type === 'catalog';
	if (socket.bufferedAmount > STUCK) socket.terminate();
	else if (!mayBeLeftOut || socket.bufferedAmount <= SLOW) socket.send(JSON.stringify(message));
};
