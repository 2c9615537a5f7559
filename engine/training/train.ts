import type { Architecture, Weights } from '../embeddings/seg-vm-net.js';
import { epochBatches } from './batches.js';
import type { DataSet } from './data-set.js';
import { dropoutMasks } from './masks.js';
import type { Objective, Optimiser } from './objective.js';
import { type PooledClip, pooledClip, type Segmentation } from './segmentation.js';
import { foldedIn, type Standardisation, StandardisationCollector } from './standardisation.js';
import { initialState, type OpenTrainer, type TrainerState, weightsOf } from './trainer.js';
import { VALIDATION_CLIPS, type ValidationScores, validate } from './validation.js';

/** All that decides what a training comes to, together with the data set. */
export type TrainingPlan = {
	readonly architecture: Architecture;
	readonly objective: Objective;
	readonly optimiser: Optimiser;
	readonly segmentation: Segmentation;
	/** Segments in a batch. */
	readonly batch: number;
	/** Steps after which it ends at the latest. */
	readonly steps: number;
	/** Steps between two validations; each is followed by a checkpoint. */
	readonly validateEvery: number;
	/** Validations without a better one after which it ends early. */
	readonly patience: number;
	readonly seed: number;
};

/** Steps at the latest, between validations, and validations that are waited for something better. Ours. */
export const DEFAULT_STEPS = 20_000;
export const DEFAULT_VALIDATE_EVERY = 100;
export const DEFAULT_PATIENCE = 20;

/** A point of the learning curve. @property loss - mean over the steps since the last point; null before the first step */
export type LearningPoint = { readonly step: number; readonly loss: number | null } & ValidationScores;

/** All that a training goes on from after a kill, to the same numbers as without one. */
export type Checkpoint = {
	readonly epoch: number;
	/** Batches of this epoch that are done. */
	readonly batches: number;
	readonly trainer: TrainerState;
	readonly best: { readonly step: number; readonly reciprocalRank: number; readonly weights: Weights };
	readonly curve: readonly LearningPoint[];
};

export type TrainingEvent =
	| { readonly kind: 'begun'; readonly segments: number; readonly clips: number; readonly validation: number }
	| { readonly kind: 'step'; readonly step: number; readonly loss: number }
	| { readonly kind: 'validated'; readonly point: LearningPoint; readonly checkpoint: Checkpoint };

export type Trained = {
	/** For features as they come: standardisation is part of the first layers. */
	readonly weights: Weights;
	/** The step that the weights are of. */
	readonly step: number;
	readonly curve: readonly LearningPoint[];
	readonly ended: 'by early stopping' | 'at its last step';
};

/**
 * Trains a network and says how it goes. The weights that are kept are those of the best validation.
 *
 * @param from - where an earlier run with the same plan and data set got to; null to begin
 * @throws RangeError where there are too few clips to train on and validate with
 */
export async function* train(
	set: DataSet,
	plan: TrainingPlan,
	openTrainer: OpenTrainer,
	from: Checkpoint | null,
	signal?: AbortSignal,
): AsyncGenerator<TrainingEvent, Trained> {
	const { standardisation, segments, clips } = await survey(set, plan.segmentation, signal);
	const validation = await validationClips(set, plan.segmentation, signal);
	yield { kind: 'begun', segments, clips, validation: validation.length };

	const { architecture, objective, optimiser } = plan;
	const state = from?.trainer ?? initialState(architecture, plan.seed);
	const trainer = await openTrainer({ architecture, objective, optimiser, state });
	try {
		let step = state.steps;
		let epoch = from?.epoch ?? 0;
		let batches = from?.batches ?? 0;
		let best = from?.best ?? null;
		const curve: LearningPoint[] = [...(from?.curve ?? [])];
		let losses: number[] = [];
		const result = (ended: Trained['ended']): Trained => ({
			weights: foldedIn(best!.weights, standardisation),
			step: best!.step,
			curve,
			ended,
		});

		const validated = async (): Promise<Checkpoint> => {
			const scores = await validate(trainer, validation, standardisation);
			const loss = losses.length === 0 ? null : losses.reduce((sum, value) => sum + value, 0) / losses.length;
			losses = [];
			curve.push({ step, loss, ...scores });
			const now = await trainer.state();
			if (best === null || scores.reciprocalRank > best.reciprocalRank) {
				best = { step, reciprocalRank: scores.reciprocalRank, weights: weightsOf(now, architecture) };
			}
			return { epoch, batches, trainer: now, best, curve: [...curve] };
		};
		const isOver = (): Trained['ended'] | null => {
			if (step >= plan.steps) return 'at its last step';
			const since = curve.filter(point => point.step > best!.step).length;
			return since >= plan.patience ? 'by early stopping' : null;
		};

		if (best === null) yield { kind: 'validated', checkpoint: await validated(), point: curve.at(-1)! };
		for (let ended = isOver(); ; epoch++, batches = 0) {
			if (ended !== null) return result(ended);
			let skip = batches;
			for await (const batch of epochBatches(
				set,
				plan.segmentation,
				standardisation,
				{ size: plan.batch, seed: plan.seed, epoch },
				signal,
			)) {
				signal?.throwIfAborted();
				if (skip-- > 0) continue;
				const masks = dropoutMasks(architecture, optimiser.dropout, batch.clips.length, plan.seed, step);
				const loss = await trainer.step({ ...batch, masks });
				if (!Number.isFinite(loss))
					throw new RangeError(`the loss of step ${step} is ${loss}: train with a lower rate`);
				losses.push(loss);
				step++;
				batches++;
				yield { kind: 'step', step, loss };
				if (step % plan.validateEvery !== 0 && step < plan.steps) continue;
				yield { kind: 'validated', checkpoint: await validated(), point: curve.at(-1)! };
				ended = isOver();
				if (ended !== null) return result(ended);
			}
		}
	} finally {
		await trainer.close();
	}
}

/** What has to be known of the training split before the first step. */
const survey = async (
	set: DataSet,
	segmentation: Segmentation,
	signal: AbortSignal | undefined,
): Promise<{ standardisation: Standardisation; segments: number; clips: number }> => {
	const collector = new StandardisationCollector();
	let clips = 0;
	for await (const clip of set.clips('train', signal)) {
		collector.add(pooledClip(clip, segmentation));
		clips++;
	}
	const standardisation = collector.finish();
	if (standardisation === null || clips < 2)
		throw new RangeError(`${set.name} has ${clips} clips to train on, not two`);
	return { standardisation, segments: collector.segments, clips };
};

const validationClips = async (
	set: DataSet,
	segmentation: Segmentation,
	signal: AbortSignal | undefined,
): Promise<PooledClip[]> => {
	const clips: PooledClip[] = [];
	for await (const clip of set.clips('validation', signal)) {
		clips.push(pooledClip(clip, segmentation));
		if (clips.length === VALIDATION_CLIPS) break;
	}
	if (clips.length < 2) throw new RangeError(`${set.name} has ${clips.length} clips to validate with, not two`);
	return clips;
};
