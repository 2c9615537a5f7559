import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../engine/io/project.js';
import type { CatalogState, CutView, Placed, Suggestion } from '../../engine/protocol/messages.js';
import { aCatalog, aSuggestion, manySuggestions, someCut } from '../panel/support/views.js';
import { openBrowser } from '../support/browser.js';
import { Failing, type Script, speakAs, Working } from '../support/spoken-engine.js';
import { type TestServer, testServer } from '../support/test-server.js';
import { someStatus } from '../support/views.js';

/*
 * Every state of the page as a person sees it: the built page in a real browser, with an engine that says whatever leads
 * there. Each is looked for, read, and kept as a picture in a folder that git ignores.
 */
const SHOTS = projectPath('artefacts', 'states');

let server: TestServer;
let browser: Browser;
let page: Page;
let script: Script;
let engine: Awaited<ReturnType<typeof speakAs>>;

beforeAll(async () => {
	await mkdir(SHOTS, { recursive: true });
	server = await testServer({ page: projectPath('dist', 'panel') });
	browser = await openBrowser();
	page = await browser.newPage({ viewport: { width: 900, height: 560 }, colorScheme: 'dark' });
	engine = await speakAs(page, () => script);
}, 60_000);

afterAll(async () => {
	await browser?.close();
	await server?.close();
});

const folder = aCatalog().folders[0]!;
const indexing = { done: 640, total: 2314, perMinute: 120, secondsLeft: 840, renewed: 0, current: [] };
const still: CutView = { ...someCut, pictureUrl: null, posterUrl: null };
const shown: CutView = { ...someCut, posterUrl: null };
const withMusic = (catalog: Partial<CatalogState>): Script => ({ catalog: aCatalog(catalog) });
const withCut = (cut: CutView, answers: Script['answers'] = {}): Script => ({
	catalog: aCatalog(),
	answers: { 'cut.open': cut, 'cut.preview': new Working('making a preview', 40, 100), ...answers },
});
const withList = (suggestions: readonly Suggestion[], considered = 24): Script =>
	withCut(shown, { suggest: { suggestions, considered, cut: 'cut' } });

const suggest = () => page.getByRole('button', { name: 'Suggest', exact: true }).click();
/** Nothing is asked for a cut that somebody opened. */
const openAnother = async () => {
	await page.getByRole('button', { name: 'Open another cut' }).click();
	await page.getByLabel('Or its path on this computer').fill('/films/promo.mp4');
	await page.keyboard.press('Enter');
};
const three = (code: 'weak' | 'no-steady-beat') => ['1', '2', '3'].map(id => aSuggestion(id, [code]));

const lying: Placed = {
	host: 'files',
	where: '/films/promo (Segue).otio',
	track: 'Music',
	range: { start: 0, end: 18 },
	crop: { start: 30, end: 48 },
	file: '/music/1.flac',
	undoSteps: 0,
};
const promo = { id: 'p', name: 'Promo v3', revision: '1', range: { start: '0', end: '9', isWhole: true } };
const placing = (answers: Script['answers']): Script =>
	withCut(shown, { suggest: { suggestions: manySuggestions(3), considered: 24, cut: 'cut' }, ...answers });
const suggested = async (): Promise<void> => {
	await suggest();
	await page.getByRole('row').nth(2).waitFor();
};
const suggestThen = async (key: string): Promise<void> => {
	await suggested();
	await page.keyboard.press(key);
};

const addGoneFolder = async (): Promise<void> => {
	await page.keyboard.press('/');
	await page.getByRole('button', { name: 'Add folder…' }).click();
	await page.getByRole('textbox', { name: 'Folder' }).fill('/music/gone');
	await page.getByRole('button', { name: 'Add this folder' }).click();
	await page.getByRole('dialog').waitFor({ state: 'detached' });
};
/** The engine takes it and never answers. */
const dropFile = async (): Promise<void> => {
	await page.route(/\/uploads\?/, () => {});
	await page.locator('.page').evaluate(element => {
		const dataTransfer = new DataTransfer();
		dataTransfer.items.add(new File([new Uint8Array(1 << 20)], 'film.mp4'));
		element.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer }));
	});
};

