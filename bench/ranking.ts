import { availableParallelism } from 'node:os';
import { type SegmentSequence, summarise } from '../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS, distanceNamed } from '../engine/alignment/distances.js';
import { localScore } from '../engine/alignment/local-alignment.js';
import { openInference } from '../engine/io/inference/networks.js';
import { openQuantisedProduct } from '../engine/io/quantised-product.js';
import { openRankingKernel } from '../engine/io/ranking-kernel.js';
import { type DistanceName, distanceNames } from '../engine/protocol/messages.js';
import type { RankingKernel } from '../engine/ranking/kernel.js';
import { type FloatChunk, packTracks, type QuantisedChunk, quantiseTracks } from '../engine/ranking/packed-tracks.js';
import { quantiseQuery } from '../engine/ranking/quantised-product.js';
import { rankAgain } from '../engine/ranking/rank.js';
import { createRanker } from '../engine/ranking/ranker.js';
import { shortlist } from '../engine/ranking/shortlist.js';
import { pickTracks, type TrackSections } from '../engine/ranking/track-sections.js';
import {
	rankInTwoStages,
	scanQuantised,
	type TwoStageCatalogue,
	type TwoStageTools,
} from '../engine/ranking/two-stages.js';
import { type BenchOptions, type Figure, figure, timed } from './figures.js';
import { type GeneratedCatalogue, generateCatalogue, queryLike, random } from './generated-catalogue.js';

export const name = 'ranking';

const QUERY_SEGMENTS = 36;
const TOP = 25;
const RUNS = 7;

/**
 * Ranking generated catalogues of 100,000 and 10,000 tracks of 30 sections by a query of 36 segments, beside the bare
 * product of 8-bit vectors, and the kernel beside plain TypeScript. An argument changes the larger number of tracks.
 */
export const run = async ({ arguments: [tracksGiven], say }: BenchOptions): Promise<Figure[]> => {
	const tracks = Number(tracksGiven ?? 100_000);
	const inference = openInference();
	const tools: TwoStageTools = {
		kernel: openRankingKernel(),
		quantised: await openQuantisedProduct(availableParallelism()),
		similarity: inference.similarity,
	};
	try {
		say('kernel and twin');
		const figures = await kernelFigures(tools.kernel);
		say('10,000 tracks, exactly and in two stages');
		figures.push(...(await recallFigures(tools)));
		say(`${tracks} tracks in two stages`);
		figures.push(...(await scanFigures(tools, tracks)));
		return figures;
	} finally {
		await inference.networks.close();
	}
};

/** Sections of a track: 24 to 36, 30 on average, more the higher its number. */
const lengthAmong =
	(tracks: number) =>
	(track: number): number =>
		24 + Math.floor((track * 13) / tracks);

/** Nanoseconds for each cell of the alignment table: 36 segments with 4096 tracks of 30. */
const kernelFigures = async (kernel: RankingKernel): Promise<Figure[]> => {
	const tracks = 4096;
	const length = 30;
	const cells = tracks * length * QUERY_SEGMENTS;
	const next = random(5);
	const spansOf = (count: number) => Array.from({ length: count }, (_, k) => ({ start: k, end: k + 1 }));
	const sections: TrackSections = {
		ids: Array.from({ length: tracks }, (_, k) => String(k)),
		offsets: Uint32Array.from({ length: tracks + 1 }, (_, k) => k * length),
		spans: Array.from({ length: tracks }, () => spansOf(length)).flat(),
		vectors: { rows: tracks * length, cols: 1, data: new Float32Array(tracks * length).fill(1) },
	};
	const query = summarise({
		spans: spansOf(QUERY_SEGMENTS),
		vectors: { rows: QUERY_SEGMENTS, cols: 1, data: new Float32Array(QUERY_SEGMENTS).fill(1) },
	});
	// One chunk after another, as in a scan: products come from the cache.
	const chunks = packTracks(sections, 7680);
	const scale = 1 / 2 ** 20;
	const similarities = Float32Array.from({ length: 7680 * QUERY_SEGMENTS }, () => next() * 2 - 1);
	const products = Int32Array.from(similarities, value => value / scale);
	const alignAll = (kind: 'float32' | 'int32', sums: 'float32' | 'int16') => () => {
		for (const chunk of chunks) {
			const given = kind === 'float32' ? ({ kind } as const) : ({ kind, scale } as const);
			kernel.distances(chunk, query, given, 'sw-dtw', DEFAULT_PARAMETERS, sums);
		}
	};
	const fill = (kind: 'float32' | 'int32') => {
		const room = kernel.productRoom(chunks[0]!, query, DEFAULT_PARAMETERS.step);
		if (kind === 'float32') room.float32.set(similarities);
		else room.int32.set(products);
	};
	const perCell = (times: readonly number[]) => times.map(time => (time * 1e6) / cells);

	const twinMatrices = Array.from({ length: 64 }, (_, k) => ({
		rows: QUERY_SEGMENTS,
		cols: length,
		data: Float64Array.from(similarities.subarray(k * 1080, (k + 1) * 1080)),
	}));
	const twin = await timed(
		() => {
			for (let track = 0; track < tracks; track++) localScore(twinMatrices[track % 64]!, DEFAULT_PARAMETERS.indelCost);
		},
		RUNS,
		2,
	);
	fill('float32');
	const float = await timed(alignAll('float32', 'float32'), RUNS, 2);
	fill('int32');
	const int16 = await timed(alignAll('int32', 'int16'), RUNS, 2);
	return [
		figure('kernel-ns-per-cell', 'ns', perCell(int16)),
		figure('kernel-f32-ns-per-cell', 'ns', perCell(float)),
		figure('twin-ns-per-cell', 'ns', perCell(twin)),
	];
};

