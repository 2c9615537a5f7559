import { readFileSync } from 'node:fs';
import type { Matrix } from '../../../engine/numeric/matrix.js';
import type { BeatFeatures } from '../../../engine/segments/segmenter.js';

const folder = new URL('../../golden/audio/msaf/', import.meta.url);

type Head = {
	duration_s: number;
	row_times_s: number[];
	arrays: { name: string; shape: number[]; offset: number }[];
};

type Found = {
	foote: { peaks_in_novelty: number[]; boundaries_s: number[] };
	sf: { peaks_in_novelty: number[]; boundaries_s: number[] };
	olda: { index: number[]; boundaries_s: number[] };
};

export type GoldenTrack = {
	id: string;
	duration: number;
	features: BeatFeatures;
	/** The inner boundaries that the reference found, by the row after each. */
	boundaries: { foote: number[]; sf: number[]; olda: number[] };
	found: Found;
	array: (name: string) => Matrix;
};

/** The six excerpts with the reference's features and results. */
export const goldenTracks = (): GoldenTrack[] => {
	const { excerpts } = readJson<{ excerpts: Record<string, { algorithms: Found }> }>('boundaries.json');
	return Object.entries(excerpts).map(([id, { algorithms }]) => {
		const head = readJson<Head>(`${id}.json`);
		const values = float32(new URL(`${id}.f32`, folder));
		const array = (name: string): Matrix => {
			const { shape, offset } = head.arrays.find(one => one.name === name)!;
			const [rows, cols] = [shape[0]!, shape[1] ?? 1];
			return { rows, cols, data: Float64Array.from(values.subarray(offset, offset + rows * cols)) };
		};
		return {
			id,
			duration: head.duration_s,
			features: { edges: [0, ...head.row_times_s], chroma: array('pcp'), mfcc: array('mfcc') },
			boundaries: {
				foote: algorithms.foote.peaks_in_novelty,
				sf: algorithms.sf.peaks_in_novelty.map(peak => peak + 2),
				olda: algorithms.olda.index.slice(1, -1),
			},
			found: algorithms,
			array,
		};
	});
};

export const oldaTransform = (): Matrix => ({
	rows: 94,
	cols: 94,
	data: Float64Array.from(float32(new URL('../../../models/olda-transform.f32', import.meta.url))),
});

const readJson = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;

const float32 = (url: URL): Float32Array => {
	const bytes = readFileSync(url);
	return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
