import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../engine/io/project.js';
import { readTimeline } from '../../engine/io/timeline-file.js';
import { toSeconds } from '../../engine/time/time.js';
import { writePlugin } from '../../scripts/plugin.mjs';
import { openBrowser } from '../support/browser.js';
import { aClip, anItem, aSequence, aTrack, frames } from '../support/premiere/a-sequence.js';
import { PremiereDouble } from '../support/premiere/double.js';
import { TICKS } from '../support/premiere/state.js';
import { startInRealm } from '../support/premiere/uxp-realm.js';
import { SegueProcess, segue } from '../support/segue.js';

/** Placing on a real timeline from the page: the real engine, a real browser, real music. */
const ARTEFACTS = projectPath('artefacts');

let home: string;
let edits: string;
let engine: SegueProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	home = await mkdtemp(join(tmpdir(), 'segue-place-'));
	// Not in the engine's own folder: what is placed for files in there goes elsewhere.
	edits = await mkdtemp(join(tmpdir(), 'segue-edits-'));
	const music = join(home, 'music');
	await mkdir(music);
	await mkdir(ARTEFACTS, { recursive: true });
	for (const name of ['palace', 'celtic']) {
		await copyFile(projectPath('demo', 'music', `${name}.opus`), join(music, `${name}.opus`));
	}
	for (const name of ['clip2.otio', 'clip2.mp4']) await copyFile(projectPath('demo', 'cut', name), join(edits, name));
	expect(await segue(home, 'index', music)).toMatchObject({ code: 0 });
	expect(await segue(home, 'shots', join(edits, 'clip2.otio'))).toMatchObject({ code: 0 });
	browser = await openBrowser();
	page = await browser.newPage({ viewport: { width: 1100, height: 760 }, colorScheme: 'dark' });
	engine = new SegueProcess(home, ['serve', '--port', '0']);
	await page.goto((await engine.says(/ready: (http:\/\/127\.0\.0\.1:\d+\/\S*)/))[1]!);
	await page.locator('.engine[data-state=ready]').waitFor();
}, 300_000);

