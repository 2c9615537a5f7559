import { ERRORS, type ErrorCode } from '../protocol/errors.js';
import { type FromHost, fromHost, type HostView } from '../protocol/host.js';
import {
	type CatalogState,
	type ClientRequest,
	clientMessage,
	type EngineMessage,
	type EngineStatus,
	PROTOCOL_VERSION,
} from '../protocol/messages.js';
import type { Progress } from './ports.js';

/**
 * One client's session as a state machine: {@link advance} takes what happened and answers what to do. It holds no
 * socket, no clock and no engine. The rules are those of docs/protocol.md.
 */
export type Session =
	| { readonly state: 'greeting'; readonly hasCookie: boolean }
	| { readonly state: 'welcoming'; readonly role: Role }
	| {
			readonly state: 'open';
			readonly role: Role;
			/** The run behind each request id. Runs are never numbered twice, ids may be (3.3). */
			readonly running: ReadonlyMap<string, number>;
			readonly nextRun: number;
	  }
	| { readonly state: 'closed' };

/** What a client is: a page or the command line, or the script in an editing program (10). */
export type Role = 'panel' | 'host';

export type SessionEvent =
	| { readonly type: 'text'; readonly text: string }
	| { readonly type: 'binary'; readonly bytes: Uint8Array }
	| { readonly type: 'welcomed'; readonly status: EngineStatus; readonly catalog: CatalogState }
	| { readonly type: 'unwelcome'; readonly code: ErrorCode; readonly detail: string }
	| { readonly type: 'progress'; readonly run: number; readonly progress: Progress }
	| { readonly type: 'finished'; readonly run: number; readonly result: unknown }
	| { readonly type: 'failed'; readonly run: number; readonly code: ErrorCode; readonly detail: string }
	| { readonly type: 'catalog'; readonly state: CatalogState }
	| { readonly type: 'host'; readonly host: HostView | null }
	| { readonly type: 'late' }
	| { readonly type: 'gone' };

export type SessionEffect =
	| { readonly do: 'send'; readonly message: EngineMessage }
	/** Gather status and catalogue, then say 'welcomed' or 'unwelcome'. */
	| { readonly do: 'welcome' }
	| { readonly do: 'start'; readonly run: number; readonly request: ClientRequest }
	| { readonly do: 'abort'; readonly run: number }
	/** A host has been welcomed and may be asked. */
	| { readonly do: 'join-host' }
	| { readonly do: 'host-said'; readonly message: FromHost }
	| { readonly do: 'host-sent'; readonly frame: Uint8Array }
	| { readonly do: 'close'; readonly code: number; readonly reason: string };

/** Requests of one client that may run at once (3.5). */
export const RUNNING_LIMIT = 32;
/** Characters of one message (6.2), and of one of a host, which tells of whole sequences (10.5). */
export const MESSAGE_LIMIT = 65_536;
export const HOST_MESSAGE_LIMIT = 16 * 2 ** 20;

/** @param hasCookie - whether the connection itself brought the token, as a cookie or a header */
export const newSession = (hasCookie: boolean): Session => ({ state: 'greeting', hasCookie });

/** @param isToken - compares a hello's token with the engine's */
export const advance = (
	session: Session,
	event: SessionEvent,
	isToken: (token: string) => boolean,
): { session: Session; effects: readonly SessionEffect[] } => {
	if (session.state === 'closed') return stay(session);
	switch (event.type) {
		case 'text':
			return readText(session, event.text, isToken);
		case 'binary':
			return session.state === 'open' && session.role === 'host'
				? stay(session, { do: 'host-sent', frame: event.bytes })
				: stay(session, refuse(null, 'bad-request', 'binary messages are pictures of a host'));
		case 'welcomed':
			if (session.state !== 'welcoming') return stay(session);
			return {
				session: { state: 'open', role: session.role, running: new Map(), nextRun: 1 },
				effects: [
					send({ type: 'welcome', protocol: PROTOCOL_VERSION, status: event.status, catalog: event.catalog }),
					...(session.role === 'host' ? [{ do: 'join-host' } as const] : []),
				],
			};
		case 'unwelcome':
			return close(1011, refuse(null, event.code, event.detail));
		case 'progress':
			return onRun(session, event.run, (id, open) => stay(open, send({ type: 'progress', id, ...event.progress })));
		case 'finished':
			return onRun(session, event.run, (id, open) => end(open, id, send({ type: 'result', id, result: event.result })));
		case 'failed':
			return onRun(session, event.run, (id, open) =>
				end(
					open,
					id,
					event.code === 'cancelled' ? send({ type: 'cancelled', id }) : refuse(id, event.code, event.detail),
				),
			);
		case 'catalog':
			return isPage(session) ? stay(session, send({ type: 'catalog', state: event.state })) : stay(session);
		case 'host':
			return isPage(session) ? stay(session, send({ type: 'host', host: event.host })) : stay(session);
		case 'late':
			return session.state === 'greeting'
				? close(4408, refuse(null, 'bad-request', 'no hello came in time'))
				: stay(session);
		case 'gone':
			return { session: { state: 'closed' }, effects: session.state === 'open' ? abortAll(session) : [] };
	}
};

const isPage = (session: Session): boolean => session.state === 'open' && session.role === 'panel';

