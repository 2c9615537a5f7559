import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { type Matrix32, zeros32 } from '../numeric/matrix.js';
import { MUSIC_DESCRIPTORS, musicDescriptors } from './music-descriptors.js';
import { PICTURE_DESCRIPTORS, pictureDescriptors } from './picture-descriptors.js';

/** Features that a network can take, one row a second, made from a stored analysis. */
export type SecondFeatures<Analysis> = {
	readonly columns: number;
	readonly of: (analysis: Analysis) => Matrix32;
};

/** By the id that stands in a model's card. */
export const PICTURE_FEATURES: Readonly<Record<string, SecondFeatures<CutAnalysis>>> = {
	'efficientnet-lite0': { columns: 1280, of: cut => cut.features },
	'descriptors-1': { columns: 2 * PICTURE_DESCRIPTORS.length, of: cut => pictureSeconds(cut) },
	'efficientnet-lite0+descriptors-1': {
		columns: 1280 + 2 * PICTURE_DESCRIPTORS.length,
		of: cut => beside(cut.features, pictureSeconds(cut)),
	},
};

export const MUSIC_FEATURES: Readonly<Record<string, SecondFeatures<TrackAnalysis>>> = {
	musicnn: { columns: 400, of: track => track.features },
	'descriptors-1': { columns: 2 * MUSIC_DESCRIPTORS.length, of: track => musicSeconds(track) },
	'musicnn+descriptors-1': {
		columns: 400 + 2 * MUSIC_DESCRIPTORS.length,
		of: track => beside(track.features, musicSeconds(track)),
	},
};

/** Made once for an analysis: a search asks for many of its stretches. */
const remembered = <Analysis extends object>(make: (analysis: Analysis) => Matrix32) => {
	const known = new WeakMap<Analysis, Matrix32>();
	return (analysis: Analysis): Matrix32 => {
		const made = known.get(analysis) ?? make(analysis);
		known.set(analysis, made);
		return made;
	};
};

const pictureSeconds = remembered((cut: CutAnalysis) =>
	withChange(cut.features.rows, PICTURE_DESCRIPTORS.length, second =>
		Object.values(pictureDescriptors(cut, { start: second, end: second + 1 })),
	),
);

const musicSeconds = remembered((track: TrackAnalysis) =>
	withChange(track.features.rows, MUSIC_DESCRIPTORS.length, second =>
		Object.values(musicDescriptors(track, { start: second, end: second + 1 })),
	),
);

/** Each second's values, then how far they are from their mean over the whole, which says more (see affect.ts). */
const withChange = (rows: number, count: number, values: (second: number) => readonly number[]): Matrix32 => {
	const result = zeros32(rows, 2 * count);
	const sums = new Float64Array(count);
	for (let r = 0; r < rows; r++) {
		for (const [c, value] of values(r).entries()) {
			result.data[r * 2 * count + c] = value;
			sums[c] = sums[c]! + value;
		}
	}
	for (let r = 0; r < rows; r++) {
		for (let c = 0; c < count; c++) {
			result.data[r * 2 * count + count + c] = result.data[r * 2 * count + c]! - sums[c]! / rows;
		}
	}
	return result;
};

/** Two matrices side by side; the rows of the shorter one. */
const beside = (left: Matrix32, right: Matrix32): Matrix32 => {
	const both = zeros32(Math.min(left.rows, right.rows), left.cols + right.cols);
	for (let r = 0; r < both.rows; r++) {
		both.data.set(left.data.subarray(r * left.cols, (r + 1) * left.cols), r * both.cols);
		both.data.set(right.data.subarray(r * right.cols, (r + 1) * right.cols), r * both.cols + left.cols);
	}
	return both;
};
