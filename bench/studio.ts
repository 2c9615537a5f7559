import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SegmentSequence } from '../engine/alignment/comparison.js';
import { distanceNamed } from '../engine/alignment/distances.js';
import type { TrackAnalysis } from '../engine/features/track-analysis.js';
import { openAnalysisPool } from '../engine/io/analysis/pool.js';
import { encodeAnalysis } from '../engine/io/catalog/analysis-file.js';
import { openInference } from '../engine/io/inference/networks.js';
import { projectPath } from '../engine/io/project.js';
import { sharedAddress } from '../engine/io/shared-catalog/address.js';
import { buildVectorIndex, candidateSections } from '../engine/io/shared-catalog/candidates.js';
import { SharedDatabase } from '../engine/io/shared-catalog/database.js';
import { SharedQueue } from '../engine/io/shared-catalog/file-queue.js';
import { PostgresCatalog } from '../engine/io/shared-catalog/postgres-catalog.js';
import type { NewTrack } from '../engine/jobs/catalog.js';
import { DEFAULT_DISTANCE } from '../engine/jobs/suggest.js';
import { rank } from '../engine/ranking/rank.js';
import type { TrackSections } from '../engine/ranking/track-sections.js';
import { type BenchOptions, type Figure, figure, timed } from './figures.js';
import { openFloatProduct } from './float-product.js';
import { generateCatalogue, queryLike } from './generated-catalogue.js';

/**
 * `npm run bench -- studio postgres://… [TRACKS]`: what each stage of a shared catalogue costs. Tracks are generated: 12
 * sections of 512 dimensions each, and for all of them the real analysis of one demo track. Takes a database of its own.
 */
export const name = 'studio';

const TRACKS = 1_500;
const SECTIONS = 12;
const SEGMENTS = 36;
const QUERIES = 6;
/** Of ten tracks one, so that finding the best ones among the candidates says something. */
const CANDIDATES = 0.1;
/** Tracks that are stored once the index is there. */
const LATER = 40;
const SPACE = 'bench-512';
const FOLDER = '/bench';
/** Writers at the same time, as the database has connections of one engine. */
const WRITERS = 4;

export const run = async ({ arguments: [url, count], say }: BenchOptions): Promise<Figure[]> => {
	const address = sharedAddress(url);
	if (address === null) throw new Error('npm run bench -- studio postgres://user@host/database [TRACKS]');
	const tracks = Number(count ?? TRACKS);
	const database = new SharedDatabase(address);
	const catalog = new PostgresCatalog(database);
	const product = await openFloatProduct();
	const generated = generateCatalogue(tracks + LATER, () => SECTIONS, product);
	try {
		say('analysing a real track …');
		const { analysis, perSecond } = await realAnalysis();
		if ((await catalog.folders()).length > 0) throw new Error('this bench takes an empty database');
		await catalog.addFolder(FOLDER);
		say(`storing ${tracks} generated tracks …`);
		const stored = await storeAll('put', catalog, generated, analysis, 0, tracks);
		const sections = await generated.load(Array.from({ length: tracks }, (_, k) => k));
		const queries = await Promise.all(
			Array.from({ length: QUERIES }, (_, k) => queryLike(generated, k * 97, SEGMENTS, k + 1)),
		);
		say('reading …');
		const read = await reading(catalog, database, tracks);
		say('finding candidates, without and with the index …');
		const found = await finding(catalog, database, sections, queries, product);
		say('handing out files …');
		return [
			figure('analysis-cpu-ms-per-second', 'ms', [perSecond]),
			figure('analysis-bytes', 'bytes', [encodeAnalysis(analysis).length]),
			...stored,
			...read,
			...found,
			...(await sizes(database, tracks)),
			...(await storeAll('put-indexed', catalog, generated, analysis, tracks, tracks + LATER)),
			await handingOut(new SharedQueue({ ...address, team: 'bench_queue' })),
		];
	} finally {
		await catalog.close();
	}
};

/** The analysis of a demo track, and processor milliseconds for each second of it. */
const realAnalysis = async (): Promise<{ analysis: TrackAnalysis; perSecond: number }> => {
	const inference = openInference({ device: 'cpu' });
	const pool = openAnalysisPool(inference.networks);
	const folder = projectPath('demo', 'music');
	const path = join(folder, readdirSync(folder).sort()[3]!);
	try {
		await pool.track(path, { segmenter: 'default' });
		const before = process.cpuUsage();
		const analysis = await pool.track(path, { segmenter: 'default' });
		const { user, system } = process.cpuUsage(before);
		return { analysis, perSecond: (user + system) / 1_000 / analysis.duration };
	} finally {
		await pool.close();
		await inference.networks.close();
	}
};

