import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CEILING } from '../../engine/crops/limiter.js';
import { findFfmpeg } from '../../engine/io/media/find-ffmpeg.js';
import { projectPath } from '../../engine/io/project.js';
import { openBrowser } from '../support/browser.js';
import { axeViolations, lostSideways } from '../support/page-views.js';
import { SegueProcess, segue } from '../support/segue.js';

/*
 * The page in a real browser, against the real engine, on a real edit of 16 s and the first 30 s of real tracks: one browser
 * and one engine for all of it, so that little has to be analysed. The tests go on from each other.
 */
const INDEXED = ['palace', 'celtic', 'west'];
const LATER = ['musicbox', 'domina-mountain'];

/** Screenshots of the run, kept for whoever looks into it; git ignores the folder. */
const ARTEFACTS = projectPath('artefacts');

/** One frame of the cut, in milliseconds. */
const FRAME = 1000 / 24;

let home: string;
let engine: SegueProcess;
let browser: Browser;
let page: Page;
let link: string;

const ffmpeg = (...args: string[]): void => {
	const { status, stderr } = spawnSync(findFfmpeg()!.ffmpeg, ['-v', 'error', '-y', ...args], { encoding: 'utf8' });
	if (status !== 0) throw new Error(stderr);
};

const excerpt = (name: string, folder: string): void =>
	ffmpeg('-i', projectPath('demo', 'music', `${name}.opus`), '-t', '30', '-c', 'copy', join(folder, `${name}.opus`));

beforeAll(async () => {
	home = await mkdtemp(join(tmpdir(), 'segue-page-'));
	await mkdir(ARTEFACTS, { recursive: true });
	for (const folder of ['music', 'more']) await mkdir(join(home, folder));
	for (const name of INDEXED) excerpt(name, join(home, 'music'));
	for (const name of LATER) excerpt(name, join(home, 'more'));
	expect(await segue(home, 'index', join(home, 'music'))).toMatchObject({ code: 0 });
	browser = await openBrowser();
	page = await browser.newPage({
		viewport: { width: 1280, height: 900 },
		colorScheme: 'dark',
		reducedMotion: 'reduce',
	});
	await page.addInitScript(tapSound);
	engine = new SegueProcess(home, ['serve', '--port', '0']);
	link = await readyLink(engine);
	await page.goto(link);
}, 300_000);

