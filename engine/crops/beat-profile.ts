import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import { moments } from '../numeric/statistics.js';
import type { Seconds } from '../time/time.js';
import { lowerBound } from './cut-agreement.js';

/** The sound of each beat, ready to be compared. */
export type BeatProfile = {
	readonly edges: readonly Seconds[];
	/** Rows of unit length, or all 0 in silence. */
	readonly harmony: Matrix32;
	/** Cepstral coefficients but the first, which is level, in deviations over the track and scaled to unit variance of a row. */
	readonly timbre: Matrix32 | null;
};

const profiles = new WeakMap<TrackAnalysis, BeatProfile>();

/** Of analyses without the sound of beats, the tagger features of every second stand for harmony. */
export const beatProfile = (analysis: TrackAnalysis): BeatProfile => {
	const known = profiles.get(analysis);
	if (known) return known;
	const { beatSound, features, duration } = analysis;
	const profile = beatSound
		? { edges: beatSound.edges, harmony: unitRows(beatSound.chroma), timbre: scaledTimbre(beatSound.mfcc) }
		: {
				edges: [...Array.from({ length: features.rows }, (_, second) => second), duration],
				harmony: unitRows(features),
				timbre: null,
			};
	profiles.set(analysis, profile);
	return profile;
};

/** The row that sounds at a time. */
export const rowAt = ({ edges }: BeatProfile, time: Seconds): number =>
	// A thousandth of a second, so that a beat belongs to the row that it begins.
	Math.max(0, Math.min(edges.length - 2, lowerBound(edges, time + 1e-3) - 1));

/** 1 - cosine of two rows, in [0, 1]; 0 between two silences. */
export const harmonicDistance = ({ harmony }: BeatProfile, a: number, b: number): number => {
	const { cols, data } = harmony;
	let product = 0;
	let sounding = 0;
	for (let c = 0; c < cols; c++) {
		product += data[a * cols + c]! * data[b * cols + c]!;
		sounding += data[a * cols + c]! + data[b * cols + c]!;
	}
	return sounding === 0 ? 0 : Math.max(0, Math.min(1, 1 - product));
};

/** Euclidean distance in timbre: about 1.4 for two random beats; 0 where timbre is unknown. */
export const timbreDistance = ({ timbre }: BeatProfile, a: number, b: number): number => {
	if (timbre === null) return 0;
	const { cols, data } = timbre;
	let squares = 0;
	for (let c = 0; c < cols; c++) squares += (data[a * cols + c]! - data[b * cols + c]!) ** 2;
	return Math.sqrt(squares);
};

const unitRows = ({ rows, cols, data }: Matrix32): Matrix32 => {
	const unit = new Float32Array(data.length);
	for (let r = 0; r < rows; r++) {
		let squares = 0;
		for (let c = 0; c < cols; c++) squares += data[r * cols + c]! ** 2;
		if (squares > 0) for (let c = 0; c < cols; c++) unit[r * cols + c] = data[r * cols + c]! / Math.sqrt(squares);
	}
	return { rows, cols, data: unit };
};

const scaledTimbre = ({ rows, cols, data }: Matrix32): Matrix32 => {
	const scaled = new Float32Array(rows * (cols - 1));
	for (let c = 1; c < cols; c++) {
		const { mean, deviation } = moments(Float64Array.from({ length: rows }, (_, r) => data[r * cols + c]!));
		if (deviation < 1e-9) continue;
		for (let r = 0; r < rows; r++) {
			scaled[r * (cols - 1) + c - 1] = (data[r * cols + c]! - mean) / deviation / Math.sqrt(cols - 1);
		}
	}
	return { rows, cols: cols - 1, data: scaled };
};
