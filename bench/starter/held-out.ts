import type { Model } from '../../engine/embeddings/model-file.js';
import { type Branch, branchModel } from '../../engine/embeddings/seg-vm-net.js';
import { affectOfClips } from '../../engine/evaluation/affect-of-clips.js';
import { type ClipModel, poolingModel } from '../../engine/evaluation/clip-model.js';
import type { Inference } from '../../engine/io/inference/networks.js';
import { openRankingKernel } from '../../engine/io/ranking-kernel.js';
import { evaluate } from '../../engine/jobs/evaluate.js';
import type { Matrix32 } from '../../engine/numeric/matrix.js';
import type { DataSet, PairClip } from '../../engine/training/data-set.js';

export type HeldOut = {
	readonly model: string;
	readonly data: string;
	readonly clips: number;
	/** Each with the ends of its 95 % interval. */
	readonly scores: readonly { readonly distance: string; readonly recallAt1: Triple; readonly meanRank: Triple }[];
};
type Triple = readonly [value: number, low: number, high: number];

/**
 * How well a network, and `affect` beside it, find the music of clips that nothing was trained on: pictures cut where they
 * cut, music where its sections begin, pictures asking for music.
 */
export const heldOut = async (set: DataSet, { weights }: Model, inference: Inference): Promise<HeldOut[]> => {
	const graphs = new Map<Branch, Awaited<ReturnType<Inference['graphs']['openGraph']>>>();
	for (const branch of ['video', 'music'] as const) {
		graphs.set(branch, await inference.graphs.openGraph(branchModel(weights, branch)));
	}
	const run = (branch: Branch) => async (features: Matrix32) =>
		(await graphs.get(branch)!.run({ features })).embedding!;
	const models: ClipModel<PairClip>[] = [poolingModel('trained', run('video'), run('music')), affectOfClips];
	const results: HeldOut[] = [];
	for (const model of models) {
		const report = await evaluate(
			set,
			model,
			{
				segmenters: ['default'],
				scenarios: ['independent'],
				distances: ['timed-best-trace', 'centroid'],
				directions: ['video-to-music'],
				pool: 1000,
				seed: 1,
			},
			{
				kernel: openRankingKernel(),
				similarity: inference.similarity,
				clock: () => performance.now() / 1000,
				onProgress: () => {},
			},
		);
		results.push({
			model: model.id,
			data: report.dataSet.name,
			clips: report.dataSet.clips,
			scores: report.cells.map(({ distance, recall1, meanRank }) => ({
				distance,
				recallAt1: [recall1.value, recall1.low, recall1.high],
				meanRank: [meanRank.value, meanRank.low, meanRank.high],
			})),
		});
	}
	return results;
};