afterAll(async () => {
	await browser?.close();
	engine?.kill('SIGTERM');
	// A failure may have left it held up, and then it would never hear of the end.
	engine?.kill('SIGCONT');
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

/** Where the cut is, and how far the picture is ahead of the sound, from the clocks of the media, in ms. */
const position = async (on = page): Promise<{ seconds: number; drift: number }> =>
	on.getByRole('timer', { name: 'Position' }).evaluate(element => ({
		seconds: Number((element as HTMLElement).dataset.seconds),
		drift: Number((element as HTMLElement).dataset.drift),
	}));

const passes = async (seconds: number): Promise<void> => {
	await expect.poll(async () => (await position()).seconds, { timeout: 20_000 }).toBeGreaterThan(seconds);
};

const shot = (name: string) => page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
const suggestButton = (on = page) => on.getByRole('button', { name: 'Suggest', exact: true });
const rows = (on = page) => on.getByRole('row');
const selected = () => page.locator('[role=row][aria-selected=true]').getAttribute('aria-label');

const openCut = async (path: string): Promise<void> => {
	await page
		.getByRole('button', { name: /Open a file|Open another/ })
		.first()
		.click();
	await page.getByLabel('Or its path on this computer').fill(path);
	await page.keyboard.press('Enter');
};

test('the demo that opens by itself can be left for another cut at once', async () => {
	await page.getByRole('button', { name: 'Cancel' }).click();
	await openCut(projectPath('demo', 'cut', 'clip2.mp4'));
	await page.getByText(/^\d+ cuts? ·/).waitFor({ timeout: 60_000 });
	await shot('cut');
}, 90_000);

test('music is suggested while more of it is still being indexed', async () => {
	await page.getByRole('button', { name: /^Catalogue/ }).click();
	await page.getByRole('button', { name: 'Add folder…' }).click();
	await page.getByRole('textbox', { name: 'Folder' }).fill(join(home, 'more'));
	await page.getByRole('button', { name: 'Add this folder' }).click();
	await page.locator('[data-notice=indexing], [data-notice=scanning]').first().waitFor();
	await page.getByRole('button', { name: 'Close the catalogue' }).click();
	await suggestButton().click();
	await rows().nth(2).waitFor({ timeout: 30_000 });
	expect(await page.locator('[data-notice=indexing], [data-notice=scanning]').count()).toBe(1);
	for (let row = 0; row < 3; row++) {
		expect(await rows().nth(row).getAttribute('aria-label')).toMatch(/^\d: .+, \d+:\d\d–\d+:\d\d\. .+/);
	}
	await shot('suggestions');
}, 60_000);

describe('playing', () => {
	test('the space bar plays picture and crop together: four looks of five find them within a frame', async () => {
		await page.keyboard.press('Space');
		await passes(1.5);
		expect(await heardLevel()).toBeGreaterThan(0.005);
		const drifts: number[] = [];
		for (let sample = 0; sample < 20; sample++) {
			drifts.push(Math.abs((await position()).drift));
			await page.waitForTimeout(100);
		}
		// A browser that shares two processors with everything else may lose a picture now and then, but not its place.
		expect(drifts.sort((a, b) => a - b)[Math.floor(0.8 * drifts.length)]).toBeLessThan(FRAME);
		await shot('playing');
	}, 60_000);

	test('another candidate takes over at the same place of the picture, and Escape ends it', async () => {
		const before = await position();
		await page.keyboard.press('ArrowDown');
		await expect.poll(selected).toMatch(/^2: /);
		await passes(before.seconds + 1);
		expect(await heardLevel()).toBeGreaterThan(0.005);
		await page.keyboard.press('Escape');
		await expect.poll(heardLevel, { timeout: 5_000 }).toBeLessThan(0.001);
		expect((await position()).seconds).toBe(0);
	}, 60_000);
});

describe('looking closely', () => {
	test('a pair is heard alone: its segment of the picture with its music, and then no more', async () => {
		await page.keyboard.press('d');
		const segments = page.getByRole('listbox', { name: /^Segments/ });
		await segments.getByRole('option').nth(1).click();
		await page.getByText(/^Segment 2 of/).waitFor();
		const { start, end } = await page.evaluate(() => {
			const text = document.querySelector('.pair-panel h3')?.textContent ?? '';
			const [from, to] = [...text.matchAll(/(\d+):(\d\d\.\d)/g)].map(([, m, s]) => 60 * Number(m) + Number(s));
			return { start: from!, end: to! };
		});
		await page.getByRole('button', { name: 'Hear this pair' }).click();
		await passes(start + 0.05);
		await page
			.locator('.transport [aria-label=Play][aria-pressed=false]')
			.waitFor({ timeout: 1000 * (end - start) + 10_000 });
		expect(Math.abs((await position()).seconds - end)).toBeLessThan(0.15);
		await shot('refine');
	}, 60_000);

	test('the song is moved by a bar, compared with where it was, and put back', async () => {
		const crop = () => page.locator('.refine .stretch').innerText();
		const before = await crop();
		await page.getByRole('button', { name: 'Keep as A' }).click();
		await page.getByRole('button', { name: 'A bar later' }).click();
		await expect.poll(crop).not.toBe(before);
		const moved = await crop();
		await page.keyboard.press('c');
		await expect.poll(crop).toBe(before);
		await page.keyboard.press('c');
		await expect.poll(crop).toBe(moved);
		await page.keyboard.press('Control+z');
		await expect.poll(crop).toBe(before);
		await page.getByRole('button', { name: 'All picks' }).click();
		await rows().nth(2).waitFor();
	}, 60_000);
});

test('the catalogue is found by words, filtered by tempo, and put in order of likeness', async () => {
	await page.locator('[data-notice=indexing]').waitFor({ state: 'detached', timeout: 90_000 });
	await page.keyboard.press('/');
	const list = page.getByRole('list', { name: 'Tracks' }).getByRole('listitem');
	await expect.poll(() => list.count()).toBe(5);
	await page.keyboard.type('celtic');
	await expect.poll(() => list.count()).toBe(1);
	await list.getByRole('button', { name: /^Like this/ }).click();
	await page.getByRole('searchbox').fill('');
	await expect.poll(() => list.count()).toBe(4);
	await page.getByRole('button', { name: 'All tracks' }).click();
	await page.getByRole('button', { name: 'Filters' }).last().click();
	await page.getByRole('slider', { name: 'Minimum Tempo' }).focus();
	await page.keyboard.press('End');
	await expect.poll(() => list.count()).toBe(0);
	await page.getByRole('button', { name: 'Clear filters' }).click();
	await expect.poll(() => list.count()).toBe(5);
	await shot('catalogue');
	await page.getByRole('button', { name: 'Close the catalogue' }).click();
}, 120_000);

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
	expect(await axeViolations(page)).toEqual([]);
	await page.getByRole('button', { name: 'Close the catalogue' }).click();
}, 90_000);