/** Share of the best 25 that two stages find, over all distances, where exact ranking is the truth. */
const recallFigures = async (tools: TwoStageTools): Promise<Figure[]> => {
	const tracks = 10_000;
	const generated = generateCatalogue(tracks, lengthAmong(tracks), tools.similarity);
	const sections = await loadAll(generated);
	const twoStage = createRanker(sections, tools, 'two-stage');
	const recalls: number[] = [];
	for (const [track, seed] of [
		[17, 1],
		[4711, 2],
		[9000, 3],
	] as const) {
		const query = await queryLike(generated, track, QUERY_SEGMENTS, seed);
		const truths = await exactly(query, sections, tools);
		for (const [distance, truth] of truths) {
			const found = await twoStage.rank(query, distance, TOP);
			recalls.push(found.filter(({ id }) => truth.has(id)).length / TOP);
		}
	}
	const query = await queryLike(generated, 17, QUERY_SEGMENTS, 1);
	return [
		figure('two-stage-10k-recall25', 'share', recalls),
		figure('two-stage-10k-ms', 'ms', await timed(() => twoStage.rank(query, 'sw-dtw', TOP), RUNS)),
	];
};

/** The best tracks by each distance, from float32 products of the whole catalogue; a thousand of them in float64 again. */
const exactly = async (
	query: SegmentSequence,
	sections: TrackSections,
	{ kernel, similarity }: TwoStageTools,
): Promise<Map<DistanceName, Set<string>>> => {
	const summary = summarise(query);
	const truths = new Map<DistanceName, Set<string>>();
	const [chunk] = packTracks(sections, Number.POSITIVE_INFINITY) as [FloatChunk];
	const products = await similarity.similarity(query.vectors, chunk.vectors);
	for (const distance of distanceNames) {
		kernel.productRoom(chunk, summary, DEFAULT_PARAMETERS.step).float32.set(products.data);
		const distances = kernel.distances(chunk, summary, { kind: 'float32' }, distance, DEFAULT_PARAMETERS, 'float32');
		const values = new Float64Array(sections.ids.length);
		chunk.tracks.forEach((track, slot) => {
			if (track >= 0) values[track] = distances[slot]!;
		});
		const best = shortlist(values, sections.ids, distance === 'timed-best-trace' ? 1000 : 2 * TOP);
		const ranked = rankAgain(query, sections, distanceNamed(distance), best, TOP);
		truths.set(distance, new Set(ranked.map(({ id }) => id)));
	}
	return truths;
};

/** All tracks of a large catalogue, from 8-bit vectors, and the best few hundred exactly. */
const scanFigures = async (tools: TwoStageTools, tracks: number): Promise<Figure[]> => {
	const generated = generateCatalogue(tracks, lengthAmong(tracks), tools.similarity);
	const catalogue = await quantisedCatalogue(generated);
	const query = await queryLike(generated, 4711, QUERY_SEGMENTS, 1);
	const resident = process.memoryUsage().rss / 1e6;
	const size = tracks === 100_000 ? '100k' : String(tracks);

	// What the second stage reads lies in memory after the first run, as it would in a catalogue's own file.
	const exact: number[] = [];
	const bare: number[] = [];
	const ranked = () => rankInTwoStages(query, catalogue, 'sw-dtw', DEFAULT_PARAMETERS, tools, TOP);
	await ranked();
	for (let k = 0; k < RUNS; k++) {
		// By turns, so that whatever else the machine does meets both alike.
		bare.push(...(await timed(() => bareProduct(tools, catalogue, query), 1, 0)));
		exact.push(...(await timed(ranked, 1, 0)));
	}
	const scans: Figure[] = [];
	for (const distance of distanceNames) {
		const times = await timed(() => scanQuantised(query, catalogue, distance, DEFAULT_PARAMETERS, tools), 1, 0);
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
		figure('resident-mb', 'MB', [resident]),
		...scans,
	];
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

const BATCH = 2000;

const batches = (tracks: number): number[][] =>
	Array.from({ length: Math.ceil(tracks / BATCH) }, (_, batch) =>
		Array.from({ length: Math.min(BATCH, tracks - batch * BATCH) }, (_, k) => batch * BATCH + k),
	);

const loadAll = async (generated: GeneratedCatalogue): Promise<TrackSections> =>
	generated.load(Array.from({ length: generated.tracks }, (_, track) => track));

/** The catalogue's 8-bit vectors, made batch by batch; tracks of the second stage are kept once they were loaded. */
const quantisedCatalogue = async (generated: GeneratedCatalogue): Promise<TwoStageCatalogue> => {
	const chunks: QuantisedChunk[] = [];
	const ids: string[] = [];
	for (const batch of batches(generated.tracks)) {
		const sections = await generated.load(batch);
		ids.push(...sections.ids);
		for (const chunk of quantiseTracks(sections)) {
			chunks.push({ ...chunk, tracks: chunk.tracks.map(track => (track < 0 ? track : batch[track]!)) });
		}
	}
	const kept = new Map<string, TrackSections>();
	return {
		ids,
		chunks,
		load: async wanted => {
			const key = wanted.join();
			const sections = kept.get(key) ?? (await generated.load(wanted));
			kept.set(key, sections);
			// A copy, as gathering rows from a file in memory is.
			return {
				...pickTracks(sections, [...wanted.keys()]),
				vectors: { ...sections.vectors, data: sections.vectors.data.slice() },
			};
		},
	};
};
