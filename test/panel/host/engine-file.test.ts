import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { dataHome } from '../../../engine/io/home.js';
import { engineFilePath, parseEngineFile } from '../../../panel/host/engine-file.js';
import { type EngineState, sentenceFor } from '../../../panel/host/engine-state.js';

afterEach(() => vi.unstubAllEnvs());

test('the plugin looks for the engine’s file where the engine on this system writes it', () => {
	vi.stubEnv('XDG_DATA_HOME', '');
	const found = engineFilePath({ home: homedir(), platform: process.platform });
	expect(found).toBe(join(dataHome({}), 'engine.json'));
});

test('a file that is half written, of another shape or of an engine that does not serve gives no address', () => {
	const file = { version: '0.1.0', token: 'abc', port: 47_821 };
	expect(parseEngineFile(JSON.stringify(file))).toEqual(file);
	expect(parseEngineFile(JSON.stringify({ ...file, port: null }))).toEqual({ ...file, port: null });
	for (const text of ['', '{"version": "0.1', 'null', '[]', '{"port": 47821}', '"text"']) {
		expect(parseEngineFile(text)).toBeNull();
	}
});

test('every state but the ready one says what happened and what to do', () => {
	const states: EngineState[] = [
		{ state: 'starting' },
		{ state: 'off' },
		{ state: 'blocked', detail: 'Permission denied' },
		{ state: 'refused', code: 'version-mismatch', detail: 'this engine speaks version 2' },
		{ state: 'refused', code: 'unauthorised', detail: 'the token is not this engine’s' },
	];
	for (const state of states) {
		const said = sentenceFor(state);
		expect(said?.text).toMatch(/^[A-Z].*\.$/);
		expect(said?.action).toBe('Try now');
	}
	expect(new Set(states.map(state => sentenceFor(state)?.text)).size).toBe(states.length);
	expect(sentenceFor({ state: 'ready', page: 'http://127.0.0.1:47821/' })).toBeNull();
});
