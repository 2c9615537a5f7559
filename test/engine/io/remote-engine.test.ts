import { afterEach, beforeEach, expect, test } from 'vitest';
import { RemoteEngine } from '../../../engine/io/remote-engine.js';
import type { CatalogState } from '../../../engine/protocol/messages.js';
import { type TestServer, TOKEN, testServer } from '../../support/test-server.js';
import { someCatalog, someStatus } from '../../support/views.js';

let running: TestServer;
let engine: RemoteEngine;
beforeEach(async () => {
	running = await testServer();
	engine = await RemoteEngine.connect(running.server.port, TOKEN, 'test');
});
afterEach(async () => {
	await engine.close();
	await running.close();
});

test('a remote engine answers as the engine behind it does', async () => {
	expect(await engine.ask('status', {})).toEqual(someStatus);
	const stages = new Set<string>();
	await engine.ask('folders.list', {}, ({ stage }) => stages.add(stage));
	expect([...stages]).toEqual(['reading', 'sorting']);
});

test('a failure comes back with its code', async () => {
	const source = { kind: 'demo', name: 'film' } as const;
	await expect(engine.ask('cut.open', { source })).rejects.toMatchObject({ code: 'internal' });
});

test('an aborted request rejects with cancelled, and the work behind it is told', async () => {
	const controller = new AbortController();
	const asked = engine.ask('suggest', { cut: 'c', top: 3, vocals: 'any' }, undefined, controller.signal);
	const told = expect(asked).rejects.toMatchObject({ code: 'cancelled' });
	controller.abort();
	await told;
	expect(running.engine.aborted).toHaveLength(1);
});

test('changes of the catalogue arrive', async () => {
	const state = await new Promise<CatalogState>(resolve => {
		engine.onCatalog(resolve);
		running.engine.announce({ ...someCatalog, tracks: 3 });
	});
	expect(state.tracks).toBe(3);
});

test('a wrong token is unauthorised', async () => {
	await expect(RemoteEngine.connect(running.server.port, 'guess', 'test')).rejects.toMatchObject({
		code: 'unauthorised',
	});
});

test('an engine that goes away fails what was asked of it, and cannot be connected to again', async () => {
	const asked = engine.ask('suggest', { cut: 'c', top: 3, vocals: 'any' });
	const told = expect(asked).rejects.toMatchObject({ code: 'engine-lost' });
	const { port } = running.server;
	await running.server.close();
	await told;
	await expect(RemoteEngine.connect(port, TOKEN, 'test')).rejects.toMatchObject({ code: 'engine-lost' });
});
