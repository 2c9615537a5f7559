import { beforeEach, expect, test } from 'vitest';
import type { CatalogState } from '../../../engine/protocol/messages.js';
import { EngineClient } from '../../../panel/client/engine-client.js';
import type { Connection } from '../../../panel/state/view-state.js';
import { someCatalog } from '../../support/views.js';
import { FakeSockets, FakeTimer } from '../support/fake-socket.js';

let sockets: FakeSockets;
let timer: FakeTimer;
let connections: Connection[];
let catalogs: CatalogState[];
let client: EngineClient;

beforeEach(() => {
	sockets = new FakeSockets();
	timer = new FakeTimer();
	connections = [];
	catalogs = [];
	client = new EngineClient(sockets.open, timer.start, '0.1.0', {
		onConnection: connection => connections.push(connection),
		onStatus: () => {},
		onHost: () => {},
		onCatalog: catalog => catalogs.push(catalog),
	});
	client.connect();
});

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
	promise.then(
		() => 'no failure',
		(error: { code?: unknown }) => error.code,
	);

test('the first thing said is the hello, without a token: the cookie speaks', () => {
	sockets.accept();
	expect(sockets.said).toEqual([{ type: 'hello', protocol: 1, role: 'panel', version: '0.1.0' }]);
});

test('the page is ready when the engine has welcomed it, not before', () => {
	sockets.accept();
	expect(connections.map(({ state }) => state)).toEqual(['connecting']);
	sockets.welcome();
	expect(connections.map(({ state }) => state)).toEqual(['connecting', 'ready']);
	expect(catalogs).toEqual([someCatalog]);
});

test('asking before the welcome fails at once and sends nothing', async () => {
	sockets.accept();
	expect(await codeOf(client.ask('status', {}))).toBe('engine-lost');
	expect(sockets.said).toHaveLength(1);
});

test('an answer reaches the request with its id, in whatever order answers come', async () => {
	sockets.welcome();
	const first = client.ask('folders.list', { path: '/a' });
	const firstId = sockets.asked;
	const second = client.ask('folders.list', { path: '/b' });
	const secondId = sockets.asked;
	sockets.say({ type: 'result', id: secondId, result: { path: '/b', parent: '/', folders: [] } });
	sockets.say({ type: 'result', id: firstId, result: { path: '/a', parent: '/', folders: [] } });
	expect((await first).path).toBe('/a');
	expect((await second).path).toBe('/b');
});

test('an answer of the wrong shape fails its request', async () => {
	sockets.welcome();
	const asked = client.ask('folders.list', {});
	sockets.say({ type: 'result', id: sockets.asked, result: { path: 3 } });
	expect(await codeOf(asked)).toBe('internal');
});

test('a failure carries the engine’s code', async () => {
	sockets.welcome();
	const asked = client.ask('folders.list', { path: '/nowhere' });
	sockets.say({ type: 'failure', id: sockets.asked, code: 'file-missing', detail: 'gone', remedy: 'look' });
	expect(await codeOf(asked)).toBe('file-missing');
});

test('progress reaches the one who asked until the answer is there', async () => {
	sockets.welcome();
	const seen: unknown[] = [];
	const asked = client.ask('folders.list', {}, { onProgress: progress => seen.push(progress) });
	const id = sockets.asked;
	sockets.say({ type: 'progress', id, stage: 'reading', done: 1, total: 2 });
	sockets.say({ type: 'result', id, result: { path: '/', parent: null, folders: [] } });
	await asked;
	sockets.say({ type: 'progress', id, stage: 'reading', done: 2, total: 2 });
	expect(seen).toEqual([{ stage: 'reading', done: 1, total: 2 }]);
});

test('a cancelled request tells the engine and ends at once', async () => {
	sockets.welcome();
	const stop = new AbortController();
	const asked = client.ask('suggest', { cut: 'x', top: 3, vocals: 'auto' }, { signal: stop.signal });
	const id = sockets.asked;
	stop.abort();
	expect(await codeOf(asked)).toBe('cancelled');
	expect(sockets.last).toEqual({ type: 'cancel', id });
});

test('a request whose signal has aborted already is never sent', async () => {
	sockets.welcome();
	expect(await codeOf(client.ask('status', {}, { signal: AbortSignal.abort() }))).toBe('cancelled');
	expect(sockets.last.type).toBe('hello');
});

test('what runs when the engine goes fails as lost', async () => {
	sockets.welcome();
	const asked = client.ask('status', {});
	sockets.drop();
	expect(await codeOf(asked)).toBe('engine-lost');
	expect(connections.at(-1)).toEqual({ state: 'lost', attempt: 1, retryIn: 0.5 });
});

test('attempts wait twice as long each time, eight seconds at most, and start over after a welcome', () => {
	for (let attempt = 0; attempt < 6; attempt++) {
		sockets.drop();
		timer.runOut();
	}
	expect(timer.waits).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
	sockets.welcome();
	sockets.drop();
	expect(timer.waits.at(-1)).toBe(500);
});

test('trying at once takes back the attempt that was planned', () => {
	sockets.drop();
	client.connect();
	expect(sockets.opened).toBe(2);
	expect(timer.isRunning).toBe(false);
});

test('connecting while connected does nothing', () => {
	sockets.welcome();
	client.connect();
	expect(sockets.opened).toBe(1);
});

test('an engine of another version is not asked again and again', () => {
	sockets.accept();
	const refusal = { code: 'version-mismatch', detail: 'version 2', remedy: 'update' } as const;
	sockets.say({ type: 'failure', id: null, ...refusal });
	sockets.drop(4426);
	expect(connections.at(-1)).toEqual({ state: 'refused', failure: refusal });
	expect(timer.isRunning).toBe(false);
});

test('a refused message without a readable id leaves the connection and its requests be', async () => {
	sockets.welcome();
	const asked = client.ask('catalog.state', {});
	sockets.say({ type: 'failure', id: null, code: 'bad-request', detail: 'what?', remedy: '' });
	sockets.say({ type: 'result', id: sockets.asked, result: someCatalog });
	expect(await asked).toEqual(someCatalog);
	sockets.drop();
	expect(connections.at(-1)?.state).toBe('lost');
});

test('noise on the line is no answer to anything', async () => {
	sockets.welcome();
	const asked = client.ask('catalog.state', {});
	for (const noise of ['', '{', '[]', 'null', '{"type":"result"}', '{"type":"surprise","id":"1"}']) sockets.raw(noise);
	sockets.say({ type: 'result', id: sockets.asked, result: someCatalog });
	expect(await asked).toEqual(someCatalog);
});

test('a closed client ends its requests and does not come back', async () => {
	sockets.welcome();
	const asked = client.ask('status', {});
	client.close();
	expect(await codeOf(asked)).toBe('engine-lost');
	sockets.drop();
	expect(timer.isRunning).toBe(false);
});

test('a socket that was given up does not count as lost when it closes later', () => {
	sockets.welcome();
	client.close();
	client.connect();
	sockets.welcome();
	expect(connections.at(-1)?.state).toBe('ready');
});
