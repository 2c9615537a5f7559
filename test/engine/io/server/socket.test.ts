import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { MESSAGE_LIMIT } from '../../../../engine/jobs/session.js';
import { PROTOCOL_VERSION } from '../../../../engine/protocol/messages.js';
import { ask, TestClient, type TestServer, TOKEN, testServer } from '../../../support/test-server.js';
import { someCatalog } from '../../../support/views.js';

let running: TestServer;
let port: number;
beforeAll(async () => {
	running = await testServer();
	port = running.server.port;
});
afterAll(() => running.close());

const hello = { type: 'hello', protocol: PROTOCOL_VERSION, role: 'panel', version: 'test' };
const request = (id: string, method: string, params: unknown = {}) => ({ type: 'request', id, method, params });
const endOf = (id: string) => (message: { type: string; id?: string | null }) =>
	message.id === id && message.type !== 'progress';

/** The HTTP status that an upgrade is refused with, or 101. */
const upgradeStatus = (headers: Record<string, string>, path = '/ws'): Promise<number> =>
	new Promise(resolve => {
		const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
		socket.on('error', () => {});
		socket.on('open', () => {
			socket.close();
			resolve(101);
		});
		socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
	});

describe('who is let in', () => {
	test('1.2, 1.3 foreign hosts, origins and sites are refused before any message', async () => {
		expect(await upgradeStatus({ host: `localhost:${port}` })).toBe(403);
		expect(await upgradeStatus({ origin: 'http://attacker.example' })).toBe(403);
		expect(await upgradeStatus({ origin: `http://127.0.0.1:${port + 1}` })).toBe(403);
		expect(await upgradeStatus({ 'sec-fetch-site': 'same-site' })).toBe(403);
		expect(await upgradeStatus({}, '/elsewhere')).toBe(404);
		expect(await upgradeStatus({ origin: `http://127.0.0.1:${port}` })).toBe(101);
	});

	test('1.4 the cookie of the own page is enough, 1.6 another scheme says the token in its hello', async () => {
		const page = await TestClient.connect(port, {
			origin: `http://127.0.0.1:${port}`,
			cookie: `segue-${port}=${TOKEN}`,
		});
		page.say(hello);
		await page.until(message => message.type === 'welcome');

		const plugin = await TestClient.connect(port, { origin: 'uxp://plugin', cookie: `segue-${port}=${TOKEN}` });
		plugin.say(hello);
		expect(await plugin.untilClosed()).toBe(4401);
		const again = await TestClient.connect(port, { origin: 'uxp://plugin' });
		again.say({ ...hello, token: TOKEN });
		await again.until(message => message.type === 'welcome');
		page.socket.close();
		again.socket.close();
	});

	test('2.3 another version hears so before it is closed', async () => {
		const client = await TestClient.connect(port);
		client.say({ ...hello, protocol: PROTOCOL_VERSION + 1 });
		expect(await client.untilClosed()).toBe(4426);
		expect(client.messages).toMatchObject([{ type: 'failure', code: 'version-mismatch' }]);
	});
});

