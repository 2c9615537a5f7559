import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { branchModel } from '../../../engine/embeddings/seg-vm-net.js';
import { openOnnxTrainer } from '../../../engine/io/training/onnx-trainer.js';
import { zeros32 } from '../../../engine/numeric/matrix.js';
import { seededRandom } from '../../../engine/numeric/random.js';
import { epochBatches } from '../../../engine/training/batches.js';
import { type DataSet, dataSetOf, type PairClip } from '../../../engine/training/data-set.js';
import { DEFAULT_OBJECTIVE } from '../../../engine/training/objective.js';
import { pooledClip, type Segmentation } from '../../../engine/training/segmentation.js';
import { StandardisationCollector, standardised } from '../../../engine/training/standardisation.js';
import { type LearningPoint, type Trained, type TrainingPlan, train } from '../../../engine/training/train.js';

const INPUTS = { picture: { id: 'p', columns: 8 }, music: { id: 'm', columns: 6 } };

/**
 * Clips of four segments of 5 s. Both sides are linear in a mood of three numbers that each segment has, plus noise, so
 * that there is something to learn; where `related` is false each side has moods of its own.
 */
const someSet = (clips: number, seed: number, related = true): DataSet => {
	const random = seededRandom(seed);
	const mixing = (columns: number) => Array.from({ length: 3 * columns }, () => random.normal());
	const sides = { picture: mixing(8), music: mixing(6) };
	return dataSetOf(
		{ name: 'made up', origin: 'simulated', inputs: INPUTS },
		Array.from({ length: clips }, (_, k): PairClip => {
			const picture = zeros32(20, 8);
			const music = zeros32(20, 6);
			for (let segment = 0; segment < 4; segment++) {
				const mood = [random.normal(), random.normal(), random.normal()];
				const other = related ? mood : [random.normal(), random.normal(), random.normal()];
				for (let second = 5 * segment; second < 5 * segment + 5; second++) {
					const write = (side: typeof picture, weights: readonly number[], moods: readonly number[], scale: number) => {
						for (let c = 0; c < side.cols; c++) {
							const value = moods.reduce((sum, m, i) => sum + m * weights[3 * c + i]!, 0);
							side.data[second * side.cols + c] = 10 * c + scale * (value + 0.3 * random.normal());
						}
					};
					write(picture, sides.picture, mood, 1);
					write(music, sides.music, other, 50);
				}
			}
			return {
				id: `clip ${k}`,
				group: `clip ${k}`,
				duration: 20,
				picture: { features: picture, boundaries: {} },
				music: { features: music, boundaries: {} },
				shared: [5, 10, 15],
				speech: [],
			};
		}),
	);
};

const PLAN: TrainingPlan = {
	architecture: { inputs: { video: 8, music: 6 }, layers: { video: [32, 8], music: [32, 16, 8] } },
	objective: DEFAULT_OBJECTIVE,
	optimiser: { learningRate: 3e-3, dropout: 0.1, batchNormMomentum: 0.9 },
	segmentation: 'shared',
	batch: 120,
	steps: 200,
	validateEvery: 20,
	patience: 3,
	seed: 5,
};

const finished = async (set: DataSet, plan: TrainingPlan) => {
	const run = train(set, plan, openOnnxTrainer, null);
	const points: LearningPoint[] = [];
	for (;;) {
		const { done, value } = await run.next();
		if (done) return { trained: value as Trained, points };
		if (value.kind === 'validated') points.push(value.point);
	}
};