/** How each comes about, what it says, and what it offers. */
const STATES: readonly [
	id: string,
	script: Script,
	text: RegExp,
	action: string | null,
	then?: () => Promise<unknown>,
][] = [
	['engine-starting', { silent: true }, /^Connecting to the engine/, null],
	['engine-lost', withMusic({}), /^Lost the engine\. 24 tracks are saved/, 'Try now', async () => engine.drop()],
	[
		'version-mismatch',
		{ refusal: { code: 'version-mismatch', detail: 'this engine speaks version 2', close: 4426 } },
		/Your index is kept/,
		'Reload the page',
	],
	[
		'no-key',
		{ refusal: { code: 'unauthorised', detail: 'no token', close: 4401 } },
		/no key to the engine/,
		'Try again',
	],
	[
		'engine-refused',
		{ refusal: { code: 'catalog-damaged', detail: 'the index is damaged', close: 1011 } },
		/^The engine can’t work/,
		'Try again',
	],
	['ffmpeg-missing', { status: { ...someStatus, ffmpeg: null } }, /^ffmpeg is missing/, 'Check again'],
	['catalogue-empty', {}, /^No music yet\. Add a folder/, 'Add folder'],
	[
		'catalogue-refused',
		{
			catalog: aCatalog(),
			answers: {
				'folders.list': { path: '/', parent: null, folders: [] },
				'catalog.add': new Failing('file-missing', 'there is no folder /music/gone'),
			},
		},
		/^There is no folder \/music\/gone/,
		'Choose a folder',
		addGoneFolder,
	],
	['scanning', withMusic({ indexing: { ...indexing, done: 0, total: 0 } }), /^Looking for music files/, 'Pause'],
	['indexing', withMusic({ indexing }), /^Indexing 640 of 2,314 · 120 a minute · about 14 min left/, 'Pause'],
	['renewing', withMusic({ indexing: { ...indexing, renewed: 2314 } }), /^Better analysis available/, 'Later'],
	[
		'paused',
		withMusic({ indexing, folders: [{ ...folder, state: 'paused' }] }),
		/^Indexing is paused at 640/,
		'Resume',
	],
	[
		'indexing-stopped',
		withMusic({ problem: { code: 'disk-full', detail: 'the disk is full' } }),
		/^Indexing stopped: The disk is full/,
		'Try again',
	],
	[
		'drive-offline',
		withMusic({ folders: [{ ...folder, state: 'offline' }] }),
		/is not connected\. 24 tracks hidden, none removed/,
		'Look again',
	],
	[
		'folder-without-audio',
		withMusic({ tracks: 0, folders: [{ ...folder, tracks: 0 }] }),
		/^No music found in ‘stock’/,
		'Add another folder',
		() => page.keyboard.press('/'),
	],
	[
		'files-skipped',
		withMusic({
			folders: [
				{
					...folder,
					skipped: ['a', 'b'].map(name => ({
						path: `/music/stock/${name}.mp3`,
						code: 'media-unreadable' as const,
						detail: 'cannot be decoded',
					})),
				},
			],
		}),
		/^2 files skipped \(2 unreadable\)/,
		'Show why',
		() => page.keyboard.press('/'),
	],
	[
		'no-cut',
		{ catalog: aCatalog(), status: { ...someStatus, demoCuts: [] } },
		/^Drop a video or a timeline/,
		'Open a file',
	],
	[
		'uploading',
		{ catalog: aCatalog(), status: { ...someStatus, demoCuts: [] } },
		/^Copying the file to the engine: \d+ %/,
		'Cancel',
		dropFile,
	],
	[
		'opening',
		{ catalog: aCatalog(), answers: { 'cut.open': new Working('looking at the picture', 640, 1740) } },
		/^Looking at the picture: 640 of 1,740/,
		'Cancel',
	],
	[
		'cut-failed',
		{ catalog: aCatalog(), answers: { 'cut.open': new Failing('media-unreadable', 'film.mp4 cannot be decoded') } },
		/^Film\.mp4 cannot be decoded\. Play the file elsewhere/,
		'Open another file',
	],
	['no-cuts', withCut({ ...shown, boundaries: [] }), /^No cuts here/, null],
	['very-short', withCut({ ...shown, duration: 4 }), /^4 s: short enough for a sting/, null],
	['very-long', withCut({ ...shown, duration: 1920 }), /^32 min are more than one piece of music/, 'Propose regions'],
	['making-picture', withCut(still), /^Making a preview: 40 %/, null],
	[
		'no-picture',
		withCut(still, { 'cut.preview': new Failing('media-unreadable', 'it cannot be converted') }),
		/^No preview could be made/,
		'Try again',
	],
	['clips-offline', withCut({ ...shown, offline: ['a.mov'] }), /^1 clip is offline: a\.mov/, 'Look again'],
	['ready-to-suggest', withCut(shown), /^Suggest finds passages/, null, openAnother],
	[
		'suggesting',
		withCut(shown, { suggest: new Working('comparing', 12, 24) }),
		/^Comparing: 12 of 24/,
		'Cancel',
		suggest,
	],
	[
		'suggest-failed',
		withCut(shown, { suggest: new Failing('inference-failed', 'a network failed') }),
		/^A network failed\./,
		'Try again',
		suggest,
	],
	[
		'catalogue-damaged',
		withCut(shown, { suggest: new Failing('catalog-damaged', 'vectors fail their checksum') }),
		/^Vectors fail their checksum\. What is damaged is made again/,
		'Repair',
		suggest,
	],
	[
		'range-empty',
		withCut(shown, { suggest: new Failing('range-empty', 'nothing') }),
		/^In and out hold nothing/,
		'Use the whole cut',
		suggest,
	],
	['nothing-left', withList([], 0), /^The vocals filter leaves no track/, 'Allow vocals', suggest],
	[
		'nothing-fits',
		withList(three('weak')),
		/^Nothing fits well\. The closest 3 are shown; weak point/,
		'Allow vocals',
		suggest,
	],
	['no-steady-beat', withList(three('no-steady-beat')), /^No steady beat in these songs/, null, suggest],
	[
		'list-outdated',
		withList(manySuggestions(12)),
		/^The options changed since this list/,
		'Suggest again',
		() => suggestThen('v'),
	],
	[
		'music-added',
		withList(manySuggestions(12)),
		/^26 tracks were added since this list/,
		'Suggest again',
		async () => {
			await suggested();
			engine.say({ type: 'catalog', state: aCatalog({ tracks: 50 }) });
		},
	],
	[
		'crop-refused',
		withCut(shown, {
			suggest: { suggestions: manySuggestions(3), considered: 24, cut: 'cut' },
			'crop.refine': new Failing('bad-request', 'this song has no such place'),
		}),
		/^This song has no such place/,
		null,
		() => suggestThen('ArrowRight'),
	],
	[
		'rejected',
		placing({
			'verdict.give': { favourites: [], rejected: [{ id: '1', title: 'Title 1', artist: 'Artist 1' }], judged: 1 },
		}),
		/^Title 1 is rejected for this edit/,
		'Bring back',
		() => suggestThen('x'),
	],
	[
		'placed',
		placing({ place: lying }),
		/^Placed and verified: 0:30–0:48 of Title 1 under 0:00–0:18, on track Music/,
		null,
		() => suggestThen('Enter'),
	],
	[
		'track-busy',
		placing({ place: new Failing('track-busy', 'The track Voice already has sound there.') }),
		/^The track Voice already has sound there\. Nothing was changed/,
		'Use a new track',
		() => suggestThen('Enter'),
	],
	[
		'import-failed',
		placing({ place: new Failing('import-failed', 'Importing a.flac failed: Illegal Parameter type') }),
		/Illegal Parameter type\. Nothing was placed/,
		'Try again',
		() => suggestThen('Enter'),
	],
	[
		'sequence-changed',
		placing({ place: new Failing('sequence-changed', 'Another sequence was meant than is active now: B is.') }),
		/Nothing was placed/,
		'Read it again',
		() => suggestThen('Enter'),
	],
	[
		'place-failed',
		placing({ place: new Failing('place-unverified', 'Title 1 is not where it was put.') }),
		/what was read back differs/,
		'Try again',
		() => suggestThen('Enter'),
	],
	[
		'auditioned',
		placing({ audition: lying }),
		/^Title 1 is on trial in the timeline on track Music/,
		'Remove',
		() => suggestThen('a'),
	],
	['marked', placing({ markers: { added: 37, undoSteps: 1 } }), /^37 markers added/, null, () => suggestThen('b')],
	[
		'host-there',
		withList(manySuggestions(3)),
		/^The sequence Promo v3 is open in Premiere/,
		'Read it',
		async () => engine.say({ type: 'host', host: { program: 'premierepro', version: '26.3', sequence: promo } }),
	],
];

