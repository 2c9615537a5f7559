import { BRANCHES } from '../embeddings/seg-vm-net.js';
import { meanRank, meanReciprocalRank, recallAtK, type Standing, standing } from '../evaluation/retrieval.js';
import { type Matrix32, row, rowRange, stacked, zeros } from '../numeric/matrix.js';
import type { PooledClip } from './segmentation.js';
import { type Standardisation, standardised } from './standardisation.js';
import type { Trainer } from './trainer.js';

/** How well clips of the validation split find each other's other side, by Trace, which can't see how many segments there are. */
export type ValidationScores = {
	/** Clips on either side. */
	readonly clips: number;
	/** Mean of both directions, in [0, 1]: what decides which weights are best. */
	readonly reciprocalRank: number;
	/** A picture's own music among the first 1 and the first 10; its mean rank, chance being (clips + 1) / 2. */
	readonly recallAt1: number;
	readonly recallAt10: number;
	readonly meanRank: number;
};

/** More clips would take longer than the training between two validations. Ours; the paper has 1,000. */
export const VALIDATION_CLIPS = 500;

/** @param clips - at least one, pooled, not standardised */
export const validate = async (
	trainer: Trainer,
	clips: readonly PooledClip[],
	standardisation: Standardisation,
): Promise<ValidationScores> => {
	const [music, video] = (await Promise.all(
		BRANCHES.map(async branch => {
			const sides = clips.map(clip => clip[branch]);
			return trainer.embed(branch, standardised(stacked(sides), branch, standardisation));
		}),
	)) as [Matrix32, Matrix32];
	const starts = [0];
	for (const { video } of clips) starts.push(starts.at(-1)! + video.rows);
	const part = (all: Matrix32, c: number) => rowRange(all, starts[c]!, starts[c + 1]!);

	const n = clips.length;
	const distances = zeros(n, n);
	for (let v = 0; v < n; v++) {
		for (let m = 0; m < n; m++) distances.data[v * n + m] = meanDistance(part(video, v), part(music, m));
	}
	const found: Standing[] = [];
	const finding: Standing[] = [];
	for (let c = 0; c < n; c++) {
		found.push(standing(row(distances, c), c));
		finding.push(
			standing(
				Float64Array.from({ length: n }, (_, v) => distances.data[v * n + c]!),
				c,
			),
		);
	}
	return {
		clips: n,
		reciprocalRank: (meanReciprocalRank(found) + meanReciprocalRank(finding)) / 2,
		recallAt1: recallAtK(found, 1),
		recallAt10: recallAtK(found, 10),
		meanRank: meanRank(found),
	};
};

/** Trace of the first segments of both: the mean of their Euclidean distances, without the rest of the matrix. */
const meanDistance = (video: Matrix32, music: Matrix32): number => {
	const shared = Math.min(video.rows, music.rows);
	let sum = 0;
	for (let s = 0; s < shared; s++) {
		let squares = 0;
		for (let c = s * video.cols; c < (s + 1) * video.cols; c++) squares += (video.data[c]! - music.data[c]!) ** 2;
		sum += Math.sqrt(squares);
	}
	return sum / shared;
};
