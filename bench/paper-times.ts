import { type SequenceSummary, summarise } from '../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS, distanceNamed } from '../engine/alignment/distances.js';
import { openInference } from '../engine/io/inference/networks.js';
import { openRankingKernel } from '../engine/io/ranking-kernel.js';
import type { Matrix32 } from '../engine/numeric/matrix.js';
import type { DistanceName } from '../engine/protocol/messages.js';
import type { RankingKernel } from '../engine/ranking/kernel.js';
import { type FloatChunk, packTracks } from '../engine/ranking/packed-tracks.js';
import { rankAgain, type SimilarityProduct } from '../engine/ranking/rank.js';
import { type BenchOptions, type Figure, figure } from './figures.js';
import { generateCatalogue, random } from './generated-catalogue.js';
import { runPython } from './python-peer.js';

export const name = 'paper-times';

const CLIPS = 1000;
/** Queries in one product, which makes up for handing it the whole catalogue each time. */
const BATCH = 20;

/**
 * Segments of a clip of some four minutes by the mean lengths that the paper gives: OLDA sections of 18.6 s, TransNet shots
 * of 6.6 s; and what it took to rank 1000 queries in 1000 tracks with them, on an i7-6850K with six cores (table III).
 */
const SEGMENTATIONS = [
	{ title: 'olda', segments: 13, published: { trace: 53, 'best-trace': 95, 'nw-dtw': 821, 'sw-dtw': 1274 } },
	{ title: 'transnet', segments: 36, published: { trace: 105, 'best-trace': 231, 'nw-dtw': 2909, 'sw-dtw': 4436 } },
] as const;

/**
 * Ranks 1000 queries in 1000 tracks as the paper does, from embeddings to distances, by float32 products and kernel. Beside
 * it the published seconds, plain TypeScript (two queries, scaled up), and where SEGUE_PYTHON names a Python with numpy and
 * numba the same in those (twenty queries, scaled up), with dtaidistance's and tslearn's DTW where they are installed: other
 * distances, but the same table of cells, filled by compiled code of others.
 */
export const run = async ({ say }: BenchOptions): Promise<Figure[]> => {
	const inference = openInference();
	const kernel = openRankingKernel();
	try {
		const figures: Figure[] = [];
		for (const { title, segments, published } of SEGMENTATIONS) {
			say(`${title}: ${CLIPS} queries of ${segments} segments in ${CLIPS} tracks`);
			figures.push(...(await rankAll(title, segments, published, inference.similarity, kernel)));
			figures.push(...pythonFigures(title, segments, say));
		}
		return figures;
	} finally {
		await inference.networks.close();
	}
};

/** Seconds for the million pairs in Python; no figures where there is no such Python. */
const pythonFigures = (title: string, segments: number, say: BenchOptions['say']): Figure[] => {
	const seconds = runPython(pythonProgram(segments), say) as Record<string, number> | null;
	return Object.entries(seconds ?? {}).map(([peer, value]) => figure(`${title}-${peer}-s`, 's', [value]));
};

const pythonProgram = (segments: number): string => `
import json, time
import numba, numpy

random = numpy.random.default_rng(${segments})
def unit(rows):
    vectors = random.standard_normal((rows, 512)).astype(numpy.float32)
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
lengths = numpy.rint(${segments} * random.uniform(0.67, 1.33, ${CLIPS})).astype(int)
offsets = numpy.concatenate([[0], numpy.cumsum(lengths)])
tracks = unit(offsets[-1])
queries = [unit(int(rows)) for rows in lengths[:20]]

@numba.njit(fastmath=True)
def score(similarity, first, last, indel, local, row):
    n = similarity.shape[0]
    best = numpy.float32(0)
    for j in range(last - first + 1):
        row[j] = numpy.float32(0) if local else -indel * j
    for i in range(n):
        diagonal = row[0]
        row[0] = numpy.float32(0) if local else -indel * (i + 1)
        for j in range(last - first):
            here = max(diagonal + similarity[i, first + j], row[j + 1] - indel, row[j] - indel)
            diagonal = row[j + 1]
            if local:
                here = max(here, numpy.float32(0))
                best = max(best, here)
            row[j + 1] = here
    return best if local else row[last - first]

@numba.njit(fastmath=True)
def rank(similarity, offsets, indel, local, out):
    row = numpy.empty(similarity.shape[1] + 1, numpy.float32)
    for t in range(len(out)):
        out[t] = score(similarity, offsets[t], offsets[t + 1], indel, local, row)

out = numpy.empty(${CLIPS}, numpy.float32)
seconds = {}
for name, local in (('nw-dtw-numba', False), ('sw-dtw-numba', True)):
    rank(queries[0] @ tracks.T, offsets, numpy.float32(${DEFAULT_PARAMETERS.indelCost}), local, out)
    start = time.perf_counter()
    for query in queries:
        rank(query @ tracks.T, offsets, numpy.float32(${DEFAULT_PARAMETERS.indelCost}), local, out)
    seconds[name] = (time.perf_counter() - start) * ${CLIPS} / len(queries)
try:
    from dtaidistance import dtw_ndim
    pairs = [(queries[k % 20].astype(float), tracks[offsets[k]:offsets[k + 1]].astype(float)) for k in range(200)]
    start = time.perf_counter()
    for query, track in pairs:
        dtw_ndim.distance(query, track, use_c=True)
    seconds['dtw-dtaidistance'] = (time.perf_counter() - start) * ${CLIPS ** 2} / len(pairs)
except ImportError:
    pass
try:
    from tslearn.metrics import dtw
    pairs = [(queries[k % 20], tracks[offsets[k]:offsets[k + 1]]) for k in range(200)]
    dtw(*pairs[0])
    start = time.perf_counter()
    for query, track in pairs:
        dtw(query, track)
    seconds['dtw-tslearn'] = (time.perf_counter() - start) * ${CLIPS ** 2} / len(pairs)
except ImportError:
    pass
print(json.dumps(seconds))
`;

