import { describe, expect, test } from 'vitest';
import type { Embedding } from '../../../engine/embeddings/embedding.js';
import { ANALYSIS_VERSION } from '../../../engine/features/track-analysis.js';
import type { FolderScan } from '../../../engine/jobs/folder-changes.js';
import { type IndexPorts, type IndexState, indexFolders } from '../../../engine/jobs/index-folder.js';
import { EngineError, type ErrorCode } from '../../../engine/protocol/errors.js';
import { MemoryCatalog } from '../../support/memory-catalog.js';
import { someAnalysis } from '../../support/tracks.js';

/** A disk of names and contents, a catalogue, and analyses that take a turn of the event loop. Counts what is asked. */
class Scene {
	readonly catalog = new MemoryCatalog();
	readonly disk = new Map<string, { content: string; modified: number }>();
	readonly asked = { hashes: [] as string[], analyses: [] as string[], embedded: 0 };
	readonly failures = new Map<string, unknown>();
	readonly states: IndexState[] = [];
	offline: string[] = [];
	unread: string[] = [];
	spaces = ['space'];
	time = 0;
	hold: Promise<void> | null = null;
	busy = 0;
	mostBusy = 0;
	duringAnalysis: (path: string) => void = () => {};

	constructor(...folders: string[]) {
		for (const folder of folders.length > 0 ? folders : ['/m']) this.catalog.addFolder(folder);
	}

	write(path: string, content: string, modified = 1): void {
		this.disk.set(path, { content, modified });
	}

	stamp(path: string) {
		const file = this.disk.get(path);
		return file ? { size: file.content.length, modified: file.modified } : null;
	}

	get ports(): IndexPorts {
		const scan = (folder: string): FolderScan => {
			if (this.offline.includes(folder)) return { state: 'offline' };
			const inside = [...this.disk.keys()].filter(path => path.startsWith(`${folder}/`));
			const readable = inside.filter(path => !this.unread.some(unread => path.startsWith(unread)));
			return {
				state: 'scanned',
				files: readable.map(path => ({ path, stamp: this.stamp(path)! })),
				unread: this.unread,
				empty: inside.length === 0,
			};
		};
		return {
			catalog: this.catalog,
			files: {
				scan: async folder => scan(folder),
				stamp: async path => this.stamp(path),
				hash: async path => {
					this.asked.hashes.push(path);
					const file = this.disk.get(path);
					if (!file) throw new EngineError('file-missing', path);
					return `hash of ${file.content}`;
				},
				tags: async path => ({ title: path, artist: null, album: null, licence: null, hasCover: false }),
			},
			analyser: {
				track: async (path, signal) => {
					this.asked.analyses.push(path);
					this.mostBusy = Math.max(this.mostBusy, ++this.busy);
					await new Promise(resolve => setImmediate(resolve));
					this.time += 1000;
					this.busy--;
					this.duringAnalysis(path);
					if (signal?.aborted) throw new EngineError('cancelled', 'cancelled');
					if (this.failures.has(path)) throw this.failures.get(path);
					return someAnalysis(this.disk.get(path)?.content.length ?? 0, 4);
				},
			},
			embeddings: this.spaces.map(id => this.embedding(id)),
			now: () => this.time,
			turn: () => this.hold ?? Promise.resolve(),
			ease: work => work(),
		};
	}

	embedding(id: string): Embedding {
		return {
			id,
			storedDimensions: 2,
			describeTrack: async (_, sections) => {
				this.asked.embedded++;
				return { rows: sections.length, cols: 2, data: new Float32Array(2 * sections.length) };
			},
			embedCut: async () => {
				throw new Error('indexing embeds no cut');
			},
			place: () => {
				throw new Error('indexing compares nothing');
			},
		};
	}

	async run(signal?: AbortSignal, concurrency = 1) {
		Object.assign(this.asked, { hashes: [], analyses: [], embedded: 0 });
		this.states.length = 0;
		return indexFolders(this.ports, concurrency, state => this.states.push(state), signal);
	}

	get paths(): string[] {
		return this.catalog.tracks().map(({ path }) => path);
	}
}

const nothing = { added: 0, changed: 0, moved: 0, removed: 0, skipped: 0, unchanged: 0, restless: 0, offline: [] };