afterAll(async () => {
	await browser?.close();
	engine?.kill('SIGTERM');
	await engine?.ended;
	for (const folder of [home, edits]) await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Kills the engine, and starts another at the same address. */
const restartEngine = async (): Promise<void> => {
	engine.kill('SIGKILL');
	await engine.ended;
	await page.locator('.engine[data-state=lost]').waitFor();
	engine = new SegueProcess(home, ['serve', '--port', new URL(page.url()).port]);
	await engine.says(/ready: (http:\/\/127\.0\.0\.1:\d+\/\S*)/);
	await page.locator('.engine[data-state=ready]').waitFor();
};

const musicIn = async (name: string) => {
	const { audioTracks } = await readTimeline(join(edits, name));
	return audioTracks.flatMap(({ clips }) => clips);
};

test('three clicks lay a crop into a copy of the timeline, where a reader of the file finds it', async () => {
	// The demo film, which opens by itself at the first start, is not what this is about.
	await page.locator('[data-notice=opening]').getByRole('button').click();
	await page.locator('[data-notice=no-cut]').getByRole('button').click();
	await page.getByRole('textbox', { name: /path/i }).fill(join(edits, 'clip2.otio'));
	await page.keyboard.press('Enter');
	await page.getByText('clip2.otio', { exact: true }).first().waitFor({ timeout: 60_000 });
	await page.locator('.strip').waitFor({ timeout: 60_000 });

	await page.getByRole('button', { name: 'Suggest', exact: true }).first().click();
	const first = page.getByRole('row').first();
	await first.waitFor({ timeout: 60_000 });
	await first.getByRole('button', { name: /^Play/ }).click();
	await first.getByRole('button', { name: /^Place/ }).click();

	const notice = page.locator('[data-notice=placed]');
	await notice.waitFor({ timeout: 30_000 });
	expect(await notice.innerText()).toMatch(/^Placed and verified: .*clip2 \(Segue\)\.otio/);
	await page.screenshot({ path: join(ARTEFACTS, 'placed.png') });
	const [clip, ...others] = await musicIn('clip2 (Segue).otio');
	expect(others).toEqual([]);
	expect(toSeconds(clip!.range.start, clip!.range.rate)).toBe(0);
	expect(toSeconds(clip!.range.duration, clip!.range.rate)).toBeCloseTo(16.4, 1);
}, 120_000);

test('by the keyboard alone: the next candidate on trial, swapped, and kept by an engine that was started anew', async () => {
	await page.keyboard.press('Escape');
	await page.getByRole('row').first().focus();
	await page.keyboard.press('a');
	await page.locator('[data-notice=auditioned]').waitFor({ timeout: 30_000 });
	await page.screenshot({ path: join(ARTEFACTS, 'on-trial.png') });
	const [before] = (await musicIn('clip2 (Segue audition).otio')).slice(-1);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('a');
	await expect
		.poll(async () => (await musicIn('clip2 (Segue audition).otio')).at(-1)?.name, { timeout: 30_000 })
		.not.toBe(before!.name);
	await page.locator('[data-notice=auditioned]').waitFor();
	await restartEngine();
	await page.locator('[data-notice=auditioned]').waitFor();
	await page.keyboard.press('Enter');
	await page.locator('[data-notice=placed]').waitFor({ timeout: 30_000 });
	expect(await page.locator('[data-notice=auditioned]').count()).toBe(0);
	expect(await musicIn('clip2 (Segue).otio')).toHaveLength(2);
	await expect(musicIn('clip2 (Segue audition).otio')).rejects.toMatchObject({ code: 'file-missing' });
	await page.keyboard.press('b');
	await page.locator('[data-notice=marked]').waitFor({ timeout: 30_000 });
	const { markers } = await readTimeline(join(edits, 'clip2 (Segue).otio'));
	expect(markers.length).toBeGreaterThan(8);
}, 120_000);

test('a sequence of Premiere’s double is read, and music from the page lies in it', async () => {
	const film = anItem(projectPath('demo', 'cut', 'clip2.mp4'), 16);
	const sequence = aSequence({
		video: [aTrack(1, [aClip(film, 0, 150), aClip(film, 150, 300, 60)])],
		audio: [aTrack(11, [aClip(anItem('/media/voice.wav'), 10, 120)], 'Voice')],
	});
	const plugin = join(edits, 'plugin');
	await writePlugin(plugin);
	const double = new PremiereDouble({ seed: 3, sequence, items: [], lengthOf: () => 70n * TICKS });
	const engineFile = await readFile(join(home, 'engine.json'), 'utf8');
	const { port } = JSON.parse(engineFile) as { port: number };
	const realm = startInRealm({
		plugin,
		premiere: double.premiere,
		engineFile: () => engineFile,
		temporary: edits,
		alsoAllowed: [port],
	});
	try {
		await page.getByText('The sequence Promo v3 is open in Premiere.').waitFor({ timeout: 20_000 });
		await page.screenshot({ path: join(ARTEFACTS, 'premiere-there.png') });
		await page.locator('[data-notice=host-there]').getByRole('button').click();
		await page.getByText('Promo v3', { exact: true }).first().waitFor({ timeout: 60_000 });
		await page.getByRole('button', { name: 'Suggest', exact: true }).first().click();
		await page.getByRole('row').first().waitFor({ timeout: 60_000 });
		await page.keyboard.press('Enter');
		const notice = page.locator('[data-notice=placed]');
		await notice.waitFor({ timeout: 30_000 });
		expect(await notice.innerText()).toMatch(/in the sequence Promo v3\. Undo takes 3 steps\.$/);
		await page.screenshot({ path: join(ARTEFACTS, 'premiere-placed.png') });
		expect(sequence.audio.map(({ clips }) => clips.length)).toEqual([1, 1]);
		expect(sequence.audio[1]!.clips[0]).toMatchObject({ start: 0n, end: frames(300) });
		// Longer than the plugin takes to tell of a change: what was placed from here is none.
		await new Promise(done => setTimeout(done, 1500));
		expect(await page.locator('[data-notice=host-there]').count()).toBe(0);
		double.edit(({ video }) => {
			video[0]!.clips.pop();
		});
		await page.getByText('The cut changed since it was read.').waitFor({ timeout: 10_000 });
	} finally {
		realm.close();
		double.close();
	}
}, 180_000);
