import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SettingsFile } from '../../../engine/io/settings-file.js';

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-settings-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('what was chosen is there at the next start, the rest as by default', () => {
	const before = new SettingsFile(home).current;
	expect(new SettingsFile(home).change({ vocals: 'any', gentle: true })).toEqual({
		...before,
		vocals: 'any',
		gentle: true,
	});
	new SettingsFile(home).change({ theme: 'light' });
	expect(new SettingsFile(home).current).toEqual({ ...before, vocals: 'any', gentle: true, theme: 'light' });
});

test.each(['', '{', '[]', '{"vocals":"loud"}'])('a file that holds %j is as if nothing had been chosen', text => {
	const fresh = new SettingsFile(home).current;
	writeFileSync(join(home, 'settings.json'), text);
	expect(new SettingsFile(home).current).toEqual(fresh);
	expect(new SettingsFile(home).change({ gentle: true }).gentle).toBe(true);
});
