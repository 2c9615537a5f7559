import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectPath } from '../../../engine/io/project.js';
import { LinkedHost } from '../../../engine/jobs/linked-host.js';
import { FRAME_CREDIT } from '../../../engine/protocol/host-frames.js';
import { PROTOCOL_VERSION } from '../../../engine/protocol/messages.js';
import type { MusicPlacement } from '../../../engine/timelines/music-placement.js';
import { writePlugin } from '../../../scripts/plugin.mjs';
import { hostContract, type OpenHost } from '../../contracts/host.js';
import { aClip, anItem, aSequence, aTrack, frames, greyPicture } from '../../support/premiere/a-sequence.js';
import { PremiereDouble } from '../../support/premiere/double.js';
import { type DoubleSequence, TICKS } from '../../support/premiere/state.js';
import { type RealmOptions, startInRealm } from '../../support/premiere/uxp-realm.js';
import { TOKEN, testServer } from '../../support/test-server.js';

/** The built host script in a bare realm, Premiere's double on one side of it and the real server on the other. */
const SONGS = ['palace', 'celtic'].map(name => projectPath('demo', 'music', `${name}.opus`)) as [string, string];
const RATE = { numerator: 25, denominator: 1 };

let plugin: string;
beforeAll(async () => {
	plugin = await mkdtemp(join(tmpdir(), 'segue-plugin-'));
	await writePlugin(plugin);
});
afterAll(() => rm(plugin, { recursive: true, force: true }));

/** Fourteen seconds of picture in two clips, narration on A1, effects on A2. */
const edit = (): DoubleSequence => {
	const [film, voice, effects] = [anItem('/media/film.mov'), anItem('/media/voice.wav'), anItem('/media/fx.wav')];
	return aSequence({
		video: [aTrack(1, [aClip(film, 0, 200, 40), aClip(film, 200, 350, 900)])],
		audio: [
			aTrack(11, [aClip(voice, 10, 120, 3)], 'Voice'),
			aTrack(12, [aClip(effects, 40, 60), aClip(effects, 300, 340)], 'Effects'),
		],
	});
};

let seed = 1;

type Changes = Partial<RealmOptions> & { readonly version?: '25.6' | '26.3' };

const connect = async (sequence: DoubleSequence, { version = '26.3', ...more }: Changes = {}) => {
	const temporary = await mkdtemp(join(tmpdir(), 'segue-frames-'));
	const server = await testServer();
	const { port } = server.server;
	const double = new PremiereDouble({
		seed: seed++,
		sequence,
		items: [],
		version,
		lengthOf: () => 20n * TICKS,
		pictureAt: (ticks, width, height) => greyPicture(Number(ticks / TICKS) * 10, width, height),
	});
	const realm = startInRealm({
		plugin,
		premiere: double.premiere,
		engineFile: () => JSON.stringify({ pid: 1, version: '0.1.0', protocol: PROTOCOL_VERSION, port, token: TOKEN }),
		temporary,
		alsoAllowed: [port],
		...more,
	});
	const close = async (): Promise<void> => {
		realm.close();
		double.close();
		await server.close();
		await rm(temporary, { recursive: true, force: true });
	};
	return { double, server, realm, close };
};

const connected = async (sequence: DoubleSequence = edit(), more: Changes = {}) => {
	const all = await connect(sequence, more);
	await vi.waitFor(() => expect(all.server.hosts.view?.sequence?.id).toBe(sequence.guid), { timeout: 10_000 });
	const linked = { id: sequence.guid, name: sequence.name, start: 0n, rate: RATE };
	return {
		...all,
		sequence,
		link: all.server.hosts.current(),
		host: new LinkedHost(all.server.hosts.current(), linked),
	};
};

const isSong = (path: string): boolean => SONGS.includes(path);

const openPremiere = async (): Promise<OpenHost> => {
	const { host, sequence, close } = await connected();
	return {
		host,
		rate: RATE,
		songs: SONGS,
		hasTracks: true,
		look: async () => {
			const clips = sequence.audio.flatMap(track => track.clips.map(clip => ({ track: track.name, clip })));
			const pathOf = ({ source }: (typeof clips)[number]['clip']) => (source.kind === 'media' ? source.item.path : '');
			const seconds = (ticks: bigint): number => Number(ticks) / Number(TICKS);
			return {
				music: clips
					.filter(({ clip }) => isSong(pathOf(clip)))
					.map(({ track, clip }) => ({
						name: pathOf(clip).replace(/^.*\/|\.\w+$/g, ''),
						track,
						start: seconds(clip.start),
						end: seconds(clip.end),
						from: seconds(clip.in),
					})),
				markers: sequence.markers.map(({ name, start }) => ({ name, frame: Number(start / frames(1)) })),
				rest: structuredClone([sequence.video, clips.filter(({ clip }) => !isSong(pathOf(clip)))]),
			};
		},
		close,
	};
};

hostContract('Premiere’s double', openPremiere);