const rankAll = async (
	title: string,
	segments: number,
	published: Readonly<Partial<Record<DistanceName, number>>>,
	product: SimilarityProduct,
	kernel: RankingKernel,
): Promise<Figure[]> => {
	const next = random(segments);
	// A coefficient of variation of .19: uniform within a third either side of the mean.
	const lengths = Array.from({ length: 2 * CLIPS }, () => Math.round(segments * (0.67 + 0.66 * next())));
	const generated = generateCatalogue(2 * CLIPS, clip => lengths[clip]!, product);
	const tracks = await generated.load(Array.from({ length: CLIPS }, (_, clip) => clip));
	const clips = await generated.load(Array.from({ length: CLIPS }, (_, clip) => CLIPS + clip));
	const [chunk] = packTracks(tracks, Number.POSITIVE_INFINITY) as [FloatChunk];
	const queries = lengths.slice(CLIPS).map((_, clip) => {
		const [start, end] = [clips.offsets[clip]!, clips.offsets[clip + 1]!];
		const data = clips.vectors.data.slice(start * clips.vectors.cols, end * clips.vectors.cols);
		return { spans: clips.spans.slice(start, end), vectors: { rows: end - start, cols: clips.vectors.cols, data } };
	});

	// The first product takes the catalogue to the inference thread; the paper's times begin after that too.
	await product.similarity(queries[0]!.vectors, chunk.vectors);
	const names = Object.keys(published) as DistanceName[];
	const kernelSeconds = new Map<DistanceName, number>(names.map(distance => [distance, 0]));
	let productSeconds = 0;
	for (let first = 0; first < CLIPS; first += BATCH) {
		const batch = queries.slice(first, first + BATCH);
		let start = performance.now();
		const products = await product.similarity(stacked(batch.map(({ vectors }) => vectors)), chunk.vectors);
		productSeconds += (performance.now() - start) / 1000;
		let row = 0;
		for (const query of batch) {
			const summary = summarise(query);
			const own = products.data.subarray(row * products.cols, (row + query.vectors.rows) * products.cols);
			row += query.vectors.rows;
			for (const distance of names) {
				start = performance.now();
				distances(kernel, chunk, summary, own, distance);
				kernelSeconds.set(distance, kernelSeconds.get(distance)! + (performance.now() - start) / 1000);
			}
		}
	}

	// The twin ranks two queries, its products included, and is scaled up.
	const sample = queries.slice(0, 2);
	const all = [...tracks.ids.keys()];
	const figures = [figure(`${title}-product-s`, 's', [productSeconds])];
	for (const distance of names) {
		const start = performance.now();
		for (const query of sample) rankAgain(query, tracks, distanceNamed(distance), all, CLIPS);
		const twin = (((performance.now() - start) / 1000) * CLIPS) / sample.length;
		const total = productSeconds + kernelSeconds.get(distance)!;
		figures.push(
			figure(`${title}-${distance}-s`, 's', [total]),
			figure(`${title}-${distance}-kernel-s`, 's', [kernelSeconds.get(distance)!]),
			figure(`${title}-${distance}-twin-s`, 's', [twin]),
			figure(`${title}-${distance}-published-s`, 's', [published[distance]!]),
			figure(`${title}-${distance}-speedup`, 'times', [published[distance]! / total]),
		);
	}
	return figures;
};

const distances = (
	kernel: RankingKernel,
	chunk: FloatChunk,
	query: SequenceSummary,
	products: Float32Array,
	distance: DistanceName,
): Float32Array => {
	kernel.productRoom(chunk, query, DEFAULT_PARAMETERS.step).float32.set(products);
	return kernel.distances(chunk, query, { kind: 'float32' }, distance, DEFAULT_PARAMETERS, 'float32');
};

const stacked = (matrices: readonly Matrix32[]): Matrix32 => {
	const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
	const cols = matrices[0]!.cols;
	const data = new Float32Array(rows * cols);
	let filled = 0;
	for (const matrix of matrices) {
		data.set(matrix.data, filled);
		filled += matrix.data.length;
	}
	return { rows, cols, data };
};