test('two pages share one engine: what the one changes the other shows, and both are answered', async () => {
	const other = await browser.newPage({ viewport: { width: 900, height: 700 } });
	await other.goto(link);
	await other.getByText('Engine ready').waitFor();
	await other.getByRole('button', { name: /^Catalogue, 5 tracks/ }).click();
	await other.getByRole('button', { name: 'Remove more' }).click();
	await other.getByRole('button', { name: 'Remove from catalogue' }).click();
	await page.getByRole('button', { name: /^Catalogue, 3 tracks/ }).waitFor({ timeout: 20_000 });
	await suggestButton().click();
	await rows().nth(2).waitFor({ timeout: 30_000 });
	await other.close();
}, 60_000);

test('a favourite is marked and a rejected pick makes way, and both hold when page and cut are opened again', async () => {
	const title = async (row: number) =>
		/^\d: (.+?)(?: by .+)?, \d+:\d\d–/.exec((await rows().nth(row).getAttribute('aria-label'))!)![1]!;
	const favourites = page.getByRole('button', { name: /^Favourite: /, pressed: true });
	const [first, second] = [await title(0), await title(1)];
	await rows().nth(0).focus();
	await page.keyboard.press('f');
	await expect.poll(() => favourites.count()).toBe(1);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('x');
	await page.locator('[data-notice=rejected]').waitFor();
	expect(await rows().count()).toBe(2);
	await shot('rejected');

	await page.reload();
	await page.getByRole('button', { name: 'Cancel' }).click();
	await openCut(projectPath('demo', 'cut', 'clip2.mp4'));
	await page.getByText('clip2.mp4').waitFor({ timeout: 60_000 });
	await suggestButton().click();
	await rows().nth(1).waitFor({ timeout: 30_000 });
	expect([await title(0), await title(1)]).toContain(first);
	expect([await title(0), await title(1)]).not.toContain(second);
	expect(await favourites.getAttribute('aria-label')).toBe(`Favourite: ${first}`);

	await page.getByRole('button', { name: '1 rejected…' }).click();
	await page.getByRole('button', { name: `Bring back ${second}` }).click();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await page.locator('[data-notice=list-outdated]').getByRole('button').click();
	await expect.poll(() => rows().count(), { timeout: 30_000 }).toBe(3);
}, 120_000);

test('a page of another origin gets nothing: not by fetch, not by socket, not in a frame', async () => {
	const foreign = createServer((_request, response) => {
		response.setHeader('Content-Type', 'text/html');
		response.end('<!doctype html><title>Elsewhere</title>');
	});
	foreign.listen(0, '127.0.0.1');
	await once(foreign, 'listening');
	const other = await browser.newPage();
	try {
		await other.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
		const target = new URL(link);
		const got = await other.evaluate(
			async ({ origin, host, token }) => {
				const fetched = await fetch(`${origin}/media/tracks/1/sound`, { credentials: 'include' }).then(
					() => 'read',
					() => 'refused',
				);
				const socket = await new Promise<string>(resolve => {
					const attempt = new WebSocket(`ws://${host}/ws`);
					attempt.onopen = () =>
						attempt.send(JSON.stringify({ type: 'hello', protocol: 1, role: 'panel', version: '', token }));
					attempt.onmessage = () => resolve('answered');
					attempt.onclose = () => resolve('refused');
				});
				const frame = document.createElement('iframe');
				frame.src = origin;
				await new Promise(resolve => {
					frame.onload = resolve;
					document.body.append(frame);
				});
				return { fetched, socket };
			},
			{ origin: target.origin, host: target.host, token: target.searchParams.get('token') },
		);
		expect(got).toEqual({ fetched: 'refused', socket: 'refused' });
		const framed = other.frames().find(frame => frame !== other.mainFrame());
		expect(
			await framed
				?.locator('#root')
				.count()
				.catch(() => 0),
		).toBe(0);
	} finally {
		await other.close();
		foreign.close();
	}
}, 60_000);

/** Each view, from the page as it stands with a list, and the way back. */
const VIEWS: Readonly<Record<string, readonly [enter: () => Promise<unknown>, leave: () => Promise<unknown>]>> = {
	picks: [async () => {}, async () => {}],
	refine: [
		async () => {
			await page.keyboard.press('d');
			await page.getByText(/^Segment 1 of/).waitFor();
		},
		() => page.getByRole('button', { name: 'All picks' }).click(),
	],
	catalogue: [
		async () => {
			await page.keyboard.press('/');
			await page.getByRole('listitem').nth(3).waitFor();
		},
		() => page.getByRole('button', { name: 'Close the catalogue' }).click(),
	],
	...Object.fromEntries(
		[
			['settings', () => page.getByRole('button', { name: 'Settings' }).click()],
			[
				'diagnostics',
				async () => {
					await page.getByRole('button', { name: 'Settings' }).click();
					await page.getByRole('button', { name: 'Diagnostics…' }).click();
				},
			],
			['help', () => page.keyboard.press('?')],
			['range', () => page.getByRole('button', { name: /^Range/ }).click()],
			['open', () => page.getByRole('button', { name: 'Open another cut' }).click()],
		].map(([name, enter]) => [
			name,
			[
				async () => {
					await (enter as () => Promise<unknown>)();
					await page.getByRole('dialog').waitFor();
				},
				async () => {
					await page.keyboard.press('Escape');
					await page.getByRole('dialog').waitFor({ state: 'detached' });
				},
			],
		]),
	),
};