const placement = (changes: Partial<MusicPlacement> = {}): MusicPlacement => ({
	path: SONGS[0],
	name: 'palace',
	crop: { start: 144_000, duration: 264_000, rate: { numerator: 48_000, denominator: 1 } },
	length: 960_000,
	channels: 2,
	at: 50,
	track: null,
	...changes,
});

describe('placing in Premiere', () => {
	test('takes three undo steps, says so, and leaves the file’s marks as they were', async () => {
		const { host, double, sequence, close } = await connected();
		expect((await host.place(placement())).undoSteps).toBe(3);
		expect(double.undo).toHaveLength(3);
		expect(double.undo[1]).toBe('Segue: place palace');
		const source = sequence.audio.at(-1)!.clips[0]!.source;
		expect(source).toMatchObject({ item: { path: SONGS[0], in: 0n, out: 20n * TICKS } });
		await close();
	});

	test('uses an empty track before it makes a new one, and never one with something on it', async () => {
		const sequence = edit();
		sequence.audio.push(aTrack(13, [], 'Music'));
		const { host, close } = await connected(sequence);
		expect((await host.place(placement())).track).toBe('Music');
		expect((await host.place(placement({ path: SONGS[1], name: 'celtic' }))).track).toBe('Audio 4');
		expect(sequence.audio.map(({ clips }) => clips.length)).toEqual([1, 2, 1, 1]);
		await close();
	});

	test('a file that Premiere refuses, or that is not there, is import-failed, and nothing is written', async () => {
		const { host, double, close } = await connected();
		double.failures.set('import', 'Illegal Parameter type');
		await expect(host.place(placement())).rejects.toMatchObject({
			code: 'import-failed',
			message: expect.stringContaining('Illegal Parameter type'),
		});
		await expect(host.place(placement({ path: '/nowhere/a.wav' }))).rejects.toMatchObject({ code: 'import-failed' });
		expect(double.undo).toEqual([]);
		await close();
	});

	test('a placing that Premiere refuses is told in its words, with the marks set back', async () => {
		const { host, double, sequence, close } = await connected();
		double.failures.set('overwrite', 'Script action failed to execute');
		await expect(host.place(placement())).rejects.toMatchObject({
			code: 'host-refused',
			message: expect.stringContaining('Script action failed to execute'),
		});
		await host.place(placement());
		const source = sequence.audio.at(-1)!.clips[0]!.source;
		expect(source).toMatchObject({ item: { in: 0n, out: 20n * TICKS } });
		await close();
	});

	test('another sequence than was meant is refused', async () => {
		const { host, double, close } = await connected();
		double.activate(aSequence({ guid: 'another', name: 'Another' }));
		await expect(host.place(placement())).rejects.toMatchObject({
			code: 'sequence-changed',
			message: expect.stringContaining('Another'),
		});
		await close();
	});

	test('candidates share a track that is named for them, and Premiere 25.6, which can’t name any, tries them all the same', async () => {
		for (const [version, name] of [
			['26.3', 'Segue audition'],
			['25.6', 'Audio 3'],
		] as const) {
			const { host, sequence, close } = await connected(edit(), { version });
			expect((await host.audition(placement())).track).toBe(name);
			expect((await host.audition(placement({ path: SONGS[1], name: 'celtic' }))).track).toBe(name);
			await host.keepAudition();
			expect(sequence.audio.map(track => [track.name, track.clips.length])).toEqual([
				['Voice', 1],
				['Effects', 2],
				[name, 1],
			]);
			await close();
		}
	});

	test('a candidate that the editor has moved by hand is left alone', async () => {
		const { host, double, sequence, close } = await connected();
		await host.audition(placement());
		double.edit(({ audio }) => {
			const clip = audio.at(-1)!.clips[0]!;
			clip.start += frames(5);
			clip.end += frames(5);
		});
		await host.removeAudition();
		expect(sequence.audio.at(-1)!.clips).toHaveLength(1);
		await close();
	});
});

