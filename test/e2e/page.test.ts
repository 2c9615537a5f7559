import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../engine/io/project.js';
import { openBrowser } from '../support/browser.js';
import { SegueProcess, segue } from '../support/segue.js';

/** The page in a real browser, against the real engine, on the demo film and real music. */
const TRACKS = ['palace', 'celtic', 'west', 'musicbox'] as const;

/** Screenshots of the run, kept for whoever looks into it; git ignores the folder. */
const ARTEFACTS = projectPath('artefacts');

/** One frame of the film, in milliseconds. */
const FRAME = 1000 / 24;

let home: string;
let engine: SegueProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	home = await mkdtemp(join(tmpdir(), 'segue-page-'));
	const music = join(home, 'music');
	await mkdir(music);
	await mkdir(ARTEFACTS, { recursive: true });
	for (const name of TRACKS) await copyFile(projectPath('demo', 'music', `${name}.opus`), join(music, `${name}.opus`));
	expect(await segue(home, 'index', music)).toMatchObject({ code: 0 });
	browser = await openBrowser();
	page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'dark' });
	await page.addInitScript(tapSound);
	engine = new SegueProcess(home, ['serve', '--port', '0']);
	await page.goto(await readyLink(engine));
}, 600_000);

afterAll(async () => {
	await browser?.close();
	engine?.kill('SIGTERM');
	await engine?.ended;
	await rm(home, { recursive: true, force: true });
}, 60_000);

const readyLink = async (process: SegueProcess): Promise<string> =>
	(await process.says(/ready: (http:\/\/127\.0\.0\.1:\d+\/\S*)/))[1]!;

/** Runs in the page: a second ear on everything that is sent to the loudspeakers. */
const tapSound = (): void => {
	const connect = AudioNode.prototype.connect as (this: AudioNode, target: AudioNode) => AudioNode;
	let ear: AnalyserNode | null = null;
	const listen = function (this: AudioNode, target: AudioNode): AudioNode {
		if (target instanceof AudioDestinationNode) {
			ear ??= new AnalyserNode(target.context, { fftSize: 8192 });
			connect.call(this, ear);
		}
		return connect.call(this, target);
	};
	AudioNode.prototype.connect = listen as typeof AudioNode.prototype.connect;
	Object.assign(window, {
		heardLevel: () => {
			if (!ear) return 0;
			const samples = new Float32Array(ear.fftSize);
			ear.getFloatTimeDomainData(samples);
			return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
		},
	});
};

const heardLevel = (): Promise<number> => page.evaluate('heardLevel()');

const position = async (): Promise<{ seconds: number; drift: number }> =>
	page.getByRole('timer', { name: 'Position' }).evaluate(element => ({
		seconds: Number((element as HTMLElement).dataset.seconds),
		drift: Number((element as HTMLElement).dataset.drift),
	}));

const shot = (name: string) => page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });

test('opens the demo film by itself and finds its cuts', async () => {
	await page.getByText(/^30 cuts/).waitFor({ timeout: 240_000 });
	await expect
		.poll(() => page.locator('video').evaluate(video => (video as HTMLVideoElement).readyState), { timeout: 20_000 })
		.toBeGreaterThan(0);
	await shot('cut');
}, 300_000);

test('one button gives three crops with title, place in the song and reasons', async () => {
	await page.getByRole('button', { name: 'Suggest', exact: true }).first().click();
	const rows = page.getByRole('row');
	await rows.nth(2).waitFor({ timeout: 60_000 });
	expect(await rows.count()).toBe(3);
	for (let row = 0; row < 3; row++) {
		await expect.poll(() => rows.nth(row).getAttribute('aria-label')).toMatch(/^\d: .+, \d+:\d\d–\d+:\d\d\. .+/);
	}
	await shot('suggestions');
}, 90_000);

test('the space bar plays picture and crop together, within one frame of each other', async () => {
	await page.keyboard.press('Space');
	await expect.poll(async () => (await position()).seconds, { timeout: 20_000 }).toBeGreaterThan(2);
	const before = await position();
	expect(await heardLevel()).toBeGreaterThan(0.01);
	await expect.poll(async () => (await position()).seconds, { timeout: 20_000 }).toBeGreaterThan(before.seconds + 2);
	expect(Math.abs((await position()).drift)).toBeLessThan(FRAME);
	await shot('playing');
}, 60_000);

test('another candidate takes over at the same place of the picture', async () => {
	const before = await position();
	await page.keyboard.press('ArrowDown');
	await expect.poll(() => page.locator('[role=row][aria-selected=true]').getAttribute('aria-label')).toMatch(/^2: /);
	await expect.poll(async () => (await position()).seconds, { timeout: 20_000 }).toBeGreaterThan(before.seconds + 1);
	expect(await heardLevel()).toBeGreaterThan(0.01);
	await page.keyboard.press('Escape');
	await expect.poll(heardLevel, { timeout: 5_000 }).toBeLessThan(0.001);
}, 60_000);

const shutOut = async (part = 'body'): Promise<unknown> => {
	await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
	return page.evaluate(
		`axe.run('${part}').then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(node => node.html) })))`,
	);
};

test('axe finds nothing that shuts anybody out', async () => {
	expect(await shutOut()).toEqual([]);
}, 60_000);

test('a track of the catalogue shows its sections along its waveform, and pressing one goes there', async () => {
	await page.getByRole('button', { name: /^Catalogue, / }).click();
	await page.getByRole('button', { name: /^Hear .*celtic/i }).click();
	const sections = page.getByRole('list', { name: 'Sections' }).getByRole('button');
	await sections.nth(1).waitFor({ timeout: 20_000 });
	const { out } = await segue(home, 'sections', join(home, 'music', 'celtic.opus'), '--json');
	const answer = JSON.parse(out);
	expect(await sections.count()).toBe(answer.sections.length);
	await sections.nth(1).click();
	const slider = page.getByRole('slider', { name: /^Position in/ });
	await expect
		.poll(async () => Number(await slider.getAttribute('aria-valuenow')), { timeout: 10_000 })
		.toBeGreaterThanOrEqual(Math.floor(answer.boundaries[0]));
	await shot('track-labels');
	expect(await shutOut('.track-player')).toEqual([]);
	await page.getByRole('button', { name: 'Close the catalogue' }).click();
}, 90_000);

test('says that the engine went away, and goes on when it is back', async () => {
	const port = new URL(page.url()).port;
	engine.kill('SIGKILL');
	await engine.ended;
	await page.getByText('Lost the engine').waitFor({ timeout: 20_000 });
	await shot('engine-lost');
	engine = new SegueProcess(home, ['serve', '--port', port]);
	await page.goto(await readyLink(engine));
	await page.getByText(/^30 cuts/).waitFor({ timeout: 20_000 });
	await page.getByRole('button', { name: 'Suggest', exact: true }).first().click();
	await page.getByRole('row').nth(2).waitFor({ timeout: 60_000 });
}, 120_000);