/** Stores tracks of these numbers, the last not included. */
const storeAll = async (
	title: string,
	catalog: PostgresCatalog,
	generated: ReturnType<typeof generateCatalogue>,
	analysis: TrackAnalysis,
	from: number,
	to: number,
): Promise<Figure[]> => {
	const times: number[] = [];
	let next = from;
	const writer = async (): Promise<void> => {
		while (next < to) {
			const track = next++;
			const { spans, vectors } = await generated.load([track]);
			const start = performance.now();
			await catalog.put(trackOf(track, analysis), analysis, new Map([[SPACE, { spans, vectors }]]));
			times.push(performance.now() - start);
		}
	};
	const start = performance.now();
	await Promise.all(Array.from({ length: WRITERS }, writer));
	const seconds = (performance.now() - start) / 1_000;
	return [figure(`${title}-ms`, 'ms', times), figure(`${title}-per-second`, '1/s', [(to - from) / seconds])];
};

const trackOf = (track: number, analysis: TrackAnalysis): NewTrack => ({
	path: `${FOLDER}/${track}.wav`,
	folder: FOLDER,
	stamp: { size: track, modified: track },
	contentHash: track.toString(16).padStart(64, '0'),
	analysisVersion: 1,
	duration: analysis.duration,
	tempo: analysis.beats.tempo,
	tempoConfidence: analysis.beats.confidence,
	loudness: analysis.loudness,
	tags: { title: `Generated ${track}`, artist: 'Nobody', album: null, licence: null, hasCover: false },
	labels: ['piano', 'slow', 'ambient'],
	vocals: 0,
});

const reading = async (catalog: PostgresCatalog, database: SharedDatabase, tracks: number): Promise<Figure[]> => {
	const ids = (await catalog.tracks(FOLDER)).map(({ id }) => id);
	const some = (run: number): string => ids[(run * 7919) % tracks]!;
	let run = 0;
	return [
		figure('bare-round-trip-ms', 'ms', await timed(() => database.read('SELECT 1'), 50)),
		figure('record-ms', 'ms', await timed(() => catalog.get(some(run++)), 50)),
		figure('analysis-read-ms', 'ms', await timed(() => catalog.analysis(some(run++)), 20)),
		figure('search-ms', 'ms', await timed(() => catalog.search(`generated ${run++}`, 0, 50), 20)),
		figure('load-all-vectors-ms', 'ms', await timed(() => catalog.sectionVectors(SPACE), 1, 0)),
		figure('vectors-unchanged-ms', 'ms', await timed(() => catalog.sectionVectors(SPACE), 20)),
	];
};

/** Candidates by the database, and how many of the best 25 of an exact ranking of everything are among them. */
const finding = async (
	catalog: PostgresCatalog,
	database: SharedDatabase,
	sections: TrackSections,
	queries: readonly SegmentSequence[],
	product: Awaited<ReturnType<typeof openFloatProduct>>,
): Promise<Figure[]> => {
	const distance = distanceNamed(DEFAULT_DISTANCE);
	const truths: string[][] = [];
	for (const query of queries) {
		const best = await rank(query, sections, distance, product, 25);
		truths.push(best.map(({ track }) => `${FOLDER}/${track}.wav`));
	}
	const asked = Math.ceil(CANDIDATES * sections.ids.length);
	const measure = async (title: string): Promise<Figure[]> => {
		const times: number[] = [];
		const recalls: number[] = [];
		for (const [k, query] of queries.entries()) {
			const start = performance.now();
			const { ids } = await candidateSections(database, SPACE, query.vectors, asked);
			times.push(performance.now() - start);
			const paths = new Set((await catalog.records(ids)).map(record => record!.path));
			recalls.push(truths[k]!.filter(path => paths.has(path)).length / truths[k]!.length);
		}
		const mean = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
		return [figure(`${title}-ms`, 'ms', times), figure(`${title}-recall25`, 'share', [mean])];
	};
	const unindexed = await measure('candidates-by-scan');
	const build = await timed(() => buildVectorIndex(database, SPACE), 1, 0);
	return [...unindexed, figure('index-build-ms', 'ms', build), ...(await measure('candidates-by-index'))];
};

const sizes = async (database: SharedDatabase, tracks: number): Promise<Figure[]> => {
	const rows = await database.read<{ name: string; bytes: string }>(
		`SELECT relname AS name, pg_table_size(oid) AS bytes FROM pg_class WHERE relname IN ('analyses', 'sections')
		UNION ALL SELECT 'vector-index', sum(pg_relation_size(indexrelid)) FROM pg_index
			WHERE indrelid = 'sections'::regclass AND NOT indisprimary
		UNION ALL SELECT 'all', sum(pg_total_relation_size(oid)) FROM pg_class
			WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
	);
	return rows.map(({ name: part, bytes }) => figure(`${part}-bytes-per-track`, 'bytes', [Number(bytes) / tracks]));
};

/** Files a second that the queue hands to takers who do nothing with them. */
const handingOut = async (queue: SharedQueue): Promise<Figure> => {
	const files = Array.from({ length: 400 }, (_, k) => ({
		path: `/bench/${k}.wav`,
		folder: '/bench',
		stamp: { size: 1, modified: 1 },
	}));
	try {
		await queue.add(files);
		let taken = 0;
		let last = 0;
		const start = performance.now();
		const index = async (): Promise<void> => {
			taken++;
			last = performance.now();
		};
		await queue.drain(index, WRITERS, () => {});
		return figure('queue-files-per-second', '1/s', [(1_000 * taken) / (last - start)]);
	} finally {
		await queue.close();
	}
};