describe('what is found', () => {
	test('new files are analysed, embedded and described', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa');
		scene.write('/m/b.mp3', 'bb');
		expect(await scene.run()).toEqual({ ...nothing, added: 2 });
		const analysis = someAnalysis(3, 4);
		expect(scene.catalog.atPath('/m/a.mp3')).toMatchObject({
			folder: '/m',
			stamp: { size: 3, modified: 1 },
			contentHash: 'hash of aaa',
			analysisVersion: ANALYSIS_VERSION,
			duration: 4,
			tempo: analysis.beats.tempo,
			loudness: analysis.loudness,
			tags: { title: '/m/a.mp3' },
		});
		expect(scene.catalog.sectionVectors('space').ids).toHaveLength(2);
	});

	test('unchanged files are neither read nor counted as work', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa');
		await scene.run();
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 1 });
		expect(scene.asked).toEqual({ hashes: [], analyses: [], embedded: 0 });
		expect(scene.states).toEqual([{ state: 'scanning', folder: '/m' }]);
	});

	test('a changed file is analysed again under its id', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa');
		await scene.run();
		const { id } = scene.catalog.atPath('/m/a.mp3')!;
		scene.write('/m/a.mp3', 'new one', 2);
		expect(await scene.run()).toEqual({ ...nothing, changed: 1 });
		expect(scene.catalog.get(id)).toMatchObject({ contentHash: 'hash of new one', stamp: { size: 7, modified: 2 } });
		expect(scene.catalog.recall('hash of aaa')).toBeNull();
	});

	test('a file touched but not changed is read, not analysed', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa');
		await scene.run();
		scene.write('/m/a.mp3', 'aaa', 2);
		expect(await scene.run()).toEqual({ ...nothing, changed: 1 });
		expect(scene.asked.analyses).toEqual([]);
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 1 });
	});

	test('a moved file keeps id and analysis, between folders too, whatever its time stamp', async () => {
		const scene = new Scene('/m', '/n');
		scene.write('/m/a.mp3', 'aaa');
		scene.write('/m/b.mp3', 'bbb');
		await scene.run();
		const { id } = scene.catalog.atPath('/m/a.mp3')!;
		scene.disk.delete('/m/a.mp3');
		scene.write('/n/deep/renamed.mp3', 'aaa', 9);
		expect(await scene.run()).toEqual({ ...nothing, moved: 1, unchanged: 1 });
		expect(scene.catalog.get(id)).toMatchObject({ path: '/n/deep/renamed.mp3', folder: '/n', stamp: { modified: 9 } });
		expect(scene.asked).toEqual({ hashes: ['/n/deep/renamed.mp3'], analyses: [], embedded: 0 });
		expect(scene.catalog.get(id)!.tags.title).toBe('/n/deep/renamed.mp3');
	});

	test('two files that swap names swap their content, without a new analysis', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa', 1);
		scene.write('/m/b.mp3', 'bbb', 2);
		await scene.run();
		scene.write('/m/a.mp3', 'bbb', 2);
		scene.write('/m/b.mp3', 'aaa', 1);
		await scene.run();
		expect(scene.catalog.atPath('/m/a.mp3')!.contentHash).toBe('hash of bbb');
		expect(scene.catalog.atPath('/m/b.mp3')!.contentHash).toBe('hash of aaa');
		// The first to be overwritten took its analysis along: at most that one is made again.
		expect(scene.asked.analyses.length).toBeLessThanOrEqual(1);
	});

	test('removed files go before the long work begins', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa');
		scene.write('/m/b.mp3', 'bb');
		await scene.run();
		scene.disk.delete('/m/a.mp3');
		scene.write('/m/c.mp3', 'ccc');
		let during: string[] = [];
		scene.duringAnalysis = () => {
			during = scene.paths;
		};
		expect(await scene.run()).toEqual({ ...nothing, added: 1, removed: 1, unchanged: 1 });
		expect(during).toEqual(['/m/b.mp3']);
	});

	test('equal files share one analysis, found at once or later', async () => {
		const scene = new Scene();
		for (const name of ['a', 'b', 'c']) scene.write(`/m/${name}.mp3`, 'same');
		expect(await scene.run(undefined, 3)).toEqual({ ...nothing, added: 3 });
		expect(scene.asked.analyses).toHaveLength(1);
		scene.write('/m/d.mp3', 'same');
		expect(await scene.run()).toEqual({ ...nothing, added: 1, unchanged: 3 });
		expect(scene.asked.analyses).toEqual([]);
		expect(scene.catalog.count()).toBe(4);
		expect(scene.catalog.sectionVectors('space').ids).toHaveLength(1);
	});

	test('analyses of an older version are made again, once a content', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa');
		scene.write('/m/copy.mp3', 'aaa');
		await scene.run();
		const old = scene.catalog.atPath('/m/a.mp3')!;
		scene.catalog.put({ ...old, analysisVersion: ANALYSIS_VERSION - 1 }, someAnalysis(1), new Map());
		expect(await scene.run()).toEqual({ ...nothing, changed: 2 });
		expect(scene.asked.analyses).toHaveLength(1);
		expect(scene.catalog.get(old.id)!.analysisVersion).toBe(ANALYSIS_VERSION);
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 2 });
	});

	test('a new embedding is filled in from stored analyses, without reading a file', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'aaa');
		scene.write('/m/b.mp3', 'bb');
		await scene.run();
		scene.spaces = ['space', 'another'];
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 2 });
		expect(scene.asked).toEqual({ hashes: [], analyses: [], embedded: 2 });
		expect(scene.catalog.sectionVectors('another').ids).toHaveLength(2);
	});
});