test.each(STATES)('%s', async (id, said, text, action, then) => {
	script = said;
	await page.goto(server.server.url);
	if (then) {
		await page.locator('.lamp').waitFor();
		await page.locator('.engine[data-state=ready]').waitFor();
		if (then === suggest || String(then).includes('suggest')) await page.locator('.strip').waitFor();
		await then();
	}
	const notice = page.locator(`[data-notice=${id}]`).first();
	await notice.waitFor();
	expect((await notice.locator('.notice-text').innerText()).trim()).toMatch(text);
	expect(await notice.getByRole('button').allInnerTexts()).toEqual(action === null ? [] : [action]);
	await page.screenshot({ path: join(SHOTS, `${id}.png`) });
});

test('the engine’s regions of a long cut are offered with their reasons, and one is taken as the range', async () => {
	const regions = [
		{ region: { start: 0, end: 96 }, why: ['start'] },
		{ region: { start: 96, end: 210 }, why: ['black', 'speech'] },
	];
	script = withCut({ ...shown, duration: 1920 }, { regions: { regions } });
	await page.goto(server.server.url);
	await page.getByRole('button', { name: 'Propose regions' }).click();
	const proposed = page.getByRole('region', { name: 'Proposed regions' }).getByRole('button');
	await proposed.nth(1).waitFor();
	expect(await proposed.allInnerTexts()).toEqual([
		'0:00–1:36: the beginning',
		'1:36–3:30: after black, speech begins or ends',
	]);
	await proposed.nth(1).click();
	await page.getByRole('button', { name: 'Use this range' }).click();
	await page.getByRole('button', { name: 'Range: 00:01:36:00 – 00:03:30:00' }).waitFor();
});
