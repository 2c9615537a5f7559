import { type Architecture, BATCH_NORM_EPSILON, type Branch } from '../engine/embeddings/seg-vm-net.js';
import { maskName } from '../engine/training/masks.js';
import type { Objective } from '../engine/training/objective.js';
import type { TrainingBatch } from '../engine/training/trainer.js';

export type PlainWeights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float64Array }>;

/**
 * The training loss as the paper defines it, one number at a time in float64, for nets that are small enough: what the training
 * graph and its gradients are held against.
 */
export const plainLoss = (
	{ layers }: Architecture,
	dropout: number,
	weights: PlainWeights,
	batch: TrainingBatch,
	{ margin, weights: sides, mining }: Objective,
): number => {
	const video = plainBranch(layers.video, dropout, weights, 'video', batch);
	const music = plainBranch(layers.music, dropout, weights, 'music', batch);
	const distance = (i: number, j: number) => Math.hypot(...video[i]!.map((value, c) => value - music[j]![c]!));
	const rows = video.length;
	const direction = (between: (anchor: number, other: number) => number): number => {
		const triplets: number[] = [];
		for (let anchor = 0; anchor < rows; anchor++) {
			const violations: number[] = [];
			for (let other = 0; other < rows; other++) {
				if (batch.clips[anchor] === batch.clips[other]) continue;
				violations.push(Math.max(0, between(anchor, anchor) - between(anchor, other) + margin));
			}
			if (mining.kind === 'all') triplets.push(...violations);
			else triplets.push(...violations.sort((a, b) => b - a).slice(0, mining.count));
		}
		return triplets.reduce((sum, value) => sum + value, 0) / triplets.length;
	};
	return (
		sides.videoToMusic * direction((anchor, other) => distance(anchor, other)) +
		sides.musicToVideo * direction((anchor, other) => distance(other, anchor))
	);
};

const plainBranch = (
	layers: readonly number[],
	dropout: number,
	weights: PlainWeights,
	branch: Branch,
	batch: TrainingBatch,
): number[][] => {
	const features = batch[branch];
	const last = Array.from({ length: features.rows }, (_, r) =>
		layers.reduce<number[]>(
			(here, units, k) => {
				const { data } = weights.get(`${branch}.dense${k + 1}.weight`)!;
				const bias = weights.get(`${branch}.dense${k + 1}.bias`)!.data;
				return Array.from({ length: units }, (_, unit) => {
					const sum = here.reduce((total, value, i) => total + value * data[i * units + unit]!, bias[unit]!);
					if (k === layers.length - 1) return sum;
					const kept = batch.masks.get(maskName(branch, k + 1))!.data[r * units + unit]!;
					return (Math.max(0, sum) * kept) / (1 - dropout);
				});
			},
			[...features.data.subarray(r * features.cols, (r + 1) * features.cols)],
		),
	);
	const mean = last[0]!.map((_, c) => last.reduce((sum, row) => sum + row[c]!, 0) / last.length);
	const variance = mean.map((m, c) => last.reduce((sum, row) => sum + (row[c]! - m) ** 2, 0) / last.length);
	const [gamma, beta] = ['gamma', 'beta'].map(part => weights.get(`${branch}.norm.${part}`)!.data);
	return last.map(row => {
		const normal = row.map(
			(value, c) => (gamma![c]! * (value - mean[c]!)) / Math.sqrt(variance[c]! + BATCH_NORM_EPSILON) + beta![c]!,
		);
		const length = Math.hypot(...normal);
		return normal.map(value => value / length);
	});
};
