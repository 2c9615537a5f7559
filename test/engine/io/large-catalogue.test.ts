import { linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { distanceNamed } from '../../../engine/alignment/distances.js';
import { type TrackOutline, trackOutline } from '../../../engine/crops/outline.js';
import { affect } from '../../../engine/embeddings/affect.js';
import { SqliteCatalog } from '../../../engine/io/catalog/sqlite-catalog.js';
import { contentColumns } from '../../../engine/io/catalog/track-rows.js';
import { VectorSegments } from '../../../engine/io/catalog/vector-segments.js';
import { openInference } from '../../../engine/io/inference/networks.js';
import { openQuantisedProduct } from '../../../engine/io/quantised-product.js';
import { openRankingKernel } from '../../../engine/io/ranking-kernel.js';
import { createPlacing } from '../../../engine/jobs/placed-catalogue.js';
import { embeddedRange, type SuggestSources, suggest } from '../../../engine/jobs/suggest.js';
import { rank } from '../../../engine/ranking/rank.js';
import { syntheticCut, syntheticTrack } from '../../support/analyses.js';
import { someTrack } from '../../support/tracks.js';
import { normals, plainProduct } from '../ranking/catalogues.js';

/** Real analyses, of generated sound; all other tracks share them. */
const SOUNDS = 16;
const TRACKS = 20_500;
const SECTIONS = 4;
const LENGTH = 60;

let home: string;
let catalog: SqliteCatalog;
const inference = openInference();
beforeAll(async () => {
	home = mkdtempSync(join(tmpdir(), 'segue-large-'));
	catalog = new SqliteCatalog(home);
	catalog.addFolder('/music');
	await fillWithGeneratedVectors();
}, 300_000);
afterAll(async () => {
	await inference.networks.close();
	catalog?.close();
	rmSync(home, { recursive: true, force: true });
});

const hashOf = (track: number): string => track.toString(16).padStart(64, '0');
const analysisPath = (track: number): string => {
	const hash = hashOf(track);
	return join(home, 'features', hash.slice(0, 2), `${hash}.sga`);
};

/**
 * A catalogue as indexing leaves it, but written at one go: a flush to disk for each of so many tracks would take minutes.
 * A few tracks are stored by the catalogue itself; the others get links to their analyses, and GENERATED section vectors that
 * scatter around theirs.
 */
const fillWithGeneratedVectors = async (): Promise<void> => {
	const spans = Array.from({ length: SECTIONS }, (_, k) => ({ start: 15 * k, end: 15 * (k + 1) }));
	const beats = Array.from({ length: 2 * LENGTH }, (_, beat) => beat / 2);
	const real = [];
	for (let k = 0; k < SOUNDS; k++) {
		const analysis = syntheticTrack(LENGTH, beats, time => -24 + k / 2 + 7 * Math.sin(time / (3 + k)));
		const vectors = await affect.describeTrack(analysis, spans);
		real.push(vectors);
		const track = someTrack(k, { contentHash: hashOf(k), duration: LENGTH, vocals: 0 });
		catalog.put(track, analysis, new Map([[affect.id, { spans, vectors }]]));
	}
	const { cols } = real[0]!;
	const normal = normals(9);
	const rows = (TRACKS - SOUNDS) * SECTIONS;
	const vectors = { rows, cols, data: new Float32Array(rows * cols) };
	for (let r = 0; r < rows; r++) {
		const like = real[(SOUNDS + Math.floor(r / SECTIONS)) % SOUNDS]!.data;
		for (let c = 0; c < cols; c++) {
			const value = like[(r % SECTIONS) * cols + c]!;
			vectors.data[r * cols + c] = value + 0.3 * Math.abs(value) * normal();
		}
	}
	const { file } = catalog.db.prepare('SELECT file FROM spaces WHERE space = ?').get(affect.id) as { file: string };
	const segments = new VectorSegments(join(home, 'vectors'), file, cols);
	const blocks = segments.appendBlocks(vectors, new Array<number>(TRACKS - SOUNDS).fill(SECTIONS));
	const times = new Uint8Array(Float64Array.from(spans.flatMap(({ start, end }) => [start, end])).buffer);
	const content = catalog.db.prepare(
		'INSERT INTO contents VALUES (@hash, @analysis_version, @duration, @tempo, @tempo_confidence, @loudness, @labels, @vocals)',
	);
	const place = catalog.db.prepare(
		"INSERT INTO tracks (id, path, folder, size, modified, hash, title, has_cover) VALUES (?, ?, '/music', 1, 1, ?, ?, 0)",
	);
	const words = catalog.db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
	catalog.db.transaction(() => {
		for (let k = SOUNDS; k < TRACKS; k++) {
			const hash = hashOf(k);
			content.run(contentColumns(someTrack(k, { contentHash: hash, duration: LENGTH, vocals: 0 })));
			place.run(k + 1, `/music/generated-${k}.mp3`, hash, `generated ${k}`);
			words.run(k + 1, `generated ${k}`);
			catalog.vectors.own(hash, { space: affect.id, rows: SECTIONS, spans: times, ...blocks[k - SOUNDS]! });
			mkdirSync(dirname(analysisPath(k)), { recursive: true });
			linkSync(analysisPath(k % SOUNDS), analysisPath(k));
		}
	})();
};

test('20,500 tracks are read from the catalogue’s files and ranked in two stages, as plain ranking and the exact method do', async () => {
	catalog.close();
	catalog = new SqliteCatalog(home, 'read');
	const tools = {
		kernel: openRankingKernel(),
		quantised: await openQuantisedProduct(1),
		similarity: inference.similarity,
	};
	const placed = await createPlacing(affect, async () => tools)(catalog.sectionVectors(affect.id));
	expect([placed.sections.ids.length, placed.ranker.method]).toEqual([TRACKS, 'two-stage']);

	const cut = syntheticCut(50, [6, 14, 25, 33, 41], time => 0.02 + 0.015 * Math.sin(time / 9));
	const query = await embeddedRange(affect, cut, { start: 0, end: cut.duration });
	const [ranked] = await placed.ranker.rank([query], 'timed-best-trace', 25);
	const plain = await rank(query, placed.sections, distanceNamed('timed-best-trace'), plainProduct, 25);
	expect(ranked).toEqual(plain);

	const outlines = new Map<string, TrackOutline>();
	const sources: SuggestSources = {
		embedding: affect,
		catalogue: placed,
		energies: new Map(),
		records: async ids => catalog.records(ids),
		analysis: async id => catalog.analysis(id),
		outline: async id => {
			const known = outlines.get(id) ?? trackOutline(catalog.analysis(id));
			outlines.set(id, known);
			return known;
		},
	};
	const asked = { cut: 'a', top: 5, vocals: 'any' } as const;
	const inTwoStages = await suggest(cut, asked, sources, () => {});
	expect(inTwoStages.considered).toBe(TRACKS);
	expect(inTwoStages.picks).toHaveLength(5);
	expect(inTwoStages).toEqual(await suggest(cut, { ...asked, ranking: 'exact' }, sources, () => {}));
}, 300_000);
