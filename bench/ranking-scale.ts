import { type SegmentSequence, summarise } from '../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS, distanceNamed } from '../engine/alignment/distances.js';
import { type DistanceName, distanceNames } from '../engine/protocol/messages.js';
import { scanExactly } from '../engine/ranking/exact-ranking.js';
import { layOutLanes } from '../engine/ranking/lane-layout.js';
import {
	boundaryOf,
	packSides,
	type QuantisedChunk,
	quantiseTracks,
	rowsInLaneOrder,
} from '../engine/ranking/packed-tracks.js';
import { quantiseQuery } from '../engine/ranking/quantised-product.js';
import { scanChunks, scannedQuery } from '../engine/ranking/quantised-scan.js';
import { type RankedTrack, rankAgain } from '../engine/ranking/rank.js';
import { shortlist } from '../engine/ranking/shortlist.js';
import { rankBySketches } from '../engine/ranking/sketched-ranking.js';
import { sketchTracks } from '../engine/ranking/sketched-tracks.js';
import type { TrackSections } from '../engine/ranking/track-sections.js';
import {
	rankInTwoStages,
	type TrackSource,
	type TwoStageCatalogue,
	type TwoStageTools,
} from '../engine/ranking/two-stages.js';
import { type BenchOptions, type Figure, figure, timed } from './figures.js';
import { openFloatProduct } from './float-product.js';
import {
	embeddingMap,
	type GeneratedCatalogue,
	generateCatalogue,
	generateLatent,
	lengthAmong,
	queryLike,
} from './generated-catalogue.js';
import { recallFigures, recallOf } from './ranking-recall.js';

const QUERY_SEGMENTS = 36;
const TOP = 25;
const RUNS = 7;
const BATCH_QUERIES = 8;

/** What the million tracks' times are measured against; kept from one part of a run to the next. */
let exactAtHundredThousand: readonly number[] = [];

/** All tracks of a large catalogue from 8-bit vectors, and the best few hundred exactly. */
export const scanFigures = async (
	tools: TwoStageTools,
	tracks: number,
	say: BenchOptions['say'],
): Promise<Figure[]> => {
	say(`${tracks} tracks in two stages`);
	const generated = generateCatalogue(tracks, lengthAmong(tracks), await openFloatProduct());
	const catalogue = await quantisedCatalogue(generated);
	const queries: SegmentSequence[] = [];
	for (let k = 0; k < BATCH_QUERIES; k++) queries.push(await queryLike(generated, 4711 + k, QUERY_SEGMENTS, k + 1));
	const query = queries[0]!;
	const resident = process.memoryUsage().rss / 1e6;

	// What the second stage reads lies in memory after the first run, as it would in a catalogue's own file.
	const exact: number[] = [];
	const bare: number[] = [];
	const batch: number[] = [];
	const rank = (asked: readonly SegmentSequence[]) =>
		rankInTwoStages(asked, catalogue, 'sw-dtw', DEFAULT_PARAMETERS, tools, TOP);
	await rank(queries);
	for (let k = 0; k < RUNS; k++) {
		// By turns, so that whatever else the machine does meets all alike.
		bare.push(...(await timed(() => bareProduct(tools, catalogue, query), 1, 0)));
		exact.push(...(await timed(() => rank([query]), 1, 0)));
		if (k < 3) batch.push(...(await timed(() => rank(queries), 1, 0)).map(time => time / BATCH_QUERIES));
	}
	if (tracks === 100_000) exactAtHundredThousand = exact;
	const size = sizeName(tracks);
	const scans: Figure[] = [];
	for (const distance of distanceNames) {
		const times = await timed(
			() => scanChunks([scannedQuery(query, tracks)], catalogue.chunks, distance, DEFAULT_PARAMETERS, tools),
			1,
			0,
		);
		scans.push(figure(`scan-${size}-${distance}-ms`, 'ms', times));
	}
	return [
		figure(`exact-${size}-ms`, 'ms', exact),
		figure(`bare-product-${size}-ms`, 'ms', bare),
		figure(
			`exact-over-bare-${size}`,
			'ratio',
			exact.map((time, k) => time / bare[k]!),
		),
		figure(`exact-${size}-in-batches-of-${BATCH_QUERIES}-ms-each`, 'ms', batch),
		figure(`resident-${size}-mb`, 'MB', [resident]),
		...scans,
	];
};

