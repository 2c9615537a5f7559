import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { projectPath } from '../engine/io/project.js';
import { type BenchOptions, type Figure, figure } from './figures.js';

/**
 * `npm run bench -- page [HOME]`: the page in a headless Chromium, against the engine on the demo film. It measures how soon
 * it can be used (beside an empty page of the same server), how soon a key is heard, how far picture and sound drift apart
 * over a minute, and what the browser has to load. HOME is a data folder with music; unless given, three demo tracks are
 * analysed first.
 */
export const name = 'page';

const LOADS = 10;
const STARTS = 8;
/** Seconds of playing, and between two looks at the clocks. */
const PLAYED = 60;
const LOOK = 0.25;
/** Frames a second of the demo film. */
const RATE = 24;

export const run = async ({ arguments: [given], say }: BenchOptions): Promise<Figure[]> => {
	const home = given ?? mkdtempSync(join(tmpdir(), 'segue-bench-page-'));
	if (given === undefined) {
		say('analysing three tracks …');
		await index(home);
	}
	const engine = spawn(process.execPath, [projectPath('bin', 'segue.js'), 'serve', '--port', '0', '--json'], {
		env: { ...process.env, SEGUE_HOME: home, BROWSER: 'none' },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const browser = await chromium.launch({
		executablePath: chromiumPath(),
		args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
	});
	try {
		const [line] = (await once(engine.stdout, 'data')) as [Buffer];
		const { url } = JSON.parse(line.toString()) as { url: string };
		const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
		await page.addInitScript(NOTE_STARTS);
		say('opening the demo film …');
		await page.goto(url);
		await page.getByText(/^\d+ cuts? ·/).waitFor({ timeout: 300_000 });
		say('loading …');
		const loads = await loading(page, new URL(url).origin);
		await page.getByRole('button', { name: 'Suggest', exact: true }).click();
		await page.getByRole('row').nth(2).waitFor({ timeout: 60_000 });
		say('starting …');
		const starts = await starting(page);
		say('playing for a minute …');
		const drifts = await playing(page);
		return [...loads, ...starts, ...drifts, ...sizes()];
	} finally {
		await browser.close();
		engine.kill('SIGTERM');
		await once(engine, 'close');
		if (given === undefined) rmSync(home, { recursive: true, force: true });
	}
};

const index = async (home: string): Promise<void> => {
	const music = join(home, 'music');
	mkdirSync(music);
	for (const track of ['palace', 'celtic', 'west']) {
		copyFileSync(projectPath('demo', 'music', `${track}.opus`), join(music, `${track}.opus`));
	}
	const program = spawn(process.execPath, [projectPath('bin', 'segue.js'), 'index', music], {
		env: { ...process.env, SEGUE_HOME: home },
		stdio: 'ignore',
	});
	await once(program, 'close');
};

const chromiumPath = (): string => {
	const found = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
		path => path !== undefined && existsSync(path),
	);
	if (!found) throw new Error('This bench drives Chromium: install it, or name one in CHROMIUM_PATH.');
	return found;
};

/** Runs in the page: when a key went down, and when the sound that it asked for will leave the loudspeakers. */
const NOTE_STARTS = `
	addEventListener('keydown', () => { window.keyAt = performance.now(); window.soundAfter = null; }, true);
	const start = AudioBufferSourceNode.prototype.start;
	AudioBufferSourceNode.prototype.start = function (when, ...rest) {
		const { currentTime, outputLatency = 0 } = this.context;
		window.soundAfter = performance.now() + 1000 * (Math.max(0, when - currentTime) + outputLatency) - window.keyAt;
		return start.call(this, when, ...rest);
	};
`;

/** Milliseconds from asking for the page to an engine that is there and a button that works, beside an empty page's load. */
const loading = async (page: Page, origin: string): Promise<Figure[]> => {
	const interactive: number[] = [];
	const empty: number[] = [];
	for (let load = 0; load < LOADS; load++) {
		let start = performance.now();
		await page.goto(`${origin}/nothing`);
		empty.push(performance.now() - start);
		start = performance.now();
		await page.goto(`${origin}/`, { waitUntil: 'commit' });
		await page.locator('.search-options button:not([disabled])', { hasText: 'Suggest' }).waitFor();
		interactive.push(performance.now() - start);
	}
	return [
		figure('interactive-warm-ms', 'ms', interactive),
		figure('empty-page-ms', 'ms', empty),
		figure(
			'interactive-over-empty',
			'ratio',
			interactive.map((time, k) => time / empty[k]!),
		),
	];
};

/** Milliseconds from a key to the sound it asks for, once that is loaded. */
const starting = async (page: Page): Promise<Figure[]> => {
	const soundAfter = async (key: string): Promise<number> => {
		await page.keyboard.press(key);
		// Looked at again and again: the page's security policy forbids what waitForFunction does.
		for (;;) {
			const after: number | null = await page.evaluate('window.soundAfter');
			if (after !== null) return after;
			await page.waitForTimeout(20);
		}
	};
	// The first time of each candidate decodes it.
	for (const key of ['Space', 'ArrowDown', 'ArrowDown']) await soundAfter(key);
	const switches: number[] = [];
	const starts: number[] = [];
	for (let run = 0; run < STARTS; run++) {
		switches.push(await soundAfter(run % 2 === 0 ? 'ArrowUp' : 'ArrowDown'));
		await page.keyboard.press('Escape');
		await page.waitForTimeout(200);
		starts.push(await soundAfter('Space'));
		await page.waitForTimeout(300);
	}
	await page.keyboard.press('Escape');
	return [figure('first-sound-after-key-ms', 'ms', starts), figure('other-candidate-after-key-ms', 'ms', switches)];
};

/** How far picture and sound are apart, in frames, each quarter of a second of a minute. */
const playing = async (page: Page): Promise<Figure[]> => {
	await page.keyboard.press('Space');
	await page.waitForTimeout(1000);
	const frames: number[] = [];
	for (let look = 0; look < PLAYED / LOOK; look++) {
		const drift: string | undefined = await page.evaluate('document.querySelector("[role=timer]").dataset.drift');
		if (drift !== undefined) frames.push((Math.abs(Number(drift)) * RATE) / 1000);
		await page.waitForTimeout(1000 * LOOK);
	}
	await page.keyboard.press('Escape');
	const within = frames.filter(drift => drift < 1).length / frames.length;
	return [figure('drift-frames', 'frames', frames), figure('looks-under-one-frame', 'share', [within])];
};

/** What the browser loads before the first picture, and all there is, as it is and compressed. */
const sizes = (): Figure[] => {
	const folder = projectPath('dist', 'panel', 'assets');
	const files = readdirSync(folder).filter(file => /\.(js|css)$/.test(file));
	const kilobytes = (wanted: readonly string[], pack: (bytes: Buffer) => Buffer): number =>
		wanted.reduce((sum, file) => sum + pack(readFileSync(join(folder, file))).length, 0) / 1000;
	const first = files.filter(file => file.startsWith('index-'));
	const asItIs = (bytes: Buffer): Buffer => bytes;
	return [
		figure('first-load-kB', 'kB', [kilobytes(first, asItIs)]),
		figure('first-load-gzip-kB', 'kB', [kilobytes(first, gzipSync)]),
		figure('whole-bundle-kB', 'kB', [kilobytes(files, asItIs)]),
		figure('whole-bundle-gzip-kB', 'kB', [kilobytes(files, gzipSync)]),
	];
};