describe('reading the sequence', () => {
	test('the snapshot holds every clip with its file, speed and state, nested sequences once', async () => {
		const film = anItem('/media/film.mov');
		const gone = { ...anItem('/media/gone.mov'), offline: true };
		const inner = aSequence({ guid: 'inner', name: 'Titles', video: [aTrack(1, [aClip(film, 0, 50)])] });
		const sequence = aSequence({
			in: frames(25),
			out: frames(100),
			video: [
				aTrack(1, [
					aClip(film, 0, 50, 10, { speed: 2 }),
					aClip(gone, 50, 75),
					aClip({ kind: 'nested', sequence: inner }, 75, 100),
					aClip({ kind: 'nested', sequence: inner }, 100, 125),
				]),
				aTrack(2, [aClip({ kind: 'graphic' }, 10, 20), aClip({ kind: 'adjustment' }, 0, 125)]),
			],
			audio: [{ ...aTrack(11, [aClip(anItem('/media/voice.wav'), 0, 125, 0, { disabled: true })]), muted: true }],
		});
		const { link, close } = await connected(sequence);
		const snapshot = await link.ask('snapshot', {});
		expect(snapshot.range).toEqual({ start: String(frames(25)), end: String(frames(100)), isWhole: false });
		expect(snapshot.sequence.video[0]!.clips.map(({ source, speed, in: from }) => [source, speed, from])).toEqual([
			[{ kind: 'media', path: '/media/film.mov' }, 2, String(frames(10))],
			[{ kind: 'offline' }, 1, '0'],
			[{ kind: 'nested', sequence: 'inner' }, 1, '0'],
			[{ kind: 'nested', sequence: 'inner' }, 1, '0'],
		]);
		expect(snapshot.sequence.video[1]!.clips.map(({ source }) => source)).toEqual([
			{ kind: 'made', covers: false },
			{ kind: 'made', covers: false },
		]);
		expect(snapshot.sequence.audio[0]).toMatchObject({ muted: true, clips: [{ enabled: false }] });
		expect(snapshot.nested.map(({ id, name }) => [id, name])).toEqual([['inner', 'Titles']]);
		await close();
	});

	test('an edit is told of once, and an event after which nothing is different not at all', async () => {
		const { double, server, sequence, close } = await connected();
		const told: (string | undefined)[] = [];
		server.hosts.onChange(view => told.push(view?.sequence?.revision));
		double.edit(() => {});
		await new Promise(done => setTimeout(done, 800));
		expect(told).toEqual([]);
		double.edit(({ video }) => {
			video[0]!.clips[0]!.in += frames(3);
		});
		await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 5000 });
		await new Promise(done => setTimeout(done, 600));
		expect(told).toHaveLength(1);
		double.activate(null);
		await vi.waitFor(() => expect(server.hosts.view?.sequence).toBeNull(), { timeout: 5000 });
		expect(sequence.video[0]!.clips).toHaveLength(2);
		await close();
	});

	test('pictures come in order of their times, whole, and no more ahead of the engine than it gave credit for', async () => {
		const { link, close } = await connected();
		const times = [0, 1, 2, 3, 5, 7, 8, 9, 11].map(second => String(BigInt(second) * TICKS + frames(1)));
		const arrived = vi.spyOn(link, 'receiveFrame');
		const seen: number[] = [];
		let ahead = 0;
		await link.frames({ sequence: edit().guid, times, width: 32, height: 18 }, async (index, picture) => {
			if (index === 0) await new Promise(done => setTimeout(done, 1500));
			ahead = Math.max(ahead, arrived.mock.calls.length - seen.length);
			seen.push(index);
			const wanted = greyPicture(Number(BigInt(times[index]!) / TICKS) * 10, 32, 18);
			expect(Buffer.from(picture).equals(wanted)).toBe(true);
		});
		expect(seen).toEqual(times.map((_, index) => index));
		expect(ahead).toBe(FRAME_CREDIT);
		await close();
	});

	test('pictures past the end are left out, the others still come', async () => {
		const { link, close } = await connected();
		const seen: number[] = [];
		const times = [1n, 1000n, 2n].map(second => String(second * TICKS));
		await link.frames({ sequence: edit().guid, times, width: 32, height: 18 }, async index => {
			seen.push(index);
		});
		expect(seen).toEqual([0, 2]);
		await close();
	});
});

describe('the way to the engine', () => {
	test('without an engine the panel says so, and connects by itself once there is one', async () => {
		let port: number | null = null;
		const { server, realm, close } = await connect(edit(), {
			engineFile: () => (port === null ? null : JSON.stringify({ version: '0.1.0', port, token: TOKEN })),
		});
		expect(realm.page.text).toMatch(/not running.*segue serve/);
		expect(realm.page.webview).toBeNull();
		port = server.server.port;
		await vi.waitFor(() => expect(server.hosts.view?.sequence?.name).toBe('Promo v3'), { timeout: 10_000 });
		expect(realm.page.text).toBe('');
		await close();
	});

	test('a refusal of the address after a cold start is tried again; one that stays is told', async () => {
		const cold = await connected(edit(), { coldDenials: 1 });
		expect(cold.realm.page.text).toBe('');
		expect(cold.realm.page.webview).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
		await cold.close();
		const blocked = await connect(edit(), { alsoAllowed: [] });
		for (let k = 0; k < 6; k++) blocked.realm.page.click();
		expect(blocked.realm.page.text).toMatch(/Premiere blocks the way/);
		await blocked.close();
	});

	test('what was under way when the engine goes is given up, and the next engine is told of the sequence', async () => {
		const { link, server, close } = await connected();
		const times = Array.from({ length: 12 }, (_, k) => String(BigInt(k) * TICKS));
		const asked = link.frames({ sequence: edit().guid, times, width: 32, height: 18 }, async () => {});
		await server.server.close();
		await expect(asked).rejects.toMatchObject({ code: 'no-host' });
		await close();
	});
});
