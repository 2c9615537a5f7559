import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteCatalog } from '../../../../engine/io/catalog/sqlite-catalog.js';
import { repair, verify } from '../../../../engine/io/catalog/verify.js';
import { rowRange } from '../../../../engine/numeric/matrix.js';

const program = fileURLToPath(new URL('./programs/put-until-killed.mjs', import.meta.url));
/** SEGUE_KILLS=100 for a longer run. */
const KILLS = Number(process.env.SEGUE_KILLS ?? 15);

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'segue-kill-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs the program until some time after its first step, kills it at once, and returns what it said. */
const killedAfter = async (first: number, milliseconds: number): Promise<string[]> => {
	const child = spawn(process.execPath, [program, home, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '';
	child.stdout.on('data', data => {
		said += data;
	});
	const closed = once(child, 'close');
	await Promise.race([once(child.stdout, 'data'), closed]);
	await sleep(milliseconds);
	child.kill('SIGKILL');
	const [, signal] = await closed;
	expect(signal).toBe('SIGKILL');
	return said.split('\n').slice(0, -1);
};

test(`after each of ${KILLS} kills all that was reported is there, sound, and nothing else is wrong`, async () => {
	const reported = new Map<number, 'put' | 'removed'>();
	let strays = 0;
	let next = 1;
	for (let kill = 0; kill < KILLS; kill++) {
		for (const line of await killedAfter(next, (kill * 7.3) % 31)) {
			const [step, n] = line.split(' ') as ['put' | 'removed', string];
			reported.set(Number(n), step);
			next = Math.max(next, Number(n) + 1);
		}
		const catalog = new SqliteCatalog(home, 'write', 2000);
		const report = verify(catalog);
		expect(report.problems.filter(({ kind }) => kind !== 'stray')).toEqual([]);
		strays += report.problems.length;
		repair(catalog, report);
		expect(verify(catalog).problems).toEqual([]);

		const sections = catalog.sectionVectors('space');
		const present = new Map(catalog.tracks().map(track => [track.tempo, track]));
		for (const [n, step] of reported) {
			const track = present.get(n);
			// The removal after the last word may have been done and not yet said.
			const removedUnsaid = n === next - 1 && step === 'put' && n % 3 !== 0 && !track;
			if (removedUnsaid) reported.set(n, 'removed');
			else expect([n, track !== undefined]).toEqual([n, step === 'put']);
			if (!track) continue;
			expect(catalog.analysis(track.id).beats.tempo).toBe(n);
			const at = sections.ids.indexOf(track.id);
			expect(rowRange(sections.vectors, sections.offsets[at]!, sections.offsets[at + 1]!).data[0]).toBeCloseTo(
				Math.sin(n),
				6,
			);
		}
		// So may the put after it.
		const putUnsaid = [...present.keys()].filter(n => !reported.has(n));
		expect([[], [next]]).toContainEqual(putUnsaid);
		for (const n of putUnsaid) reported.set(n, 'put');
		next += putUnsaid.length;
		catalog.close();
	}
	expect(reported.size).toBeGreaterThan(KILLS);
	// The kills did fall into the middle of writing.
	expect(strays).toBeGreaterThan(0);
});
