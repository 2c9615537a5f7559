import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANALYSIS_VERSION, OLDEST_READABLE_VERSION } from '../../engine/features/track-analysis.js';
import type { Awaitable, Catalog, SectionVectors, TrackRecord } from '../../engine/jobs/catalog.js';
import { rowRange } from '../../engine/numeric/matrix.js';
import { hashOf, someAnalysis, someSections, someTrack } from '../support/tracks.js';

/** What every implementation of the catalogue keeps to. */
export const catalogContract = (
	name: string,
	open: () => Awaitable<{ catalog: Catalog; end: () => Awaitable<void> }>,
): void => {
	describe(`${name} keeps the catalogue contract`, () => {
		let catalog: Catalog;
		let end: () => Awaitable<void>;
		beforeEach(async () => {
			({ catalog, end } = await open());
			await catalog.addFolder('/music');
		});
		afterEach(() => end());

		const put = async (seed: number, changes: Parameters<typeof someTrack>[1] = {}) =>
			catalog.put(someTrack(seed, changes), someAnalysis(seed), new Map([['space', someSections(seed)]]));
		const place = (path: string, folder = '/music') => ({
			path,
			folder,
			stamp: { size: 77, modified: 88 },
			tags: { title: 'Moved', artist: 'Somebody', album: null, licence: 'CC0', hasCover: true },
		});
		const vectorsOf = (sections: SectionVectors, id: string) => {
			const track = sections.ids.indexOf(id);
			const [start, end] = [sections.offsets[track]!, sections.offsets[track + 1]!];
			return {
				spans: sections.spans.slice(start, end),
				data: [...rowRange(sections.vectors, start, end).data],
			};
		};
		const paths = async (text: string) => (await catalog.search(text, 0, 100)).tracks.map(({ path }) => path);

		test('a track comes back as it was put, by id, path and content', async () => {
			const silent = { loudness: Number.NEGATIVE_INFINITY, tempo: 0, tempoConfidence: 0 };
			const record = await put(1, silent);
			expect(record).toEqual({ ...someTrack(1, silent), id: record.id });
			expect(await catalog.get(record.id)).toEqual(record);
			expect(await catalog.atPath('/music/1.mp3')).toEqual(record);
			expect(await catalog.withContent(hashOf(1))).toEqual([record]);
			expect(await catalog.tracks()).toEqual([record]);
			expect(await catalog.count()).toBe(1);
		});

		test('what was never put is not there', async () => {
			expect(await catalog.get('1')).toBeNull();
			expect(await catalog.get('no number')).toBeNull();
			expect(await catalog.atPath('/music/1.mp3')).toBeNull();
			expect(await catalog.withContent(hashOf(1))).toEqual([]);
			expect(await catalog.recall(hashOf(1))).toBeNull();
			for (const ask of [async () => catalog.analysis('1'), async () => catalog.move('1', place('/music/a.mp3'))]) {
				await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
			}
			const { ids, offsets, vectors } = await catalog.sectionVectors('space');
			expect([ids, [...offsets], vectors.rows]).toEqual([[], [0], 0]);
		});

		test('records of many tracks come in the order asked for, with nothing for unknown ids', async () => {
			const [one, two] = [await put(1), await put(2)];
			expect(await catalog.records([two.id, 'no number', one.id, two.id, '999'])).toEqual([two, null, one, two, null]);
			expect(await catalog.records([])).toEqual([]);
		});

		test('a track of a folder that was never added is refused', async () => {
			await expect(put(1, { folder: '/elsewhere' })).rejects.toThrow(RangeError);
			expect(await catalog.count()).toBe(0);
		});

		test('putting at the same path replaces the track under its id', async () => {
			const { id } = await put(1);
			const again = await put(2, { path: '/music/1.mp3' });
			expect(again.id).toBe(id);
			expect(await catalog.count()).toBe(1);
			expect(await catalog.withContent(hashOf(1))).toEqual([]);
			expect((await catalog.analysis(id)).beats.tempo).toBe(someAnalysis(2).beats.tempo);
			expect(vectorsOf(await catalog.sectionVectors('space'), id).data).toEqual([...someSections(2).vectors.data]);
		});

		test('an id is never given to another track', async () => {
			const { id } = await put(1);
			await catalog.remove([id]);
			expect((await put(2)).id).not.toBe(id);
		});

		test('a moved track keeps its id, analysis and vectors', async () => {
			const { id } = await put(1);
			const moved = await catalog.move(id, place('/music/new/name.mp3'));
			expect(moved).toEqual({ ...someTrack(1), ...place('/music/new/name.mp3'), id });
			expect(await catalog.atPath('/music/1.mp3')).toBeNull();
			expect((await catalog.analysis(id)).duration).toBe(12);
			expect(await paths('somebody')).toEqual(['/music/new/name.mp3']);
			expect(await paths('track')).toEqual([]);
		});

		test('a track moved onto another takes its place', async () => {
			const first = await put(1);
			const second = await put(2);
			await catalog.move(first.id, place('/music/2.mp3'));
			expect((await catalog.tracks()).map(({ id }) => id)).toEqual([first.id]);
			expect(await catalog.get(second.id)).toBeNull();
		});

		test('copies share one analysis, and only the first by path takes part in ranking', async () => {
			const { id } = await put(1, { path: '/music/m.mp3' });
			const copy = await catalog.copy(id, place('/music/a.mp3'));
			expect(copy).toEqual({ ...someTrack(1), ...place('/music/a.mp3'), id: copy.id });
			expect(copy.id).not.toBe(id);
			expect(await catalog.analysis(copy.id)).toEqual(await catalog.analysis(id));
			expect((await catalog.sectionVectors('space')).ids).toEqual([copy.id]);
			await catalog.remove([copy.id]);
			expect((await catalog.sectionVectors('space')).ids).toEqual([id]);
			expect((await catalog.analysis(id)).duration).toBe(12);
		});

		test('a removed track is gone with its words, vectors and analysis', async () => {
			const [one, two] = [await put(1), await put(2)];
			await catalog.remove([one.id, 'unknown']);
			expect(await catalog.tracks()).toEqual([two]);
			expect(await paths('track')).toEqual(['/music/2.mp3']);
			expect((await catalog.sectionVectors('space')).ids).toEqual([two.id]);
			expect(await catalog.recall(hashOf(1))).toBeNull();
		});

		test('an analysis is recalled by content', async () => {
			await put(1);
			expect((await catalog.recall(hashOf(1)))?.beats).toEqual(someAnalysis(1).beats);
		});

		test('vectors come back bit for bit with their spans, whatever was removed between', async () => {
			const records: TrackRecord[] = [];
			for (const seed of [1, 2, 3, 4, 5]) records.push(await put(seed));
			await catalog.remove([records[1]!.id, records[4]!.id]);
			const sections = await catalog.sectionVectors('space');
			expect(sections.ids).toHaveLength(3);
			for (const seed of [1, 3, 4]) {
				const { spans, vectors } = someSections(seed);
				expect(vectorsOf(sections, records[seed - 1]!.id)).toEqual({ spans, data: [...vectors.data] });
			}
		});

		test('a snapshot of the vectors never changes, and is the same object until a track comes or goes', async () => {
			const { id } = await put(1);
			const before = await catalog.sectionVectors('space');
			const content = [...before.vectors.data];
			await catalog.skip('/music', { size: 1, modified: 1 }, { path: '/music/x.mp3', code: 'no-audio', detail: '' });
			expect(await catalog.sectionVectors('space')).toBe(before);
			for (const seed of [2, 3, 4]) {
				await put(seed);
				expect((await catalog.sectionVectors('space')).ids).toHaveLength(seed);
			}
			await catalog.remove([id]);
			expect(await catalog.sectionVectors('space')).not.toBe(before);
			expect([before.ids, [...before.vectors.data]]).toEqual([[id], content]);
		});

		test('vectors of a new space are asked for, one track a content, and stored', async () => {
			const { id } = await put(1);
			await catalog.copy(id, place('/music/copy.mp3'));
			const other = await put(2);
			expect(await catalog.withoutVectors('space')).toEqual([]);
			expect(await catalog.withoutVectors('new')).toEqual([id, other.id]);
			await catalog.putVectors(id, 'new', someSections(7, 32));
			expect(await catalog.withoutVectors('new')).toEqual([other.id]);
			expect(
				vectorsOf(await catalog.sectionVectors('new'), (await catalog.sectionVectors('new')).ids[0]!).data,
			).toEqual([...someSections(7, 32).vectors.data]);
		});

		test('vectors may be stored again', async () => {
			const { id } = await put(1);
			await catalog.putVectors(id, 'space', someSections(8));
			expect(vectorsOf(await catalog.sectionVectors('space'), id).data).toEqual([...someSections(8).vectors.data]);
		});

		test('a new analysis of a content speaks for all its tracks, and vectors of the old one go', async () => {
			const { id } = await put(1);
			const copy = await catalog.copy(id, place('/music/copy.mp3'));
			const track = someTrack(1, { tempo: 99, labels: ['harp'] });
			await catalog.put(track, someAnalysis(5), new Map([['other', someSections(5)]]));
			expect(await catalog.get(copy.id)).toMatchObject({ tempo: 99, labels: ['harp'] });
			expect(await paths('harp')).toHaveLength(2);
			expect((await catalog.analysis(copy.id)).key).toEqual(someAnalysis(5).key);
			expect(await catalog.withoutVectors('space')).toEqual([id]);
		});

		test('an analysis of an older version stays in use until it is made again', async () => {
			const { id } = await put(1, { analysisVersion: OLDEST_READABLE_VERSION });
			expect((await catalog.analysis(id)).duration).toBe(someAnalysis(1).duration);
			expect(await catalog.recall(hashOf(1))).toBeNull();
		});

		test('an analysis of a later version is not given out', async () => {
			const { id } = await put(1, { analysisVersion: ANALYSIS_VERSION + 1 });
			expect((await catalog.get(id))?.analysisVersion).toBe(ANALYSIS_VERSION + 1);
			await expect((async () => catalog.analysis(id))()).rejects.toMatchObject({ code: 'catalog-damaged' });
			expect(await catalog.recall(hashOf(1))).toBeNull();
		});

		test('every word of a search begins a word of title, artist, album, file name or label', async () => {
			const tags = { title: 'Für Élise', artist: 'Beethoven', album: "Don't Panic", licence: null, hasCover: false };
			await put(1, { path: '/music/deep/b_01-ØRSTED.flac', tags, labels: ['piano', 'Hip-Hop'] });
			await put(2);
			for (const text of ['fur', 'FÜR eli', 'beet', 'dont', 'don’t', 'orsted', 'hop pia', '01 flac']) {
				expect(await paths(text), text).toEqual(['/music/deep/b_01-ØRSTED.flac']);
			}
			for (const text of ['lise', 'fur track', 'deep', 'NEAR(fur', 'fur NOT track', 'text:fur']) {
				expect(await paths(text), text).toEqual([]);
			}
			for (const text of ['', '"', '*', '-(']) expect(await paths(text), text).toHaveLength(2);
		});

		test('a search pages in order of path and counts them all', async () => {
			for (const seed of [5, 3, 1, 4, 2]) await put(seed);
			const { tracks, total } = await catalog.search('track', 1, 2);
			expect(tracks.map(({ path }) => path)).toEqual(['/music/2.mp3', '/music/3.mp3']);
			expect(total).toBe(5);
			expect((await catalog.search('', 4, 9)).tracks).toHaveLength(1);
			expect(await catalog.search('   ', 0, 0)).toEqual({ tracks: [], total: 5 });
		});

		test('an offline folder hides its tracks and forgets nothing', async () => {
			await catalog.addFolder('/drive');
			const near = await put(1);
			const far = await put(2, { path: '/drive/2.mp3', folder: '/drive' });
			const copy = await catalog.copy(near.id, place('/drive/1.mp3', '/drive'));
			await catalog.setReachable('/drive', false);
			expect([await catalog.isReachable('/drive'), await catalog.isReachable('/music')]).toEqual([false, true]);
			expect(await catalog.tracks()).toEqual([near]);
			expect([await catalog.count(), (await catalog.search('', 0, 9)).total]).toEqual([1, 1]);
			expect((await catalog.sectionVectors('space')).ids).toEqual([near.id]);
			expect(await catalog.tracks('/drive')).toEqual([copy, far]);
			expect(await catalog.get(far.id)).toEqual(far);
			expect(await catalog.overview()).toEqual([
				{ path: '/drive', reachable: false, tracks: 2, skipped: [] },
				{ path: '/music', reachable: true, tracks: 1, skipped: [] },
			]);
			await catalog.setReachable('/drive', true);
			expect((await catalog.sectionVectors('space')).ids).toEqual([copy.id, far.id]);
			expect(await catalog.count()).toBe(3);
		});

		test('folders never nest', async () => {
			expect(await catalog.addFolder('/music/rock')).toBe('/music');
			expect(await catalog.addFolder('/musical')).toBe('/musical');
			const { id } = await put(1);
			await catalog.skip(
				'/musical',
				{ size: 1, modified: 1 },
				{ path: '/musical/x.mp3', code: 'no-audio', detail: '' },
			);
			expect(await catalog.addFolder('/')).toBe('/');
			expect(await catalog.folders()).toEqual(['/']);
			expect((await catalog.get(id))?.folder).toBe('/');
			expect((await catalog.skipped('/')).map(({ path }) => path)).toEqual(['/musical/x.mp3']);
		});

		test('a removed folder takes its tracks and skipped files along, no others', async () => {
			await catalog.addFolder('/other');
			await put(1);
			const kept = await put(2, { path: '/other/2.mp3', folder: '/other' });
			await catalog.skip('/music', { size: 1, modified: 1 }, { path: '/music/x.mp3', code: 'no-audio', detail: '' });
			await catalog.removeFolder('/music');
			expect(await catalog.folders()).toEqual(['/other']);
			expect(await catalog.tracks()).toEqual([kept]);
			await catalog.addFolder('/music');
			expect(await catalog.skipped('/music')).toEqual([]);
		});

		test('a skipped file is remembered with its stamp until it is put or forgotten', async () => {
			const stamp = { size: 5, modified: 6.5 };
			for (const file of ['b', 'a', '1']) {
				await catalog.skip('/music', stamp, { path: `/music/${file}.mp3`, code: 'no-audio', detail: 'mute' });
			}
			expect((await catalog.skipped('/music'))[1]).toEqual({
				path: '/music/a.mp3',
				code: 'no-audio',
				detail: 'mute',
				stamp,
			});
			await put(1);
			expect((await catalog.overview())[0]?.skipped[0]).toEqual({
				path: '/music/a.mp3',
				code: 'no-audio',
				detail: 'mute',
			});
			await catalog.forgetSkipped(['/music/a.mp3', '/music/never.mp3']);
			expect((await catalog.skipped('/music')).map(({ path }) => path)).toEqual(['/music/b.mp3']);
			await catalog.skip('/music', stamp, { path: '/music/b.mp3', code: 'media-unreadable', detail: '' });
			expect((await catalog.skipped('/music')).map(({ code }) => code)).toEqual(['media-unreadable']);
		});
	});
};
