import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	advance,
	MESSAGE_LIMIT,
	newSession,
	RUNNING_LIMIT,
	type Session,
	type SessionEffect,
	type SessionEvent,
} from '../../../engine/jobs/session.js';
import { ERRORS } from '../../../engine/protocol/errors.js';
import { type EngineMessage, engineMessage, PROTOCOL_VERSION } from '../../../engine/protocol/messages.js';
import { someCatalog, someStatus } from '../../support/views.js';

const TOKEN = 'the-token';

/** A session that remembers all it was told to do. */
class Script {
	effects: SessionEffect[] = [];
	constructor(public session: Session) {}

	on(event: SessionEvent): SessionEffect[] {
		const step = advance(this.session, event, token => token === TOKEN);
		this.session = step.session;
		this.effects.push(...step.effects);
		return [...step.effects];
	}

	says(message: unknown): SessionEffect[] {
		return this.on({ type: 'text', text: typeof message === 'string' ? message : JSON.stringify(message) });
	}

	get sent(): EngineMessage[] {
		return this.effects.flatMap(effect => (effect.do === 'send' ? [effect.message] : []));
	}
}

const hello = { type: 'hello', protocol: PROTOCOL_VERSION, role: 'panel', version: '0.1.0' };
const status = (id: string) => ({ type: 'request', id, method: 'status', params: {} });
const refusal = (id: string | null, code: keyof typeof ERRORS, detail = expect.any(String)) => ({
	do: 'send',
	message: { type: 'failure', id, code, detail, remedy: ERRORS[code].remedy },
});

const welcomed = (): Script => {
	const script = new Script(newSession(true));
	script.says(hello);
	script.on({ type: 'welcomed', status: someStatus, catalog: someCatalog });
	script.effects = [];
	return script;
};

describe('greeting', () => {
	test('2.2 a hello is answered with the status and the state of the catalogue', () => {
		const script = new Script(newSession(true));
		expect(script.says(hello)).toEqual([{ do: 'welcome' }]);
		script.on({ type: 'welcomed', status: someStatus, catalog: someCatalog });
		expect(script.sent).toEqual([
			{ type: 'welcome', protocol: PROTOCOL_VERSION, status: someStatus, catalog: someCatalog },
		]);
	});

	test('2.2 what comes before the welcome is refused, with its id', () => {
		const script = new Script(newSession(true));
		expect(script.says(status('a'))).toEqual([refusal('a', 'bad-request')]);
		script.says(hello);
		expect(script.says(status('b'))).toEqual([refusal('b', 'bad-request')]);
		expect(script.session.state).toBe('welcoming');
	});

	test('2.3 another protocol version is refused whatever else its hello holds', () => {
		const script = new Script(newSession(true));
		expect(script.says({ type: 'hello', protocol: PROTOCOL_VERSION + 1, greeting: 'in a later shape' })).toEqual([
			refusal(null, 'version-mismatch'),
			{ do: 'close', code: 4426, reason: 'refused' },
		]);
	});

	test.each([
		['no cookie and no token', false, hello],
		['no cookie and a wrong token', false, { ...hello, token: 'guess' }],
		['a cookie but a wrong token', true, { ...hello, token: 'guess' }],
	])('2.4 %s is refused', (_, hasCookie, greeting) => {
		const script = new Script(newSession(hasCookie));
		expect(script.says(greeting)).toEqual([
			refusal(null, 'unauthorised'),
			{ do: 'close', code: 4401, reason: 'refused' },
		]);
		expect(script.says(status('a'))).toEqual([]);
	});

	test('2.4 the token lets in a client that has no cookie', () => {
		expect(new Script(newSession(false)).says({ ...hello, token: TOKEN })).toEqual([{ do: 'welcome' }]);
	});

	test('2.5 a second hello is refused and the session goes on', () => {
		const script = welcomed();
		expect(script.says(hello)).toEqual([refusal(null, 'bad-request')]);
		expect(script.says(status('a'))).toMatchObject([{ do: 'start' }]);
	});

	test('2.6 a client that says no hello in time is closed, a welcomed one is not', () => {
		expect(new Script(newSession(true)).on({ type: 'late' })).toMatchObject([
			{ do: 'send' },
			{ do: 'close', code: 4408 },
		]);
		expect(welcomed().on({ type: 'late' })).toEqual([]);
	});

	test('an engine that cannot tell its state says why and closes', () => {
		const script = new Script(newSession(true));
		script.says(hello);
		expect(script.on({ type: 'unwelcome', code: 'catalog-damaged', detail: 'a page is torn' })).toEqual([
			refusal(null, 'catalog-damaged', 'a page is torn'),
			{ do: 'close', code: 1011, reason: 'refused' },
		]);
	});
});