/** Distances whose exact ranking of a million tracks is computed to measure recall; all of them would take an hour. */
const MILLION_DISTANCES: readonly DistanceName[] = ['sw-dtw'];

/** So many more than are wanted are kept of the exact ranking in float32, and compared again in float64 at the end. */
const KEPT = 200;

/** A catalogue past what a scan of everything can answer in time: recall against exact ranking, times, memory. */
export const millionFigures = async (
	tools: TwoStageTools,
	tracks: number,
	say: BenchOptions['say'],
): Promise<Figure[]> => {
	say(`${tracks} tracks by sketches; first their exact ranking, which takes minutes`);
	const similarity = await openFloatProduct();
	const generated = generateCatalogue(tracks, lengthAmong(tracks), similarity);
	const queries = [
		await queryLike(generated, 4711, QUERY_SEGMENTS, 1),
		await queryLike(generated, tracks + 5, QUERY_SEGMENTS, 2),
	];
	// The first pass is made in the dimensions that the catalogue lies in: the same numbers, several times as fast.
	const latent = generateLatent(tracks, lengthAmong(tracks));
	const latentQueries = [
		await queryLike(latent, 4711, QUERY_SEGMENTS, 1),
		await queryLike(latent, tracks + 5, QUERY_SEGMENTS, 2),
	];
	const source = sourceOfGenerated(generated);
	const leading = MILLION_DISTANCES.map(() => queries.map(() => [] as { track: number; value: number }[]));
	let done = 0;
	const start = performance.now();
	// Each track is made once: its sketch and its exact distances come from the same batch, which is then forgotten.
	const watched: TrackSource = {
		...sourceOfGenerated(latent),
		load: async wanted => {
			const sections = await latent.load(wanted);
			// The sample from which the directions come is no part of the run through all tracks.
			if (wanted[0] !== done || wanted[1] !== done + 1) return sections;
			done += wanted.length;
			const chunks = layOutLanes(sections, 65_536).map(chunk => ({
				...chunk,
				// Of length 1 all; the length of means is asked for by the centroid distance alone.
				...packSides(chunk, {
					squaredNorm: () => 1,
					centroidSquaredNorm: () => 0,
					boundary: (track, j) => boundaryOf(sections, track, j),
				}),
				vectors: rowsInLaneOrder(sections.vectors, chunk.rows),
			}));
			for (const [n, name] of MILLION_DISTANCES.entries()) {
				const exact = { ...tools, similarity };
				const values = await scanExactly(latentQueries, wanted.length, chunks, name, DEFAULT_PARAMETERS, exact, {});
				values.forEach((own, k) => {
					const best = shortlist(own, sections.ids, KEPT).map(index => ({ track: wanted[index]!, value: own[index]! }));
					leading[n]![k] = [...leading[n]![k]!, ...best].sort((a, b) => a.value - b.value).slice(0, KEPT);
				});
			}
			if (done % 102_400 === 0) say(`  ${done} tracks, ${((performance.now() - start) / 1000).toFixed(0)} s`);
			return sections;
		},
	};
	const made = await sketchTracks(watched, similarity);
	say(`  made in ${((performance.now() - start) / 1000).toFixed(0)} s`);
	const directions = await similarity.similarity(made.directions, embeddingMap());
	const sketched = { ...made, directions, load: keeping(source.load) };
	globalThis.gc?.();
	const resident = process.memoryUsage().rss / 1e6;

	const size = sizeName(tracks);
	const figures: Figure[] = [];
	const rank = (query: SegmentSequence, name: DistanceName) =>
		rankBySketches([query], sketched, name, DEFAULT_PARAMETERS, tools, TOP);
	for (const [n, name] of MILLION_DISTANCES.entries()) {
		const found: RankedTrack[][] = [];
		for (const query of queries) found.push(...(await rank(query, name)));
		const truths: RankedTrack[][] = [];
		for (const [k, query] of queries.entries()) {
			const kept = await source.load(leading[n]![k]!.map(({ track }) => track));
			truths.push(rankAgain(query, kept, distanceNamed(name), [...kept.ids.keys()], TOP));
		}
		const recall = recallOf(truths, found);
		say(`  ${name}: recall ${recall.join(' ')}`);
		const times = await timed(() => rank(queries[0]!, name), RUNS, 0);
		const title = name === 'sw-dtw' ? `two-stage-${size}` : `two-stage-${size}-${name}`;
		figures.push(figure(`${title}-ms`, 'ms', times), ...recallFigures(`${title}-recall25`, recall));
		if (name === 'sw-dtw' && exactAtHundredThousand.length > 0) {
			const peer = exactAtHundredThousand;
			const ratios = times.map((time, k) => time / peer[k % peer.length]!);
			figures.push(figure(`${title}-over-exact-100k`, 'ratio', ratios));
		}
	}
	const byDefault = await timed(() => rank(queries[0]!, 'timed-best-trace'), 3, 1);
	figures.push(figure(`two-stage-${size}-timed-best-trace-ms`, 'ms', byDefault));
	return [...figures, figure(`resident-${size}-mb`, 'MB', [resident])];
};