describe('a training', () => {
	test.each<Segmentation>(['shared', 'clip'])(
		'on related sides finds a clip’s music far above chance, by segments %s',
		async segmentation => {
			const { trained, points } = await finished(someSet(400, 3), { ...PLAN, segmentation });
			const best = points.find(({ step }) => step === trained.step)!;
			const chance = (best.clips + 1) / 2;
			expect(points[0]!.meanRank).toBeGreaterThan(0.5 * chance);
			expect(best.meanRank).toBeLessThan(segmentation === 'clip' ? 0.25 * chance : 0.1 * chance);
			expect(best.reciprocalRank).toBe(Math.max(...points.map(({ reciprocalRank }) => reciprocalRank)));
		},
	);

	test('on unrelated sides ends early and stays at chance', async () => {
		const { trained, points } = await finished(someSet(400, 3, false), { ...PLAN, steps: 5000 });
		expect(trained.ended).toBe('by early stopping');
		const last = points.at(-1)!;
		expect(last.step).toBe(trained.step + PLAN.patience * PLAN.validateEvery);
		// Mean of n uniform ranks: four standard errors around chance.
		const chance = (last.clips + 1) / 2;
		expect(Math.abs(last.meanRank - chance)).toBeLessThan((4 * last.clips) / Math.sqrt(12 * last.clips));
	});

	test('gives weights for features as they come, standardisation included', async () => {
		const set = someSet(60, 4);
		const { trained } = await finished(set, { ...PLAN, steps: 20, batch: 60 });
		const again = await finished(set, { ...PLAN, steps: 20, batch: 60 });
		expect(again.trained).toEqual(trained);

		const session = await InferenceSession.create(branchModel(trained.weights, 'music'));
		for await (const clip of set.clips('test')) {
			const { music } = pooledClip(clip, 'shared');
			const { embedding } = await session.run({
				features: new Tensor('float32', music.data, [music.rows, music.cols]),
			});
			const lengths = Array.from({ length: music.rows }, (_, r) =>
				Math.hypot(...(embedding!.data as Float32Array).subarray(8 * r, 8 * r + 8)),
			);
			for (const length of lengths) expect(length).toBeCloseTo(1, 4);
		}
		// Unfolded, the same features would be hundreds of deviations away: all segments would look alike.
		const scores = again.points.at(-1)!;
		expect(scores.meanRank).toBeLessThan((scores.clips + 1) / 2);
	});

	test('without enough clips says how many there are', async () => {
		await expect(train(someSet(1, 1), PLAN, openOnnxTrainer, null).next()).rejects.toThrow(/clips to (train|validate)/);
	});
});

describe('an epoch', () => {
	const batchesOf = async (size: number, seed: number, epoch: number) => {
		const set = someSet(30, 2);
		const collector = new StandardisationCollector();
		for await (const clip of set.clips('train')) collector.add(pooledClip(clip, 'shared'));
		const batches = [];
		for await (const batch of epochBatches(set, 'shared', collector.finish()!, { size, seed, epoch }))
			batches.push(batch);
		return { batches, segments: collector.segments, standardisation: collector.finish()!, set };
	};

	test('has every segment once, standardised, both sides of it in one row', async () => {
		const { batches, segments, standardisation, set } = await batchesOf(4, 1, 0);
		expect(batches.length).toBe(segments / 4);
		const expected: string[] = [];
		for await (const clip of set.clips('train')) {
			const { video, music } = pooledClip(clip, 'shared');
			const [v, m] = [standardised(video, 'video', standardisation), standardised(music, 'music', standardisation)];
			for (let r = 0; r < v.rows; r++)
				expected.push(`${v.data.slice(8 * r, 8 * r + 8)} ${m.data.slice(6 * r, 6 * r + 6)}`);
		}
		const found = batches.flatMap(({ video, music }) =>
			Array.from(
				{ length: video.rows },
				(_, r) => `${video.data.slice(8 * r, 8 * r + 8)} ${music.data.slice(6 * r, 6 * r + 6)}`,
			),
		);
		expect(found).not.toEqual(expected);
		expect(found.sort()).toEqual(expected.sort());
		for (const c of [0, 5]) {
			const column = batches.flatMap(({ music }) =>
				Array.from({ length: music.rows }, (_, r) => music.data[6 * r + c]!),
			);
			const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
			expect(mean).toBeCloseTo(0, 4);
			expect(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length).toBeCloseTo(1, 3);
		}
	});

	test('is in the same order for the same seed and epoch only, and leaves out a last batch that is not full', async () => {
		const order = async (seed: number, epoch: number) =>
			(await batchesOf(32, seed, epoch)).batches.map(({ clips }) => [...clips].join()).join(' ');
		expect(await order(1, 0)).toBe(await order(1, 0));
		expect(await order(1, 0)).not.toBe(await order(1, 1));
		expect(await order(1, 0)).not.toBe(await order(2, 0));
		const { batches, segments } = await batchesOf(32, 1, 0);
		expect(batches.map(({ clips }) => clips.length)).toEqual(
			Array.from({ length: Math.floor(segments / 32) }, () => 32),
		);
		expect((await batchesOf(5000, 1, 0)).batches.map(({ clips }) => clips.length)).toEqual([segments]);
	});
});
