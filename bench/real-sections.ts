import type { SegmentSequence } from '../engine/alignment/comparison.js';
import type { TrackAnalysis } from '../engine/features/track-analysis.js';
import { SqliteCatalog } from '../engine/io/catalog/sqlite-catalog.js';
import { dataHome } from '../engine/io/home.js';
import { type Matrix32, zeros32 } from '../engine/numeric/matrix.js';
import { moments } from '../engine/numeric/statistics.js';
import type { TrackSections } from '../engine/ranking/track-sections.js';
import type { Span } from '../engine/time/time.js';
import type { BenchOptions } from './figures.js';
import { random } from './generated-catalogue.js';

export type RealPieces = {
	readonly sections: TrackSections;
	readonly queries: readonly SegmentSequence[];
	/** What the pieces come from. */
	readonly tracks: number;
	readonly seconds: number;
};

/** Sections in half of a piece. */
const HALF = 12;

/**
 * Many tracks made of few: each is two stretches of two real tracks of the catalogue in SEGUE_HOME, cut at random every 2 to
 * 8 seconds, embedded as mean tagger features, standardised over all and of unit length. Queries are stretches of one
 * track, cut likewise. So vectors and their order are those of real music; which of them follow one another is chance.
 * Null, said aloud, where the catalogue holds fewer than 20 tracks.
 */
export const realPieces = (
	count: number,
	querySegments: number,
	queryCount: number,
	say: BenchOptions['say'],
): RealPieces | null => {
	const features = standardised(featuresOf(dataHome(process.env)));
	if (features.length < 20) {
		say(`  no real tracks: SEGUE_HOME holds ${features.length}, and 20 are needed`);
		return null;
	}
	const next = random(1);
	const pick = (): Matrix32 => features[Math.floor(next() * features.length)]!;
	const pieces = Array.from({ length: count }, () => joined(cutUp(pick(), HALF, next), cutUp(pick(), HALF, next)));
	return {
		sections: {
			ids: pieces.map((_, k) => `piece-${String(k).padStart(7, '0')}`),
			offsets: Uint32Array.from({ length: count + 1 }, (_, k) => 2 * HALF * k),
			spans: pieces.flatMap(({ spans }) => spans),
			vectors: stacked(pieces.map(({ vectors }) => vectors)),
		},
		queries: Array.from({ length: queryCount }, () => cutUp(pick(), querySegments, next)),
		tracks: features.length,
		seconds: features.reduce((sum, { rows }) => sum + rows, 0),
	};
};

/** Tagger features of every track that has at least half a minute. */
const featuresOf = (home: string): Matrix32[] => {
	const catalog = new SqliteCatalog(home, 'read');
	try {
		return catalog
			.tracks()
			.map(({ contentHash }) => catalog.recall(contentHash))
			.filter((analysis): analysis is TrackAnalysis => (analysis?.features.rows ?? 0) >= 30)
			.map(({ features }) => features);
	} finally {
		catalog.close();
	}
};

const standardised = (matrices: readonly Matrix32[]): Matrix32[] => {
	if (matrices.length === 0) return [];
	const { rows, cols, data } = stacked(matrices);
	const columns = Array.from({ length: cols }, (_, c) =>
		moments(Float64Array.from({ length: rows }, (_, r) => data[r * cols + c]!)),
	);
	return matrices.map(matrix => ({
		...matrix,
		data: matrix.data.map((value, k) => {
			const { mean, deviation } = columns[k % cols]!;
			return deviation > 0 ? (value - mean) / deviation : 0;
		}),
	}));
};

/** Neighbouring stretches of 2 to 8 seconds from a random second on, past the end from the start again. */
const cutUp = (features: Matrix32, count: number, next: () => number): SegmentSequence => {
	const vectors = zeros32(count, features.cols);
	const spans: Span[] = [];
	const first = Math.floor(next() * features.rows);
	let time = 0;
	for (let k = 0; k < count; k++) {
		const seconds = 2 + Math.floor(7 * next());
		for (let second = time; second < time + seconds; second++) {
			const from = ((first + second) % features.rows) * features.cols;
			for (let c = 0; c < features.cols; c++) vectors.data[k * features.cols + c]! += features.data[from + c]!;
		}
		spans.push({ start: time, end: time + seconds });
		time += seconds;
	}
	for (let k = 0; k < count; k++) {
		const own = vectors.data.subarray(k * features.cols, (k + 1) * features.cols);
		const length = Math.hypot(...own);
		own.forEach((value, c) => {
			own[c] = value / length;
		});
	}
	return { spans, vectors };
};

const joined = (first: SegmentSequence, second: SegmentSequence): SegmentSequence => {
	const { end } = first.spans.at(-1)!;
	return {
		spans: [...first.spans, ...second.spans.map(span => ({ start: span.start + end, end: span.end + end }))],
		vectors: stacked([first.vectors, second.vectors]),
	};
};

const stacked = (matrices: readonly Matrix32[]): Matrix32 => {
	const matrix = zeros32(
		matrices.reduce((sum, { rows }) => sum + rows, 0),
		matrices[0]!.cols,
	);
	let filled = 0;
	for (const { data } of matrices) {
		matrix.data.set(data, filled);
		filled += data.length;
	}
	return matrix;
};
