import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../bench/ranking-growth.js';

const folder = mkdtempSync(join(tmpdir(), 'segue-growth-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, figures: readonly { name: string; median: number; min: number }[]): string => {
	const path = join(folder, name);
	writeFileSync(path, JSON.stringify({ name: 'ranking', commit: 'c', machine: 'a machine', figures }));
	return path;
};

test('every time of a ranking, of several runs together, becomes a point at its number of tracks', async () => {
	const hundred = file('a.json', [
		{ name: 'exact-10k-ms', median: 70, min: 60 },
		{ name: 'exact-100k-ms', median: 700, min: 650 },
		{ name: 'resident-100k-mb', median: 2000, min: 2000 },
	]);
	const million = file('b.json', [{ name: 'two-stage-1m-ms', median: 900, min: 800 }]);
	const picture = join(folder, 'growth.svg');
	const said: string[] = [];
	await run({ arguments: [hundred, million, picture], say: text => said.push(text) });
	expect(said).toEqual([`3 points in ${picture}`]);
	const drawn = readFileSync(picture, 'utf8');
	expect(drawn).toContain('tracks: 10k; median: 70; way: every track');
	expect(drawn).toContain('tracks: 1M; median: 900; way: by sketches');
});

test('a file without times is refused', async () => {
	const empty = file('c.json', [{ name: 'kernel-ns-per-cell', median: 1, min: 1 }]);
	const asked = run({ arguments: [empty, join(folder, 'none.svg')], say: () => {} });
	await expect(asked).rejects.toThrow('holds times');
});
