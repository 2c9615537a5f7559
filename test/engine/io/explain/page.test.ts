import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Explained, explainPage } from '../../../../engine/io/explain/page.js';
import { explain } from '../../../../engine/jobs/explain.js';
import { sectionsOf } from '../../../../engine/ranking/track-sections.js';
import { openBrowser } from '../../../support/browser.js';
import { catalogueOf } from '../../ranking/catalogues.js';

const pair = catalogueOf([7, 4], 6, 12);
const explanation = explain(sectionsOf(pair, 0), sectionsOf(pair, 1));
/** One pixel. */
const FRAME = 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=';

const explained: Explained = {
	cut: 'a <b>bold</b> cut & more.mp4',
	track: 'song "live".mp3',
	model: { id: 'affect-1', note: 'It knows little.' },
	explanation,
	beside: {
		frames: explanation.segments.map(() => FRAME),
		peaks: [0.1, 0.9, 0.4],
		trackDuration: explanation.sections.at(-1)!.end,
	},
};

test('names of files are text, never markup', () => {
	const page = explainPage(explained);
	expect(page).not.toContain('<b>bold');
	expect(page).toContain('a &#60;b&#62;bold&#60;/b&#62; cut &#38; more.mp4 beside song &#34;live&#34;.mp3');
});

test('the page refers to nothing outside of itself and runs no script', () => {
	const page = explainPage(explained);
	const references = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(match => match[1]!);
	expect(references.every(reference => reference.startsWith('data:'))).toBe(true);
	expect(page).not.toMatch(/<script|@import|url\(/i);
});

describe('in a browser', () => {
	const folder = mkdtempSync(join(tmpdir(), 'segue-explain-'));
	let browser: Browser;
	beforeAll(async () => {
		browser = await openBrowser();
	});
	afterAll(async () => {
		await browser.close();
		rmSync(folder, { recursive: true });
	});

	test('the chosen distance’s path shows in the large figure, and no other', async () => {
		const file = join(folder, 'page.html');
		writeFileSync(file, explainPage(explained));
		const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
		await page.goto(pathToFileURL(file).href);
		const shown = async () => {
			const names = ['trace', 'best-trace', 'nw-dtw', 'sw-dtw', 'timed-best-trace', 'timed-dtw'];
			const visible = await Promise.all(names.map(name => page.locator(`.large .path-${name} polyline`).isVisible()));
			return names.filter((_, k) => visible[k]);
		};
		expect(await shown()).toEqual(['timed-best-trace']);
		await page.getByText('Trace', { exact: true }).first().click();
		expect(await shown()).toEqual(['trace']);
		// A cell for each segment and section, a frame for each segment, a picture for each ordered distance.
		expect(await page.locator('.large > svg > g > rect').count()).toBe(7 * 4);
		expect(await page.locator('.large image').count()).toBe(7);
		expect(await page.locator('.all figure').count()).toBe(6);
	});
});