describe.each(['dark', 'light'] as const)('in the %s theme', scheme => {
	test.each(Object.keys(VIEWS))(
		'axe finds nothing in %s that shuts anybody out',
		async name => {
			await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
			const [enter, leave] = VIEWS[name]!;
			await enter();
			const found = await axeViolations(page);
			await shot(`${name}-${scheme}`);
			await leave();
			expect(found).toEqual([]);
		},
		60_000,
	);
});

describe.each([
	['300 pixels wide', { width: 300, height: 800 }],
	['at twice the size, as 640 by 450', { width: 640, height: 450 }],
])('%s', (_, viewport) => {
	test.each(['picks', 'refine', 'catalogue'])(
		'nothing of %s is lost',
		async name => {
			await page.setViewportSize(viewport);
			const [enter, leave] = VIEWS[name]!;
			await enter();
			const lost = await lostSideways(page);
			await shot(`${name}-${viewport.width}`);
			await leave();
			await page.setViewportSize({ width: 1280, height: 900 });
			expect(lost).toEqual([]);
		},
		60_000,
	);
});

test('nothing moves by itself where motion is not wanted', async () => {
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await page.getByRole('button', { name: 'Settings' }).click();
	await page.getByRole('dialog').waitFor();
	const moving = await page.evaluate(() =>
		document
			.getAnimations()
			.map(({ effect }) => Number(effect?.getComputedTiming().duration))
			.filter(duration => duration > 1),
	);
	expect(moving).toEqual([]);
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('a picture that browsers don’t play is played from a preview that the engine makes', async () => {
	const film = join(home, 'old.mpg');
	ffmpeg(
		'-i',
		projectPath('demo', 'cut', 'clip2.mp4'),
		'-f',
		'lavfi',
		'-i',
		'aevalsrc=0.99*sin(2*PI*300*t):s=48000:c=stereo',
		'-t',
		'3',
		'-c:v',
		'mpeg2video',
		'-q:v',
		'6',
		'-c:a',
		'mp2',
		film,
	);
	await openCut(film);
	await page.getByText('old.mpg').waitFor({ timeout: 60_000 });
	const video = page.locator('video');
	await video.waitFor({ timeout: 60_000 });
	await expect
		.poll(() => video.evaluate(each => (each as HTMLVideoElement).readyState), { timeout: 30_000 })
		.toBeGreaterThan(1);
	await page.keyboard.press('Space');
	await passes(1);
	await page.keyboard.press('Escape');
}, 120_000);

test('the picture’s own sound at full scale and music together come out below it', async () => {
	await suggestButton().click();
	await rows().nth(2).waitFor({ timeout: 30_000 });
	await page.getByRole('button', { name: 'Loop' }).click();
	await page.locator('.transport button[aria-haspopup=listbox]').click();
	await page.getByRole('option', { name: 'Sound on' }).click();
	await page.locator('.transport [aria-label=Play]').click();
	await expect.poll(heardLevel, { timeout: 10_000 }).toBeGreaterThan(0.85);
	for (let look = 0; look < 20; look++) {
		expect(await heardLevel()).toBeLessThanOrEqual(CEILING + 1e-6);
		await page.waitForTimeout(100);
	}
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'Loop' }).click();
}, 60_000);

test('an engine that is killed in the middle of a job is told, and the job starts again when it is back', async () => {
	const port = new URL(page.url()).port;
	// Stopped first, so that the question is under way for certain when the end comes.
	engine.kill('SIGSTOP');
	await suggestButton().click();
	await page.locator('[data-notice=suggesting]').waitFor();
	engine.kill('SIGKILL');
	await engine.ended;
	await page.getByText('Suggesting starts again when it is back').waitFor({ timeout: 20_000 });
	await shot('engine-lost');
	engine = new SegueProcess(home, ['serve', '--port', port]);
	await readyLink(engine);
	await page.getByText('Engine ready').waitFor({ timeout: 20_000 });
	await rows().nth(2).waitFor({ timeout: 60_000 });
}, 120_000);