describe('requests', () => {
	test('3.1, 3.2 progress is thinned, changes of stage arrive, then one result', async () => {
		const client = await TestClient.welcomed(port);
		client.say(request('a', 'folders.list'));
		await client.until(endOf('a'));
		const stages = client.messages.flatMap(message => (message.type === 'progress' ? [message.stage] : []));
		expect(stages.length).toBeLessThan(100);
		expect([stages[0], stages.at(-1), client.messages.at(-1)?.type]).toEqual(['reading', 'sorting', 'result']);
		client.socket.close();
	});

	test('3.6 a failure without a code is internal and tells no secret', async () => {
		const client = await TestClient.welcomed(port);
		client.say(request('a', 'cut.open', { source: { kind: 'demo', name: 'film' } }));
		const failure = await client.until(endOf('a'));
		expect(failure).toMatchObject({ type: 'failure', code: 'internal' });
		expect(JSON.stringify(failure)).not.toContain('secret');
		client.socket.close();
	});

	test('4.1 cancel aborts the work', async () => {
		const client = await TestClient.welcomed(port);
		client.say(request('a', 'suggest', { cut: 'cancelled' }));
		client.say({ type: 'cancel', id: 'a' });
		expect(await client.until(endOf('a'))).toEqual({ type: 'cancelled', id: 'a' });
		expect(running.engine.aborted.at(-1)).toContain('cancelled');
		client.socket.close();
	});

	test('4.4 a client that breaks off has its requests aborted and is listened for no more', async () => {
		const client = await TestClient.welcomed(port);
		const watchers = running.engine.watchers;
		client.say(request('a', 'suggest', { cut: 'left alone' }));
		client.say(request('b', 'status'));
		await client.until(endOf('b'));
		client.socket.terminate();
		await vi.waitFor(() => {
			expect(running.engine.aborted.at(-1)).toContain('left alone');
			expect(running.engine.watchers).toBe(watchers - 1);
		});
	});

	test('5.1 a change of the catalogue reaches every client', async () => {
		const clients = await Promise.all([TestClient.welcomed(port), TestClient.welcomed(port)]);
		running.engine.announce({ ...someCatalog, tracks: 7 });
		for (const client of clients) {
			expect(await client.until(message => message.type === 'catalog')).toMatchObject({ state: { tracks: 7 } });
			client.socket.close();
		}
	});
});

describe('refusals', () => {
	test('6.2 a message above the limit is refused, one far above ends the connection with 1009', async () => {
		const client = await TestClient.welcomed(port);
		client.say('x'.repeat(MESSAGE_LIMIT + 1));
		expect(await client.until(message => message.type === 'failure')).toMatchObject({ code: 'bad-request' });
		client.say('x'.repeat(2 << 20));
		expect(await client.untilClosed()).toBe(1009);
	});

	test('6.3 a binary message is refused and the session goes on', async () => {
		const client = await TestClient.welcomed(port);
		client.say(Buffer.from('{"type":"cancel","id":"a"}'));
		expect(await client.until(message => message.type === 'failure')).toMatchObject({ id: null });
		client.say(request('next', 'status'));
		await client.until(endOf('next'));
		client.socket.close();
	});

	test('6.4 random JSON gets a refusal each and the engine goes on answering', async () => {
		const client = await TestClient.welcomed(port);
		const samples = fc.sample(fc.oneof(fc.json(), fc.string(), fc.jsonValue().map(nearly)), {
			seed: 20_261_124,
			numRuns: 500,
		});
		for (const text of samples) client.say(text);
		client.say(request('the-end', 'status'));
		await client.until(endOf('the-end'));
		const refusals = client.messages.filter(message => message.type === 'failure');
		expect(refusals).toHaveLength(samples.length);
		expect(new Set(refusals.map(message => message.code))).toEqual(new Set(['bad-request']));
		client.socket.close();
	});

	test('6.4 bytes that are no WebSocket at all harm nobody', async () => {
		const raw = connect(port, '127.0.0.1');
		raw.on('error', () => {});
		raw.resume();
		raw.write(
			`GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
				'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
		);
		raw.write(Buffer.from([0xff, 0xff, 0x00, 0x13, 0x37]));
		await new Promise(resolve => raw.on('close', resolve));
		expect((await ask(port, '/')).status).toBe(200);
	});
});

describe('liveness', () => {
	test('7.1 a client that answers no ping is dropped, one that does stays', async () => {
		const brisk = await testServer({ heartbeat: 50 });
		const alive = await TestClient.welcomed(brisk.server.port);
		const silent = new WebSocket(`ws://127.0.0.1:${brisk.server.port}/ws`, { autoPong: false });
		const closed = new Promise<number>(resolve => silent.on('close', resolve));
		expect(await closed).toBe(1006);
		alive.say(request('a', 'status'));
		await alive.until(endOf('a'));
		await brisk.close();
	});

	test('7.3 an engine that stops closes its clients with 1001', async () => {
		const stopping = await testServer();
		const client = await TestClient.welcomed(stopping.server.port);
		const closed = client.untilClosed();
		await stopping.close();
		expect(await closed).toBe(1001);
	});
});

/** Looks like a request whose parameters have gone wrong. */
const nearly = (params: unknown): string =>
	JSON.stringify({ type: 'request', id: 'x', method: 'suggest', params: { cut: params, top: params } });
