import type { Page, WebSocketRoute } from 'playwright-core';
import { ERRORS, type ErrorCode } from '../../engine/protocol/errors.js';
import type { CatalogState, EngineMessage, EngineStatus, Method } from '../../engine/protocol/messages.js';
import { someStatus } from './views.js';

/** What an engine says to a page: a plain value is the answer, a function may tell progress or never answer. */
export type Script = {
	readonly status?: EngineStatus;
	readonly catalog?: CatalogState;
	/** Instead of a welcome. */
	readonly refusal?: { readonly code: ErrorCode; readonly detail: string; readonly close: number };
	/** Whether the greeting is never answered. */
	readonly silent?: boolean;
	readonly answers?: Partial<Record<Method, unknown>>;
};

/** Thrown as an answer, it is the request's failure. */
export class Failing {
	constructor(
		readonly code: ErrorCode,
		readonly detail: string,
	) {}
}

/** An answer that never comes, after some progress. */
export class Working {
	constructor(
		readonly stage: string,
		readonly done: number,
		readonly total: number | null,
	) {}
}

/** What is answered where a script says nothing of it. */
const DEFAULTS: Partial<Record<Method, unknown>> = {
	'audition.state': { auditioned: null },
	'verdict.list': { favourites: [], rejected: [], judged: 0 },
};

/** Puts a scripted engine behind the page's socket; the answer's `say` sends what the engine says by itself. */
export const speakAs = async (page: Page, script: () => Script) => {
	let current: WebSocketRoute | null = null;
	const say = (message: EngineMessage): void => current?.send(JSON.stringify(message));
	await page.routeWebSocket(/\/ws$/, socket => {
		current = socket;
		socket.onMessage(text => {
			const message = JSON.parse(String(text)) as { type: string; id: string; method: Method };
			const { status = someStatus, catalog, refusal, silent, answers = {} } = script();
			if (message.type === 'hello') {
				if (silent) return;
				if (refusal) {
					say({
						type: 'failure',
						id: null,
						code: refusal.code,
						detail: refusal.detail,
						remedy: ERRORS[refusal.code].remedy,
					});
					void socket.close({ code: refusal.close });
					return;
				}
				say({ type: 'welcome', protocol: 1, status, catalog: catalog ?? { tracks: 0, folders: [], indexing: null } });
				return;
			}
			if (message.type !== 'request') return;
			const answer = answers[message.method] ?? DEFAULTS[message.method];
			const { id } = message;
			if (answer instanceof Failing) {
				say({ type: 'failure', id, code: answer.code, detail: answer.detail, remedy: ERRORS[answer.code].remedy });
			} else if (answer instanceof Working) {
				say({ type: 'progress', id, stage: answer.stage, done: answer.done, total: answer.total });
			} else if (answer !== undefined) {
				say({ type: 'result', id, result: answer });
			}
		});
	});
	return { say, drop: () => current?.close({ code: 1001 }) };
};