describe('requests', () => {
	test('3.1 a request ends in one result, and what its run reports later is dropped', () => {
		const script = welcomed();
		expect(script.says(status('a'))).toEqual([{ do: 'start', run: 1, request: status('a') }]);
		script.on({ type: 'finished', run: 1, result: 42 });
		script.on({ type: 'finished', run: 1, result: 43 });
		script.on({ type: 'failed', run: 1, code: 'internal', detail: '' });
		expect(script.sent).toEqual([{ type: 'result', id: 'a', result: 42 }]);
	});

	test('3.2 progress comes only before the end', () => {
		const script = welcomed();
		script.says(status('a'));
		script.on({ type: 'progress', run: 1, progress: { stage: 'frames', done: 1, total: null } });
		script.on({ type: 'failed', run: 1, code: 'no-video', detail: 'a.wav has no picture' });
		script.on({ type: 'progress', run: 1, progress: { stage: 'frames', done: 2, total: 2 } });
		expect(script.sent).toEqual([
			{ type: 'progress', id: 'a', stage: 'frames', done: 1, total: null },
			{
				type: 'failure',
				id: 'a',
				code: 'no-video',
				detail: 'a.wav has no picture',
				remedy: ERRORS['no-video'].remedy,
			},
		]);
	});

	test('3.3 the id of a running request is refused without ending it, and is free after its end', () => {
		const script = welcomed();
		script.says(status('a'));
		expect(script.says(status('a'))).toEqual([refusal(null, 'bad-request')]);
		script.on({ type: 'finished', run: 1, result: 'first' });
		expect(script.says(status('a'))).toMatchObject([{ do: 'start', run: 2 }]);
	});

	test('3.4 requests end in any order, each under its own id', () => {
		const script = welcomed();
		script.says(status('a'));
		script.says(status('b'));
		script.on({ type: 'finished', run: 2, result: 'b' });
		script.on({ type: 'finished', run: 1, result: 'a' });
		expect(script.sent.map(message => 'id' in message && message.id)).toEqual(['b', 'a']);
	});

	test('3.5 one request too many is refused, and may come again when another has ended', () => {
		const script = welcomed();
		for (let k = 0; k < RUNNING_LIMIT; k++) script.says(status(`r${k}`));
		expect(script.says(status('one more'))).toEqual([refusal('one more', 'bad-request')]);
		script.on({ type: 'finished', run: 1, result: 0 });
		expect(script.says(status('one more'))).toMatchObject([{ do: 'start' }]);
	});

	test('defaults of the contract are filled in before a request starts', () => {
		expect(welcomed().says({ type: 'request', id: 's', method: 'suggest', params: { cut: 'c' } })).toMatchObject([
			{ request: { params: { cut: 'c', top: 3, vocals: 'auto' } } },
		]);
	});
});