const sizeName = (tracks: number): string => {
	if (tracks % 1_000_000 === 0) return `${tracks / 1_000_000}m`;
	return tracks % 1000 === 0 ? `${tracks / 1000}k` : String(tracks);
};

/** The products of the scan and nothing else. */
const bareProduct = async (
	{ kernel, quantised }: TwoStageTools,
	{ chunks }: TwoStageCatalogue,
	query: SegmentSequence,
): Promise<void> => {
	const vectors = quantiseQuery(query.vectors);
	const summary = summarise(query);
	for (const chunk of chunks) {
		await quantised.multiply(vectors, chunk.vectors, kernel.productRoom(chunk, summary, DEFAULT_PARAMETERS.step).int32);
	}
};

const sourceOfGenerated = ({ tracks, offsets, idOf, load }: GeneratedCatalogue): TrackSource => ({
	ids: Array.from({ length: tracks }, (_, track) => idOf(track)),
	offsets,
	load,
});

/** Tracks of the second stage are made once and then copied, as gathering rows from a file in memory would. */
const keeping = (load: TrackSource['load']): TrackSource['load'] => {
	const kept = new Map<string, TrackSections>();
	return async wanted => {
		const key = wanted.join();
		const sections = kept.get(key) ?? (await load(wanted));
		kept.set(key, sections);
		return { ...sections, vectors: { ...sections.vectors, data: sections.vectors.data.slice() } };
	};
};

const BATCH = 2000;

/** The catalogue's 8-bit vectors, made batch by batch. */
const quantisedCatalogue = async (generated: GeneratedCatalogue): Promise<TwoStageCatalogue> => {
	const source = sourceOfGenerated(generated);
	const chunks: QuantisedChunk[] = [];
	for (let start = 0; start < generated.tracks; start += BATCH) {
		const batch = Array.from({ length: Math.min(BATCH, generated.tracks - start) }, (_, k) => start + k);
		for (const chunk of quantiseTracks(await generated.load(batch))) {
			chunks.push({ ...chunk, tracks: chunk.tracks.map(track => (track < 0 ? track : batch[track]!)) });
		}
	}
	return { ...source, chunks, load: keeping(source.load) };
};
