import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LocalEngine } from '../../../engine/io/engine.js';
import { projectPath } from '../../../engine/io/project.js';
import { type RunningServer, startServer } from '../../../engine/io/server/server.js';
import { type CutView, PROTOCOL_VERSION } from '../../../engine/protocol/messages.js';
import { writePlugin } from '../../../scripts/plugin.mjs';
import { aClip, anItem, aSequence, aTrack, frames, greyPicture } from '../../support/premiere/a-sequence.js';
import { PremiereDouble } from '../../support/premiere/double.js';
import { TICKS } from '../../support/premiere/state.js';
import { startInRealm } from '../../support/premiere/uxp-realm.js';
import { plainFfmpeg } from './media/clips.js';

/** A sequence of Premiere's double, from its reading by the plugin to music placed in it, through the real engine. */
const TOKEN = 'token-of-the-tests-that-is-long-enough';
const FILM = projectPath('demo', 'cut', 'clip2.mp4');
const SONG = projectPath('demo', 'music', 'palace.opus');

const SPOKEN = projectPath('demo', 'cut', 'cut.mp4');

const [film, spoken, gone] = [anItem(FILM, 16), anItem(SPOKEN, 64), { ...anItem('/media/gone.mov'), offline: true }];
/** Twelve seconds: film, four seconds of a title over nothing, film again, one offline second; in and out leave a second out. */
const sequence = aSequence({
	in: frames(25),
	out: frames(300),
	video: [
		aTrack(1, [aClip(film, 0, 100, 50), aClip(film, 200, 275, 250), aClip(gone, 275, 300)]),
		aTrack(2, [aClip({ kind: 'graphic' }, 100, 200)]),
	],
	audio: [aTrack(11, [aClip(spoken, 0, 100, 50)], 'Voice')],
});

let home: string;
let engine: LocalEngine;
let server: RunningServer;
let double: PremiereDouble;
let realm: ReturnType<typeof startInRealm>;
let cut: CutView;

beforeAll(async () => {
	home = await mkdtemp(join(tmpdir(), 'segue-premiere-'));
	const plugin = join(home, 'plugin');
	const temporary = join(home, 'temporary');
	await mkdir(temporary);
	await writePlugin(plugin);
	engine = new LocalEngine({ home: join(home, 'data'), device: 'cpu', catalog: 'write' });
	server = await startServer({
		engine,
		hosts: engine.hosts,
		files: engine,
		uploads: engine.uploads,
		token: TOKEN,
		page: home,
		ports: [0],
	});
	double = new PremiereDouble({
		seed: 7,
		sequence,
		items: [],
		lengthOf: () => 65n * TICKS,
		pictureAt: (_ticks, width, height) => greyPicture(200, width, height),
	});
	const { port } = server;
	realm = startInRealm({
		plugin,
		premiere: double.premiere,
		engineFile: () => JSON.stringify({ version: '0.1.0', protocol: PROTOCOL_VERSION, port, token: TOKEN }),
		temporary,
		alsoAllowed: [port],
	});
	await vi.waitFor(() => expect(engine.hosts.view?.sequence?.name).toBe('Promo v3'), { timeout: 10_000 });
	cut = await engine.ask('cut.open', { source: { kind: 'host', rendered: false } });
}, 120_000);

afterAll(async () => {
	realm?.close();
	double?.close();
	await server?.close();
	await engine?.close();
	await rm(home, { recursive: true, force: true });
});

/** The mean luma of the middle of a frame, full range. */
const greyAt = async (frame: number): Promise<number> => {
	const picture = await engine.picture(cut.id);
	const filter = `select=eq(n\\,${frame}),crop=4:4,format=gray,scale=1:1`;
	return plainFfmpeg(
		'-i',
		picture,
		'-vf',
		filter,
		'-frames:v',
		'1',
		'-f',
		'rawvideo',
		'-pix_fmt',
		'gray',
		'pipe:1',
	)[0]!;
};

test('the range between in and out is the cut, with the sequence’s own cuts', () => {
	expect(cut).toMatchObject({ name: 'Promo v3', duration: 11, timeline: null, sequence: { id: sequence.guid } });
	const own = cut.boundaries.filter(({ from }) => from === 'timeline').map(({ frame }) => frame);
	expect(own).toEqual([75, 175, 250]);
	expect(cut.hasSound).toBe(true);
});

test('clips are seen from their own files, titles as Premiere renders them, and what neither has is named', async () => {
	const original = plainFfmpeg(
		...['-i', FILM, '-vf', 'select=eq(n\\,85),crop=4:4,format=gray,scale=1:1', '-frames:v', '1'],
		...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
	)[0]!;
	// Frame 10 of the cut is 35 of the sequence, which shows 85 of the film.
	expect(Math.abs((await greyAt(10)) - original)).toBeLessThan(6);
	for (const frame of [76, 120, 174]) expect(Math.abs((await greyAt(frame)) - 200)).toBeLessThan(4);
	expect(cut.offline).toEqual([]);
});

test('the same state of the sequence is the same cut, at once', async () => {
	expect(await engine.ask('cut.open', { source: { kind: 'host', rendered: false } })).toEqual(cut);
});

test('music goes where the cut is in the sequence, not where it begins in itself', async () => {
	const order = { cut: cut.id, music: { path: SONG }, crop: { start: 12, end: 23 }, at: 0, audioTrack: null };
	const placed = await engine.ask('place', order);
	expect(placed).toMatchObject({ host: 'premiere', where: 'Promo v3', undoSteps: 3, file: SONG });
	expect([placed.range, placed.crop]).toEqual([
		{ start: 0, end: 11 },
		{ start: 12, end: 23 },
	]);
	const [clip] = sequence.audio.at(-1)!.clips;
	expect([clip!.start, clip!.end, clip!.in]).toEqual([frames(25), frames(300), 12n * TICKS]);
});

test('music that was placed is no part of the cut, so the cut is still the same; an edit makes it another', async () => {
	expect(await engine.ask('cut.open', { source: { kind: 'host', rendered: false } })).toEqual(cut);
	double.edit(({ audio }) => {
		audio[0]!.clips[0]!.in += frames(1);
	});
});

test('as edited, all of it is Premiere’s own picture, and a changed sequence is another cut', async () => {
	const before = cut.sequence?.revision;
	cut = await engine.ask('cut.open', { source: { kind: 'host', rendered: true } });
	expect(cut.sequence?.revision).not.toBe(before);
	for (const frame of [10, 120, 200, 270]) expect(Math.abs((await greyAt(frame)) - 200)).toBeLessThan(4);
}, 60_000);