describe('cancelling', () => {
	test('4.1 cancel ends the request at once and tells the work to stop', () => {
		const script = welcomed();
		script.says(status('a'));
		expect(script.says({ type: 'cancel', id: 'a' })).toEqual([
			{ do: 'abort', run: 1 },
			{ do: 'send', message: { type: 'cancelled', id: 'a' } },
		]);
	});

	test('4.2 what cancelled work still reports is dropped, even where its id runs again', () => {
		const script = welcomed();
		script.says(status('a'));
		script.says({ type: 'cancel', id: 'a' });
		script.says(status('a'));
		expect(script.on({ type: 'finished', run: 1, result: 'old' })).toEqual([]);
		expect(script.on({ type: 'finished', run: 2, result: 'new' })).toHaveLength(1);
	});

	test('4.3 cancelling what does not run does nothing', () => {
		expect(welcomed().says({ type: 'cancel', id: 'never' })).toEqual([]);
	});

	test('4.4 when a client goes, all it runs is told to stop and nothing more is sent', () => {
		const script = welcomed();
		script.says(status('a'));
		script.says(status('b'));
		expect(script.on({ type: 'gone' })).toEqual([
			{ do: 'abort', run: 1 },
			{ do: 'abort', run: 2 },
		]);
		expect(script.on({ type: 'finished', run: 1, result: 0 })).toEqual([]);
		expect(script.on({ type: 'catalog', state: someCatalog })).toEqual([]);
	});

	test('work that was cancelled from within ends in cancelled, not in a failure', () => {
		const script = welcomed();
		script.says(status('a'));
		script.on({ type: 'failed', run: 1, code: 'cancelled', detail: 'the engine stops' });
		expect(script.sent).toEqual([{ type: 'cancelled', id: 'a' }]);
	});
});

test('5.1 states of the catalogue reach welcomed clients only', () => {
	expect(new Script(newSession(true)).on({ type: 'catalog', state: someCatalog })).toEqual([]);
	expect(welcomed().on({ type: 'catalog', state: someCatalog })).toEqual([
		{ do: 'send', message: { type: 'catalog', state: someCatalog } },
	]);
});

describe('refusals', () => {
	test.each([
		['no JSON', '{"type":', null, 'a message is one JSON object'],
		['no object', '[1]', null, 'a message is one JSON object'],
		['an unknown type', '{"type":"sing","id":"x"}', 'x', 'unknown message type “sing”'],
		['an unknown method', '{"type":"request","id":"x","method":"cut.burn"}', 'x', 'unknown method “cut.burn”'],
		['no id', '{"type":"request","method":"status","params":{}}', null, expect.stringContaining('status: id')],
		[
			'a parameter of the wrong kind',
			'{"type":"request","id":"x","method":"suggest","params":{"cut":"c","top":"all"}}',
			'x',
			expect.stringContaining('suggest: params.top'),
		],
		[
			'an id too long to answer',
			`{"type":"request","id":"${'x'.repeat(65)}","method":"status","params":{}}`,
			null,
			expect.any(String),
		],
	])('6.1 %s is refused and the session goes on', (_, text, id, detail) => {
		const script = welcomed();
		expect(script.says(text)).toEqual([refusal(id, 'bad-request', detail)]);
		expect(script.says(status('next'))).toMatchObject([{ do: 'start' }]);
	});

	test('6.2 a message above the limit is refused unread', () => {
		const script = welcomed();
		const text = JSON.stringify({ ...status('a'), padding: 'x'.repeat(MESSAGE_LIMIT) });
		expect(script.says(text)).toEqual([refusal(null, 'bad-request')]);
	});

	test('6.3 binary messages are refused politely', () => {
		expect(welcomed().on({ type: 'binary', bytes: new Uint8Array(9) })).toEqual([refusal(null, 'bad-request')]);
	});

	test('6.4 any JSON gets one coded refusal or is a message of the contract', () => {
		fc.assert(
			fc.property(fc.oneof(fc.json(), nearlyMessage), text => {
				const script = welcomed();
				const effects = script.says(text);
				for (const message of script.sent) engineMessage.parse(message);
				expect(effects.length).toBeLessThanOrEqual(1);
				if (effects.length === 0) expect(JSON.parse(text)).toMatchObject({ type: 'cancel' });
			}),
			{ seed: 20_261_124, numRuns: 1000 },
		);
	});
});

/** Texts that look like messages, with one field or another gone wrong. */
const nearlyMessage = fc
	.record(
		{
			type: fc.constantFrom('hello', 'request', 'cancel', 'welcome'),
			id: fc.oneof(fc.string({ maxLength: 80 }), fc.jsonValue()),
			method: fc.oneof(fc.constantFrom('status', 'suggest', 'cut.open', '__proto__', 'constructor'), fc.jsonValue()),
			params: fc.oneof(fc.constant({}), fc.jsonValue()),
			protocol: fc.jsonValue(),
		},
		{ requiredKeys: ['type'] },
	)
	.map(message => JSON.stringify(message));

