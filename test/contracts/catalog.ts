import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANALYSIS_VERSION, OLDEST_READABLE_VERSION } from '../../engine/features/track-analysis.js';
import type { Catalog, SectionVectors } from '../../engine/jobs/catalog.js';
import { rowRange } from '../../engine/numeric/matrix.js';
import { hashOf, someAnalysis, someSections, someTrack } from '../support/tracks.js';

/** What every implementation of the catalogue keeps to. */
export const catalogContract = (name: string, open: () => { catalog: Catalog; end: () => void }): void => {
	describe(`${name} keeps the catalogue contract`, () => {
		let catalog: Catalog;
		let end: () => void;
		beforeEach(() => {
			({ catalog, end } = open());
			catalog.addFolder('/music');
		});
		afterEach(() => end());

		const put = (seed: number, changes: Parameters<typeof someTrack>[1] = {}) =>
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
		const paths = (text: string) => catalog.search(text, 0, 100).tracks.map(({ path }) => path);

		test('a track comes back as it was put, by id, path and content', () => {
			const silent = { loudness: Number.NEGATIVE_INFINITY, tempo: 0, tempoConfidence: 0 };
			const record = put(1, silent);
			expect(record).toEqual({ ...someTrack(1, silent), id: record.id });
			expect(catalog.get(record.id)).toEqual(record);
			expect(catalog.atPath('/music/1.mp3')).toEqual(record);
			expect(catalog.withContent(hashOf(1))).toEqual([record]);
			expect(catalog.tracks()).toEqual([record]);
			expect(catalog.count()).toBe(1);
		});

		test('what was never put is not there', () => {
			expect(catalog.get('1')).toBeNull();
			expect(catalog.get('no number')).toBeNull();
			expect(catalog.atPath('/music/1.mp3')).toBeNull();
			expect(catalog.withContent(hashOf(1))).toEqual([]);
			expect(catalog.recall(hashOf(1))).toBeNull();
			for (const ask of [() => catalog.analysis('1'), () => catalog.move('1', place('/music/a.mp3'))]) {
				expect(ask).toThrow(expect.objectContaining({ code: 'not-found' }));
			}
			const { ids, offsets, vectors } = catalog.sectionVectors('space');
			expect([ids, [...offsets], vectors.rows]).toEqual([[], [0], 0]);
		});

		test('a track of a folder that was never added is refused', () => {
			expect(() => put(1, { folder: '/elsewhere' })).toThrow(RangeError);
			expect(catalog.count()).toBe(0);
		});

		test('putting at the same path replaces the track under its id', () => {
			const { id } = put(1);
			const again = put(2, { path: '/music/1.mp3' });
			expect(again.id).toBe(id);
			expect(catalog.count()).toBe(1);
			expect(catalog.withContent(hashOf(1))).toEqual([]);
			expect(catalog.analysis(id).beats.tempo).toBe(someAnalysis(2).beats.tempo);
			expect(vectorsOf(catalog.sectionVectors('space'), id).data).toEqual([...someSections(2).vectors.data]);
		});

		test('an id is never given to another track', () => {
			const { id } = put(1);
			catalog.remove([id]);
			expect(put(2).id).not.toBe(id);
		});

		test('a moved track keeps its id, analysis and vectors', () => {
			const { id } = put(1);
			const moved = catalog.move(id, place('/music/new/name.mp3'));
			expect(moved).toEqual({ ...someTrack(1), ...place('/music/new/name.mp3'), id });
			expect(catalog.atPath('/music/1.mp3')).toBeNull();
			expect(catalog.analysis(id).duration).toBe(12);
			expect(paths('somebody')).toEqual(['/music/new/name.mp3']);
			expect(paths('track')).toEqual([]);
		});

		test('a track moved onto another takes its place', () => {
			const first = put(1);
			const second = put(2);
			catalog.move(first.id, place('/music/2.mp3'));
			expect(catalog.tracks().map(({ id }) => id)).toEqual([first.id]);
			expect(catalog.get(second.id)).toBeNull();
		});

		test('copies share one analysis, and only the first by path takes part in ranking', () => {
			const { id } = put(1, { path: '/music/m.mp3' });
			const copy = catalog.copy(id, place('/music/a.mp3'));
			expect(copy).toEqual({ ...someTrack(1), ...place('/music/a.mp3'), id: copy.id });
			expect(copy.id).not.toBe(id);
			expect(catalog.analysis(copy.id)).toEqual(catalog.analysis(id));
			expect(catalog.sectionVectors('space').ids).toEqual([copy.id]);
			catalog.remove([copy.id]);
			expect(catalog.sectionVectors('space').ids).toEqual([id]);
			expect(catalog.analysis(id).duration).toBe(12);
		});

		test('a removed track is gone with its words, vectors and analysis', () => {
			const [one, two] = [put(1), put(2)];
			catalog.remove([one.id, 'unknown']);
			expect(catalog.tracks()).toEqual([two]);
			expect(paths('track')).toEqual(['/music/2.mp3']);
			expect(catalog.sectionVectors('space').ids).toEqual([two.id]);
			expect(catalog.recall(hashOf(1))).toBeNull();
		});

		test('an analysis is recalled by content', () => {
			put(1);
			expect(catalog.recall(hashOf(1))?.beats).toEqual(someAnalysis(1).beats);
		});

		test('vectors come back bit for bit with their spans, whatever was removed between', () => {
			const records = [1, 2, 3, 4, 5].map(seed => put(seed));
			catalog.remove([records[1]!.id, records[4]!.id]);
			const sections = catalog.sectionVectors('space');
			expect(sections.ids).toHaveLength(3);
			for (const seed of [1, 3, 4]) {
				const { spans, vectors } = someSections(seed);
				expect(vectorsOf(sections, records[seed - 1]!.id)).toEqual({ spans, data: [...vectors.data] });
			}
		});

		test('a snapshot of the vectors never changes, and is the same object until a track comes or goes', () => {
			const { id } = put(1);
			const before = catalog.sectionVectors('space');
			const content = [...before.vectors.data];
			catalog.skip('/music', { size: 1, modified: 1 }, { path: '/music/x.mp3', code: 'no-audio', detail: '' });
			expect(catalog.sectionVectors('space')).toBe(before);
			for (const seed of [2, 3, 4]) {
				put(seed);
				expect(catalog.sectionVectors('space').ids).toHaveLength(seed);
			}
			catalog.remove([id]);
			expect(catalog.sectionVectors('space')).not.toBe(before);
			expect([before.ids, [...before.vectors.data]]).toEqual([[id], content]);
		});

		test('vectors of a new space are asked for, one track a content, and stored', () => {
			const { id } = put(1);
			catalog.copy(id, place('/music/copy.mp3'));
			const other = put(2);
			expect(catalog.withoutVectors('space')).toEqual([]);
			expect(catalog.withoutVectors('new')).toEqual([id, other.id]);
			catalog.putVectors(id, 'new', someSections(7, 32));
			expect(catalog.withoutVectors('new')).toEqual([other.id]);
			expect(vectorsOf(catalog.sectionVectors('new'), catalog.sectionVectors('new').ids[0]!).data).toEqual([
				...someSections(7, 32).vectors.data,
			]);
		});

		test('vectors may be stored again', () => {
			const { id } = put(1);
			catalog.putVectors(id, 'space', someSections(8));
			expect(vectorsOf(catalog.sectionVectors('space'), id).data).toEqual([...someSections(8).vectors.data]);
		});

		test('a new analysis of a content speaks for all its tracks, and vectors of the old one go', () => {
			const { id } = put(1);
			const copy = catalog.copy(id, place('/music/copy.mp3'));
			const track = someTrack(1, { tempo: 99, labels: ['harp'] });
			catalog.put(track, someAnalysis(5), new Map([['other', someSections(5)]]));
			expect(catalog.get(copy.id)).toMatchObject({ tempo: 99, labels: ['harp'] });
			expect(paths('harp')).toHaveLength(2);
			expect(catalog.analysis(copy.id).key).toEqual(someAnalysis(5).key);
			expect(catalog.withoutVectors('space')).toEqual([id]);
		});

		test('an analysis of an older version stays in use until it is made again', () => {
			const { id } = put(1, { analysisVersion: OLDEST_READABLE_VERSION });
			expect(catalog.analysis(id).duration).toBe(someAnalysis(1).duration);
			expect(catalog.recall(hashOf(1))).toBeNull();
		});

		test('an analysis of a later version is not given out', () => {
			const { id } = put(1, { analysisVersion: ANALYSIS_VERSION + 1 });
			expect(catalog.get(id)?.analysisVersion).toBe(ANALYSIS_VERSION + 1);
			expect(() => catalog.analysis(id)).toThrow(expect.objectContaining({ code: 'catalog-damaged' }));
			expect(catalog.recall(hashOf(1))).toBeNull();
		});

		test('every word of a search begins a word of title, artist, album, file name or label', () => {
			const tags = { title: 'Für Élise', artist: 'Beethoven', album: "Don't Panic", licence: null, hasCover: false };
			put(1, { path: '/music/deep/b_01-ØRSTED.flac', tags, labels: ['piano', 'Hip-Hop'] });
			put(2);
			for (const text of ['fur', 'FÜR eli', 'beet', 'dont', 'don’t', 'orsted', 'hop pia', '01 flac']) {
				expect(paths(text), text).toEqual(['/music/deep/b_01-ØRSTED.flac']);
			}
			for (const text of ['lise', 'fur track', 'deep', 'NEAR(fur', 'fur NOT track', 'text:fur']) {
				expect(paths(text), text).toEqual([]);
			}
			for (const text of ['', '"', '*', '-(']) expect(paths(text), text).toHaveLength(2);
		});

		test('a search pages in order of path and counts them all', () => {
			for (const seed of [5, 3, 1, 4, 2]) put(seed);
			const { tracks, total } = catalog.search('track', 1, 2);
			expect(tracks.map(({ path }) => path)).toEqual(['/music/2.mp3', '/music/3.mp3']);
			expect(total).toBe(5);
			expect(catalog.search('', 4, 9).tracks).toHaveLength(1);
			expect(catalog.search('   ', 0, 0)).toEqual({ tracks: [], total: 5 });
		});

		test('an offline folder hides its tracks and forgets nothing', () => {
			catalog.addFolder('/drive');
			const near = put(1);
			const far = put(2, { path: '/drive/2.mp3', folder: '/drive' });
			const copy = catalog.copy(near.id, place('/drive/1.mp3', '/drive'));
			catalog.setReachable('/drive', false);
			expect([catalog.isReachable('/drive'), catalog.isReachable('/music')]).toEqual([false, true]);
			expect(catalog.tracks()).toEqual([near]);
			expect([catalog.count(), catalog.search('', 0, 9).total]).toEqual([1, 1]);
			expect(catalog.sectionVectors('space').ids).toEqual([near.id]);
			expect(catalog.tracks('/drive')).toEqual([copy, far]);
			expect(catalog.get(far.id)).toEqual(far);
			catalog.setReachable('/drive', true);
			expect(catalog.sectionVectors('space').ids).toEqual([copy.id, far.id]);
			expect(catalog.count()).toBe(3);
		});

		test('folders never nest', () => {
			expect(catalog.addFolder('/music/rock')).toBe('/music');
			expect(catalog.addFolder('/musical')).toBe('/musical');
			const { id } = put(1);
			catalog.skip('/musical', { size: 1, modified: 1 }, { path: '/musical/x.mp3', code: 'no-audio', detail: '' });
			expect(catalog.addFolder('/')).toBe('/');
			expect(catalog.folders()).toEqual(['/']);
			expect(catalog.get(id)?.folder).toBe('/');
			expect(catalog.skipped('/').map(({ path }) => path)).toEqual(['/musical/x.mp3']);
		});

		test('a removed folder takes its tracks and skipped files along, no others', () => {
			catalog.addFolder('/other');
			put(1);
			const kept = put(2, { path: '/other/2.mp3', folder: '/other' });
			catalog.skip('/music', { size: 1, modified: 1 }, { path: '/music/x.mp3', code: 'no-audio', detail: '' });
			catalog.removeFolder('/music');
			expect(catalog.folders()).toEqual(['/other']);
			expect(catalog.tracks()).toEqual([kept]);
			catalog.addFolder('/music');
			expect(catalog.skipped('/music')).toEqual([]);
		});

		test('a skipped file is remembered with its stamp until it is put or forgotten', () => {
			const stamp = { size: 5, modified: 6.5 };
			for (const file of ['b', 'a', '1']) {
				catalog.skip('/music', stamp, { path: `/music/${file}.mp3`, code: 'no-audio', detail: 'mute' });
			}
			expect(catalog.skipped('/music')[1]).toEqual({ path: '/music/a.mp3', code: 'no-audio', detail: 'mute', stamp });
			put(1);
			catalog.forgetSkipped(['/music/a.mp3', '/music/never.mp3']);
			expect(catalog.skipped('/music').map(({ path }) => path)).toEqual(['/music/b.mp3']);
			catalog.skip('/music', stamp, { path: '/music/b.mp3', code: 'media-unreadable', detail: '' });
			expect(catalog.skipped('/music').map(({ code }) => code)).toEqual(['media-unreadable']);
		});
	});
};
