import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineLog, logged } from '../../../engine/io/engine-log.js';
import { EngineError } from '../../../engine/protocol/errors.js';

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-log-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const events = (log: EngineLog, most = 1000) => log.latest(most).map(({ event }) => event);

test('the latest entries come back in order, also after a restart', () => {
	const log = new EngineLog(home);
	for (let k = 0; k < 20; k++) log.write({ level: 'info', event: `event ${k}` });
	expect(events(log, 3)).toEqual(['event 17', 'event 18', 'event 19']);
	expect(events(new EngineLog(home))).toHaveLength(20);
});

test('it never holds more than two files of its limit, and always the latest entries', () => {
	const log = new EngineLog(home, Date.now, 2000);
	for (let k = 0; k < 500; k++) log.write({ level: 'info', event: `event ${k}` });
	expect(readdirSync(home).sort()).toEqual(['engine.log', 'engine.log.1']);
	for (const name of readdirSync(home)) expect(statSync(join(home, name)).size).toBeLessThanOrEqual(2000);
	expect(events(log).at(-1)).toBe('event 499');
	expect(events(log, 10)).toHaveLength(10);
});

test('a line that a kill cut short is left out', () => {
	const log = new EngineLog(home);
	log.write({ level: 'info', event: 'whole' });
	writeFileSync(join(home, 'engine.log'), '{"at":"2030-01-01T00:00:00.000Z","lev', { flag: 'a' });
	expect(events(log)).toEqual(['whole']);
});

test('what fails is noted with its code, what was cancelled is not, and both go on to who asked', async () => {
	const log = new EngineLog(home);
	const fail = (code: 'file-missing' | 'cancelled' | 'catalog-damaged') =>
		logged(log, 'cut.open', Promise.reject(new EngineError(code, 'why'))).catch((error: EngineError) => error.code);
	expect(await fail('file-missing')).toBe('file-missing');
	expect(await fail('cancelled')).toBe('cancelled');
	expect(await fail('catalog-damaged')).toBe('catalog-damaged');
	expect(log.latest(9)).toMatchObject([
		{ level: 'warning', event: 'cut.open', code: 'file-missing', detail: 'why' },
		{ level: 'error', event: 'cut.open', code: 'catalog-damaged' },
	]);
});