test('3.1 every request started has at most one end, whatever happens in whatever order', () => {
	const ids = fc.constantFrom('a', 'b', 'c');
	const runs = fc.integer({ min: 1, max: 8 });
	const happenings: fc.Arbitrary<SessionEvent> = fc.oneof(
		ids.map(id => ({ type: 'text', text: JSON.stringify(status(id)) }) as const),
		ids.map(id => ({ type: 'text', text: JSON.stringify({ type: 'cancel', id }) }) as const),
		runs.map(run => ({ type: 'finished', run, result: run }) as const),
		runs.map(run => ({ type: 'failed', run, code: 'internal', detail: 'broke' }) as const),
		runs.map(run => ({ type: 'progress', run, progress: { stage: 's', done: run, total: 8 } }) as const),
	);
	fc.assert(
		fc.property(fc.array(happenings, { maxLength: 60 }), events => {
			const script = welcomed();
			const open = new Set<string>();
			for (const event of events) {
				for (const effect of script.on(event)) {
					if (effect.do === 'start') {
						expect(open.has(effect.request.id)).toBe(false);
						open.add(effect.request.id);
					} else if (effect.do === 'send' && 'id' in effect.message && effect.message.id !== null) {
						expect(open.has(effect.message.id)).toBe(true);
						if (effect.message.type !== 'progress') open.delete(effect.message.id);
					}
				}
			}
			const { session } = script;
			expect(session.state === 'open' && [...session.running.keys()].sort()).toEqual([...open].sort());
		}),
		{ seed: 20_261_124, numRuns: 500 },
	);
});

describe('hosts', () => {
	const asHost = (): Script => {
		const script = new Script(newSession(false));
		script.says({ ...hello, role: 'host', token: TOKEN });
		script.on({ type: 'welcomed', status: someStatus, catalog: someCatalog });
		return script;
	};
	const answer = { type: 'answer', id: 7, result: { sent: 3 } };

	test('10.1 a host joins once it is welcome, a page never does', () => {
		expect(asHost().effects).toContainEqual({ do: 'join-host' });
		expect(welcomed().effects).not.toContainEqual({ do: 'join-host' });
	});

	test('10.2 what a host says goes to who asked; from a page the same is refused', () => {
		expect(asHost().says(answer)).toEqual([{ do: 'host-said', message: answer }]);
		expect(welcomed().says(answer)).toEqual([refusal(null, 'bad-request')]);
		expect(asHost().says({ type: 'answer', id: 'seven' })).toEqual([refusal('seven', 'bad-request')]);
	});

	test('10.4 pages hear of the editing program, hosts neither of it nor of the catalogue', () => {
		expect(welcomed().on({ type: 'host', host: null })).toEqual([
			{ do: 'send', message: { type: 'host', host: null } },
		]);
		expect(asHost().on({ type: 'host', host: null })).toEqual([]);
		expect(asHost().on({ type: 'catalog', state: someCatalog })).toEqual([]);
	});

	test('10.5 a host may tell of a large sequence in one message, 6.2 a page is let go for as much', () => {
		const large = JSON.stringify({ ...answer, result: 'x'.repeat(2 ** 21) });
		expect(asHost().on({ type: 'text', text: large })).toMatchObject([{ do: 'host-said' }]);
		expect(welcomed().on({ type: 'text', text: large })).toEqual([{ do: 'close', code: 1009, reason: 'too long' }]);
	});

	test('10.6, 6.3 pictures come from hosts only', () => {
		const bytes = new Uint8Array(9);
		expect(asHost().on({ type: 'binary', bytes })).toEqual([{ do: 'host-sent', frame: bytes }]);
		expect(welcomed().on({ type: 'binary', bytes })).toEqual([refusal(null, 'bad-request')]);
	});
});
