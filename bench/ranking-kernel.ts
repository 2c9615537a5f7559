import { summarise } from '../engine/alignment/comparison.js';
import { DEFAULT_PARAMETERS } from '../engine/alignment/distances.js';
import { localScore } from '../engine/alignment/local-alignment.js';
import type { RankingKernel } from '../engine/ranking/kernel.js';
import { packTracks } from '../engine/ranking/packed-tracks.js';
import type { TrackSections } from '../engine/ranking/track-sections.js';
import { type BenchOptions, type Figure, figure, timed } from './figures.js';
import { random } from './generated-catalogue.js';
import { runPython } from './python-peer.js';

const TRACKS = 4096;
const LENGTH = 30;
const ROWS = 36;
const CELLS = TRACKS * LENGTH * ROWS;
const INDEL = DEFAULT_PARAMETERS.indelCost;
const RUNS = 7;

/** Nanoseconds for each cell of the SW-DTW table: 36 segments with 4096 tracks of 30 sections. */
export const kernelFigures = async (kernel: RankingKernel, say: BenchOptions['say']): Promise<Figure[]> => {
	say('the kernel beside plain TypeScript and numba');
	const next = random(5);
	const spansOf = (count: number) => Array.from({ length: count }, (_, k) => ({ start: k, end: k + 1 }));
	const sections: TrackSections = {
		ids: Array.from({ length: TRACKS }, (_, k) => String(k)),
		offsets: Uint32Array.from({ length: TRACKS + 1 }, (_, k) => k * LENGTH),
		spans: Array.from({ length: TRACKS }, () => spansOf(LENGTH)).flat(),
		vectors: { rows: TRACKS * LENGTH, cols: 1, data: new Float32Array(TRACKS * LENGTH).fill(1) },
	};
	const query = summarise({
		spans: spansOf(ROWS),
		vectors: { rows: ROWS, cols: 1, data: new Float32Array(ROWS).fill(1) },
	});
	// One chunk after another, as in a scan: products come from the cache.
	const chunks = packTracks(sections, 7680);
	const scale = 1 / 2 ** 20;
	const similarities = Float32Array.from({ length: 7680 * ROWS }, () => next() * 2 - 1);
	const products = Int32Array.from(similarities, value => value / scale);
	const alignAll = (kind: 'float32' | 'int32', sums: 'float32' | 'whole') => () => {
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
	const perCell = (times: readonly number[]) => times.map(time => (time * 1e6) / CELLS);

	const twinMatrices = Array.from({ length: 64 }, (_, k) => ({
		rows: ROWS,
		cols: LENGTH,
		data: Float64Array.from(similarities.subarray(k * 1080, (k + 1) * 1080)),
	}));
	const alignByTwin = () => {
		for (let track = 0; track < TRACKS; track++) localScore(twinMatrices[track % 64]!, INDEL);
	};
	// By turns, so that whatever else the machine does meets all alike.
	const [float, int16, twin]: number[][] = [[], [], []];
	for (let k = 0; k < RUNS; k++) {
		fill('float32');
		float!.push(...(await timed(alignAll('float32', 'float32'), 1, 1)));
		fill('int32');
		int16!.push(...(await timed(alignAll('int32', 'whole'), 1, 1)));
		twin!.push(...(await timed(alignByTwin, 1, k === 0 ? 1 : 0)));
	}
	const figures = [
		figure('kernel-ns-per-cell', 'ns', perCell(int16!)),
		figure('kernel-f32-ns-per-cell', 'ns', perCell(float!)),
		figure('twin-ns-per-cell', 'ns', perCell(twin!)),
		figure('twin-over-kernel', 'times', ratio(twin!, int16!)),
		figure('twin-over-kernel-f32', 'times', ratio(twin!, float!)),
	];
	const numba = runPython(NUMBA, say) as { one: number[]; all: number[] } | null;
	if (numba) {
		figures.push(
			figure('numba-ns-per-cell', 'ns', perCell(numba.one)),
			figure('numba-all-cores-ns-per-cell', 'ns', perCell(numba.all)),
			figure('numba-over-kernel', 'times', ratio(numba.one, int16!)),
			figure('numba-over-kernel-f32', 'times', ratio(numba.one, float!)),
		);
	}
	return figures;
};

/** Of the least times, which a busy machine disturbs least. */
const ratio = (slow: readonly number[], fast: readonly number[]): number[] => [Math.min(...slow) / Math.min(...fast)];

/** The same alignment as one would write it in Python for numba: a row of the table at a time, float32, fastmath. */
const NUMBA = `
import json, time
import numba, numpy
numba.set_num_threads(numba.config.NUMBA_DEFAULT_NUM_THREADS)

@numba.njit(fastmath=True)
def score(similarity, indel, row):
    n, m = similarity.shape
    row[:] = 0
    best = numpy.float32(0)
    for i in range(n):
        diagonal = numpy.float32(0)
        left = numpy.float32(0)
        for j in range(m):
            up = row[j]
            here = max(numpy.float32(0), diagonal + similarity[i, j], up - indel, left - indel)
            diagonal = up
            left = here
            row[j] = here
            best = max(best, here)
    return best

@numba.njit(fastmath=True)
def all_scores(similarities, indel, count, out):
    row = numpy.zeros(similarities.shape[2], numpy.float32)
    for t in range(count):
        out[t] = score(similarities[t % similarities.shape[0]], indel, row)

@numba.njit(fastmath=True, parallel=True)
def all_scores_parallel(similarities, indel, count, out):
    for part in numba.prange(16):
        row = numpy.zeros(similarities.shape[2], numpy.float32)
        for t in range(part * count // 16, (part + 1) * count // 16):
            out[t] = score(similarities[t % similarities.shape[0]], indel, row)

similarities = numpy.random.default_rng(5).uniform(-1, 1, (64, ${ROWS}, ${LENGTH})).astype(numpy.float32)
out = numpy.empty(${TRACKS}, numpy.float32)
def timed(function):
    function(similarities, numpy.float32(${INDEL}), ${TRACKS}, out)
    times = []
    for _ in range(${RUNS}):
        start = time.perf_counter()
        function(similarities, numpy.float32(${INDEL}), ${TRACKS}, out)
        times.append((time.perf_counter() - start) * 1000)
    return times
print(json.dumps({'one': timed(all_scores), 'all': timed(all_scores_parallel)}))
`;