describe('what can’t be reached', () => {
	const indexed = async () => {
		const scene = new Scene('/m', '/drive');
		scene.write('/m/a.mp3', 'a');
		scene.write('/drive/b.mp3', 'bb');
		scene.write('/drive/deep/c.mp3', 'ccc');
		await scene.run();
		return scene;
	};

	test('an offline folder hides its tracks, and they are back with it', async () => {
		const scene = await indexed();
		scene.offline = ['/drive'];
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 1, offline: ['/drive'] });
		expect(scene.paths).toEqual(['/m/a.mp3']);
		scene.offline = [];
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 3 });
		expect(scene.paths).toHaveLength(3);
		expect(scene.asked.hashes).toEqual([]);
	});

	test('a folder that lost everything at once counts as offline: its drive left an empty mount point', async () => {
		const scene = await indexed();
		scene.disk.delete('/drive/b.mp3');
		scene.disk.delete('/drive/deep/c.mp3');
		expect((await scene.run()).offline).toEqual(['/drive']);
		expect(scene.catalog.tracks('/drive')).toHaveLength(2);
	});

	test('tracks below a folder that can’t be read stay', async () => {
		const scene = await indexed();
		scene.unread = ['/drive/deep'];
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 2 });
		expect(scene.paths).toHaveLength(3);
	});

	test('a file copied from an offline drive borrows the analysis and leaves the drive’s track alone', async () => {
		const scene = await indexed();
		scene.offline = ['/drive'];
		scene.write('/m/copy.mp3', 'bb');
		expect(await scene.run()).toMatchObject({ added: 1, moved: 0, removed: 0 });
		expect(scene.asked.analyses).toEqual([]);
		expect(scene.catalog.tracks('/drive')).toHaveLength(2);
	});
});

describe('what fails', () => {
	test.each<[ErrorCode | null, string]>([
		['media-unreadable', 'media-unreadable'],
		['no-audio', 'no-audio'],
		['file-empty', 'file-empty'],
		['media-encrypted', 'media-encrypted'],
		['internal', 'internal'],
		[null, 'internal'],
	])('a file failing with %s is noted as %s, the others are indexed', async (code, noted) => {
		const scene = new Scene();
		for (const name of ['a', 'b', 'c']) scene.write(`/m/${name}.mp3`, name);
		scene.failures.set('/m/b.mp3', code ? new EngineError(code, 'torn') : new TypeError('torn'));
		expect(await scene.run()).toEqual({ ...nothing, added: 2, skipped: 1 });
		const stamp = { size: 1, modified: 1 };
		expect(scene.catalog.skipped('/m')).toEqual([{ path: '/m/b.mp3', code: noted, detail: 'torn', stamp }]);
	});

	test('a skipped file is tried again when it changes, not before, and forgotten when it goes', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'a');
		scene.write('/m/b.mp3', 'b');
		scene.failures.set('/m/a.mp3', new EngineError('media-unreadable', 'torn'));
		await scene.run();
		expect(await scene.run()).toEqual({ ...nothing, unchanged: 2 });
		expect(scene.asked.analyses).toEqual([]);

		scene.write('/m/a.mp3', 'still torn', 2);
		expect(await scene.run()).toEqual({ ...nothing, skipped: 1, unchanged: 1 });
		expect(scene.catalog.skipped('/m')[0]!.stamp.modified).toBe(2);
		scene.failures.clear();
		scene.write('/m/a.mp3', 'mended', 3);
		expect(await scene.run()).toEqual({ ...nothing, added: 1, unchanged: 1 });
		expect(scene.catalog.skipped('/m')).toEqual([]);

		scene.failures.set('/m/c.mp3', new EngineError('media-unreadable', 'torn'));
		scene.write('/m/c.mp3', 'c');
		await scene.run();
		scene.disk.delete('/m/c.mp3');
		await scene.run();
		expect(scene.catalog.skipped('/m')).toEqual([]);
	});

	test('a track whose file became unreadable is no longer offered', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'a');
		await scene.run();
		scene.write('/m/a.mp3', 'torn', 2);
		scene.failures.set('/m/a.mp3', new EngineError('media-unreadable', 'torn'));
		await scene.run();
		expect(scene.paths).toEqual([]);
		expect(scene.catalog.skipped('/m')).toHaveLength(1);
	});

	test('a file that changes or vanishes while it is read is left to the next run', async () => {
		const scene = new Scene();
		scene.write('/m/a.mp3', 'half');
		scene.write('/m/b.mp3', 'gone');
		scene.duringAnalysis = path => (path === '/m/a.mp3' ? scene.write(path, 'whole', 2) : scene.disk.delete(path));
		scene.failures.set('/m/b.mp3', new EngineError('media-unreadable', 'gone'));
		expect(await scene.run()).toEqual({ ...nothing, restless: 2 });
		expect([scene.paths, scene.catalog.skipped('/m')]).toEqual([[], []]);
		scene.duringAnalysis = () => {};
		expect(await scene.run()).toEqual({ ...nothing, added: 1 });
	});

	test.each<ErrorCode>(['disk-full', 'model-missing', 'ffmpeg-missing', 'inference-failed'])(
		'%s ends the run and notes no file as skipped',
		async code => {
			const scene = new Scene();
			for (const name of ['a', 'b', 'c', 'd']) scene.write(`/m/${name}.mp3`, name);
			scene.failures.set('/m/b.mp3', new EngineError(code, 'all over'));
			await expect(scene.run(undefined, 2)).rejects.toMatchObject({ code });
			expect(scene.catalog.skipped('/m')).toEqual([]);
			expect(scene.busy).toBe(0);
			scene.failures.clear();
			await scene.run();
			expect(scene.paths).toHaveLength(4);
		},
	);

	test('a cancelled run keeps what was finished, and the next one goes on from there', async () => {
		const scene = new Scene();
		for (const name of ['a', 'b', 'c', 'd']) scene.write(`/m/${name}.mp3`, name);
		const controller = new AbortController();
		scene.duringAnalysis = () => scene.asked.analyses.length === 3 && controller.abort();
		await expect(scene.run(controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
		expect(scene.paths).toHaveLength(2);
		expect(scene.catalog.skipped('/m')).toEqual([]);
		expect(await scene.run()).toEqual({ ...nothing, added: 2, unchanged: 2 });
	});
});

