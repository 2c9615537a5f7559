import { beforeEach, describe, expect, test } from 'vitest';
import { findTracks } from '../../../engine/jobs/find-tracks.js';
import { trackEnergies } from '../../../engine/jobs/track-energies.js';
import { zeros32 } from '../../../engine/numeric/matrix.js';
import { EngineError } from '../../../engine/protocol/errors.js';
import type { TrackFilter } from '../../../engine/protocol/messages.js';
import { MemoryCatalog } from '../../support/memory-catalog.js';
import { numbers, someAnalysis, someTrack } from '../../support/tracks.js';

const TRACKS = 30;
let catalog: MemoryCatalog;
let ids: readonly string[];

/** Thirty tracks; the arousal of their two sections follows from the seed. */
beforeEach(() => {
	catalog = new MemoryCatalog();
	catalog.addFolder('/music');
	const random = numbers(5);
	for (let seed = 1; seed <= TRACKS; seed++) {
		const more = {
			tempo: seed === 7 ? 0 : 60 + 4 * seed,
			duration: 30 + 10 * random(),
			vocals: random(),
			labels: seed % 2 ? ['piano'] : ['rock'],
		};
		catalog.put(someTrack(seed, more), someAnalysis(seed), new Map());
	}
	ids = catalog.tracks().map(({ id }) => id);
});

const sections = () => {
	const random = numbers(9);
	const vectors = zeros32(2 * ids.length, 6);
	vectors.data.forEach((_, k) => {
		vectors.data[k] = random();
	});
	return {
		ids,
		offsets: Uint32Array.from({ length: ids.length + 1 }, (_, t) => 2 * t),
		spans: ids.flatMap(() => [
			{ start: 0, end: 10 },
			{ start: 10, end: 12 },
		]),
		vectors,
	};
};

/** Every third track. */
const favourites = () => new Set(ids.filter((_, k) => k % 3 === 0));

const find = (params: { text?: string; filter?: TrackFilter; like?: string; offset?: number; limit?: number }) =>
	findTracks(
		{ offset: 0, limit: 500, ...params },
		{ catalog, sections: sections(), analysis: async id => catalog.analysis(id), favourites: favourites() },
	);

describe('a filter lets through what a look at every track would', () => {
	const energies = () => trackEnergies(sections());
	test.each<[TrackFilter, (id: string) => boolean]>([
		[{ tempo: { from: 90, to: 120 } }, id => catalog.get(id)!.tempo >= 90 && catalog.get(id)!.tempo <= 120],
		[{ tempo: { to: 80 } }, id => catalog.get(id)!.tempo > 0 && catalog.get(id)!.tempo <= 80],
		[{ favourites: true }, id => favourites().has(id)],
		[
			{ favourites: true, tempo: { to: 120 } },
			id => favourites().has(id) && catalog.get(id)!.tempo > 0 && catalog.get(id)!.tempo <= 120,
		],
		[{ duration: { from: 35 } }, id => catalog.get(id)!.duration >= 35],
		[{ vocals: 'instrumental' }, id => catalog.get(id)!.vocals < 0.2],
		[{ vocals: 'vocal' }, id => catalog.get(id)!.vocals >= 0.2],
		[{ tracks: ['2', 'gone'] }, id => id === '2'],
		[{ folders: ['/music/1.mp3', '/elsewhere'] }, id => catalog.get(id)!.path === '/music/1.mp3'],
		[{ energy: { from: 0.7 } }, id => energies().get(id)! >= 0.7],
		[{ energy: { to: 0.5 }, tempo: { from: 100 } }, id => energies().get(id)! <= 0.5 && catalog.get(id)!.tempo >= 100],
	])('%j', async (filter, wanted) => {
		const { tracks, total } = await find({ filter });
		const expected = ids.filter(wanted);
		expect(expected.length).toBeGreaterThan(0);
		expect(expected.length).toBeLessThan(TRACKS);
		expect(tracks.map(({ record }) => record.id)).toEqual(expected);
		expect(total).toBe(expected.length);
	});

	test('together with a text, page by page', async () => {
		const all = await find({ text: 'piano', filter: { tempo: { from: 90 } } });
		expect(all.tracks.every(({ record }) => record.labels.includes('piano') && record.tempo >= 90)).toBe(true);
		const page = await find({ text: 'piano', filter: { tempo: { from: 90 } }, offset: 2, limit: 3 });
		expect(page.tracks).toEqual(all.tracks.slice(2, 5));
		expect(page.total).toBe(all.total);
	});
});

test('the energy of a track is the share of the others whose sections, by their length, are calmer', () => {
	const { vectors } = sections();
	const arousal = (t: number) => (10 * vectors.data[12 * t]! + 2 * vectors.data[12 * t + 6]!) / 12;
	const energies = trackEnergies(sections());
	ids.forEach((id, t) => {
		const calmer = ids.filter((_, other) => arousal(other) < arousal(t)).length;
		expect(energies.get(id)).toBeCloseTo(calmer / (TRACKS - 1), 12);
	});
});

describe('more like this', () => {
	test('begins with a track that sounds the same, and leaves out the one asked for', async () => {
		const twin = someAnalysis(4);
		catalog.put(someTrack(99, { path: '/music/zz.mp3' }), { ...twin, features: twin.features }, new Map());
		const asked = catalog.atPath('/music/4.mp3')!;
		const { tracks, total } = await find({ like: asked.id });
		expect(tracks[0]!.record.path).toBe('/music/zz.mp3');
		expect(tracks.map(({ record }) => record.id)).not.toContain(asked.id);
		expect(total).toBe(TRACKS);
	});

	test('of a track that is not there is refused', async () => {
		const refused = await find({ like: '12345' }).catch((error: unknown) => error);
		expect(refused).toBeInstanceOf(EngineError);
		expect((refused as EngineError).code).toBe('not-found');
	});
});