type Open = Extract<Session, { state: 'open' }>;
type Step = { session: Session; effects: readonly SessionEffect[] };

/** Characters of a message above which its sender is let go (6.2). */
const DROPPED = 2 ** 20;

const readText = (session: Session, text: string, isToken: (token: string) => boolean): Step => {
	const isHost = session.state === 'open' && session.role === 'host';
	const limit = isHost ? HOST_MESSAGE_LIMIT : MESSAGE_LIMIT;
	if (text.length > limit) {
		return text.length > DROPPED && !isHost
			? { session: { state: 'closed' }, effects: [{ do: 'close', code: 1009, reason: 'too long' }] }
			: stay(session, refuse(null, 'bad-request', `a message may hold ${limit} characters`));
	}
	const json = parseJson(text);
	if (!isRecord(json)) return stay(session, refuse(null, 'bad-request', 'a message is one JSON object'));
	const running: ReadonlyMap<string, number> = session.state === 'open' ? session.running : new Map();
	const id = readableId(json, running);

	// Before anything else of a hello is read: a later version may shape the rest of it differently (2.3).
	if (session.state === 'greeting' && json.type === 'hello' && json.protocol !== PROTOCOL_VERSION) {
		return close(
			4426,
			refuse(null, 'version-mismatch', `this engine speaks version ${PROTOCOL_VERSION} of the protocol`),
		);
	}
	const said = isHost ? fromHost.safeParse(json) : null;
	if (said?.success) return stay(session, { do: 'host-said', message: said.data });
	const parsed = clientMessage.safeParse(json);
	if (!parsed.success) return stay(session, refuse(id, 'bad-request', whatIsWrong(json, parsed.error.issues)));
	const message = parsed.data;

	if (message.type === 'hello') {
		if (session.state !== 'greeting') return stay(session, refuse(null, 'bad-request', 'hello was said already'));
		const known = message.token === undefined ? session.hasCookie : isToken(message.token);
		return known
			? { session: { state: 'welcoming', role: message.role }, effects: [{ do: 'welcome' }] }
			: close(4401, refuse(null, 'unauthorised', 'the token is missing or not this engine’s'));
	}
	if (session.state !== 'open') {
		return stay(session, refuse(id, 'bad-request', 'hello comes first, then wait for the welcome'));
	}
	return message.type === 'cancel' ? cancel(session, message.id) : start(session, message);
};

const start = (session: Open, request: ClientRequest): Step => {
	const { running, nextRun: run } = session;
	if (running.has(request.id)) {
		return stay(session, refuse(null, 'bad-request', `request ${request.id} is still running`));
	}
	if (running.size >= RUNNING_LIMIT) {
		return stay(session, refuse(request.id, 'bad-request', `${RUNNING_LIMIT} requests are running already`));
	}
	return {
		session: { ...session, running: new Map(running).set(request.id, run), nextRun: run + 1 },
		effects: [{ do: 'start', run, request }],
	};
};

const cancel = (session: Open, id: string): Step => {
	const run = session.running.get(id);
	return run === undefined ? stay(session) : end(session, id, { do: 'abort', run }, send({ type: 'cancelled', id }));
};

/** Does `then` with the request behind a run; a run that has ended already, by a cancel, has nothing more to say. */
const onRun = (session: Session, run: number, then: (id: string, open: Open) => Step): Step => {
	if (session.state !== 'open') return stay(session);
	for (const [id, candidate] of session.running) {
		if (candidate === run) return then(id, session);
	}
	return stay(session);
};

const end = (session: Open, id: string, ...effects: SessionEffect[]): Step => {
	const running = new Map(session.running);
	running.delete(id);
	return { session: { ...session, running }, effects };
};

const abortAll = (session: Open): SessionEffect[] =>
	[...session.running.values()].map(run => ({ do: 'abort', run }) as const);

const stay = (session: Session, ...effects: SessionEffect[]): Step => ({ session, effects });

const close = (code: number, refusal: SessionEffect): Step => ({
	session: { state: 'closed' },
	effects: [refusal, { do: 'close', code, reason: 'refused' }],
});

const send = (message: EngineMessage): SessionEffect => ({ do: 'send', message });

const refuse = (id: string | null, code: ErrorCode, detail: string): SessionEffect =>
	send({ type: 'failure', id, code, detail, remedy: ERRORS[code].remedy });

const parseJson = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The id a refusal may carry: one the client can have sent, and not that of a running request, which has its own end. */
const readableId = (json: Record<string, unknown>, running: ReadonlyMap<string, number>): string | null => {
	const { id } = json;
	return typeof id === 'string' && id.length >= 1 && id.length <= 64 && !running.has(id) ? id : null;
};

/** One sentence on the first thing wrong. */
const whatIsWrong = (
	json: Record<string, unknown>,
	issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string => {
	const where = issues[0]?.path.map(String).join('.') ?? '';
	if (where === 'type') return `unknown message type ${shown(json.type)}`;
	if (where === 'method') return `unknown method ${shown(json.method)}`;
	const subject = json.type === 'request' ? String(json.method) : String(json.type);
	return `${subject}: ${where}: ${issues[0]?.message ?? 'wrong shape'}`;
};

/** The client's own word, cut to a sensible length. */
const shown = (value: unknown): string => (typeof value === 'string' ? `“${value.slice(0, 40)}”` : 'that is no text');