describe('how it goes', () => {
	test('as many files as asked are under way at a time', async () => {
		const scene = new Scene();
		for (let n = 0; n < 12; n++) scene.write(`/m/${n}.mp3`, `content ${n}`);
		await scene.run(undefined, 3);
		expect(scene.mostBusy).toBe(3);
		expect(scene.paths).toHaveLength(12);
	});

	test('newest and shortest files come first, by turns', async () => {
		const scene = new Scene();
		scene.write('/m/old-long.mp3', 'x'.repeat(500), 1);
		scene.write('/m/old-short.mp3', 'x', 2);
		scene.write('/m/mid.mp3', 'x'.repeat(100), 3);
		scene.write('/m/new-long.mp3', 'x'.repeat(400), 9);
		await scene.run();
		expect(scene.asked.analyses).toEqual(['new-long', 'old-short', 'mid', 'old-long'].map(name => `/m/${name}.mp3`));
	});

	test('progress counts files to be read, names those under way, and ends at zero seconds', async () => {
		const scene = new Scene();
		for (const name of ['a', 'b']) scene.write(`/m/${name}.mp3`, name);
		await scene.run();
		const indexing = { state: 'indexing', total: 2, renewed: 0 };
		expect(scene.states).toEqual([
			{ state: 'scanning', folder: '/m' },
			{ ...indexing, done: 0, perMinute: null, secondsLeft: null, current: ['/m/a.mp3'] },
			{ ...indexing, done: 1, perMinute: 60, secondsLeft: 1, current: [] },
			{ ...indexing, done: 1, perMinute: 60, secondsLeft: 1, current: ['/m/b.mp3'] },
			{ ...indexing, done: 2, perMinute: 60, secondsLeft: 0, current: [] },
		]);
	});

	test('a pause lets files under way finish, begins no other, and counts for nothing', async () => {
		const scene = new Scene();
		for (const name of ['a', 'b', 'c', 'd']) scene.write(`/m/${name}.mp3`, name);
		let resume = () => {};
		scene.duringAnalysis = () => {
			if (scene.asked.analyses.length !== 2 || scene.hold) return;
			scene.hold = new Promise(resolve => {
				resume = () => {
					scene.hold = null;
					resolve();
				};
			});
		};
		const run = scene.run(undefined, 2);
		while (scene.states.at(-1)?.state !== 'paused') await new Promise(resolve => setImmediate(resolve));
		expect(scene.states.at(-1)).toMatchObject({ done: 2, total: 4, perMinute: 60, current: [] });
		scene.time += 3_600_000;
		resume();
		expect(await run).toMatchObject({ added: 4 });
		expect(scene.states.at(-1)).toMatchObject({ done: 4, perMinute: 60, secondsLeft: 0 });
	});
});
